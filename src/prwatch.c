// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reservations while nobody asks for anything: are we registered still, and by which path is
 * held what a path held that has gone?
 *
 * The head's worker looks when a unit attention, a conflict or a path's end gives it cause.
 * It calls pr.c as a user's operation does, and takes its turn among them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/slab.h>
#include "vmpath.h"

#define VMP_PR_PULL	(60 * HZ)	/* for the same path, between two */
#define VMP_PR_STAGGER	(HZ / 20)	/* between paths that are registered anew */
#define VMP_PR_ASK	NSEC_PER_SEC	/* between two conflicts that are asked about */

/* ---- is it there? -------------------------------------------------------- */

/*
 * Our key may be there by a registration that came late, after a PREEMPT, or may not be among
 * those that were told (not @seen): then a path in use has to say that it is registered. Who
 * has gone with such a registration will never tell.
 */
static enum vmp_pr_end vmp_pr_in_time(struct vmp_pr_op *op, bool seen)
{
	enum vmp_pr_doubt doubt = vmp_pr_doubtful(op->head, NULL);
	bool sure = seen && !doubt;
	enum vmp_pr_end end = sure ? VMP_PR_GOOD : vmp_pr_vouch(op, NULL);
	struct vmp_pr_holder holder;
	unsigned int i;

	if (end == VMP_PR_GOOD || end == VMP_PR_NO_ANSWER)
		return end;
	if ((end == VMP_PR_REFUSED && doubt == VMP_PR_OF_PATH) ||
	    vmp_prcmd_holder(op->path[0], &holder) != VMP_PR_GOOD)
		return VMP_PR_NO_ANSWER;
	if (!holder.held || holder.key != op->head->pr.key)
		return VMP_PR_CONFLICT;
	/* A PREEMPT would have taken that: those who are not registered are to be. */
	vmp_pr_prove_gone(op);
	for (i = 0; end == VMP_PR_CONFLICT && i < op->nr; i++)
		vmp_pr_note_path(op->path[i], 0);
	return VMP_PR_GOOD;
}

/* Those that were admitted when we seemed to have lost it. */
static void vmp_pr_join_all(struct vmp_pr_op *op)
{
	struct vmp_head *head = op->head;
	unsigned int i, pulled = 0;

	for (i = 0; i < op->nr; i++) {
		struct vmp_path *path = op->path[i];
		bool lost;

		spin_lock_irq(&head->state_lock);
		lost = path->state == VMP_PATH_LIVE && path->pr.key != head->pr.key;
		/* Not again and again: by this path the array may say so, and by others not. */
		if (path->pr.pulled_at &&
		    time_before(jiffies, path->pr.pulled_at + VMP_PR_PULL))
			lost = false;
		if (lost) {
			path->pr.pulled_at = jiffies | 1;
			vmp_path_set_state(path, VMP_PATH_PROBING, "to be registered anew");
		}
		spin_unlock_irq(&head->state_lock);
		/* One after the other: while none is registered they are in each other's way. */
		if (lost)
			vmp_checker_kick(path, pulled++ * VMP_PR_STAGGER);
	}
}

/* Is our key there? */
static enum vmp_pr_end vmp_pr_there(struct vmp_pr_op *op)
{
	enum vmp_pr_end end = VMP_PR_NO_ANSWER;
	struct vmp_pr_keys keys;
	bool seen = false, all = false;
	unsigned int i;
	u8 *data;

	for (i = 0; i < op->nr && end != VMP_PR_GOOD; i++) {
		end = vmp_prcmd_keys(op->path[i], &keys, &data);
		if (end == VMP_PR_GOOD) {
			seen = vmp_pr_count_key(&keys, op->head->pr.key);
			all = keys.nr == keys.told;
		}
		kfree(data);
	}
	if (end != VMP_PR_GOOD)
		return end;
	return all && !seen ? VMP_PR_CONFLICT : vmp_pr_in_time(op, seen);
}

/* Somebody else may have preempted or cleared it. @lost: a path in use is not registered. */
static void vmp_pr_look(struct vmp_pr_op *op, bool lost)
{
	struct vmp_head *head = op->head;
	enum vmp_pr_end end = vmp_pr_there(op);

	if (end == VMP_PR_CONFLICT) {
		pr_notice("%s: its registration is gone: preempted, cleared, or lost by the array\n",
			  head->node_name);
		vmp_pr_forget(head, head->pr.key);
	} else if (end == VMP_PR_GOOD) {
		vmp_pr_join_all(op);
	} else {
		/* When there is a path, or doubt ends. Admission waits for that. */
		if (lost)
			vmp_pr_join_all(op);
		xchg(&head->pr.unsure, 1);
		if (end == VMP_PR_NO_ANSWER && op->nr &&
		    !test_bit(VMP_HEAD_DYING, &head->flags))
			queue_delayed_work(vmp_path_wq, &head->pr.work, HZ);
	}
}

