// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue limits carry the features and are changed as one; blk_alloc_disk()
 * takes them. Since 1122c0c1cc71 ("block: move cache control settings out of
 * queue->flags"), 6.11.
 */
#include <linux/blkdev.h>

int probe(struct gendisk *disk);
int probe(struct gendisk *disk)
{
	struct queue_limits lim = queue_limits_start_update(disk->queue);

	lim.features |= BLK_FEAT_WRITE_CACHE | BLK_FEAT_NOWAIT;
	return queue_limits_commit_update(disk->queue, &lim);
}
