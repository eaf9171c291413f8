// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fast recovery: a READ or WRITE goes as a SCSI command of ours, not as a bio.
 *
 * io.c hands an I/O over here when its meta-node is in this mode. The command has
 * no retries in the mid-layer, and its result and sense data are read here, so
 * that failover.c knows at once what the path said. What does not fit into one
 * plain READ or WRITE (flushes, FUA, what has to be split) stays with io.c.
 *
 * A bio that waits in the queue of a path whose LU has come into doubt is stopped
 * when it becomes a command (attention.c). A command of ours is one already, and
 * would be sent to whatever LU is there by then. So all that are on their way
 * are kept in a list of the CPU that sent them, and a doubt makes each of them a
 * PRE-FETCH, which harms nobody. Those that the device has already do not
 * notice; of both the I/O is sent again when it has ended and the doubt is settled.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/percpu.h>
#include "vmpath.h"
#include "compat/scsi.h"
#include "rwcmd.h"

#define VMP_RECOVERY_PATIENCE	(5 * HZ)	/* of the mid-layer with a path that is busy */

/* ---- what is on its way -------------------------------------------------- */

static void vmp_recovery_enlist(struct vmp_io *io, u8 *cdb)
{
	struct vmp_recovery *own;
	unsigned long flags;

	io->cdb = cdb;
	io->blanked = false;
	io->cpu = raw_smp_processor_id();
	own = per_cpu_ptr(io->path->recovery, io->cpu);
	spin_lock_irqsave(&own->lock, flags);
	hlist_add_head(&io->sent, &own->sent);
	spin_unlock_irqrestore(&own->lock, flags);
}

/* Return: its LU came into doubt, so what was done, and where, is not known. */
static bool vmp_recovery_delist(struct vmp_io *io)
{
	struct vmp_recovery *own = per_cpu_ptr(io->path->recovery, io->cpu);
	unsigned long flags;
	bool blanked;

	spin_lock_irqsave(&own->lock, flags);
	hlist_del(&io->sent);
	blanked = io->blanked;
	spin_unlock_irqrestore(&own->lock, flags);
	return blanked;
}

/**
 * vmp_recovery_recall() - a path's LU is in doubt: no command shall reach it
 * @path: attached, unsettled
 *
 * Context: any.
 */
void vmp_recovery_recall(struct vmp_path *path)
{
	unsigned long flags;
	struct vmp_io *io;
	unsigned int cpu;

	if (!path->recovery)
		return;
	for_each_possible_cpu(cpu) {
		struct vmp_recovery *own = per_cpu_ptr(path->recovery, cpu);

		spin_lock_irqsave(&own->lock, flags);
		hlist_for_each_entry(io, &own->sent, sent) {
			io->blanked = true;
			vmp_rwcmd_blank(io->cdb);
		}
		spin_unlock_irqrestore(&own->lock, flags);
	}
}

/* ---- the end ------------------------------------------------------------- */

/* A function of its own: what has done as it was asked needs no room for sense data. */
static noinline void vmp_recovery_failed(struct vmp_io *io, struct scsi_cmnd *cmd,
					 blk_status_t status)
{
	struct vmp_rwcmd_end end = {
		.result = cmd->result, .resid = scsi_get_resid(cmd), .status = status,
	};
	enum vmp_outcome outcome;

	if (get_status_byte(cmd) == SAM_STAT_CHECK_CONDITION)
		vmp_sense_parse(&end.sense, cmd->sense_buffer, SCSI_SENSE_BUFFERSIZE);
	outcome = vmp_rwcmd_outcome(&end);
	if (end.spent)
		io->retries = VMP_MAX_RETRIES;
	/* A unit attention: at once again. */
	if (outcome == VMP_RETRY && vmp_rwcmd_attention(&end) &&
	    !READ_ONCE(io->path->unsettled) && vmp_failover_repeat(io))
		return;
	vmp_io_ended(io, end.status, outcome);
}

static enum rq_end_io_ret VMP_COMPAT_END_IO(vmp_recovery_end)
{
	struct scsi_cmnd *cmd = blk_mq_rq_to_pdu(rq);
	struct vmp_io *io = rq->end_io_data;

