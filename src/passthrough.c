// SPDX-License-Identifier: GPL-2.0-only
/*
 * SCSI passthrough: a program's SG_IO on the meta-node, by one of its paths.
 *
 * node.c's fops lead here. The command goes to the path's scsi_device by the
 * kernel's own scsi_ioctl(), which checks permission, maps the pages and waits.
 * What cdb.c says may be repeated goes to another path when the first one fails.
 * Not the way of a bio, and not fast: a task of its own waits for each command.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_proto.h>
#include <scsi/scsi_status.h>
#include <scsi/sg.h>
#include "vmpath.h"
#include "cdb.h"
#include "compat/scsi.h"
#include "passthrough.h"

#define VMP_PASSTHROUGH_POLL	(HZ / 10)	/* is there a path now? */
#define VMP_PASSTHROUGH_CHECK	(HZ / 10)	/* until a path is read that failed a command */
#define VMP_PASSTHROUGH_SENDS	128	/* of one command, whatever happens */
#define VMP_PASSTHROUGH_LATE	1	/* no errno: the path is out of use */

/**
 * struct vmp_passthrough - one SG_IO, from the program's call to its end
 * @head: of the meta-node
 * @arg: the program's struct sg_io_hdr
 * @write: the meta-node was opened for writing
 * @repeat: the command may be sent again
 * @answered: the header has an end of the command that the program may see
 * @last: what that end means; VMP_DONE if there is none
 * @tried: slots of paths that failed it
 * @epoch: head->epoch when the first one did
 * @retries: on one path, which was busy, or had a conflict of our own doing
 * @sends: in all
 * @sent_at: the last one, ns
 * @waits: jiffies when it first found no path; valid if @waiting
 * @waiting: it has found none
 * @ret: what the program gets, at the end
 *
 * On its task's stack, and nobody else's.
 */
struct vmp_passthrough {
	struct vmp_head *head;
	void __user *arg;
	bool write, repeat, answered;
	enum vmp_outcome last;
	u64 tried, epoch;
	unsigned int retries, sends;
	u64 sent_at;
	unsigned long waits;
	bool waiting;
	int ret;
};

/* ---- which path ---------------------------------------------------------- */

static bool vmp_passthrough_tried(const struct vmp_passthrough *pt,
				  const struct vmp_path *path)
{
	return pt->tried & BIT_ULL(path->slot) && path->born <= pt->epoch;
}

/*
 * The first one of the best rank, so always the same as long as nothing happens:
 * unit attentions, mode pages and logs may be a path's own, and a program that
 * asks twice should not get answers of two.
 */
static struct vmp_path *vmp_passthrough_best(const struct vmp_passthrough *pt,
					     const struct vmp_set *set, bool again)
{
	u8 least = VMP_RANK_UNUSABLE;
	struct vmp_path *best = NULL;
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];
		u8 rank = READ_ONCE(path->rank);

		if (!path->sdev || rank >= least || READ_ONCE(path->unsettled) ||
		    (!again && vmp_passthrough_tried(pt, path)))
			continue;
		least = rank;
		best = path;
	}
	return best;
}

/* Return: a path with a reference on its io_ref, or NULL. */
static struct vmp_path *vmp_passthrough_pick(const struct vmp_passthrough *pt)
{
	const struct vmp_set *set;
	struct vmp_path *path;

	rcu_read_lock();
	set = rcu_dereference(pt->head->set);
	/* As in vmp_policy_pick(): whose reference is refused is unusable by now. */
	do {
		path = vmp_passthrough_best(pt, set, false);
	} while (path && !percpu_ref_tryget_live(&path->io_ref));
	rcu_read_unlock();
	return path;
}

/* Is there a path to be had, be it one that failed the command? */
static bool vmp_passthrough_any(const struct vmp_passthrough *pt)
{
	bool any;

	rcu_read_lock();
	any = vmp_passthrough_best(pt, rcu_dereference(pt->head->set), true);
	rcu_read_unlock();
	return any;
}

/*
 * Any path that speaks SCSI, whatever its state, with a reference. Return: that,
 * NULL if it may come, -ENOTTY if the LU is known by virtio-blk alone.
 */
