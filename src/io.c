// SPDX-License-Identifier: GPL-2.0-only
/*
 * One bio from submit_bio() to bio_endio(): context, clone, submission, end.
 *
 * The kernel calls vmp_io_submit_bio() for each bio of a meta-node; the policy
 * picks a path; the clone goes to the path's disk, as a request (direct.c) or a
 * bio, or what it asks for goes as a command (recovery.c). What ends well ends
 * here too, anything else goes to failover.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <trace/events/block.h>
#include "flush.h"
#include "vmpath_trace.h"

/**
 * vmp_io_complete() - end the original bio; the context is gone after it
 * @io: on no path and on no list
 * @status: for the caller
 *
 * Context: any.
 */
void vmp_io_complete(struct vmp_io *io, blk_status_t status)
{
	struct bio *bio = io->orig;

	bio_end_io_acct(bio, io->start);
	vmp_io_free(io->head->io_pool, io);
	/* It may be the end of a chain that has an error already. */
	if (unlikely(status))
		bio->bi_status = status;
	bio_endio(bio);
}

/* The I/O is on its path from here on; stall.c has the reasons. */
static void vmp_io_enter_path(struct vmp_io *io, struct vmp_path *path)
{
	io->path = path;
	/* By the time it ends the policy may be another. */
	io->deep = READ_ONCE(io->head->policy)->depth;
	if (io->deep)
		atomic_inc(&path->depth);
	for (;;) {
		io->gen = READ_ONCE(path->gen);
		this_cpu_inc(path->stats->sent[io->gen]);
		if (likely(io->gen == READ_ONCE(path->gen)))
			break;
		smp_wmb();	/* seen to have left: seen to have been sent */
		this_cpu_inc(path->stats->left[io->gen]);
	}
	if (unlikely(!READ_ONCE(io->head->ticking)))
		vmp_stall_wake(io->head);
}

/**
 * vmp_io_leave_path() - the I/O is not on its path any more
 * @io: on a path; another list or owner must have it before the path goes
 *
 * Context: any. After this the path may be freed.
 */
void vmp_io_leave_path(struct vmp_io *io)
{
	struct vmp_path *path = io->path;

	io->path = NULL;
	this_cpu_inc(path->stats->left[io->gen]);
	if (io->deep)
		atomic_dec(&path->depth);
	percpu_ref_put(&path->io_ref);
}

/* Of the I/Os that ended well; what stats.c shows. */
static void vmp_io_count(const struct vmp_io *io, u64 latency)
{
	struct vmp_path_stats __percpu *stats = io->path->stats;
	enum vmp_kind kind = vmp_stats_kind(io->orig);
	unsigned int bucket;

	this_cpu_add(stats->counts.bytes[kind], io->orig->bi_iter.bi_size);
	if (unlikely(kind == VMP_OTHER)) {
		this_cpu_inc(stats->counts.others);
		return;
	}
	bucket = min(fls64(div_u64(latency, NSEC_PER_USEC)), VMP_NR_BUCKETS - 1);
	this_cpu_inc(stats->counts.latency[kind][bucket]);
	this_cpu_add(stats->counts.latency_ns[kind], latency);
}

/**
 * vmp_io_ended() - an I/O has ended on its path
 * @io: still holds its path
 * @status: as the path's disk gave it
 * @outcome: what that means; VMP_DONE if @status is BLK_STS_OK
 *
 * Context: any.
 */
void vmp_io_ended(struct vmp_io *io, blk_status_t status, enum vmp_outcome outcome)
{
	u64 latency = ktime_get_ns() - io->sent_at;
	void (*done)(const struct vmp_io *io, u64 latency);

	trace_vmp_complete(io->path, status, latency);
	if (unlikely(status)) {
		vmp_failover_ended(io, status, outcome);
		return;
	}
	/* Whose data it read, or where it wrote, is not known: again. */
	if (unlikely(READ_ONCE(io->path->unsettled))) {
		vmp_failover_error(io, BLK_STS_IOERR);
		return;
	}
	vmp_io_count(io, latency);
	done = READ_ONCE(io->head->policy)->done;
	if (done)
		done(io, latency);
	if (unlikely(io->tried))
		vmp_failover_success(io);
	vmp_io_leave_path(io);
	vmp_io_complete(io, BLK_STS_OK);
}