	if (unlikely(vmp_recovery_delist(io)))
		vmp_io_ended(io, BLK_STS_IOERR, VMP_RETRY);
	else if (likely(vmp_rwcmd_done(status, cmd->result, scsi_get_resid(cmd))))
		vmp_io_ended(io, BLK_STS_OK, VMP_DONE);
	else
		vmp_recovery_failed(io, cmd, status);
	return RQ_END_IO_FREE;
}

/* ---- the way there ------------------------------------------------------- */

static void vmp_recovery_command(struct scsi_cmnd *cmd, const struct vmp_path *path,
				 const struct bio *bio)
{
	unsigned int block = bdev_logical_block_size(path->bdev);

	cmd->cmd_len = vmp_rwcmd_build(cmd->cmnd, op_is_write(bio_op(bio)),
				       bio->bi_iter.bi_sector, bio_sectors(bio), block,
				       path->sdev->use_16_for_rw);
	cmd->allowed = 0;
	cmd->result = 0;
	scsi_set_resid(cmd, 0);
}

/* No bdev: it goes nowhere by itself, and is ended with its request. */
static void vmp_recovery_clone(struct vmp_io *io, blk_opf_t opf)
{
	struct bio *clone = &io->clone;

	bio_init(clone, NULL, NULL, 0, opf);
	clone->bi_io_vec = io->orig->bi_io_vec;
	clone->bi_iter = io->orig->bi_iter;
	clone->bi_ioprio = io->orig->bi_ioprio;
	bio_set_flag(clone, BIO_CLONED);
	vmp_direct_joined(io);
}

/*
 * Without waiting for a tag: that would be inside the meta-node's queue, which nobody could
 * freeze then, for as long as a path hangs. The clone that goes instead waits outside of it.
 * A worker is in no queue, and may.
 */
static struct request *vmp_recovery_request(struct vmp_io *io)
{
	struct bio *bio = io->orig;
	blk_opf_t opf = (op_is_write(bio_op(bio)) ? REQ_OP_DRV_OUT : REQ_OP_DRV_IN) |
			(bio->bi_opf & REQ_SYNC);
	bool worker = io->status;

	vmp_recovery_clone(io, opf);
	return scsi_alloc_request(io->path->sdev->request_queue, opf,
				  worker ? 0 : BLK_MQ_REQ_NOWAIT);
}

/* Return: its LU came into doubt, and it has not been sent. */
static bool vmp_recovery_execute(struct vmp_io *io, struct request *rq)
{
	struct scsi_cmnd *cmd = blk_mq_rq_to_pdu(rq);
	struct vmp_path *path = io->path;

	vmp_recovery_command(cmd, path, io->orig);
	rq->rq_flags |= RQF_QUIET;
	/*
	 * The mid-layer repeats BUSY and TASK SET FULL until a command is older than
	 * this, whatever is allowed, and says so in the log. virtio-scsi itself ends
	 * none for its age.
	 */
	rq->timeout = VMP_RECOVERY_PATIENCE;
	vmp_direct_sent(io, rq);
	rq->end_io = vmp_recovery_end;
	rq->end_io_data = io;
	vmp_recovery_enlist(io, cmd->cmnd);
	/* As when a bio becomes a command, see vmp_attention_prep(). */
	if (unlikely(READ_ONCE(path->unsettled) || vmp_alua_refuses(path))) {
		vmp_recovery_delist(io);
		blk_mq_free_request(rq);
		return false;
	}
	vmp_compat_execute(rq);
	return true;
}

/**
 * vmp_recovery_send() - send an I/O that is on its path as a SCSI command
 * @io: on a path; its clone is not in use
 *
 * READ and WRITE of SBC-3, of 10 or 16 bytes. Allocates nothing but the request,
 * of which the path has a fixed number. Where all of them are in use the I/O goes as a bio.
 *
 * Context: process; a worker sleeps where the path's queue is full.
 * Return: false if it has to go as a bio; else it is not the caller's any more.
 */