static struct vmp_path *vmp_passthrough_speaker(struct vmp_head *head)
{
	struct vmp_path *path = NULL;
	const struct vmp_set *set;
	bool scsi = false;
	unsigned int i;

	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr && !path; i++) {
		if (!set->path[i]->sdev)
			continue;
		scsi = true;
		if (percpu_ref_tryget_live(&set->path[i]->io_ref))
			path = set->path[i];
	}
	/* All paths are gone: what were they? */
	if (!set->nr) {
		spin_lock_irq(&head->state_lock);
		scsi = head->id.scsi;
		spin_unlock_irq(&head->state_lock);
	}
	rcu_read_unlock();
	return scsi ? path : ERR_PTR(-ENOTTY);
}

/* ---- one try ------------------------------------------------------------- */

/*
 * What the end of the command means. The header and the sense data are the
 * program's memory, and its other threads may write there. So this decides
 * nothing but whether that very program's command is sent again; a path's state
 * does not hang on it.
 */
static enum vmp_outcome vmp_passthrough_outcome(const struct vmp_passthrough *pt)
{
	u8 bytes[SCSI_SENSE_BUFFERSIZE];
	struct vmp_sense sense = {};
	struct sg_io_hdr hdr;
	size_t len;

	if (get_sg_io_hdr(&hdr, pt->arg))
		return VMP_DONE;
	len = min3(sizeof(bytes), (size_t)hdr.sb_len_wr, (size_t)hdr.mx_sb_len);
	if (len && hdr.sbp && !copy_from_user(bytes, hdr.sbp, len))
		vmp_sense_parse(&sense, bytes, len);
	/* It did not ask for the reason, so nobody knows. */
	if (hdr.host_status == DID_OK && hdr.status == SAM_STAT_CHECK_CONDITION &&
	    !sense.valid)
		return VMP_DONE;
	return vmp_outcome_of_scsi(hdr.host_status, hdr.status, &sense)->outcome;
}

/*
 * The path has failed a command. That is no evidence against it as a bio's error
 * would be: the command may be one that no path can do. What the kernel says of
 * the disk is; for the rest, the checker reads from it.
 */
static void vmp_passthrough_blame(struct vmp_passthrough *pt, struct vmp_path *path)
{
	if (!pt->tried || path->born > pt->epoch) {
		pt->tried = 0;
		pt->epoch = READ_ONCE(pt->head->epoch);
	}
	/* Its slot may be another's by now, who is not to blame. */
	if (READ_ONCE(path->state) != VMP_PATH_REMOVING)
		pt->tried |= BIT_ULL(path->slot);
	pt->retries = 0;
	if (vmp_path_gone(path) || !scsi_device_online(path->sdev))
		vmp_path_fail(path, BLK_STS_OFFLINE, NULL);
	else
		vmp_checker_soon(path, VMP_PASSTHROUGH_CHECK);
}

/*
 * Waits as long as the device keeps the command, as on the disk itself. Return:
 * VMP_PASSTHROUGH_LATE if the path has gone out of use before; else the kernel's.
 */
static int vmp_passthrough_send(struct vmp_passthrough *pt, struct vmp_path *path)
{
	int ret = scsi_ioctl_block_when_processing_errors(path->sdev, SG_IO, false);

	pt->sends++;
	pt->sent_at = ktime_get_ns();
	if (ret)
		return ret;
	if (READ_ONCE(path->unsettled) || READ_ONCE(path->rank) == VMP_RANK_UNUSABLE)
		return VMP_PASSTHROUGH_LATE;
	return vmp_compat_scsi_ioctl(path->sdev, pt->write, SG_IO, pt->arg);
}

/* It has ended on a path that is held. Return: that end is the program's. */
static bool vmp_passthrough_judge(struct vmp_passthrough *pt, struct vmp_path *path)
{
	enum vmp_outcome outcome = vmp_passthrough_outcome(pt);

	pt->answered = true;
	pt->last = outcome;
	/* Another LU may have answered: as if it had not, see vmp_io_end(). */
	if (READ_ONCE(path->unsettled)) {
		if (pt->repeat)
			pt->answered = false;
		else if (outcome == VMP_DONE)
			pt->ret = -EIO;
		return !pt->repeat;
	}
	switch (outcome) {
	case VMP_CONFLICT:
		if (!vmp_pr_ours(path, pt->sent_at) || !pt->repeat) {
			vmp_stats_conflict(path);
			return true;
		}
		pt->retries++;
		break;
	case VMP_RETRY:
		if (pt->retries++ < VMP_MAX_RETRIES)
			break;
		fallthrough;
	case VMP_SUSPECT:
	case VMP_FAILOVER:
		vmp_passthrough_blame(pt, path);
		break;
	default:
		return true;
	}
	return !pt->repeat;
}

