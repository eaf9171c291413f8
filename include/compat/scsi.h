/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How this kernel sends a SCSI command, its own or a program's, and halts a disk;
 * see compat.h.
 */
#ifndef VMP_COMPAT_SCSI_H
#define VMP_COMPAT_SCSI_H

#include <linux/blk-mq.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_ioctl.h>

/**
 * vmp_compat_scsi_read() - send a command that returns data
 * @sdev: to whom
 * @cdb: the command
 * @buf: for the data; for DMA, so from kmalloc()
 * @len: room in @buf
 * @timeout: in jiffies; a host may ignore it
 * @retries: of the mid-layer
 *
 * Context: sleeps until the device answers, which may be never.
 * Return: how many bytes came, or -EIO if the command failed.
 */
static inline int vmp_compat_scsi_read(struct scsi_device *sdev, const u8 *cdb,
				       void *buf, unsigned int len,
				       int timeout, int retries)
{
	int resid = 0, ret;
#ifdef VMP_HAVE_SCSI_EXECUTE_CMD
	const struct scsi_exec_args args = { .resid = &resid };

	ret = scsi_execute_cmd(sdev, cdb, REQ_OP_DRV_IN, buf, len, timeout,
			       retries, &args);
#else
	ret = scsi_execute_req(sdev, cdb, DMA_FROM_DEVICE, buf, len, NULL,
			       timeout, retries, &resid);
#endif
	if (ret || resid < 0 || resid > len)
		return -EIO;
	return len - resid;
}

/**
 * vmp_compat_scsi_write() - send a command with data
 * @sdev: to whom
 * @cdb: the command
 * @buf: the data; for DMA, so from kmalloc()
 * @len: bytes in @buf
 * @timeout: in jiffies; a host may ignore it
 * @retries: of the mid-layer
 *
 * Context: sleeps until the device answers, which may be never.
 * Return: 0, or -EIO if the command failed.
 */
static inline int vmp_compat_scsi_write(struct scsi_device *sdev, const u8 *cdb,
					void *buf, unsigned int len,
					int timeout, int retries)
{
#ifdef VMP_HAVE_SCSI_EXECUTE_CMD
	return scsi_execute_cmd(sdev, cdb, REQ_OP_DRV_OUT, buf, len, timeout,
				retries, NULL) ? -EIO : 0;
#else
	return scsi_execute_req(sdev, cdb, DMA_TO_DEVICE, buf, len, NULL,
				timeout, retries, NULL) ? -EIO : 0;
#endif
}

/**
 * vmp_compat_scsi_command() - send a command, and hear how it ended
 * @sdev: to whom
 * @cdb: the command
 * @out: the data goes there; else it comes
 * @buf: the data; for DMA, so from kmalloc()
 * @len: bytes in @buf
 * @sense: SCSI_SENSE_BUFFERSIZE bytes for the sense data, if there is any
 * @timeout: in jiffies; a host may ignore it
 * @retries: of the mid-layer
 *
 * Context: sleeps until the device answers, which may be never.
 * Return: host byte and SCSI status as the mid-layer has them, or -errno.
 */
static inline int vmp_compat_scsi_command(struct scsi_device *sdev, const u8 *cdb,
					  bool out, void *buf, unsigned int len,
					  u8 *sense, int timeout, int retries)
{
#ifdef VMP_HAVE_SCSI_EXECUTE_CMD
	const struct scsi_exec_args args = {
		.sense = sense, .sense_len = SCSI_SENSE_BUFFERSIZE,
	};

	return scsi_execute_cmd(sdev, cdb, out ? REQ_OP_DRV_OUT : REQ_OP_DRV_IN,
				buf, len, timeout, retries, &args);
#else
	return __scsi_execute(sdev, cdb, out ? DMA_TO_DEVICE : DMA_FROM_DEVICE,
			      buf, len, sense, NULL, timeout, retries, 0, 0, NULL);
#endif
}

/**
 * vmp_compat_scsi_ioctl() - an ioctl of a program, on a SCSI disk
 * @sdev: the disk's
 * @write: it was opened for writing
 * @cmd: the ioctl
 * @arg: its argument, in the program's memory
 *
 * Context: process; sleeps until the device answers, which may be never.
 * Return: as the ioctl; -ENODEV: the disk takes no commands any more.
 */