/*
 * There is doubt about paths that we take for registered. If one is not, the others need not be,
 * either. Return: one is not.
 */
static bool vmp_pr_asked(struct vmp_pr_op *op)
{
	bool lost = false;
	unsigned int i;
	int why;

	for (i = 0; i < op->nr; i++) {
		struct vmp_path *path = op->path[i];

		why = xchg(&path->pr.asked, VMP_PR_NOT_ASKED);
		if (!why)
			continue;
		op->in_conflict |= why == VMP_PR_IN_CONFLICT;
		if (vmp_pr_lost(op, path))
			lost = true;
		/* It may be both: registered anew it would have the next conflict at once. */
		if (why == VMP_PR_IN_CONFLICT && READ_ONCE(op->head->pr.holder) != VMP_PR_NO_PATH)
			vmp_pr_orphaned(op, path);
	}
	for (i = 0; lost && i < op->nr; i++)
		vmp_pr_lost(op, op->path[i]);
	return lost;
}

/* ---- the head's worker --------------------------------------------------- */

/*
 * Who holds it has no path any more: another path is to hold it. LIO does not let those take it
 * over whom it keeps out; see vmp_pr_orphaned().
 */
static void vmp_pr_move(struct vmp_pr_op *op)
{
	struct vmp_head *head = op->head;
	u8 type = head->pr.type, held;
	enum vmp_pr_end end;
	unsigned int i;

	for (i = 0; i < op->nr; i++) {
		/* Who is to be registered anew comes back here when he is. */
		if (READ_ONCE(op->path[i]->state) != VMP_PATH_LIVE ||
		    vmp_pr_ask(op, op->path[i], &held) == VMP_PR_NO_ANSWER)
			continue;
		if (held != type) {
			vmp_pr_note_holder(head, 0, 0);
			return;
		}
		end = vmp_pr_take_over(op, op->path[i], type);
		if (end == VMP_PR_GOOD ||
		    (end == VMP_PR_CONFLICT && vmp_pr_fruitless(op)))
			return;
		/* A take-over that nobody heard of has unregistered it. */
		vmp_pr_drop(op->path[i]);
	}
}

/* What there is to do for a head that is registered. */
static void vmp_pr_attend(struct vmp_pr_op *op)
{
	struct vmp_head *head = op->head;
	bool lost = vmp_pr_asked(op);

	if (xchg(&head->pr.unsure, 0) || lost)
		vmp_pr_look(op, lost);
	if (head->pr.holder && !vmp_pr_has_holder(op) &&
	    (vmp_pr_one_holds(head->pr.type) || head->pr.holder == VMP_PR_NO_PATH))
		vmp_pr_move(op);
}

static void vmp_pr_work(struct work_struct *work)
{
	struct vmp_head *head = container_of(to_delayed_work(work),
					     struct vmp_head, pr.work);
	struct vmp_pr_answer unheard;
	struct vmp_pr_op *op = vmp_pr_alloc(head, &unheard);
	u64 now, since;
	bool asking;
	int ret;

	if (!op) {
		queue_delayed_work(vmp_path_wq, &head->pr.work, HZ);
		return;
	}
	since = ktime_get_ns();
	ret = vmp_pr_begin(op);
	/* From here on it is the operation that I/O waits for. */
	asking = xchg(&head->pr.asking, 0);
	if (asking)
		since = READ_ONCE(head->pr.asked_at);
	if (!ret && head->pr.key && op->nr)
		vmp_pr_attend(op);
	else if (!head->pr.key && head->pr.holder && !vmp_pr_has_holder(op))
		vmp_pr_note_holder(head, 0, 0);    /* nobody can take it over */
	/* What was slow to answer is as slow with what had the conflict. */
	now = ktime_get_ns();
	if (asking || op->in_conflict)
		WRITE_ONCE(head->pr.ask_after, now + VMP_PR_ASK + 2 * (now - since));
	vmp_pr_end(op);
	kfree(op);
}

/**
 * vmp_pr_init_head() - make a new head's part
 * @head: new
 *
 * Context: any.
 */
void vmp_pr_init_head(struct vmp_head *head)
{
	mutex_init(&head->pr.mutex);
	INIT_DELAYED_WORK(&head->pr.work, vmp_pr_work);
}

/**
 * vmp_pr_stop() - no operation queues any work of the head from now on
 * @head: flagged as dying, without paths
 *
 * Who has the node open may still ask for one. It gets an error, and has to find the
 * head as it is: one that is under way has seen the flag, or is waited for here.
 *
 * Context: sleeps.
 */
void vmp_pr_stop(struct vmp_head *head)
{
	mutex_lock(&head->pr.mutex);
	mutex_unlock(&head->pr.mutex);
	/* Likewise who queues it under this lock. */
	spin_lock_irq(&head->state_lock);
	spin_unlock_irq(&head->state_lock);
	cancel_delayed_work_sync(&head->pr.work);
}
