// SPDX-License-Identifier: GPL-2.0-only
/*
 * A registration that is gone, and nobody has said so: an array has restarted, or has a
 * new session with a path, and gives no unit attention. I/O then meets a conflict, or the
 * path was silent for long, or a routine check finds another generation: the array is asked.
 *
 * Who was fenced must not come back by this. PREEMPT takes away all registrations with a
 * key, so one that is left proves that there was none, if it is this guest's. It is if a
 * path of ours is registered, or if READ FULL STATUS names the initiator that was seen with
 * our key when that was registered. All else proves nothing: another guest may have the key.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/slab.h>
#include "vmpath.h"

#define VMP_PRLOST_WAIT		(HZ / 2)	/* of an I/O, for what is asked */
#define VMP_PRLOST_GAP		HZ	/* between questions */
#define VMP_PRLOST_QUIET	6	/* each without news doubles that, as often */

/* ---- when to ask --------------------------------------------------------- */

static void vmp_prlost_queue(struct vmp_head *head)
{
	queue_delayed_work(vmp_path_wq, &head->pr.work, 0);
}

/**
 * vmp_prlost_conflict() - a path that should be registered had a conflict
 * @path: held by the command that had it
 *
 * The first one asks; others ask again if it lasts, less and less often.
 *
 * Context: any.
 * Return: the array is being asked, and it may be over soon.
 */
bool vmp_prlost_conflict(struct vmp_path *path)
{
	struct vmp_pr *pr = &path->head->pr;
	unsigned long now = jiffies, asked = READ_ONCE(pr->asked_at);
	u8 quiet = READ_ONCE(pr->quiet);

	if (!READ_ONCE(pr->key))
		return false;
	if (time_before(now, asked + VMP_PRLOST_WAIT))
		return READ_ONCE(pr->hope) && (READ_ONCE(pr->ask) || READ_ONCE(pr->asking));
	if (time_before(now, asked + (VMP_PRLOST_GAP << quiet)))
		return false;
	if (time_after(now, asked + 2 * (VMP_PRLOST_GAP << VMP_PRLOST_QUIET)))
		quiet = 0;	/* that is another story */
	if (cmpxchg(&pr->asked_at, asked, now) == asked) {
		WRITE_ONCE(pr->hope, !quiet);
		WRITE_ONCE(pr->quiet, quiet < VMP_PRLOST_QUIET ? quiet + 1 : quiet);
		xchg(&pr->ask, 1);
		vmp_prlost_queue(path->head);
	}
	return !quiet;
}

/**
 * vmp_prlost_away() - a path was silent for so long that its array may have restarted
 * @path: attached
 *
 * Context: any.
 */
void vmp_prlost_away(struct vmp_path *path)
{
	struct vmp_pr *pr = &path->head->pr;

	if (!path->sdev || !READ_ONCE(pr->key))
		return;
	vmp_prlost_news(path->head);
	xchg(&pr->ask, 1);
	vmp_prlost_queue(path->head);
}

/**
 * vmp_prlost_glance() - a routine check has ended well: is the key still there?
 * @path: attached
 *
 * Context: any.
 */
void vmp_prlost_glance(struct vmp_path *path)
{
	struct vmp_pr *pr = &path->head->pr;

	if (!path->sdev || !READ_ONCE(pr->key))
		return;
	xchg(&pr->glance, 1);
	vmp_prlost_queue(path->head);
}

/**
 * vmp_prlost_news() - what was found by asking may be another thing now
 * @head: the head
 *
 * Context: any.
 */
void vmp_prlost_news(struct vmp_head *head)
{
	WRITE_ONCE(head->pr.quiet, 0);
	WRITE_ONCE(head->pr.settled, false);
}

/* ---- whose is it? -------------------------------------------------------- */

/**
 * vmp_prlost_learn() - which initiator is this guest?
 * @op: has registered its paths just now
 *
 * If all that have our key are one initiator, that is it. The path has to be registered
 * still when that has been told: else it may be another guest, by now.
 *
 * Context: sleeps; head->pr.mutex held.
 */