static inline int vmp_compat_scsi_ioctl(struct scsi_device *sdev, bool write,
					int cmd, void __user *arg)
{
#ifdef VMP_HAVE_SCSI_IOCTL_WRITE
	return scsi_ioctl(sdev, write, cmd, arg);
#else
	return scsi_ioctl(sdev, write ? FMODE_WRITE : 0, cmd, arg);
#endif
}

/* A function for a request's end_io: its name and parameters, @rq and @status. */
#ifdef VMP_HAVE_END_IO_BATCH
#define VMP_COMPAT_END_IO(_name)	\
	_name(struct request *rq, blk_status_t status, const struct io_comp_batch *batch)
#else
#define VMP_COMPAT_END_IO(_name)	\
	_name(struct request *rq, blk_status_t status)
#endif

/* Kernels with RQF_ELV (6.1) give a request of the plug to the I/O scheduler. */
#ifdef RQF_ELV
#define VMP_COMPAT_RQ_ELV	RQF_ELV
#else
#define VMP_COMPAT_RQ_ELV	0
#endif

/* Issuing a request has its bvecs counted anew. With more it costs less to insert it. */
#define VMP_COMPAT_RECOUNT	4

/**
 * vmp_compat_execute() - send a passthrough request, whose end_io is set
 * @rq: the request
 *
 * At once, and not by the queues of the block layer, if it is not one of a batch, has few
 * bvecs, and the device takes it. An I/O scheduler may expect a bio of a disk (bfq does):
 * what does not wait goes past it.
 *
 * Context: process, interrupts on.
 */
static inline void vmp_compat_execute(struct request *rq)
{
	struct blk_plug *plug = current->plug;
	blk_status_t status;

	if (plug && !(rq->rq_flags & VMP_COMPAT_RQ_ELV)) {
		blk_execute_rq_nowait(rq, false);
		return;
	}
	/* A crypt driver may write from its interrupt; queues are not run there. */
	if (likely(rq->nr_phys_segments <= VMP_COMPAT_RECOUNT) || in_interrupt()) {
		status = blk_insert_cloned_request(rq);
		if (likely(status == BLK_STS_OK))
			return;
		if (status != BLK_STS_RESOURCE && status != BLK_STS_DEV_RESOURCE) {
			blk_mq_end_request(rq, status);
			return;
		}
	}
	current->plug = NULL;
	blk_execute_rq_nowait(rq, false);
	current->plug = plug;
}

/**
 * vmp_compat_add_bio() - make a bio the data of a request that has none
 * @rq: the request
 * @bio: the bio
 * @segments: entries of a scatter list that it takes; the device has as many
 *
 * Context: any.
 * Return: 0 or -errno.
 */
static inline int vmp_compat_add_bio(struct request *rq, struct bio *bio,
				     unsigned int segments)
{
#ifdef VMP_HAVE_RQ_BIO_PREP
	blk_rq_bio_prep(rq, bio, segments);
	return 0;
#else
	int ret = blk_rq_append_bio(rq, bio);

	rq->nr_phys_segments = segments;
	return ret;
#endif
}

/**
 * vmp_compat_queue_halt() - wait for all commands of a disk; no new one begins
 * @queue: the disk's
 *
 * Context: sleeps until the device has answered all that it was asked. What
 * follows must not allocate.
 * Return: for vmp_compat_queue_resume().
 */
static inline unsigned int vmp_compat_queue_halt(struct request_queue *queue)
{
#ifdef VMP_HAVE_FREEZE_MEMFLAGS
	return blk_mq_freeze_queue(queue);
#else
	blk_mq_freeze_queue(queue);
	return 0;
#endif
}

/**
 * vmp_compat_queue_resume() - let commands begin again
 * @queue: halted
 * @flags: what vmp_compat_queue_halt() returned
 *
 * Context: any that may sleep.
 */
static inline void vmp_compat_queue_resume(struct request_queue *queue,
					   unsigned int flags)
{
#ifdef VMP_HAVE_FREEZE_MEMFLAGS
	blk_mq_unfreeze_queue(queue, flags);
#else
	blk_mq_unfreeze_queue(queue);
#endif
}

#endif
