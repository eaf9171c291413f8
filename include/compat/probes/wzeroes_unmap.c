// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits tell of WRITE ZEROES that unmap, and must agree with those of WRITE
 * ZEROES. Since 0c40d7cb5ef3 ("block: introduce max_{hw|user}_wzeroes_unmap_sectors
 * to queue limits"), 6.17.
 */
#include <linux/blkdev.h>

unsigned int probe(const struct queue_limits *lim);
unsigned int probe(const struct queue_limits *lim)
{
	return lim->max_hw_wzeroes_unmap_sectors;
}