void vmp_prlost_learn(struct vmp_pr_op *op)
{
	struct vmp_head *head = op->head;
	struct vmp_pr_answer *unheard = kmalloc(sizeof(*unheard), GFP_NOIO);
	const struct vmp_pr_out same = {
		.action = VMP_PR_REGISTER, .key = head->pr.key,
		.sa_key = head->pr.key, .flags = head->pr.flags,
	};
	struct vmp_pr_whose whose;
	u64 initiator = 0;
	unsigned int i;

	for (i = 0; unheard && i < op->nr; i++) {
		if (READ_ONCE(op->path[i]->state) != VMP_PATH_LIVE)
			continue;
		if (vmp_prcmd_whose(op->path[i], head->pr.key, 0, &whose) != VMP_PR_GOOD)
			break;
		head->pr.seen = whose.generation;
		if (whose.sole &&
		    vmp_prcmd_out(op->path[i], &same, NULL, 0, unheard) == VMP_PR_GOOD)
			initiator = whose.sole;
		break;
	}
	kfree(unheard);
	spin_lock_irq(&head->state_lock);
	head->pr.initiator = initiator;
	spin_unlock_irq(&head->state_lock);
}

/**
 * vmp_prlost_gone() - is nothing left of this guest's registration?
 * @path: to ask by, with a reference on its io_ref
 * @key: what it was registered with
 * @keys: all that there are; the answer to READ KEYS by that path
 *
 * Context: sleeps; takes head->state_lock.
 * Return: its key is not there, or is another guest's alone.
 */
bool vmp_prlost_gone(struct vmp_path *path, u64 key, const struct vmp_pr_keys *keys)
{
	struct vmp_head *head = path->head;
	struct vmp_pr_whose whose;
	u64 initiator;

	if (!vmp_pr_count_key(keys, key))
		return keys->nr == keys->told;
	spin_lock_irq(&head->state_lock);
	initiator = head->pr.key == key ? head->pr.initiator : 0;
	spin_unlock_irq(&head->state_lock);
	return initiator &&
	       vmp_prcmd_whose(path, key, initiator, &whose) == VMP_PR_GOOD &&
	       whose.all && whose.others && !whose.ours;
}

/**
 * vmp_prlost_alone() - may what a dead nexus of ours holds be taken over?
 * @op: of vmp_pr_begin()
 *
 * A take-over preempts our own key, and is not to meet another guest that has the same.
 *
 * Context: sleeps; head->pr.mutex held.
 * Return: all that have our key are this guest.
 */
bool vmp_prlost_alone(struct vmp_pr_op *op)
{
	struct vmp_pr *pr = &op->head->pr;
	struct vmp_pr_whose whose;

	return pr->initiator && op->nr &&
	       vmp_prcmd_whose(op->path[0], pr->key, pr->initiator, &whose) == VMP_PR_GOOD &&
	       whose.all && whose.ours && !whose.others;
}

/* None of our paths is registered. Is what the array has of our key ours all the same? */
static bool vmp_prlost_proven(struct vmp_pr_op *op)
{
	struct vmp_head *head = op->head;
	struct vmp_pr_whose whose;
	u64 initiator = head->pr.initiator;
	unsigned int i;

	for (i = 0; initiator && i < op->nr; i++)
		if (vmp_prcmd_whose(op->path[i], head->pr.key, initiator, &whose) ==
		    VMP_PR_GOOD)
			return whose.ours;
	return false;
}

/* ---- what to do ---------------------------------------------------------- */

/*
 * Out of use, and back by its check, which has it registered first: so no I/O goes there
 * while it is registered and may not be. pradmit.c sees to that.
 */
static void vmp_prlost_readmit(struct vmp_path *path)
{
	struct vmp_head *head = path->head;

	spin_lock_irq(&head->state_lock);
	path->pr.key = 0;
	path->pr.change = head->pr.change - 1;
	vmp_pr_unhold(path);
	if (path->state == VMP_PATH_LIVE) {
		vmp_path_set_state(path, VMP_PATH_PROBING, "its registration is gone");
		vmp_checker_kick(path, 1);
	}
	spin_unlock_irq(&head->state_lock);
}

