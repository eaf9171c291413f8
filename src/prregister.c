// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registrations: all paths of an LU in use have the same, or have what they had.
 *
 * Paths that come later are for pradmit.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "vmpath.h"

/* It may have another key than the others, and is to be rid of it when it comes back. */
static void vmp_pr_note_stray(struct vmp_path *path, u64 key)
{
	spin_lock_irq(&path->head->state_lock);
	if (key)
		path->pr.key = key;
	spin_unlock_irq(&path->head->state_lock);
}

/*
 * From one key to the other: whoever has been preempted since is not registered behind that
 * one's back. A path that is the same I_T nexus as a path before it has the other already.
 */
static enum vmp_pr_end vmp_pr_put_back(struct vmp_pr_op *op, struct vmp_path *path,
				       u64 from, u64 to)
{
	struct vmp_pr_out back = {
		.action = VMP_PR_REGISTER, .key = from, .sa_key = to,
		.flags = op->head->pr.flags | (op->out->flags & VMP_PR_ALL_TG_PT),
	};
	enum vmp_pr_end end = vmp_pr_send(op, path, &back);

	if (end == VMP_PR_CONFLICT && !to)
		return VMP_PR_GOOD;
	if (end == VMP_PR_CONFLICT) {
		back.key = to;
		end = vmp_pr_send(op, path, &back);
	}
	if (end == VMP_PR_NO_ANSWER || end == VMP_PR_REFUSED)
		vmp_pr_note_stray(path, from);
	return end;
}

/* Is our key there, with anybody, though those before @path have another one already? */
static bool vmp_pr_key_left(struct vmp_pr_op *op, struct vmp_path *path)
{
	struct vmp_pr_keys keys;
	bool left = true;
	u8 *data;

	if (vmp_prcmd_keys(path, &keys, &data) == VMP_PR_GOOD && keys.nr == keys.told)
		left = vmp_pr_count_key(&keys, op->head->pr.key);
	kfree(data);
	return left;
}

/*
 * Has somebody preempted the key that the path which did not follow had, and so meant all of
 * ours? He did not meet those that had the new key. If the old one is still there, it is a lost
 * nexus of ours that has it, which he would have met.
 */
static bool vmp_pr_preempted(struct vmp_pr_op *op, struct vmp_path *path, bool left)
{
	u64 key = path->pr.key;
	enum vmp_pr_end end;

	if (!key || key != op->head->pr.key || key == op->out->sa_key || left)
		return false;
	end = vmp_prcmd_same(path, key, op->head->pr.flags, op->answer);
	if (end == VMP_PR_NO_ANSWER)
		vmp_pr_drop(path);
	return end == VMP_PR_CONFLICT;
}

/* Unregistered, by us: it comes back by its check, which asks whether others are. */
static void vmp_pr_cast_off(struct vmp_pr_op *op, struct vmp_path *path)
{
	struct vmp_pr *pr = &op->head->pr;

	/* A reservation goes with the registration of who holds it. */
	if (path->born == READ_ONCE(pr->holder) && !vmp_pr_all_hold(pr->type))
		vmp_pr_note_holder(op->head, 0, 0);
	vmp_pr_drop(path);
}

/*
 * Put back what the paths before @nr were registered with. Not if they were unregistered:
 * REGISTER would register who has been preempted since.
 */
static void vmp_pr_roll_back(struct vmp_pr_op *op, unsigned int nr)
{
	struct vmp_pr_answer *answer = op->answer, unheard;
	const struct vmp_pr_out *out = op->out;
	bool left = nr && out->sa_key && vmp_pr_key_left(op, op->path[nr]);
	unsigned int i;

	op->answer = &unheard;
	for (i = 0; i < nr; i++) {
		struct vmp_path *path = op->path[i];
		u64 key = out->action == VMP_PR_REGISTER ? out->key : path->pr.key;

		if (READ_ONCE(path->state) != VMP_PATH_LIVE)
			vmp_pr_note_stray(path, out->sa_key);
		else if (!out->sa_key)
			vmp_pr_cast_off(op, path);
		else if (vmp_pr_put_back(op, path, out->sa_key, key) != VMP_PR_GOOD)
			vmp_pr_drop(path);
	}
	if (nr && out->sa_key && vmp_pr_preempted(op, op->path[nr], left)) {
		for (i = 0; i < nr; i++)
			if (vmp_pr_put_back(op, op->path[i], op->head->pr.key, 0) == VMP_PR_GOOD)
				vmp_pr_cast_off(op, op->path[i]);
		vmp_pr_unsure(op->head);
	}
	op->answer = answer;
}

