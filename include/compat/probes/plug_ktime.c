// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plug has the time of its first request: in 6.12, and not in 6.1.
 */
#include <linux/blkdev.h>

void probe(struct blk_plug *plug);
void probe(struct blk_plug *plug)
{
	plug->cur_ktime = 0;
}
