// SPDX-License-Identifier: GPL-2.0-only
/*
 * Persistent reservations: one initiator to the caller, many I_T nexuses to the array.
 *
 * A registration is made on every path in use, or on none. What a path's nexus alone
 * can do is done by that path, or by another one that has taken its place: whoever is
 * registered with the same key may preempt it. prop.c sends, prstate.c knows, prregister.c
 * registers the paths in use, and pradmit.c those that come later.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/sched/signal.h>
#include <linux/slab.h>
#include "vmpath.h"
#include "sense.h"

#define VMP_PR_POLL	(HZ / 10)	/* is there a path now? */
#define VMP_PR_TRIES	8		/* of an operation, if no path has an answer */
#define VMP_PR_MEND	100		/* VMP_PR_POLLs for a reservation to be taken over */

/**
 * vmp_pr_was_done() - has the array done it for a path that did not answer?
 * @op: PREEMPT, PREEMPT AND ABORT or CLEAR
 * @path: has sent it after that one, and had a conflict
 *
 * Done once, none of them can be done again: a PREEMPT finds nobody with the victim's key,
 * after a CLEAR our own is gone, and either is a conflict (SPC-4 5.13.11.2). What counts is
 * what the caller wants. Of a PREEMPT: @path is registered still, nobody has the victim's
 * key, and nobody else holds a reservation, which could have been the victim's. Of a CLEAR:
 * nobody is registered, and nothing is reserved. Who has made it so is not asked. Of PREEMPT
 * AND ABORT nobody can tell: LIO takes the key away, and then waits for the victim's commands.
 *
 * Context: sleeps, for ten seconds and a little for each of three commands at most.
 * Return: it is so, and the answer is GOOD.
 */
static bool vmp_pr_was_done(struct vmp_pr_op *op, struct vmp_path *path)
{
	bool done = false, clear = op->out->action == VMP_PR_CLEAR;
	u64 key = op->out->key, victim = op->out->sa_key;
	struct vmp_pr_answer unheard;
	struct vmp_pr_holder holder;
	struct vmp_pr_keys keys;
	enum vmp_pr_end end;
	u8 *data;

	/* What preempts our own key is sent again when @path has that again. */
	if (!op->silent || op->out->action == VMP_PR_PREEMPT_ABORT ||
	    (!clear && (!victim || !key || victim == key || key != op->head->pr.key)))
		return false;
	end = clear ? VMP_PR_GOOD :
		      vmp_prcmd_same(path, key, op->head->pr.flags, &unheard);
	if (end == VMP_PR_NO_ANSWER)
		vmp_pr_drop(path);
	if (end != VMP_PR_GOOD)
		return false;
	if (vmp_prcmd_keys(path, &keys, &data) == VMP_PR_GOOD && keys.nr == keys.told)
		done = clear ? !keys.nr : vmp_pr_count_key(&keys, key) &&
		       !vmp_pr_count_key(&keys, victim) && !vmp_pr_count_key(&keys, 0);
	kfree(data);
	if (!done || vmp_prcmd_holder(path, &holder) != VMP_PR_GOOD ||
	    (holder.held && (clear || (holder.key != key && !vmp_pr_all_hold(holder.type)))))
		return false;
	memset(op->answer, 0, sizeof(*op->answer));
	return true;
}

/* ---- registrations ------------------------------------------------------- */

/**
 * vmp_pr_lost() - is a path no more registered that we take for that?
 * @op: has its paths; the answer is its caller's
 * @path: one of them
 *
 * An array that has restarted may have new nexuses for us, keep what the old ones had, and
 * say nothing. What the path held is held then by a nexus that is nobody's path.
 *
 * Context: sleeps, for ten seconds and a little at most. SPC-4 5.13.7.
 */
