// SPDX-License-Identifier: GPL-2.0-only
/*
 * One PERSISTENT RESERVE command on one path, and an end of the wait for it.
 *
 * The command is sent by a worker, and belongs to it: who waits gives up after a
 * while, and the path is out of use until its device has answered after all. What
 * came of it then is for pradmit.c to see.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/slab.h>
#include <scsi/scsi_proto.h>
#include <scsi/scsi_status.h>
#include "vmpath.h"
#include "compat/scsi.h"
#include "compat/unaligned.h"
#include "sense.h"

#define VMP_PRCMD_PATIENCE	(10 * HZ)	/* then the path is taken for hung */
#define VMP_PRCMD_TIMEOUT	(60 * HZ)	/* told to the host, which ignores it */
#define VMP_PRCMD_RETRIES	3		/* of the mid-layer, for what only asks */
#define VMP_PRCMD_TRIES		8		/* ours: unit attentions, busy */
#define VMP_PRCMD_KEYS_LEN	SZ_8K		/* 1023 keys; more is refused by qemu-pr-helper */
#define VMP_PRCMD_KEYS_MAX	(SZ_64K - 8)	/* 8190 */
#define VMP_PRCMD_HOLDER_LEN	24

/* A command on its way. Two references: the worker's and that of who waits. */
struct vmp_prcmd {
	struct kref ref;
	struct vmp_path *path;		/* with a reference on its io_ref */
	struct work_struct work;
	struct completion done;
	bool out;			/* it brings data there */
	u64 registers;			/* with this who may not have been so before, or 0 */
	bool maybe;			/* done, perhaps, before its last try; if @answered */
	bool answered;			/* head->state_lock: the worker is through */
	bool given_up;			/* head->state_lock: nobody waits any more */
	unsigned int len;
	u8 cdb[16];
	struct vmp_pr_answer answer;
	enum vmp_pr_end end;
	u8 *data;			/* @len bytes, for DMA */
};

static void vmp_prcmd_free(struct kref *ref)
{
	struct vmp_prcmd *cmd = container_of(ref, struct vmp_prcmd, ref);

	kfree(cmd->data);
	kfree(cmd);
}

/* Nobody has said how it ended, and the disk was there to be asked. */
static bool vmp_prcmd_unheard(int result)
{
	switch (host_byte(result)) {
	case DID_OK:
	case DID_NO_CONNECT:
	case DID_BAD_TARGET:
		return false;
	default:
		return true;
	}
}

/* A host says that its own way to the LU has failed: SPC-4 has it for a path's failure. */
static bool vmp_prcmd_cut_off(const struct vmp_sense *sense)
{
	return sense->valid && sense->key == ABORTED_COMMAND && sense->asc == 0x08;
}

/* Return: false if it may be sent again; its end is set in either case. */
static bool vmp_prcmd_judge(struct vmp_prcmd *cmd)
{
	int result = cmd->answer.result;
	const struct vmp_outcome_row *row;
	struct vmp_sense sense = {};

	if (result < 0) {
		cmd->end = VMP_PR_NO_ANSWER;
		return true;
	}
	vmp_sense_parse(&sense, cmd->answer.sense, sizeof(cmd->answer.sense));
	cmd->maybe |= vmp_prcmd_unheard(result) ||
		      (sense.valid && sense.key == ABORTED_COMMAND);
	row = vmp_outcome_of_scsi(host_byte(result), result & 0xff, &sense);
	switch (row->outcome) {
	case VMP_DONE:
		cmd->end = VMP_PR_GOOD;
		return true;
	case VMP_CONFLICT:
		cmd->end = VMP_PR_CONFLICT;
		return true;
	case VMP_TARGET:
		cmd->end = VMP_PR_REFUSED;
		return true;
	case VMP_RETRY:
		/* Not carried out: a unit attention, busy, the access state moves. */
		cmd->end = host_byte(result) ? VMP_PR_NO_ANSWER : VMP_PR_REFUSED;
		return false;
	case VMP_FAILOVER:
		cmd->end = VMP_PR_NO_ANSWER;
		return true;
	default:
		/* For I/O a reason to look elsewhere, but a host may not have this at all. */
		cmd->end = host_byte(result) || vmp_prcmd_cut_off(&sense) ?
			   VMP_PR_NO_ANSWER : VMP_PR_REFUSED;
		return true;
	}
}

