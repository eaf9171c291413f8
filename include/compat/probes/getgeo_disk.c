// SPDX-License-Identifier: GPL-2.0-only
/*
 * ->getgeo() takes the gendisk. Since 4fc8728aa34f ("block: switch ->getgeo()
 * to struct gendisk"), 6.18.
 */
#include <linux/blkdev.h>

int getgeo(struct gendisk *disk, struct hd_geometry *geo);
static const struct block_device_operations probe __used = {
	.getgeo = getgeo,
};