/* Each path that has lost its registration; it is not the operation's any more. */
static void vmp_prlost_readmit_all(struct vmp_pr_op *op, u64 lost)
{
	struct vmp_head *head = op->head;
	const struct vmp_set *set;
	unsigned int i, nr = 0;

	/* One that is stalled is not taken for want of a better one, without being asked. */
	spin_lock_irq(&head->state_lock);
	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr; i++)
		if (set->path[i]->state != VMP_PATH_LIVE)
			set->path[i]->pr.change = head->pr.change - 1;
	rcu_read_unlock();
	spin_unlock_irq(&head->state_lock);

	for (i = 0; i < op->nr; i++) {
		if (lost & BIT_ULL(i)) {
			vmp_prlost_readmit(op->path[i]);
			percpu_ref_put(&op->path[i]->io_ref);
		} else {
			op->path[nr++] = op->path[i];
		}
	}
	op->nr = nr;
}

/*
 * May each path change its key for the same? Return: those that may not, by their places;
 * @kept: one may; @known: all have told.
 */
static u64 vmp_prlost_ask_each(struct vmp_pr_op *op, bool *kept, bool *known)
{
	const struct vmp_pr_out same = {
		.action = VMP_PR_REGISTER, .key = op->head->pr.key,
		.sa_key = op->head->pr.key, .flags = op->head->pr.flags,
	};
	unsigned int i;
	u64 lost = 0;

	*kept = false;
	*known = true;
	for (i = 0; i < op->nr; i++) {
		switch (vmp_prcmd_out(op->path[i], &same, NULL, 0, op->answer)) {
		case VMP_PR_GOOD:
			*kept = true;
			break;
		case VMP_PR_CONFLICT:
			lost |= BIT_ULL(i);
			break;
		default:
			/* If it comes late it changes nothing: the path stays in use. */
			*known = false;
		}
	}
	return lost;
}

/* By the first path that answers. Return: that, and the caller frees @data; or NULL. */
static struct vmp_path *vmp_prlost_keys(struct vmp_pr_op *op, struct vmp_pr_keys *keys,
					u8 **data)
{
	unsigned int i;

	*data = NULL;
	for (i = 0; i < op->nr; i++) {
		if (vmp_prcmd_keys(op->path[i], keys, data) == VMP_PR_GOOD)
			return op->path[i];
		kfree(*data);
		*data = NULL;
		/* Who is silent for long is asked again when it answers. */
		if (READ_ONCE(op->path[i]->pr.late))
			break;
	}
	return NULL;
}

/* All is as vmpath has it: until there is news, only another generation makes it look. */
static void vmp_prlost_settle(struct vmp_pr_op *op)
{
	struct vmp_pr *pr = &op->head->pr;
	struct vmp_pr_keys keys;
	u8 *data;

	if (vmp_prlost_keys(op, &keys, &data)) {
		pr->seen = keys.generation;
		pr->generation = keys.generation;
		WRITE_ONCE(pr->settled, true);
	}
	kfree(data);
}

/* Is what our key holds held by a nexus that vmpath knows nothing of? pr.c has it moved. */
static void vmp_prlost_adopt(struct vmp_pr_op *op)
{
	struct vmp_head *head = op->head;
	struct vmp_pr_holder holder;

	if (!head->pr.holder && op->nr &&
	    vmp_prcmd_holder(op->path[0], &holder) == VMP_PR_GOOD && holder.held &&
	    holder.key == head->pr.key && vmp_prlost_alone(op)) {
		vmp_pr_note_holder(head, VMP_PR_NO_PATH, holder.type);
		vmp_prlost_queue(head);
	}
}