/*
 * As the first path was, but for one that is the same I_T nexus as a path before it, or whose
 * own command was carried out and not answered: that has the new key already, or none any more.
 */
static enum vmp_pr_end vmp_pr_follow(struct vmp_pr_op *op, struct vmp_path *path, bool echo)
{
	struct vmp_pr_out out = *op->out;
	enum vmp_pr_end end;

	out.flags &= VMP_PR_KEPT;
	end = vmp_pr_send(op, path, &out);
	if (end != VMP_PR_CONFLICT || out.action != VMP_PR_REGISTER)
		return end;
	if (!out.sa_key) {
		memset(op->answer, 0, sizeof(*op->answer));
		return VMP_PR_GOOD;
	}
	echo |= op->answer->maybe;
	out.key = out.sa_key;
	end = vmp_pr_send(op, path, &out);
	if (end == VMP_PR_GOOD && !echo)
		pr_info("%s: path %s has its I_T nexus in common with another one\n",
			op->head->node_name, path->name);
	return end;
}

static void vmp_pr_registered(struct vmp_pr_op *op)
{
	struct vmp_head *head = op->head;
	u64 key = op->out->sa_key, old;
	unsigned int i;

	spin_lock_irq(&head->state_lock);
	old = head->pr.key;
	head->pr.change++;
	WRITE_ONCE(head->pr.key, key);
	head->pr.former = old != key ? old : head->pr.former;
	head->pr.flags = op->out->flags & VMP_PR_KEPT;
	spin_unlock_irq(&head->state_lock);
	vmp_pr_prove_gone(op);
	for (i = 0; i < op->nr; i++)
		if (READ_ONCE(op->path[i]->state) == VMP_PATH_LIVE)
			vmp_pr_note_path(op->path[i], key);
	/* The array has released what it held. */
	if (!key)
		vmp_pr_note_holder(head, 0, 0);
}

/**
 * vmp_pr_register() - REGISTER, or REGISTER AND IGNORE EXISTING KEY, for all paths in use
 * @op: has its paths
 *
 * If one refuses, none is registered otherwise than before.
 *
 * Context: sleeps, for ten seconds for each path that does not answer. SPC-4 5.13.7.
 */
void vmp_pr_register(struct vmp_pr_op *op)
{
	struct vmp_pr_answer first;
	enum vmp_pr_end end;
	unsigned int i;

	i = vmp_pr_send_any(op, &end);
	if (end == VMP_PR_CONFLICT && (op->again || op->answer->maybe))
		end = vmp_pr_follow(op, op->path[i], true);
	if (end != VMP_PR_GOOD) {
		/*
		 * Those who did not answer may be registered so nevertheless. If nobody did, and
		 * that was to change a key, it will be tried again.
		 */
		while ((end != VMP_PR_NO_ANSWER || !op->head->pr.key) && i--)
			vmp_pr_note_stray(op->path[i], op->out->sa_key);
		return;
	}
	first = *op->answer;
	for (i++; i < op->nr; i++) {
		end = vmp_pr_follow(op, op->path[i], op->again);
		if (end == VMP_PR_CONFLICT || end == VMP_PR_REFUSED) {
			pr_notice("%s: path %s refuses to be registered as the others are: none is\n",
				  op->head->node_name, op->path[i]->name);
			vmp_pr_roll_back(op, i);
			return;
		}
	}
	*op->answer = first;
	vmp_pr_registered(op);
}
