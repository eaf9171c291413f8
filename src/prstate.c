// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a meta-node knows of its reservations.
 *
 * pr.c does what is asked for; the paths' state machine and the end of an I/O ask here
 * whose a reservation is. The array knows the truth.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/slab.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>
#include "vmpath.h"

#define VMP_PR_MOVES	4		/* tries to take over what a lost nexus holds */
#define VMP_PR_REST	(60 * HZ)	/* after those, with the same paths */

/* ---- what vmpath knows --------------------------------------------------- */

/**
 * vmp_pr_unsupported() - say, once, that there are no reservations on virtio-blk
 * @head: the head
 *
 * A program may ask for them again and again.
 *
 * Context: any.
 * Return: -EOPNOTSUPP.
 */
int vmp_pr_unsupported(struct vmp_head *head)
{
	if (!atomic_xchg(&head->pr.blk_told, 1))
		pr_notice("%s: no reservations: it has paths over virtio-blk, which knows none\n",
			  head->node_name);
	return -EOPNOTSUPP;
}

/**
 * vmp_pr_note_path() - a path's nexus is registered, or is not any more
 * @path: attached
 * @key: with what; 0: not
 *
 * Context: process; head->pr.mutex held.
 */
void vmp_pr_note_path(struct vmp_path *path, u64 key)
{
	struct vmp_head *head = path->head;

	spin_lock_irq(&head->state_lock);
	path->pr.key = key;
	path->pr.told = false;
	path->pr.change = head->pr.change;
	spin_unlock_irq(&head->state_lock);
}

/* Context: head->state_lock held. @born and @type as for vmp_pr_note_holder(). */
static void vmp_pr_set_holder(struct vmp_head *head, u64 born, u8 type)
{
	struct vmp_pr *pr = &head->pr;
	const struct vmp_set *set;
	unsigned int i;

	lockdep_assert_held(&head->state_lock);
	WRITE_ONCE(pr->holder, born);
	pr->type = born ? type : 0;
	/* Those who are about to be live know of another one. */
	if (born == VMP_PR_NO_PATH)
		pr->change++;
	else
		pr->moves = 0;
	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];

		if (born == VMP_PR_NO_PATH && path->state == VMP_PATH_LIVE &&
		    path->pr.change == pr->change - 1)
			path->pr.change = pr->change;
		vmp_path_update_rank(path);
	}
	rcu_read_unlock();
}

/**
 * vmp_pr_note_holder() - a nexus of ours holds the reservation, or none does
 * @head: the head
 * @born: of its path; 0 if nobody of ours holds one; VMP_PR_NO_PATH if it is no path
 * @type: of the reservation
 *
 * Context: process.
 */
void vmp_pr_note_holder(struct vmp_head *head, u64 born, u8 type)
{
	spin_lock_irq(&head->state_lock);
	vmp_pr_set_holder(head, born, type);
	spin_unlock_irq(&head->state_lock);
}

/**
 * vmp_pr_bereave() - a path is not registered with our key: it does not hold what it held
 * @path: has a head
 * @key: that key; nothing is done if it is another one now
 *
 * A nexus does that is nobody's path, if any. For a type that all registrants hold there is
 * no holder.
 *
 * Context: process.
 * Return: it was the holder.
 */
bool vmp_pr_bereave(struct vmp_path *path, u64 key)
{
	struct vmp_head *head = path->head;
	struct vmp_pr *pr = &head->pr;
	bool held;

	spin_lock_irq(&head->state_lock);
	held = key && pr->key == key && path->born && path->born == pr->holder &&
	       !vmp_pr_all_hold(pr->type);
	if (held)
		vmp_pr_set_holder(head, VMP_PR_NO_PATH, pr->type);
	spin_unlock_irq(&head->state_lock);
	return held;
}

/**
 * vmp_pr_fruitless() - the array has not let a path take the reservation over
 * @op: has its paths
 *
 * After some of that we do without: conflicts are the caller's.
 *
 * Context: process.
 * Return: it has been given up.
 */
