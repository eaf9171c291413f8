// SPDX-License-Identifier: GPL-2.0-only
/*
 * To freeze a queue forbids allocations that do I/O, and says how to allow them
 * again. Since 1e1a9cecfab3 ("block: force noio scope in blk_mq_freeze_queue"), 6.14.
 */
#include <linux/blk-mq.h>

void probe(struct request_queue *q);
void probe(struct request_queue *q)
{
	unsigned int memflags = blk_mq_freeze_queue(q);

	blk_mq_unfreeze_queue(q, memflags);
}