static void vmp_prcmd_work(struct work_struct *work)
{
	struct vmp_prcmd *cmd = container_of(work, struct vmp_prcmd, work);
	struct vmp_path *path = cmd->path;
	struct vmp_head *head = path->head;
	unsigned int i;
	bool late;

	for (i = 1; i <= VMP_PRCMD_TRIES; i++) {
		/* It may be another LU by now, with the same key on it. */
		if (READ_ONCE(cmd->given_up) ||
		    (cmd->out && !path->pr.patient && READ_ONCE(path->unsettled))) {
			cmd->end = VMP_PR_NO_ANSWER;
			break;
		}
		memset(cmd->answer.sense, 0, sizeof(cmd->answer.sense));
		cmd->answer.result =
			vmp_compat_scsi_command(path->sdev, cmd->cdb, cmd->out,
						cmd->data, cmd->len,
						cmd->answer.sense,
						VMP_PRCMD_TIMEOUT,
						cmd->out ? 0 : VMP_PRCMD_RETRIES);
		if (vmp_prcmd_judge(cmd))
			break;
		msleep(vmp_outcome_delay_ms(i));
	}
	spin_lock_irq(&head->state_lock);
	cmd->answered = true;
	late = cmd->given_up;
	if (late)
		path->pr.late--;
	spin_unlock_irq(&head->state_lock);
	if (late)
		vmp_checker_kick(path, 0);
	/* A disk that is no path yet has no other reference than who waits. */
	percpu_ref_put(&path->io_ref);
	complete(&cmd->done);
	kref_put(&cmd->ref, vmp_prcmd_free);
}

static struct vmp_prcmd *vmp_prcmd_alloc(struct vmp_path *path, bool out, size_t len)
{
	struct vmp_prcmd *cmd = kzalloc(sizeof(*cmd), GFP_NOIO);

	if (!cmd)
		return NULL;
	cmd->data = kzalloc(len, GFP_NOIO);
	if (!cmd->data) {
		kfree(cmd);
		return NULL;
	}
	kref_init(&cmd->ref);
	init_completion(&cmd->done);
	INIT_WORK(&cmd->work, vmp_prcmd_work);
	cmd->path = path;
	cmd->out = out;
	cmd->len = len;
	return cmd;
}

/* Nobody knows when it comes, if it does: no I/O there before that is known. */
static bool vmp_prcmd_give_up(struct vmp_prcmd *cmd)
{
	struct vmp_path *path = cmd->path;
	bool late;

	spin_lock_irq(&path->head->state_lock);
	late = !cmd->answered;
	WRITE_ONCE(cmd->given_up, late);
	if (late) {
		path->pr.late++;
		if (cmd->out && cmd->cdb[1] == VMP_PR_RESERVE)
			xchg(&path->pr.strayed, 1);
		if (cmd->registers)
			vmp_pr_doubt(path, cmd->registers);
	}
	spin_unlock_irq(&path->head->state_lock);
	if (late)
		pr_notice_ratelimited("%s: path %s does not answer PERSISTENT RESERVE\n",
				      path->head->node_name, path->name);
	return late;
}

/* Send it, and wait; the caller keeps its reference. */
static enum vmp_pr_end vmp_prcmd_run(struct vmp_prcmd *cmd)
{
	struct vmp_path *path = cmd->path;

	percpu_ref_get(&path->io_ref);
	kref_get(&cmd->ref);
	queue_work(vmp_send_wq, &cmd->work);
	if (path->pr.patient)
		wait_for_completion(&cmd->done);
	else if (!wait_for_completion_timeout(&cmd->done, VMP_PRCMD_PATIENCE) &&
		 vmp_prcmd_give_up(cmd))
		return VMP_PR_NO_ANSWER;
	if (cmd->end == VMP_PR_NO_ANSWER && cmd->registers && cmd->maybe) {
		spin_lock_irq(&path->head->state_lock);
		vmp_pr_doubt(path, cmd->registers);
		spin_unlock_irq(&path->head->state_lock);
	}
	return cmd->end;
}

/**
 * vmp_prcmd_out() - send PERSISTENT RESERVE OUT
 * @path: with a reference on its io_ref
 * @out: what it is to say
 * @param: the parameter list, if @out does not say all of it, or NULL
 * @len: bytes in @param
 * @answer: what the target has said; if it has not, only its maybe is written
 *
 * Context: sleeps, for ten seconds and a little at most.
 */
enum vmp_pr_end vmp_prcmd_out(struct vmp_path *path, const struct vmp_pr_out *out,
			      const u8 *param, size_t len,
			      struct vmp_pr_answer *answer)
{
	struct vmp_prcmd *cmd;
	enum vmp_pr_end end;