/* Return: there is nothing more to do. */
static bool vmp_passthrough_try(struct vmp_passthrough *pt, struct vmp_path *path)
{
	bool done;

	pt->ret = vmp_passthrough_send(pt, path);
	switch (pt->ret) {
	case 0:
		done = vmp_passthrough_judge(pt, path);
		break;
	case -ENODEV:
		/* The disk takes no commands: this one has not been sent. */
		pt->last = VMP_FAILOVER;
		vmp_passthrough_blame(pt, path);
		fallthrough;
	case VMP_PASSTHROUGH_LATE:
		done = false;
		break;
	default:
		done = true;
	}
	percpu_ref_put(&path->io_ref);
	return done;
}

/* ---- until it is done ---------------------------------------------------- */

/*
 * As an I/O that has no path. While another one is live, over virtio-blk or with a
 * failure that the checker has still to find, the head does not count the time.
 */
static bool vmp_passthrough_may_wait(struct vmp_passthrough *pt)
{
	int ms = READ_ONCE(pt->head->no_path_timeout_ms);

	if (!pt->waiting)
		pt->waits = jiffies;
	pt->waiting = true;
	if (test_bit(VMP_HEAD_EXPIRED, &pt->head->flags) ||
	    test_bit(VMP_HEAD_DYING, &pt->head->flags))
		return false;
	return ms < 0 || !vmp_head_usable(pt->head) ||
	       time_before(jiffies, pt->waits +
			   msecs_to_jiffies(max(ms, VMP_PROBE_GRACE_MS)));
}

/* Return: a signal came, and there is nothing more to do. */
static bool vmp_passthrough_sleep(struct vmp_passthrough *pt, unsigned long delay)
{
	schedule_timeout_interruptible(delay);
	pt->ret = signal_pending(current) ? -ERESTARTSYS : 0;
	return pt->ret;
}

/*
 * No path is left that has not failed it. Polls: nobody is in a hurry here, and
 * those who make a path live have nobody more to wake.
 * Return: there is nothing more to do.
 */
static bool vmp_passthrough_wait(struct vmp_passthrough *pt)
{
	bool all = pt->answered && pt->last != VMP_FAILOVER &&
		   vmp_passthrough_any(pt);

	/* All of them gave an answer of the kind: it is the target's own. */
	if (all || !vmp_passthrough_may_wait(pt)) {
		pt->ret = pt->answered ? 0 : -EIO;
		return true;
	}
	pt->tried = 0;
	return vmp_passthrough_sleep(pt, VMP_PASSTHROUGH_POLL);
}

static int vmp_passthrough_run(struct vmp_passthrough *pt)
{
	struct vmp_path *path;
	unsigned int ms;

	while (pt->sends < VMP_PASSTHROUGH_SENDS) {
		path = vmp_passthrough_pick(pt);
		if (path ? vmp_passthrough_try(pt, path) : vmp_passthrough_wait(pt))
			return pt->ret;
		ms = path && pt->retries ? vmp_outcome_delay_ms(pt->retries) : 0;
		if (ms && vmp_passthrough_sleep(pt, msecs_to_jiffies(ms)))
			return pt->ret;
	}
	return pt->answered ? 0 : -EIO;
}

/*
 * Reservations of SPC-2 have no keys: held by this path, the others would get conflicts,
 * and nothing could be done about it.
 */
static int vmp_passthrough_refuse(struct vmp_head *head,
				  const struct vmp_cdb_row *row)
{
	/* As the kernel, whose filter lets nobody else send them. */
	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	pr_notice_ratelimited("%s: %s of %s (%d) is refused: it would reserve the LU for one path; use PERSISTENT RESERVE OUT\n",
			      head->node_name, row->name, current->comm,
			      task_pid_nr(current));
	return -EOPNOTSUPP;
}

/*
 * PERSISTENT RESERVE IN: who may reserve nothing (pr.c) is not told of reservations either,
 * or a program that asks first would take the LU for one that has them.
 * Return: 0, or -errno.
 */
