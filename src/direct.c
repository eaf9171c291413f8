// SPDX-License-Identifier: GPL-2.0-only
/*
 * Remap without the second half of the block layer: a request of the path's disk.
 *
 * A clone that is submitted to the path's disk goes through all that a bio goes
 * through once more. A READ or WRITE that is surely one request, that no I/O
 * scheduler wants to see and that is not one of a batch, which could be merged, is made
 * one here and issued, as dm-multipath does with the requests it gets. The disk's
 * driver sees no difference, and io.c gets the clone's end as always. All else, and what
 * the device has no room for, is io.c's.
 *
 * What it goes past: limits of control groups on the path's disk (not on the
 * meta-node) and its writeback throttle, which direct I/O is not subject to.
 */
#include <linux/blk-crypto.h>
#include <linux/blk-integrity.h>
#include <linux/blk-mq.h>
#include <trace/events/block.h>
#include "policy.h"
#include "compat/scsi.h"

/* What a READ or WRITE may be besides, and is one all the same. */
#define VMP_DIRECT_FLAGS						\
	(REQ_FAILFAST_MASK | REQ_SYNC | REQ_META | REQ_PRIO | REQ_NOMERGE | \
	 REQ_IDLE | REQ_RAHEAD | REQ_BACKGROUND | REQ_NOWAIT |		\
	 REQ_ALLOC_CACHE | REQ_SWAP)

/*
 * A request of ours is not split, and 6.1 and 6.12 count bvecs, however long they are.
 * 0: not so simple.
 */
static unsigned int vmp_direct_count(const struct bio *bio, struct request_queue *q)
{
	unsigned int most = queue_max_segment_size(q), nr = 0;
	unsigned long boundary = queue_segment_boundary(q);
	struct bvec_iter iter;
	struct bio_vec bv;

	if (unlikely(queue_virt_boundary(q)))
		return 0;
	/* Neither limit is ever below a page. */
	if (likely(bio->bi_vcnt == 1 &&
		   bio->bi_io_vec->bv_offset + bio->bi_io_vec->bv_len <= PAGE_SIZE))
		return 1;
	bio_for_each_bvec(bv, bio, iter) {
		phys_addr_t at = page_to_phys(bv.bv_page) + bv.bv_offset;

		nr += likely(bv.bv_len <= most) ? 1 : DIV_ROUND_UP(bv.bv_len, most);
		/* One more where it crosses; they are far apart, so once. */
		if (unlikely((at | boundary) != ((at + bv.bv_len - 1) | boundary)))
			nr++;
	}
	return nr <= queue_max_segments(q) ? nr : 0;
}

/**
 * vmp_direct_segments() - is a bio a plain READ or WRITE that is one request of a disk?
 * @bio: the bio
 * @bdev: the disk
 *
 * Context: any.
 * Return: how many entries of a scatter list it takes at most; 0: it is not.
 */
unsigned int vmp_direct_segments(const struct bio *bio, struct block_device *bdev)
{
	struct request_queue *q = bdev_get_queue(bdev);
	sector_t nr = bio_sectors(bio), end = bdev_nr_sectors(bdev);

	if ((bio_op(bio) != REQ_OP_READ && bio_op(bio) != REQ_OP_WRITE) ||
	    bio->bi_opf & ~(REQ_OP_MASK | VMP_DIRECT_FLAGS) ||
	    bio_has_crypt_ctx((struct bio *)bio))
		return 0;
	/* The block layer adds the protection information of a bio. */
	if (unlikely(blk_get_integrity(bdev->bd_disk)))
		return 0;
	/* What is beyond the end or no whole block gets its answer from io.c's way. */
	if (!nr || nr > queue_max_sectors(q) ||
	    nr > end || bio->bi_iter.bi_sector > end - nr ||
	    (bio->bi_iter.bi_sector | nr) &
	    ((bdev_logical_block_size(bdev) >> SECTOR_SHIFT) - 1))
		return 0;
	return vmp_direct_count(bio, q);
}

/*
 * Is it one of a batch? Direct writes have a plug of their own in 6.1, and all bios in 6.12,
 * which is empty. What comes to such a one is direct, and leaves a mark in case that it was the
 * first of a batch: the block layer is told to expect two more, and what comes next under
 * this plug is known to be not alone (policy.h).
 */