	if (!param)
		len = VMP_PR_PARAM_LEN;
	answer->maybe = false;
	cmd = vmp_prcmd_alloc(path, true, len);
	if (!cmd)
		return VMP_PR_NO_ANSWER;
	vmp_pr_put_out(cmd->cdb, cmd->data, out);
	if (out->action == VMP_PR_REGISTER_IGNORE ||
	    (out->action == VMP_PR_REGISTER && out->key != out->sa_key))
		cmd->registers = out->sa_key;
	if (param) {
		memcpy(cmd->data, param, len);
		put_unaligned_be32(len, cmd->cdb + 5);
	}
	end = vmp_prcmd_run(cmd);
	if (end != VMP_PR_NO_ANSWER)
		*answer = cmd->answer;
	answer->maybe = cmd->given_up || cmd->maybe;
	kref_put(&cmd->ref, vmp_prcmd_free);
	return end;
}

/**
 * vmp_prcmd_same() - may a path change its key for the same?
 * @path: with a reference on its io_ref
 * @key: the key
 * @flags: VMP_PR_KEPT, as the path was registered with
 * @answer: as of vmp_prcmd_out()
 *
 * It may if it is registered with that. This changes nobody's rights, and is one step. LIO
 * counts it (PRgeneration).
 *
 * Context: sleeps, for ten seconds and a little at most.
 * Return: VMP_PR_GOOD, VMP_PR_CONFLICT if it is not, or as of vmp_prcmd_out().
 */
enum vmp_pr_end vmp_prcmd_same(struct vmp_path *path, u64 key, u8 flags,
			       struct vmp_pr_answer *answer)
{
	const struct vmp_pr_out same = {
		.action = VMP_PR_REGISTER, .flags = flags, .key = key, .sa_key = key,
	};

	return vmp_prcmd_out(path, &same, NULL, 0, answer);
}

/* Return: the command, answered well, or NULL. */
static struct vmp_prcmd *vmp_prcmd_in(struct vmp_path *path, enum vmp_pr_in action,
				      u16 len, enum vmp_pr_end *end)
{
	struct vmp_prcmd *cmd = vmp_prcmd_alloc(path, false, len);

	*end = VMP_PR_NO_ANSWER;
	if (!cmd)
		return NULL;
	vmp_pr_put_in(cmd->cdb, action, len);
	*end = vmp_prcmd_run(cmd);
	if (*end == VMP_PR_GOOD)
		return cmd;
	kref_put(&cmd->ref, vmp_prcmd_free);
	return NULL;
}

/* As many keys as there is room for in @len bytes. */
static enum vmp_pr_end vmp_prcmd_some_keys(struct vmp_path *path, u16 len,
					   struct vmp_pr_keys *keys, u8 **data)
{
	enum vmp_pr_end end;
	struct vmp_prcmd *cmd = vmp_prcmd_in(path, VMP_PR_READ_KEYS, len, &end);

	*data = NULL;
	if (!cmd)
		return end;
	swap(*data, cmd->data);
	/* What has not come is zeros. */
	if (vmp_pr_take_keys(keys, *data, len))
		end = VMP_PR_NO_ANSWER;
	kref_put(&cmd->ref, vmp_prcmd_free);
	return end;
}

/**
 * vmp_prcmd_keys() - ask for all keys
 * @path: with a reference on its io_ref
 * @keys: filled in if the end is VMP_PR_GOOD; points into @data
 * @data: set to memory that the caller frees, or to NULL
 *
 * A host may let pass no more than some: then these are told.
 *
 * Context: sleeps, for ten seconds and a little for each of two commands at most.
 */
enum vmp_pr_end vmp_prcmd_keys(struct vmp_path *path, struct vmp_pr_keys *keys,
			       u8 **data)
{
	enum vmp_pr_end end = vmp_prcmd_some_keys(path, VMP_PRCMD_KEYS_LEN, keys, data);
	struct vmp_pr_keys all;
	u8 *more;

	if (end != VMP_PR_GOOD || keys->nr == keys->told)
		return end;
	if (vmp_prcmd_some_keys(path, VMP_PRCMD_KEYS_MAX, &all, &more) == VMP_PR_GOOD) {
		swap(*data, more);
		*keys = all;
	}
	kfree(more);
	return end;
}

/**
 * vmp_prcmd_holder() - ask who holds the reservation
 * @path: with a reference on its io_ref
 * @holder: filled in if the end is VMP_PR_GOOD
 *
 * Context: sleeps, for ten seconds and a little at most.
 */
enum vmp_pr_end vmp_prcmd_holder(struct vmp_path *path,
				 struct vmp_pr_holder *holder)
{
	enum vmp_pr_end end;
	struct vmp_prcmd *cmd = vmp_prcmd_in(path, VMP_PR_READ_RESERVATION,
					     VMP_PRCMD_HOLDER_LEN, &end);

	if (!cmd)
		return end;
	if (vmp_pr_take_holder(holder, cmd->data, VMP_PRCMD_HOLDER_LEN))
		end = VMP_PR_NO_ANSWER;
	kref_put(&cmd->ref, vmp_prcmd_free);
	return end;
}