bool vmp_pr_lost(struct vmp_pr_op *op, struct vmp_path *path)
{
	struct vmp_head *head = op->head;
	u64 key = head->pr.key;
	enum vmp_pr_end end;

	if (!key || READ_ONCE(path->state) != VMP_PATH_LIVE ||
	    READ_ONCE(path->pr.key) != key)
		return false;
	end = vmp_prcmd_same(path, key, head->pr.flags, op->answer);
	if (end == VMP_PR_NO_ANSWER)
		vmp_pr_drop(path);
	if (end != VMP_PR_CONFLICT)
		return false;
	vmp_pr_bereave(path, key);
	vmp_pr_note_path(path, 0);
	return true;
}

/*
 * All of ours but @path have lost their registrations to an operation of our own, or
 * may have. They come back as any path does (pradmit.c): whoever preempts us meanwhile
 * is not answered by a registration made after that.
 */
static void vmp_pr_readmit(struct vmp_pr_op *op, struct vmp_path *path)
{
	struct vmp_head *head = op->head;
	unsigned int i;

	spin_lock_irq(&head->state_lock);
	head->pr.change++;
	for (i = 0; i < op->nr; i++)
		if (op->path[i] != path && op->path[i]->state == VMP_PATH_LIVE)
			vmp_path_set_state(op->path[i], VMP_PATH_PROBING,
					   "to be registered anew");
	spin_unlock_irq(&head->state_lock);
	vmp_pr_note_path(path, head->pr.key);
	for (i = 0; i < op->nr; i++)
		if (op->path[i] != path)
			vmp_checker_kick(op->path[i], 0);
}

/* ---- reservations -------------------------------------------------------- */

/**
 * vmp_pr_take_over() - have a path hold what another nexus of ours does
 * @op: has its paths; the answer is its caller's
 * @path: one of them, registered
 * @type: of the reservation
 *
 * All others lose their registrations, and come back as paths do.
 *
 * Context: sleeps, for ten seconds and a little at most. SPC-4 5.13.11.2.6.
 */
enum vmp_pr_end vmp_pr_take_over(struct vmp_pr_op *op, struct vmp_path *path, u8 type)
{
	struct vmp_head *head = op->head;
	const struct vmp_pr_out out = {
		.action = VMP_PR_PREEMPT, .type = type,
		.key = head->pr.key, .sa_key = head->pr.key,
	};
	enum vmp_pr_end end = vmp_pr_send(op, path, &out);

	if (end != VMP_PR_GOOD)
		return end;
	pr_notice("%s: path %s holds the reservation now\n", head->node_name, path->name);
	vmp_pr_note_holder(head, path->born, type);
	vmp_pr_readmit(op, path);
	return end;
}

/**
 * vmp_pr_ask() - does the array say that a nexus of ours alone holds a reservation?
 * @op: has its paths
 * @path: one of them; taken out of use if it has no answer
 * @type: set to that reservation's; 0: none does, or the array has no answer
 *
 * Context: sleeps, for ten seconds and a little at most.
 */
enum vmp_pr_end vmp_pr_ask(struct vmp_pr_op *op, struct vmp_path *path, u8 *type)
{
	struct vmp_pr_holder holder;
	enum vmp_pr_end end = vmp_prcmd_holder(path, &holder);
	u64 key = op->head->pr.key;

	if (end == VMP_PR_NO_ANSWER)
		vmp_pr_drop(path);
	*type = end == VMP_PR_GOOD && key && holder.held && holder.key == key ? holder.type : 0;
	return end;
}

/**
 * vmp_pr_orphaned() - is a reservation of ours held by a nexus that is nobody's path?
 * @op: has its paths
 * @path: one of them; it has had a conflict, or no path in use is the holder
 *
 * With types 1 and 3 nobody else may do I/O. LIO keeps out all that come by the port of who
 * holds another type, too, if they are of the same initiator and not the same nexus.
 *
 * Context: sleeps, for ten seconds and a little at most.
 */