static void vmp_prlost_decide(struct vmp_pr_op *op)
{
	struct vmp_head *head = op->head;
	bool kept, known;
	u64 lost = vmp_prlost_ask_each(op, &kept, &known);

	if (!lost) {
		if (known) {
			vmp_prlost_settle(op);
			vmp_prlost_adopt(op);
		}
	} else if (kept || vmp_prlost_proven(op)) {
		pr_notice("%s: its key is with the array, and %u of its paths are not: they are registered again\n",
			  head->node_name, (unsigned int)hweight64(lost));
		vmp_prlost_readmit_all(op, lost);
	} else if (known) {
		pr_notice("%s: its registration is gone: whose the key is that the array has is not known\n",
			  head->node_name);
		vmp_pr_forget(head, head->pr.key);
	}
}

/* Nothing has changed since all were registered, and others are shut out by what is held. */
static bool vmp_prlost_legal(struct vmp_pr_op *op, const struct vmp_pr_keys *keys,
			     struct vmp_path *by)
{
	const struct vmp_pr *pr = &op->head->pr;
	struct vmp_pr_holder holder;

	return pr->settled && pr->generation == keys->generation &&
	       vmp_prcmd_holder(by, &holder) == VMP_PR_GOOD && holder.held &&
	       vmp_pr_one_holds(holder.type);
}

/* The generation starts anew with the array, be the registrations kept or not. */
static bool vmp_prlost_restarted(const struct vmp_pr_op *op, const struct vmp_pr_keys *keys)
{
	const struct vmp_pr *pr = &op->head->pr;

	return keys->generation < pr->seen || vmp_pr_count_key(keys, pr->key) < op->nr;
}

/* Return: the array has answered. */
static bool vmp_prlost_inquire(struct vmp_pr_op *op, bool ask)
{
	struct vmp_head *head = op->head;
	struct vmp_pr *pr = &head->pr;
	struct vmp_pr_keys keys;
	struct vmp_path *by;
	u8 *data;
	bool deep;

	by = vmp_prlost_keys(op, &keys, &data);
	if (!by)
		return false;
	deep = vmp_prlost_restarted(op, &keys) ?
		!pr->settled || pr->generation != keys.generation :
		ask && !vmp_prlost_legal(op, &keys, by);
	pr->seen = keys.generation;
	if (vmp_prlost_gone(by, pr->key, &keys)) {
		pr_notice("%s: its registration is gone: preempted, cleared, or lost by the array\n",
			  head->node_name);
		vmp_pr_forget(head, pr->key);
	} else if (deep) {
		vmp_prlost_decide(op);
	}
	kfree(data);
	return true;
}

/**
 * vmp_prlost_look() - ask the array whether this guest is registered still
 * @op: of vmp_pr_begin(), while a key is registered; loses paths that are registered no more
 *
 * Context: sleeps, for ten seconds for each path that does not answer; head->pr.mutex held.
 */
void vmp_prlost_look(struct vmp_pr_op *op)
{
	struct vmp_pr *pr = &op->head->pr;
	bool glance = xchg(&pr->glance, 0), told = xchg(&pr->unsure, 0);
	bool ask;

	WRITE_ONCE(pr->asking, true);
	ask = xchg(&pr->ask, 0);
	if ((ask || glance || told) && !vmp_prlost_inquire(op, ask)) {
		/* When there is a path. */
		if (told)
			xchg(&pr->unsure, 1);
		if (ask)
			xchg(&pr->ask, 1);
	}
	WRITE_ONCE(pr->asking, false);
}

/**
 * vmp_prlost_check() - an operation had a conflict: are its paths registered still?
 * @op: of vmp_pr_begin(), while a key is registered; loses paths that are registered no more
 *
 * Context: sleeps, as vmp_prlost_look(); head->pr.mutex held.
 * Return: some were not: it may be tried again when they are.
 */
bool vmp_prlost_check(struct vmp_pr_op *op)
{
	struct vmp_pr_answer *answer = op->answer, unheard;
	unsigned int nr = op->nr;

	xchg(&op->head->pr.ask, 1);
	op->answer = &unheard;
	vmp_prlost_look(op);
	op->answer = answer;
	return op->nr != nr;
}
