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

/*
 * Who issues a request has its bvecs counted anew by the block layer, for 94 instructions
 * each, and we have counted them, too; a bio is counted once. With more it is cheaper.
 */
#define VMP_DIRECT_MOST		8

/* What a READ or WRITE may be besides, and is one all the same. */
#define VMP_DIRECT_FLAGS						\
	(REQ_FAILFAST_MASK | REQ_SYNC | REQ_META | REQ_PRIO | REQ_NOMERGE | \
	 REQ_IDLE | REQ_RAHEAD | REQ_BACKGROUND | REQ_NOWAIT |		\
	 REQ_ALLOC_CACHE | REQ_SWAP)

/* Is a page the one that comes @nr pages after another one, in memory of the same kind? */
static bool vmp_direct_follows(const struct page *page, const struct page *first,
			       unsigned int nr)
{
	return page == first + nr && !is_zone_device_page(page) &&
	       (IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP) ||
		page_to_pfn(page) == page_to_pfn(first) + nr);
}

/*
 * Neighbours in memory as one bvec. A fixed buffer of io_uring on 6.1 has one for each page,
 * huge or not, and what costs the most of such an I/O is in proportion: counting them, a
 * scatter list of as many entries, and as many descriptors for the device.
 */
static bool vmp_direct_join(const struct bio *bio, struct bio_vec *all)
{
	const struct bio_vec *vec = __bvec_iter_bvec(bio->bi_io_vec, bio->bi_iter);
	unsigned int left = bio->bi_iter.bi_size, len, end;

	*all = mp_bvec_iter_bvec(bio->bi_io_vec, bio->bi_iter);
	end = all->bv_offset + all->bv_len;
	if (is_zone_device_page(all->bv_page))
		return false;
	for (left -= all->bv_len; left; left -= len) {
		vec++;
		if (vec->bv_offset || !PAGE_ALIGNED(end) ||
		    !vmp_direct_follows(vec->bv_page, all->bv_page, end >> PAGE_SHIFT))
			return false;
		len = min(left, vec->bv_len);
		end += len;
	}
	all->bv_len = bio->bi_iter.bi_size;
	return true;
}

/* How many entries of a scatter list a bvec takes at most. */
static unsigned int vmp_direct_pieces(const struct bio_vec *vec, const struct request_queue *q)
{
	phys_addr_t at = page_to_phys(vec->bv_page) + vec->bv_offset;
	unsigned long boundary = queue_segment_boundary(q);
	unsigned int most = queue_max_segment_size(q);
	unsigned int nr = likely(vec->bv_len <= most) ? 1 : DIV_ROUND_UP(vec->bv_len, most);

	/* One more where it crosses; they are far apart, so once. */
	return nr + unlikely((at | boundary) != ((at + vec->bv_len - 1) | boundary));
}

/*
 * A request of ours is not split, and 6.1 and 6.12 count bvecs, however long they are.
 * 0: not so simple, or in pieces, and more than @most.
 */
static unsigned int vmp_direct_count(struct vmp_io *io, const struct request_queue *q,
				     unsigned int most)
{
	const struct bio *bio = io->orig;
	struct bvec_iter iter;
	unsigned int nr = 0;
	struct bio_vec bv;

	io->vec.bv_len = 0;
	if (unlikely(queue_virt_boundary(q)))
		return 0;
	if (likely(bio->bi_vcnt == 1 &&
		   bio->bi_io_vec->bv_offset + bio->bi_io_vec->bv_len <= PAGE_SIZE))
		return 1;
	most = min_t(unsigned int, most, queue_max_segments(q));
	if (vmp_direct_join(bio, &io->vec)) {
		nr = vmp_direct_pieces(&io->vec, q);
		return nr <= queue_max_segments(q) ? nr : 0;
	}
	io->vec.bv_len = 0;
	bio_for_each_bvec(bv, bio, iter) {
		nr += likely(bv.bv_offset + bv.bv_len <= PAGE_SIZE) ? 1 :
								      vmp_direct_pieces(&bv, q);
		if (unlikely(nr > most))
			return 0;
	}
	return nr;
}

/**
 * vmp_direct_segments() - is an I/O a plain READ or WRITE that is one request of a disk?
 * @io: the I/O; its vec is set, for vmp_direct_joined()
 * @bdev: the disk
 * @most: it is not if it takes more than so many entries of a scatter list, and is not one piece
 *
 * Context: any.
 * Return: how many entries of a scatter list it takes at most; 0: it is not.
 */
unsigned int vmp_direct_segments(struct vmp_io *io, struct block_device *bdev,
				 unsigned int most)
{
	struct request_queue *q = bdev_get_queue(bdev);
	const struct bio *bio = io->orig;
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
	return vmp_direct_count(io, q, most);
}

/**
 * vmp_direct_joined() - have a clone use the one bvec that vmp_direct_segments() has made
 * @io: its clone is complete
 *
 * Context: any.
 */
void vmp_direct_joined(struct vmp_io *io)
{
	struct bio *clone = &io->clone;

	if (likely(!io->vec.bv_len))
		return;
	clone->bi_io_vec = &io->vec;
	clone->bi_iter.bi_idx = 0;
	clone->bi_iter.bi_bvec_done = 0;
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
	vmp_direct_joined(io);
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
	segments = vmp_direct_segments(io, bdev, VMP_DIRECT_MOST);
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