bool vmp_pr_orphaned(struct vmp_pr_op *op, struct vmp_path *path)
{
	struct vmp_head *head = op->head;
	struct vmp_pr_holder holder;

	if ((vmp_pr_has_holder(op) && path->born != head->pr.holder) ||
	    READ_ONCE(path->state) != VMP_PATH_LIVE || vmp_pr_rests(op) ||
	    vmp_prcmd_holder(path, &holder) != VMP_PR_GOOD || !holder.held ||
	    holder.key != head->pr.key || vmp_pr_all_hold(holder.type))
		return false;
	vmp_pr_note_holder(head, VMP_PR_NO_PATH, holder.type);
	return true;
}

/*
 * A path has had a conflict: one of our own has it already. Which one, or is that gone?
 * Return: who holds it now, or NULL.
 */
static struct vmp_path *vmp_pr_reserve_again(struct vmp_pr_op *op, unsigned int first)
{
	enum vmp_pr_end end = VMP_PR_CONFLICT;
	unsigned int i;

	for (i = first + 1; i < op->nr && end != VMP_PR_REFUSED; i++) {
		end = vmp_pr_send(op, op->path[i], op->out);
		if (end == VMP_PR_GOOD)
			return op->path[i];
	}
	if (end == VMP_PR_REFUSED)
		return NULL;
	/* Unheard, it is tried again. */
	op->answer->result = -EIO;
	end = vmp_pr_take_over(op, op->path[first], op->out->type);
	return end == VMP_PR_GOOD ? op->path[first] : NULL;
}

static void vmp_pr_reserve(struct vmp_pr_op *op)
{
	struct vmp_path *holder = NULL;
	u8 type = op->out->type, held;
	enum vmp_pr_end end;
	unsigned int i;

	i = vmp_pr_send_any(op, &end);
	if (end == VMP_PR_GOOD)
		holder = op->path[i];
	else if (end == VMP_PR_CONFLICT && op->out->key == op->head->pr.key &&
		 vmp_pr_ask(op, op->path[i], &held) == VMP_PR_GOOD && held && held == type)
		holder = vmp_pr_reserve_again(op, i);
	if (holder)
		vmp_pr_note_holder(op->head, holder->born, type);
}

/* It is held by a nexus of ours that has no path: let one take its place, and do it. */
static void vmp_pr_release_gone(struct vmp_pr_op *op, u8 held)
{
	enum vmp_pr_end end;
	unsigned int i;

	for (i = 0; i < op->nr; i++) {
		/* Late, it would take the others' registrations away. */
		if (READ_ONCE(op->path[i]->state) != VMP_PATH_LIVE ||
		    vmp_pr_take_over(op, op->path[i], held) != VMP_PR_GOOD)
			continue;
		end = vmp_pr_send(op, op->path[i], op->out);
		if (end == VMP_PR_GOOD)
			vmp_pr_note_holder(op->head, 0, 0);
		else if (end == VMP_PR_NO_ANSWER)
			op->answer->result = -EIO;    /* it was the take-over's */
		return;
	}
}

static void vmp_pr_release(struct vmp_pr_op *op)
{
	u8 type = op->out->type, held = type, found;
	enum vmp_pr_end end;
	unsigned int i;

	for (i = 0; i < op->nr; i++) {
		end = vmp_pr_send(op, op->path[i], op->out);
		/* If all hold it, who is kept out for a lost nexus (LIO) is not the only one. */
		if (end == VMP_PR_REFUSED || (end == VMP_PR_CONFLICT && !vmp_pr_all_hold(type)))
			return;
		if (end != VMP_PR_GOOD)
			continue;
		/* GOOD is also the answer to who holds nothing. */
		end = vmp_pr_ask(op, op->path[i], &found);
		if (end != VMP_PR_NO_ANSWER && !found) {
			vmp_pr_note_holder(op->head, 0, 0);
			return;
		}
		held = found ?: held;
		/* So it is no answer to the caller. */
		op->answer->result = -EIO;
	}
	if (!vmp_pr_all_hold(held))
		vmp_pr_release_gone(op, held);
}