static void vmp_io_end(struct bio *clone)
{
	blk_status_t status = clone->bi_status;

	vmp_io_ended(container_of(clone, struct vmp_io, clone), status,
		     unlikely(status) ? vmp_outcome_of(status) : VMP_DONE);
}

/* The clone as a bio, for no disk yet. Return: there is no memory for it. */
static bool vmp_io_clone(struct vmp_io *io)
{
	struct bio *clone = &io->clone;
	bool flush = io->orig->bi_opf & REQ_PREFLUSH;

	if (unlikely(flush) && vmp_flush_clone(io))
		return false;
	/* With a disk it would be associated with the submitter's group, and then orig's. */
	if (unlikely(bio_init_clone(NULL, clone, io->orig, GFP_NOIO)))
		return true;
	clone->bi_end_io = vmp_io_end;
	if (unlikely(flush))
		vmp_flush_itself(io);
	/* The block layer looks closer at what is more than one page, or may be. */
	clone->bi_vcnt = io->orig->bi_vcnt == 1;
	return false;
}

/**
 * vmp_io_send() - put an I/O on a path
 * @io: on no list; its clone is not in use
 * @path: with a reference on io_ref, which goes to the I/O
 *
 * Context: sleeps where the path's queue is full, unless REQ_NOWAIT.
 */
void vmp_io_send(struct vmp_io *io, struct vmp_path *path)
{
	struct bio *clone = &io->clone;

	vmp_io_enter_path(io, path);
	if (READ_ONCE(io->head->fast) && vmp_recovery_send(io))
		return;
	if (vmp_direct_send(io, vmp_io_end))
		return;
	io->sent_at = ktime_get_ns();
	if (unlikely(vmp_io_clone(io))) {
		vmp_failover_error(io, BLK_STS_RESOURCE);
		return;
	}
	clone->bi_bdev = path->bdev;
	bio_clone_blkg_association(clone, io->orig);
	/* A worker may wait; the submitter who may not is long gone. */
	if (unlikely(io->status))
		clone->bi_opf &= ~REQ_NOWAIT;
	trace_block_bio_remap(clone, disk_devt(io->head->disk),
			      clone->bi_iter.bi_sector);
	submit_bio_noacct(clone);
}

/**
 * vmp_io_submit_bio() - ->submit_bio() of the meta-node
 * @bio: remapped to the whole disk already
 *
 * Takes one context, of this CPU's or of a mempool, and no lock. The bio is not split
 * to the head's limits first: the path's own queue splits the clone where that
 * path needs it. A retry starts from the original bio, which stays untouched.
 *
 * Context: process; sleeps unless REQ_NOWAIT.
 */
void vmp_io_submit_bio(struct bio *bio)
{
	struct vmp_head *head = bio->bi_bdev->bd_disk->private_data;
	bool nowait = bio->bi_opf & REQ_NOWAIT;
	struct vmp_path *path;
	struct vmp_io *io;

	io = vmp_io_alloc(head->io_pool, nowait ? GFP_NOWAIT : GFP_NOIO);
	if (unlikely(!io)) {
		bio_wouldblock_error(bio);
		return;
	}
	io->orig = bio;
	io->head = head;
	io->path = NULL;
	io->tried = 0;
	io->status = BLK_STS_OK;
	io->retries = 0;
	io->rounds = 0;
	io->flushing = false;
	io->flushed = false;
	io->start = bio_start_io_acct(bio);

	path = vmp_policy_pick(head, io);
	if (likely(path))
		vmp_io_send(io, path);
	else if (nowait)
		vmp_io_complete(io, BLK_STS_AGAIN);
	else
		vmp_failover_queue(io, 0);
}