bool vmp_pr_fruitless(struct vmp_pr_op *op)
{
	struct vmp_pr *pr = &op->head->pr;
	bool up;

	spin_lock_irq(&op->head->state_lock);
	/* Those that were refused are out of use by turns: all have been tried. */
	pr->moved_nr = pr->moves ? max(pr->moved_nr, op->nr) : op->nr;
	up = ++pr->moves >= VMP_PR_MOVES;
	if (up) {
		pr->moved_at = jiffies | 1;
		vmp_pr_set_holder(op->head, 0, 0);
	}
	spin_unlock_irq(&op->head->state_lock);
	if (up)
		pr_notice("%s: no path may take over the reservation, which a lost nexus of ours holds\n",
			  op->head->node_name);
	return up;
}

/**
 * vmp_pr_rests() - has it been given up a moment ago, with no path less than now?
 * @op: has its paths
 *
 * Context: process.
 */
bool vmp_pr_rests(struct vmp_pr_op *op)
{
	struct vmp_pr *pr = &op->head->pr;
	bool rests;

	spin_lock_irq(&op->head->state_lock);
	rests = pr->moved_at && op->nr <= pr->moved_nr &&
		time_before(jiffies, pr->moved_at + VMP_PR_REST);
	spin_unlock_irq(&op->head->state_lock);
	return rests;
}

/**
 * vmp_pr_forget() - nobody of ours is registered any more
 * @head: the head
 * @former: but for paths that are out of use, which may be, with this key
 *
 * Context: process; head->pr.mutex held.
 */
void vmp_pr_forget(struct vmp_head *head, u64 former)
{
	const struct vmp_set *set;
	unsigned int i;
	u64 key;

	spin_lock_irq(&head->state_lock);
	vmp_pr_set_holder(head, 0, 0);
	key = head->pr.key;
	head->pr.former = former;
	WRITE_ONCE(head->pr.key, 0);
	head->pr.change++;
	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];

		/* One out of use may have a key that the others have not. */
		if (path->state == VMP_PATH_LIVE || path->pr.key == key)
			path->pr.key = 0;
		if (path->state == VMP_PATH_LIVE)
			path->pr.change = head->pr.change;
	}
	rcu_read_unlock();
	spin_unlock_irq(&head->state_lock);
}

/* ---- questions ----------------------------------------------------------- */

/* What is asked: who holds the reservation, or, without @holder, who is registered. */
struct vmp_pr_question {
	struct vmp_pr_holder *holder;
	struct vmp_pr_keys *keys;
	u8 **data;			/* of the keys */
};

/* By the first path that answers. Return: 0, -EREMOTEIO if the target refuses, or -errno. */
static int vmp_pr_question(struct vmp_head *head, const struct vmp_pr_question *ask)
{
	struct vmp_pr_answer unheard;
	struct vmp_pr_op *op = vmp_pr_alloc(head, &unheard);
	enum vmp_pr_end end = VMP_PR_NO_ANSWER;
	unsigned int i;
	int ret;

	if (!op)
		return -ENOMEM;
	ret = vmp_pr_collect(op);
	for (i = 0; !ret && i < op->nr && end == VMP_PR_NO_ANSWER; i++)
		end = ask->holder ? vmp_prcmd_holder(op->path[i], ask->holder) :
				    vmp_prcmd_keys(op->path[i], ask->keys, ask->data);
	vmp_pr_put(op);
	kfree(op);
	if (ret)
		return vmp_pr_unsupported(head);
	return end == VMP_PR_GOOD ? 0 : end == VMP_PR_NO_ANSWER ? -EIO : -EREMOTEIO;
}

/**
 * vmp_pr_keys() - who is registered with the LU?
 * @head: the LU's
 * @keys: filled in; points into @data
 * @data: set to memory that the caller frees, or to NULL
 *
 * Context: sleeps, for ten seconds for each path that does not answer.
 * Return: 0, -EREMOTEIO if the target refuses, or -errno.
 */
int vmp_pr_keys(struct vmp_head *head, struct vmp_pr_keys *keys, u8 **data)
{
	const struct vmp_pr_question ask = { .keys = keys, .data = data };

	*data = NULL;
	return vmp_pr_question(head, &ask);
}