bool vmp_recovery_send(struct vmp_io *io)
{
	struct vmp_path *path = io->path;
	unsigned int segments;
	struct request *rq;

	segments = path->sdev ? vmp_direct_segments(io, path->bdev, UINT_MAX) : 0;
	if (unlikely(!segments))
		return false;
	rq = vmp_recovery_request(io);
	if (IS_ERR(rq)) {
		if (PTR_ERR(rq) == -EWOULDBLOCK)
			return false;
		vmp_failover_error(io, errno_to_blk_status(PTR_ERR(rq)));
		return true;
	}
	if (unlikely(vmp_compat_add_bio(rq, &io->clone, segments))) {
		blk_mq_free_request(rq);
		return false;
	}
	if (unlikely(!vmp_recovery_execute(io, rq)))
		vmp_failover_error(io, BLK_STS_IOERR);
	return true;
}

/* ---- the mode ------------------------------------------------------------ */

/**
 * vmp_recovery_init_path() - make a new path's lists
 * @path: new; nothing to do for virtio-blk
 *
 * Context: sleeps.
 * Return: 0 or -ENOMEM.
 */
int vmp_recovery_init_path(struct vmp_path *path)
{
	unsigned int cpu;

	if (path->transport != VMP_VIRTIO_SCSI)
		return 0;
	path->recovery = alloc_percpu(struct vmp_recovery);
	if (!path->recovery)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct vmp_recovery *own = per_cpu_ptr(path->recovery, cpu);

		spin_lock_init(&own->lock);
		INIT_HLIST_HEAD(&own->sent);
	}
	return 0;
}

/* An I/O that sees the old mode is fine: both are right at any time. */
static void vmp_recovery_update(struct vmp_head *head)
{
	lockdep_assert_held(&head->state_lock);
	WRITE_ONCE(head->fast, head->fast_wanted && head->host_cache_none);
}

/**
 * vmp_recovery_init_head() - a new head: the mode that the parameters say
 * @head: new
 *
 * Context: process.
 */
void vmp_recovery_init_head(struct vmp_head *head)
{
	spin_lock_irq(&head->state_lock);
	head->fast_wanted = vmp_params.fast_recovery;
	head->host_cache_none = vmp_params.host_cache_none;
	vmp_recovery_update(head);
	spin_unlock_irq(&head->state_lock);
}

/**
 * vmp_recovery_on() - is the LU in fast recovery mode?
 * @head: the head; one of virtio-blk alone never is
 *
 * Context: process; takes head->state_lock.
 */
bool vmp_recovery_on(struct vmp_head *head)
{
	bool on;

	spin_lock_irq(&head->state_lock);
	on = head->fast && head->id.scsi;
	spin_unlock_irq(&head->state_lock);
	return on;
}

/**
 * vmp_recovery_set() - switch the mode, under I/O if need be
 * @head: the head
 * @on: READs and WRITEs that come from now on, and those sent again, are commands
 *
 * Context: process; takes head->state_lock.
 * Return: 0, -EOPNOTSUPP for an LU known by virtio-blk alone, -EPERM while nobody
 * has said that the host does not cache.
 */
int vmp_recovery_set(struct vmp_head *head, bool on)
{
	bool scsi, none;

	spin_lock_irq(&head->state_lock);
	scsi = head->id.scsi;
	none = head->host_cache_none;
	if (!on || (scsi && none)) {
		head->fast_wanted = on;
		vmp_recovery_update(head);
	}
	spin_unlock_irq(&head->state_lock);
	if (on && !scsi) {
		pr_notice("%s: no fast recovery over virtio-blk: it knows no SCSI commands\n",
			  head->node_name);
		return -EOPNOTSUPP;
	}
	if (on && !none) {
		pr_notice("%s: no fast recovery before host_cache_none is 1: with a cache on the host, data may be lost\n",
			  head->node_name);
		return -EPERM;
	}
	return 0;
}

/**
 * vmp_recovery_set_host() - the administrator has looked at the host
 * @head: the head
 * @cache_none: the host does not cache its disks; without that, no fast recovery
 *
 * Context: process; takes head->state_lock.
 */
void vmp_recovery_set_host(struct vmp_head *head, bool cache_none)
{
	spin_lock_irq(&head->state_lock);
	head->host_cache_none = cache_none;
	vmp_recovery_update(head);
	spin_unlock_irq(&head->state_lock);
}
