/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How this kernel sends a SCSI command, and halts a disk; see compat.h.
 */
#ifndef VMP_COMPAT_SCSI_H
#define VMP_COMPAT_SCSI_H

#include <linux/blk-mq.h>
#include <scsi/scsi_device.h>

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
