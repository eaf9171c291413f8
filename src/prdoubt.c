// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is our key there because we are registered, or by a registration that came late?
 *
 * A REGISTER that the array carries out after a PREEMPT of our key brings it back. So whose
 * registration has not been answered is unproven, and while somebody is, the keys prove
 * nothing: a path in use, or what our key holds, has to speak for it.
 */
#include "vmpath.h"

/* There may be an answer now to whether we are registered. */
static void vmp_pr_look_again(struct vmp_head *head)
{
	lockdep_assert_held(&head->state_lock);
	if (head->pr.unsure && !test_bit(VMP_HEAD_DYING, &head->flags))
		mod_delayed_work(vmp_path_wq, &head->pr.work, 0);
}

/**
 * vmp_pr_goes() - a path is about to leave its head
 * @path: removing
 *
 * Context: any; head->state_lock held.
 */
void vmp_pr_goes(struct vmp_path *path)
{
	lockdep_assert_held(&path->head->state_lock);
	if (path->pr.unproven && !path->pr.adrift) {
		path->pr.adrift = true;
		path->head->pr.adrift++;
	}
}

/**
 * vmp_pr_doubt() - a path is about to be registered, or may be registered late
 * @path: has a head
 * @key: with what
 *
 * If we are preempted before the array carries that out, our key is there all the same.
 *
 * Context: any; head->state_lock held.
 */
void vmp_pr_doubt(struct vmp_path *path, u64 key)
{
	lockdep_assert_held(&path->head->state_lock);
	path->pr.unproven = true;
	path->pr.doubted = key;
	if (path->state == VMP_PATH_REMOVING)
		vmp_pr_goes(path);
	if (path->pr.patient && !path->pr.joins) {
		path->pr.joins = true;
		path->head->pr.joining++;
	}
}

/**
 * vmp_pr_proven() - a path is registered rightly, or is not any more
 * @path: has a head
 *
 * Context: any; head->state_lock held.
 */
void vmp_pr_proven(struct vmp_path *path)
{
	lockdep_assert_held(&path->head->state_lock);
	if (!path->pr.unproven)
		return;
	path->pr.unproven = false;
	path->head->pr.adrift -= path->pr.adrift;
	path->head->pr.joining -= path->pr.joins;
	path->pr.adrift = false;
	path->pr.joins = false;
	vmp_pr_look_again(path->head);
}

/* Nobody asks it any more; what it had on its way has been carried out, or never will be. */
static void vmp_pr_is_gone(struct vmp_path *path)
{
	struct vmp_head *head = path->head;

	lockdep_assert_held(&head->state_lock);
	if (!path->pr.unproven)
		return;
	vmp_pr_proven(path);
	if (path->pr.doubted != head->pr.key)
		return;
	head->pr.gone++;
	xchg(&head->pr.unsure, 1);
	vmp_pr_look_again(head);
}

/**
 * vmp_pr_joined() - a disk that is no path yet is through with being registered
 * @path: of the disk
 *
 * Nobody knows whether it will be a path of this head: what is unproven remains so.
 *
 * Context: any; head->state_lock held.
 */
void vmp_pr_joined(struct vmp_path *path)
{
	vmp_pr_is_gone(path);
}

/**
 * vmp_pr_drained() - a path is going, and has no commands on their way any more
 * @path: removing
 *
 * Context: process; takes head->state_lock.
 */
void vmp_pr_drained(struct vmp_path *path)
{
	spin_lock_irq(&path->head->state_lock);
	vmp_pr_is_gone(path);
	spin_unlock_irq(&path->head->state_lock);
}

/**
 * vmp_pr_prove_gone() - when the operation began, or later, our key was there rightly
 * @op: since its paths were collected that was asked for
 *
 * So whoever had gone by then was registered in time.
 *
 * Context: any; takes head->state_lock.
 */
void vmp_pr_prove_gone(struct vmp_pr_op *op)
{
	struct vmp_pr *pr = &op->head->pr;

	spin_lock_irq(&op->head->state_lock);
	if ((int)(op->gone - pr->gone_proven) > 0)
		pr->gone_proven = op->gone;
	spin_unlock_irq(&op->head->state_lock);
}

/* What this path makes of it. @doubt: what the others before it have. */
static enum vmp_pr_doubt vmp_pr_doubt_of(const struct vmp_path *path,
					 enum vmp_pr_doubt doubt)
{
	bool out = path->state == VMP_PATH_DISABLED || path->state == VMP_PATH_MISMATCH;

	if (path->pr.unproven && !path->pr.adrift && path->pr.doubted == path->head->pr.key)
		return out && doubt != VMP_PR_OF_PATH ? VMP_PR_ADRIFT : VMP_PR_OF_PATH;
	return doubt;
}

/* May it say yet that it is registered rightly? */
static bool vmp_pr_may_tell(const struct vmp_path *path)
{
	return path->sdev && path->pr.key && path->pr.key == path->head->pr.key &&
	       !path->pr.told &&
	       path->state != VMP_PATH_LIVE && path->state != VMP_PATH_DISABLED &&
	       path->state != VMP_PATH_MISMATCH;
}

/**
 * vmp_pr_doubtful() - may our key be there by a registration that came late?
 * @head: the head
 * @but: this path's own does not count; or NULL
 *
 * Context: any; takes head->state_lock.
 */
enum vmp_pr_doubt vmp_pr_doubtful(struct vmp_head *head, const struct vmp_path *but)
{
	enum vmp_pr_doubt doubt = VMP_PR_NO_DOUBT;
	const struct vmp_pr *pr = &head->pr;
	const struct vmp_set *set;
	bool may_tell = false;
	unsigned int i;

	spin_lock_irq(&head->state_lock);
	if (pr->adrift > (but && but->pr.adrift) || pr->gone != pr->gone_proven)
		doubt = VMP_PR_ADRIFT;
	if (pr->joining > (but && but->pr.joins))
		doubt = VMP_PR_OF_PATH;
	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr; i++) {
		if (set->path[i] == but)
			continue;
		doubt = vmp_pr_doubt_of(set->path[i], doubt);
		may_tell |= vmp_pr_may_tell(set->path[i]);
	}
	rcu_read_unlock();
	spin_unlock_irq(&head->state_lock);
	return doubt == VMP_PR_ADRIFT && may_tell ? VMP_PR_OF_PATH : doubt;
}