/**
 * vmp_pr_holder() - who holds the reservation of the LU?
 * @head: the LU's
 * @holder: filled in
 *
 * Context: sleeps, for ten seconds for each path that does not answer.
 * Return: 0, -EREMOTEIO if the target refuses, or -errno.
 */
int vmp_pr_holder(struct vmp_head *head, struct vmp_pr_holder *holder)
{
	const struct vmp_pr_question ask = { .holder = holder };

	return vmp_pr_question(head, &ask);
}

/**
 * vmp_pr_query() - have the head's worker ask whether a path is registered
 * @path: held by its caller; we take it for registered
 * @why: there is doubt
 *
 * Context: any.
 */
void vmp_pr_query(struct vmp_path *path, enum vmp_pr_asked why)
{
	xchg(&path->pr.asked, why);
	mod_delayed_work(vmp_path_wq, &path->head->pr.work, 0);
}

/**
 * vmp_pr_vouch() - is a path in use registered still?
 * @op: has its paths
 * @but: this one is not asked; or NULL
 *
 * If one is, there has been no PREEMPT of our key before this was asked, whatever happened
 * to a path that joins.
 *
 * Context: sleeps, for ten seconds for each path that does not answer.
 * Return: VMP_PR_GOOD; VMP_PR_CONFLICT: none is; VMP_PR_REFUSED: there is none to ask;
 * VMP_PR_NO_ANSWER: it is not known.
 */
enum vmp_pr_end vmp_pr_vouch(struct vmp_pr_op *op, const struct vmp_path *but)
{
	u64 key = READ_ONCE(op->head->pr.key);
	u8 flags = READ_ONCE(op->head->pr.flags);
	unsigned int i, unknown = 0, refused = 0;
	struct vmp_pr_answer unheard;
	enum vmp_pr_end end;

	for (i = 0; key && i < op->nr; i++) {
		struct vmp_path *path = op->path[i];

		if (path == but || READ_ONCE(path->pr.key) != key)
			continue;
		end = VMP_PR_NO_ANSWER;
		if (READ_ONCE(path->state) == VMP_PATH_LIVE &&
		    !READ_ONCE(path->pr.late) && !READ_ONCE(path->pr.unproven))
			end = vmp_prcmd_same(path, key, flags, &unheard);
		if (end == VMP_PR_GOOD) {
			vmp_pr_prove_gone(op);
			return end;
		}
		if (end == VMP_PR_CONFLICT) {
			refused++;
			vmp_pr_query(path, VMP_PR_SEEMS_LOST);
		} else {
			unknown++;
		}
	}
	if (unknown)
		return VMP_PR_NO_ANSWER;
	return refused ? VMP_PR_CONFLICT : VMP_PR_REFUSED;
}

/**
 * vmp_pr_state_name() - how is it with a path and the LU's registration?
 * @path: attached
 *
 * What vmpath knows, in a word for people; Documentation/ABI has what each means.
 *
 * Context: any; head->state_lock held.
 */
const char *vmp_pr_state_name(const struct vmp_path *path)
{
	const struct vmp_pr *pr = &path->head->pr;

	lockdep_assert_held(&path->head->state_lock);
	/* A routine check does not take it out of use for that. */
	if (path->pr.late)
		return path->state == VMP_PATH_LIVE ? VMP_NAME_PR_UNKNOWN :
						      VMP_NAME_PR_NO_ANSWER;
	if (!path->sdev)
		return pr->key ? VMP_NAME_PR_UNABLE : VMP_NAME_PR_NONE;
	if (path->pr.refused && pr->key)
		return VMP_NAME_PR_REFUSED;
	if (path->pr.change != pr->change)
		return VMP_NAME_PR_PENDING;
	if (!pr->key)
		return VMP_NAME_PR_NONE;
	if (path->pr.key != pr->key)
		return VMP_NAME_PR_LOST;
	if (path->rank == VMP_RANK_BARRED)
		return VMP_NAME_PR_BARRED;
	return READ_ONCE(pr->unsure) ? VMP_NAME_PR_UNKNOWN : VMP_NAME_PR_REGISTERED;
}

/* ---- what happens meanwhile ---------------------------------------------- */

/**
 * vmp_pr_bars() - would I/O on this path be a conflict with another path of ours?
 * @path: attached
 *
 * Context: any; head->state_lock held.
 */