static void vmp_pr_clear(struct vmp_pr_op *op)
{
	enum vmp_pr_end end;
	unsigned int i;

	i = vmp_pr_send_any(op, &end);
	/* A registration that has no answer yet may come after it. */
	if (end == VMP_PR_GOOD || (end == VMP_PR_CONFLICT && vmp_pr_was_done(op, op->path[i])))
		vmp_pr_forget(op->head, op->head->pr.key ?: op->head->pr.former);
}

static void vmp_pr_preempt(struct vmp_pr_op *op)
{
	struct vmp_head *head = op->head;
	u64 key = op->out->key, victim = op->out->sa_key;
	bool held = head->pr.holder;
	struct vmp_pr_holder holder;
	enum vmp_pr_end end;
	unsigned int i;
	bool before;

	i = vmp_pr_send_any(op, &end);
	before = end == VMP_PR_CONFLICT && vmp_pr_was_done(op, op->path[i]);
	if ((end != VMP_PR_GOOD && !before) || !key || key != head->pr.key)
		return;
	/* It holds what it has preempted, if that was a reservation, or of another type. */
	if (vmp_prcmd_holder(op->path[i], &holder) == VMP_PR_GOOD) {
		if (!holder.held || (holder.key && holder.key != key))
			vmp_pr_note_holder(head, 0, 0);
		else if (!held || victim == key || holder.type != head->pr.type)
			vmp_pr_note_holder(head, before ? op->silent : op->path[i]->born,
					   holder.type);
	}
	if (victim == key || !victim)
		vmp_pr_readmit(op, op->path[i]);
	/* Who holds it is out of use: another path may have to take it over. */
	if (before)
		vmp_pr_unsure(head);
}

/* What vmpath does not understand is one path's, and all may have changed. */
static void vmp_pr_pass(struct vmp_pr_op *op)
{
	enum vmp_pr_end end;

	vmp_pr_send_any(op, &end);
	vmp_pr_unsure(op->head);
}

/* ---- operations ---------------------------------------------------------- */

static void vmp_pr_carry_out(struct vmp_pr_op *op)
{
	switch (op->out->action) {
	case VMP_PR_REGISTER:
	case VMP_PR_REGISTER_IGNORE:
		vmp_pr_register(op);
		break;
	case VMP_PR_RESERVE:
		vmp_pr_reserve(op);
		break;
	case VMP_PR_RELEASE:
		vmp_pr_release(op);
		break;
	case VMP_PR_CLEAR:
		vmp_pr_clear(op);
		break;
	case VMP_PR_PREEMPT:
	case VMP_PR_PREEMPT_ABORT:
		vmp_pr_preempt(op);
		break;
	default:
		vmp_pr_pass(op);
	}
}

/* A conflict, or what LIO says to who is not registered: LOGICAL UNIT COMMUNICATION FAILURE. */
static bool vmp_pr_is_conflict(const struct vmp_pr_answer *answer)
{
	struct vmp_sense sense = {};

	if (answer->result < 0)
		return false;
	if ((answer->result & 0xff) == SAM_STAT_RESERVATION_CONFLICT)
		return true;
	vmp_sense_parse(&sense, answer->sense, sizeof(answer->sense));
	return (answer->result & 0xff) == SAM_STAT_CHECK_CONDITION && sense.valid &&
	       sense.key == NOT_READY && sense.asc == 0x08 && !sense.ascq;
}

/*
 * The caller has a conflict, and has named our key: has a path lost its registration, or the
 * reservation its holder? That is to be mended, or to be known, before he is told. It is the
 * first path that has answered, but for a registration, which all have to take.
 */
static bool vmp_pr_shut_out(struct vmp_pr_op *op)
{
	u64 key = op->head->pr.key;
	struct vmp_pr_answer *answer = op->answer, unheard;
	bool all = op->out->action == VMP_PR_REGISTER, lost = false;
	unsigned int i, asked = 0;

	if (op->looked || !key || op->out->key != key || !vmp_pr_is_conflict(answer))
		return false;
	op->looked = true;
	op->answer = &unheard;
	for (i = 0; i < op->nr && (!asked || lost || all); i++) {
		if (READ_ONCE(op->path[i]->state) != VMP_PATH_LIVE)
			continue;
		lost |= vmp_pr_lost(op, op->path[i]);
		if (!asked++ && !vmp_pr_has_holder(op))
			lost |= vmp_pr_orphaned(op, op->path[i]);
	}
	op->answer = answer;
	if (lost)
		vmp_pr_unsure(op->head);
	return lost;
}