static bool vmp_direct_batch(const struct blk_plug *plug)
{
	return plug && (plug->rq_count || plug->nr_ios != 1);
}

static void vmp_direct_mark(struct blk_plug *plug)
{
	if (plug)
		plug->nr_ios = VMP_BATCH_MARK;
}

static bool vmp_direct_may(const struct vmp_io *io, struct block_device *bdev)
{
	return !bdev_get_queue(bdev)->elevator && !bdev_is_zoned(bdev) &&
	       !(op_is_write(bio_op(io->orig)) && bdev_read_only(bdev)) &&
	       !vmp_direct_batch(current->plug);
}

/*
 * The clone as a request of @bdev, without what only a bio of a disk needs; NULL if there
 * is none to be had now, or the bio is not as the disk wants it. It does not wait: that
 * would be inside the meta-node's queue, which nobody could freeze then; and a disk that
 * is on its way out is known to who submits a bio.
 */
static struct request *vmp_direct_request(struct vmp_io *io, struct block_device *bdev,
					  unsigned int segments)
{
	struct bio *clone = &io->clone;
	struct request *rq;
	blk_opf_t opf;

	if (bio_init_clone(NULL, clone, io->orig, GFP_NOIO))
		return NULL;
	/* A worker may wait; the submitter who may not is long gone. */
	if (unlikely(io->status))
		clone->bi_opf &= ~REQ_NOWAIT;
	opf = clone->bi_opf | (clone->bi_opf & REQ_RAHEAD ? REQ_FAILFAST_MASK : 0);
	rq = blk_mq_alloc_request(bdev_get_queue(bdev), opf, BLK_MQ_REQ_NOWAIT);
	if (IS_ERR(rq))
		return NULL;
	vmp_direct_mark(current->plug);
	clone->bi_bdev = bdev;
	rq->__sector = clone->bi_iter.bi_sector;
	if (likely(!vmp_compat_add_bio(rq, clone, segments)))
		return rq;
	blk_mq_free_request(rq);
	return NULL;
}

/**
 * vmp_direct_sent() - an I/O has its request, and is as good as sent
 * @io: on a path
 * @rq: the request; the block layer may have looked at the clock for it
 *
 * Context: any.
 */
void vmp_direct_sent(struct vmp_io *io, const struct request *rq)
{
	io->sent_at = rq->start_time_ns && !current->plug ? rq->start_time_ns : ktime_get_ns();
}

/**
 * vmp_direct_send() - issue an I/O that is on its path as a request of that path's disk
 * @io: on a path; its clone is not in use
 * @end: of the clone
 *
 * A request that the device had no room for is in the disk's iostat twice.
 *
 * Context: process; does not wait for the path.
 * Return: false if it has to go as a bio; else it is not the caller's any more.
 */
bool vmp_direct_send(struct vmp_io *io, bio_end_io_t *end)
{
	struct block_device *bdev = io->path->bdev;
	unsigned int segments;
	blk_status_t status;
	struct request *rq;

	if (!vmp_direct_may(io, bdev))
		return false;
	segments = vmp_direct_segments(io->orig, bdev);
	if (!segments)
		return false;
	rq = vmp_direct_request(io, bdev, segments);
	if (unlikely(!rq))
		return false;
	vmp_direct_sent(io, rq);
	io->clone.bi_end_io = end;
	trace_block_bio_remap(&io->clone, disk_devt(io->head->disk),
			      io->clone.bi_iter.bi_sector);
	status = blk_insert_cloned_request(rq);
	if (likely(status == BLK_STS_OK))
		return true;
	if (status != BLK_STS_RESOURCE && status != BLK_STS_DEV_RESOURCE) {
		/* It has been counted as done already. */
		rq->rq_flags &= ~RQF_IO_STAT;
		blk_mq_end_request(rq, status);
		return true;
	}
	blk_mq_cleanup_rq(rq);
	rq->bio = NULL;
	blk_mq_free_request(rq);
	/* Who found no room because of it waits for somebody to look again. */
	blk_mq_run_hw_queues(bdev_get_queue(bdev), true);
	return false;
}
