// SPDX-License-Identifier: GPL-2.0-only
/*
 * bdev_rot() in place of bdev_nonrot(), 7.0.
 */
#include <linux/blkdev.h>

int probe(struct block_device *bdev);
int probe(struct block_device *bdev)
{
	return bdev_rot(bdev);
}
