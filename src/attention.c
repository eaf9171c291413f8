// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit attentions, LOGICAL UNIT NOT SUPPORTED, and a disk that does not know READ: which LU is
 * it now?
 *
 * The mid-layer would send the command again, to whatever is there. The device
 * handler alone sees the sense data before that, so ours stands in front of
 * the disk's own (scsi_dh_alua, or none) and goes away with the path. What
 * holds until the checker has settled it is told in Documentation/design.rst.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>
#include <scsi/scsi_status.h>
#include "vmpath.h"
#include "compat/scsi.h"

/* An error this soon after a unit attention is its doing. */
#define VMP_ATTENTION_ECHO	HZ
/* So soon after INVALID COMMAND OPERATION CODE the end of a command may be that. */
#define VMP_ATTENTION_DENIED	HZ

static const struct vmp_outcome_row *
vmp_attention_row(const struct scsi_sense_hdr *sense)
{
	const struct vmp_sense told = {
		.valid = true, .key = sense->sense_key,
		.asc = sense->asc, .ascq = sense->ascq,
	};

	return vmp_outcome_of_scsi(DID_OK, SAM_STAT_CHECK_CONDITION, &told);
}

static bool vmp_attention_doubts(struct vmp_path *path,
				 const struct vmp_outcome_row *row,
				 const struct scsi_sense_hdr *sense)
{
	/* Aborted, and repeated as it is: but not on an LU that nobody knows. */
	return row->doubt ||
	       (sense->sense_key == ABORTED_COMMAND && READ_ONCE(path->unsettled));
}

/* The mid-layer goes over to READ(6) for ever when a disk denies READ(10). */
static void vmp_attention_use_10(struct vmp_path *path)
{
	struct vmp_attention *att = &path->attention;
	unsigned long flags;

	spin_lock_irqsave(&att->lock, flags);
	if (att->denied_at && att->use_10 && !path->sdev->use_10_for_rw)
		path->sdev->use_10_for_rw = 1;
	spin_unlock_irqrestore(&att->lock, flags);
}

static void vmp_attention_note(struct vmp_path *path)
{
	struct vmp_attention *att = &path->attention;
	unsigned long flags;

	spin_lock_irqsave(&att->lock, flags);
	att->told++;
	WRITE_ONCE(att->last, get_jiffies_64());
	WRITE_ONCE(path->unsettled, true);
	if (vmp_stall_inflight(path))
		path->sdev->removable = 1;
	spin_unlock_irqrestore(&att->lock, flags);
	vmp_recovery_recall(path);
	vmp_path_unsettle(path);
}

static enum scsi_disposition vmp_attention_sense(struct scsi_device *sdev,
						 struct scsi_sense_hdr *sense);

/* NULL if somebody attached a handler at the very moment when ours came. */
static struct vmp_path *vmp_attention_path(struct scsi_device_handler *handler)
{
	if (!handler || handler->check_sense != vmp_attention_sense)
		return NULL;
	return container_of(handler, struct vmp_path, attention.handler);
}

/*
 * A command has ended with sense data. The mid-layer fails what a removable
 * disk ends with a unit attention, and repeats what a fixed one does.
 */
static enum scsi_disposition vmp_attention_sense(struct scsi_device *sdev,
						 struct scsi_sense_hdr *sense)
{
	struct vmp_path *path = vmp_attention_path(READ_ONCE(sdev->handler));
	const struct scsi_device_handler *below;
	enum scsi_disposition ret = SCSI_RETURN_NOT_HANDLED;
	const struct vmp_outcome_row *row;

	if (!path)
		return ret;
	below = path->attention.below;
	if (below && below->check_sense)
		ret = below->check_sense(sdev, sense);
	row = vmp_attention_row(sense);
	vmp_pr_hear(path, sense);
	if (sense->sense_key == ILLEGAL_REQUEST && sense->asc == 0x20 && !sense->ascq)
		WRITE_ONCE(path->attention.denied_at, get_jiffies_64());
	if (row->moved)
		vmp_alua_hear(path, sense);
	if (vmp_attention_doubts(path, row, sense))
		vmp_attention_note(path);
	/* Five more tries at once would not help. */
	else if (row->moved && sense->sense_key == NOT_READY)
		return SUCCESS;
	/* The mid-layer would call it the LU's fault, and end it all the same. */
	else if (sense->sense_key != HARDWARE_ERROR || row->outcome == VMP_TARGET)
		return ret;
	return SUCCESS;		/* to the end of the command, that is */
}

/* A request is about to become a command. */
static blk_status_t vmp_attention_prep(struct scsi_device *sdev,
				       struct request *req)
{
	struct vmp_path *path = vmp_attention_path(READ_ONCE(sdev->handler));
	const struct scsi_device_handler *below;

	if (!path)
		return BLK_STS_OK;
	/* The mid-layer repeats what a path in transition refuses, until it is here. */
	if (unlikely(READ_ONCE(path->unsettled) || vmp_alua_refuses(path))) {
		req->rq_flags |= RQF_QUIET;
		return BLK_STS_IOERR;
	}
	/* scsi_dh_alua would go by what it has heard, which is less and older. */
	if (path->alua.tpgs)
		return BLK_STS_OK;
	below = path->attention.below;
	return below && below->prep_fn ? below->prep_fn(sdev, req) : BLK_STS_OK;
}

/**
 * vmp_attention_watch() - stand between a path's disk and its device handler
 * @path: attached, takes no I/O yet; nothing to do for virtio-blk
 *
 * The disk is open, which keeps the mid-layer from releasing the handler, and
 * nobody attaches one where there is one.
 *
 * Context: process.
 */