bool vmp_pr_bars(const struct vmp_path *path)
{
	const struct vmp_pr *pr = &path->head->pr;

	lockdep_assert_held(&path->head->state_lock);
	return pr->holder && path->born != pr->holder && vmp_pr_one_holds(pr->type);
}

/*
 * We take it for registered. What the array says is waited for, unless that has been asked a
 * moment ago: another's reservation may keep us out for long, and all that comes meets it. Then
 * it is asked when the moment is over; this may be another reason, and the last conflict. If
 * we know that it is not, and the head's worker is about to see to that, so is the worker.
 */
static bool vmp_pr_asks(struct vmp_path *path)
{
	struct vmp_pr *pr = &path->head->pr;
	u64 key = READ_ONCE(pr->key), now = ktime_get_ns(), after;

	if (!key)
		return false;
	if (READ_ONCE(path->pr.key) != key)
		return READ_ONCE(pr->unsure) && work_busy(&pr->work.work);
	if (READ_ONCE(pr->asking))
		return true;
	after = READ_ONCE(pr->ask_after);
	if (now < after) {
		xchg(&path->pr.asked, VMP_PR_IN_CONFLICT);
		queue_delayed_work(vmp_path_wq, &pr->work, nsecs_to_jiffies(after - now) + 1);
		return false;
	}
	WRITE_ONCE(pr->asked_at, now);
	xchg(&pr->asking, 1);
	vmp_pr_query(path, VMP_PR_IN_CONFLICT);
	return true;
}

/**
 * vmp_pr_ours() - is a conflict on this path our own doing, and soon over?
 * @path: held by the I/O that had it
 * @sent_at: when that was sent, ns
 *
 * What was sent before the last operation ended may have met with it, though its end comes
 * now. Another's reservation meets it again.
 *
 * Context: any.
 */
bool vmp_pr_ours(struct vmp_path *path, u64 sent_at)
{
	struct vmp_head *head = path->head;

	if (READ_ONCE(path->rank) == VMP_RANK_BARRED ||
	    (READ_ONCE(head->pr.holder) == VMP_PR_NO_PATH && READ_ONCE(head->pr.key)))
		queue_delayed_work(vmp_path_wq, &head->pr.work, 0);
	else if (READ_ONCE(path->rank) == VMP_RANK_UNUSABLE &&
		 READ_ONCE(path->pr.change) != READ_ONCE(head->pr.change))
		return true;	/* to be registered anew, and not picked before */
	else if (!READ_ONCE(head->pr.busy))
		return sent_at <= READ_ONCE(head->pr.ended_at) || vmp_pr_asks(path);
	return true;
}

/**
 * vmp_pr_moved() - a path has another state
 * @path: attached
 *
 * Context: any; head->state_lock held.
 */
void vmp_pr_moved(struct vmp_path *path)
{
	struct vmp_pr *pr = &path->head->pr;

	lockdep_assert_held(&path->head->state_lock);
	if (path->state == VMP_PATH_REMOVING)
		vmp_pr_goes(path);
	/* It was admitted as not registered, and the others are all the same? */
	if (path->state == VMP_PATH_LIVE && path->sdev && path->pr.key != pr->key)
		xchg(&pr->unsure, 1);
	if (pr->unsure || (pr->holder && (path->born == pr->holder ||
					  path->state == VMP_PATH_LIVE)))
		mod_delayed_work(vmp_path_wq, &pr->work, 0);
}

/**
 * vmp_pr_hear() - sense data may tell that reservations have changed
 * @path: attached
 * @sense: what it has said
 *
 * Context: any. SPC-4 table 71.
 */
void vmp_pr_hear(struct vmp_path *path, const struct scsi_sense_hdr *sense)
{
	struct vmp_pr *pr = &path->head->pr;

	if (sense->sense_key != UNIT_ATTENTION || sense->asc != 0x2a ||
	    sense->ascq < 3 || sense->ascq > 5 || !READ_ONCE(pr->key))
		return;
	xchg(&pr->unsure, 1);
	queue_delayed_work(vmp_path_wq, &pr->work, 0);
}
