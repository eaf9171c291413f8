// SPDX-License-Identifier: GPL-2.0-only
/*
 * Must compile on every kernel: if it does not, the probes tell nothing.
 */
#include <linux/blkdev.h>

int probe(struct gendisk *disk);
int probe(struct gendisk *disk)
{
	return get_disk_ro(disk);
}
