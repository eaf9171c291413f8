// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a disk was opened is a blk_mode_t, and scsi_ioctl() is told only whether
 * for writing. Since 05bdb9965305 ("block: replace fmode_t with a block-specific
 * type for block open flags") and 2e80089c1824 ("scsi: replace the fmode_t
 * argument to scsi_ioctl with a simple bool"), 6.5.
 */
#include <linux/blkdev.h>
#include <scsi/scsi_ioctl.h>

int (*probe(blk_mode_t mode))(struct scsi_device *, bool, int, void __user *);
int (*probe(blk_mode_t mode))(struct scsi_device *, bool, int, void __user *)
{
	return mode & BLK_OPEN_WRITE ? scsi_ioctl : NULL;
}