static int vmp_passthrough_may_ask(struct vmp_head *head)
{
	struct vmp_pr_answer unheard;
	struct vmp_pr_op *op;
	int ret;

	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	op = vmp_pr_alloc(head, &unheard);
	if (!op)
		return -ENOMEM;
	ret = vmp_pr_collect(op);
	vmp_pr_put(op);
	kfree(op);
	return ret ? vmp_pr_unsupported(head) : 0;
}

/*
 * What the command is, is decided by a copy of it, once. The kernel takes another
 * copy each time it is sent, and asks then whether the program may send that. A
 * program that writes to it meanwhile sends what it could have sent at once, by
 * this or any other path, and may have that twice.
 */
static int vmp_passthrough_sg_io(struct vmp_head *head, bool write, void __user *arg)
{
	struct vmp_passthrough pt = { .head = head, .arg = arg, .write = write };
	const struct vmp_cdb_row *row;
	u8 cdb[VMP_CDB_LEN] = {};
	struct sg_io_hdr hdr;
	size_t len;
	int ret;

	if (get_sg_io_hdr(&hdr, arg))
		return -EFAULT;
	len = min_t(size_t, hdr.cmd_len, sizeof(cdb));
	if (copy_from_user(cdb, hdr.cmdp, len))
		return -EFAULT;
	row = vmp_cdb_find(cdb, len);
	if (row && row->use == VMP_CDB_PR)
		return vmp_prioctl_sg(head, &hdr, cdb, len, arg);
	if (row && row->use == VMP_CDB_RESERVE)
		return vmp_passthrough_refuse(head, row);
	ret = cdb[0] == PERSISTENT_RESERVE_IN ? vmp_passthrough_may_ask(head) : 0;
	if (ret)
		return ret;
	pt.repeat = row && row->use == VMP_CDB_REPEAT;
	return vmp_passthrough_run(&pt);
}

/**
 * vmp_passthrough_ioctl() - ->ioctl() of the meta-node
 * @bdev: the meta-node or a partition of it
 * @mode: how it was opened
 * @cmd: SG_IO, or what asks for its limits
 * @arg: of the program
 *
 * Not passed on: SG_SCSI_RESET, since a reset of a LU on a path that hangs stops
 * the whole guest; start, stop, eject and locks of doors; SCSI_IOCTL_SEND_COMMAND,
 * which is SG_IO without a header; and what asks for the address of the disk,
 * which a meta-node has not.
 *
 * Context: process; sleeps until the device has answered, or without a path for
 * as long as an I/O would wait. A signal ends the latter.
 * Return: 0, -ENOTTY or -ENOIOCTLCMD for what is not passed on and for an LU over
 * virtio-blk, -EOPNOTSUPP for reservations, -EIO without a path, or as the kernel
 * for any SCSI disk.
 */
int vmp_passthrough_ioctl(struct block_device *bdev, blk_mode_t mode,
			  unsigned int cmd, unsigned long arg)
{
	struct vmp_head *head = vmp_node_head(bdev->bd_disk);
	void __user *argp = (void __user *)arg;
	bool write = mode & BLK_OPEN_WRITE;
	struct vmp_path *path;
	int ret = -EIO;

	switch (cmd) {
	case SG_IO:
	case SG_GET_VERSION_NUM:
	case SG_EMULATED_HOST:
	/* Kept by one path, and without effect: virtio-scsi knows no time-outs. */
	case SG_GET_TIMEOUT:
	case SG_SET_TIMEOUT:
	case SG_GET_RESERVED_SIZE:
	case SG_SET_RESERVED_SIZE:
		break;
	default:
		return -ENOIOCTLCMD;
	}
	/* As sd_ioctl(): a command knows no partitions. */
	if (bdev_is_partition(bdev) && !capable(CAP_SYS_RAWIO))
		return -ENOIOCTLCMD;
	path = vmp_passthrough_speaker(head);
	if (IS_ERR(path))
		return PTR_ERR(path);
	if (path && cmd != SG_IO)
		ret = vmp_compat_scsi_ioctl(path->sdev, write, cmd, argp);
	if (path)
		percpu_ref_put(&path->io_ref);
	return cmd == SG_IO ? vmp_passthrough_sg_io(head, write, argp) : ret;
}