void vmp_attention_watch(struct vmp_path *path)
{
	static const struct scsi_device_handler none = { .name = KBUILD_MODNAME };
	struct vmp_attention *att = &path->attention;
	struct scsi_device *sdev = path->sdev;

	if (!sdev)
		return;
	att->removable = sdev->removable;
	att->use_10 = sdev->use_10_for_rw;
	do {
		att->below = READ_ONCE(sdev->handler);
		att->handler = att->below ? *att->below : none;
		att->handler.check_sense = vmp_attention_sense;
		att->handler.prep_fn = vmp_attention_prep;
	} while (cmpxchg(&sdev->handler, att->below, &att->handler) != att->below);
}

/**
 * vmp_attention_unwatch() - give the disk its own device handler back
 * @path: drained
 *
 * The mid-layer reads the pointer several times for one command, so there must
 * be none meanwhile.
 *
 * Context: sleeps until the device has answered what others asked it.
 */
void vmp_attention_unwatch(struct vmp_path *path)
{
	struct vmp_attention *att = &path->attention;
	struct scsi_device *sdev = path->sdev;
	unsigned int flags;

	if (!sdev)
		return;
	/* A rescan looks at the handler without a command. */
	device_lock(&sdev->sdev_gendev);
	flags = vmp_compat_queue_halt(sdev->request_queue);
	(void)cmpxchg(&sdev->handler, &att->handler, att->below);
	sdev->removable = att->removable;
	/* What the next user finds here is what he takes for his. */
	if (!att->removable)
		sdev->changed = 0;
	vmp_compat_queue_resume(sdev->request_queue, flags);
	device_unlock(&sdev->sdev_gendev);
}

/**
 * vmp_attention_told() - how many unit attentions there have been
 * @path: attached
 *
 * Context: any.
 * Return: for vmp_attention_settle().
 */
unsigned int vmp_attention_told(struct vmp_path *path)
{
	if (path->sdev)
		vmp_attention_use_10(path);
	return READ_ONCE(path->attention.told);
}

/**
 * vmp_attention_left() - has the mid-layer set a flag after all was settled?
 * @path: attached
 *
 * Its flags are bits of one word that it changes without a lock, so one of them
 * may come late; with it sd would refuse all I/O for ever.
 *
 * Context: any.
 */
bool vmp_attention_left(const struct vmp_path *path)
{
	return path->sdev && !path->attention.removable &&
	       (path->sdev->changed || path->sdev->removable);
}

/**
 * vmp_attention_calm() - no command is being ended any more
 * @path: attached
 *
 * A removable disk is revalidated at each open, and one without a medium loses
 * its capacity for good: it is that as shortly as can be.
 *
 * Context: process; the checker.
 */
void vmp_attention_calm(struct vmp_path *path)
{
	struct vmp_attention *att = &path->attention;

	if (!path->sdev)
		return;
	spin_lock_irq(&att->lock);
	if (!vmp_stall_inflight(path))
		path->sdev->removable = att->removable;
	spin_unlock_irq(&att->lock);
}

/**
 * vmp_attention_settle() - the path leads to the LU that it should
 * @path: attached
 * @told: vmp_attention_told() from before that was looked at
 *
 * Context: process; the checker. A unit attention that came since stands.
 */
void vmp_attention_settle(struct vmp_path *path, unsigned int told)
{
	struct vmp_attention *att = &path->attention;

	spin_lock_irq(&att->lock);
	if (att->told == told) {
		path->sdev->removable = att->removable;
		/* Set by the mid-layer; sd would refuse all I/O. */
		path->sdev->changed = 0;
		WRITE_ONCE(path->unsettled, false);
	}
	spin_unlock_irq(&att->lock);
}

/**
 * vmp_attention_echo() - is an error on this path due to a unit attention?
 * @path: held by the I/O that failed
 *
 * It says nothing of the path or of the LU then.
 *
 * Context: any.
 */
bool vmp_attention_echo(const struct vmp_path *path)
{
	return READ_ONCE(path->unsettled) ||
	       (READ_ONCE(path->attention.told) &&
		time_before64(get_jiffies_64(),
			      READ_ONCE(path->attention.last) + VMP_ATTENTION_ECHO));
}

/**
 * vmp_attention_judge() - may the LU have gone from behind the path?
 * @path: held by the I/O that failed
 * @bio: the caller's
 * @status: how it ended
 * @retries: how often it was sent again
 *
 * Where LUN 0 has gone and other LUNs of the target have not, QEMU answers in its place, and
 * knows no READ, WRITE or SYNCHRONIZE CACHE: INVALID COMMAND OPERATION CODE. A disk knows the
 * former two, so who refuses them is in doubt. One that has no SYNCHRONIZE CACHE is so
 * only once for each I/O.
 *
 * Context: any; head->state_lock not held.
 */
void vmp_attention_judge(struct vmp_path *path, const struct bio *bio,
			 blk_status_t status, unsigned int retries)
{
	u64 denied = READ_ONCE(path->attention.denied_at);

	if (status == BLK_STS_TARGET && denied &&
	    time_before64(get_jiffies_64(), denied + VMP_ATTENTION_DENIED) &&
	    (bio_op(bio) == REQ_OP_READ || bio_op(bio) == REQ_OP_WRITE ||
	     bio_op(bio) == REQ_OP_FLUSH) && (bio_has_data((struct bio *)bio) || !retries)) {
		vmp_attention_use_10(path);
		vmp_attention_note(path);
	}
}

/**
 * vmp_attention_init_path() - make a new path's part of this
 * @path: new
 *
 * Context: any.
 */
void vmp_attention_init_path(struct vmp_path *path)
{
	spin_lock_init(&path->attention.lock);
}
