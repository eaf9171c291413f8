// SPDX-License-Identifier: GPL-2.0-only
/*
 * A block device is opened as a file. Since f3a608827d1f ("bdev: open block
 * device as files"), 6.9.
 */
#include <linux/blkdev.h>

struct file *probe(dev_t devt);
struct file *probe(dev_t devt)
{
	return bdev_file_open_by_dev(devt, BLK_OPEN_READ, NULL, NULL);
}