/* As long as an I/O would. Return: 0 if there may be a path, or -errno. */
static int vmp_pr_wait(struct vmp_head *head)
{
	do {
		if (test_bit(VMP_HEAD_EXPIRED, &head->flags) ||
		    test_bit(VMP_HEAD_DYING, &head->flags))
			return -EIO;
		schedule_timeout_interruptible(VMP_PR_POLL);
		if (signal_pending(current))
			return -ERESTARTSYS;
	} while (!vmp_head_usable(head));
	return 0;
}

/*
 * What is lost is being registered anew, and what it held taken over. @told: the conflict that
 * the caller gets if there is no path for that.
 */
static int vmp_pr_mended(struct vmp_pr_op *op, const struct vmp_pr_answer *told)
{
	struct vmp_head *head = op->head;
	unsigned int i;
	int ret;

	flush_delayed_work(&head->pr.work);
	for (i = 0; i < VMP_PR_MEND; i++) {
		ret = vmp_pr_wait(head);
		if (ret || READ_ONCE(head->pr.holder) != VMP_PR_NO_PATH)
			break;
	}
	if (ret == -EIO) {
		*op->answer = *told;
		return 0;
	}
	op->answer->result = -EIO;
	return ret ?: -EAGAIN;
}

/* As long as it is tried again, a path with this key needs no other proof. */
static void vmp_pr_want(const struct vmp_pr_op *op, u64 key)
{
	struct vmp_pr *pr = &op->head->pr;

	spin_lock_irq(&op->head->state_lock);
	if (key || pr->wanter == op) {
		pr->wanted = key;
		pr->wanter = key ? op : NULL;
	}
	spin_unlock_irq(&op->head->state_lock);
}

/**
 * vmp_pr_do() - carry out PERSISTENT RESERVE OUT for all paths of an LU
 * @head: the LU's
 * @out: what is to be done
 * @param: its parameter list, if @out does not say all of it, or NULL
 * @len: bytes in @param
 * @answer: filled in
 *
 * Context: sleeps; without a path for as long as an I/O would wait, and for ten
 * seconds for each path that does not answer. A signal ends the former. SPC-4 5.13.
 * Return: 0 if the target has answered, -EOPNOTSUPP for an LU that virtio-blk has a
 * part in, or -errno.
 */
int vmp_pr_do(struct vmp_head *head, const struct vmp_pr_out *out,
	      const u8 *param, size_t len, struct vmp_pr_answer *answer)
{
	struct vmp_pr_op *op = vmp_pr_alloc(head, answer);
	struct vmp_pr_answer told;
	unsigned int tries = 0;
	bool lost;
	int ret;

	if (!op)
		return -ENOMEM;
	op->out = out;
	op->param = param;
	op->len = len;
	if (out->action == VMP_PR_REGISTER_IGNORE ||
	    (out->action == VMP_PR_REGISTER && !out->key))
		vmp_pr_want(op, out->sa_key);
	do {
		ret = vmp_pr_begin(op);
		if (!ret)
			vmp_pr_carry_out(op);
		lost = !ret && vmp_pr_shut_out(op);
		vmp_pr_end(op);
		told = *answer;
		if (lost) {
			ret = vmp_pr_mended(op, &told);
		} else if (!ret && answer->result < 0) {
			ret = ++tries < VMP_PR_TRIES ? vmp_pr_wait(head) ?: -EAGAIN : -EIO;
			op->again = true;
		}
	} while (ret == -EAGAIN);
	vmp_pr_want(op, 0);
	kfree(op);
	return ret == -EOPNOTSUPP ? vmp_pr_unsupported(head) : ret;
}
