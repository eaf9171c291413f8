/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SCSI commands of programs on a meta-node: SG_IO.
 */
#ifndef VMP_PASSTHROUGH_H
#define VMP_PASSTHROUGH_H

#include <linux/blkdev.h>
#include "compat/compat.h"

int vmp_passthrough_ioctl(struct block_device *bdev, blk_mode_t mode,
			  unsigned int cmd, unsigned long arg);

#endif
