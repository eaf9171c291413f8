// SPDX-License-Identifier: GPL-2.0-only
/*
 * A flush, by every path that something was written by since its last one.
 *
 * An array has one cache for an LU, and one path would do. To QEMU each path is a node of its
 * own where it flushes itself (scsi-hd, virtio-blk), and it drops a flush of a node by which
 * nothing was written: what another path has written would stay in a volatile cache below.
 *
 * The flush goes from path to path, as an empty one, by the same context and with failover as
 * any I/O. What comes with data comes after that, by the path that the policy says. Who has
 * written is known from what is counted anyway (stats.c): no WRITE does anything for this.
 */
#include "flush.h"
#include "policy.h"
#include "vmpath_trace.h"

#define VMP_FLUSH_GRACE		((u64)VMP_PROBE_GRACE_MS * NSEC_PER_MSEC)

/* It is being checked, after a unit attention mostly, and may be back in a moment. */
static bool vmp_flush_soon(const struct vmp_path *path)
{
	return READ_ONCE(path->state) == VMP_PATH_PROBING && READ_ONCE(path->was_live) &&
	       ktime_get_ns() - READ_ONCE(path->spans.since) < VMP_FLUSH_GRACE;
}

/* Has it a cache? And on a barred path a flush would be a conflict with another path of ours. */
static bool vmp_flush_may(const struct vmp_path *path)
{
	return bdev_write_cache(path->bdev) &&
	       (READ_ONCE(path->rank) < VMP_RANK_BARRED || vmp_flush_soon(path));
}

/* The paths that keep something in a cache, by their slots. */
static u64 vmp_flush_owed(const struct vmp_set *set)
{
	unsigned int i;
	u64 owed = 0;

	for (i = 0; i < set->nr; i++) {
		const struct vmp_path *path = set->path[i];

		if (vmp_flush_may(path) &&
		    READ_ONCE(path->flushed) != vmp_stats_written(path))
			owed |= BIT_ULL(path->slot);
	}
	return owed;
}

/* The best path, of those in @slots, that has a cache; NULL if all have failed the I/O. */
static struct vmp_path *vmp_flush_best(const struct vmp_set *set, const struct vmp_io *io,
				       u64 slots, u8 least)
{
	struct vmp_path *best = NULL;
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];
		u8 rank = READ_ONCE(path->rank);

		if (rank >= least || !(slots & BIT_ULL(path->slot)) ||
		    !bdev_write_cache(path->bdev) || vmp_policy_tried(path, io))
			continue;
		least = rank;
		best = path;
	}
	return best;
}

/*
 * Who has failed a flush and is in use has to have a verdict: another path's is none, and the cache
 * may have lost what it could not write. Who is being checked is waited for.
 */
static bool vmp_flush_waits(const struct vmp_set *set, const struct vmp_io *io)
{
	unsigned int i;

	for (i = 0; i < set->nr; i++)
		if ((io->owed & BIT_ULL(set->path[i]->slot)) && vmp_flush_may(set->path[i]))
			return true;
	return false;
}

/* Who has failed it, fallen for that, and come back since, is asked again. */
static void vmp_flush_forgive(const struct vmp_set *set, struct vmp_io *io)
{
	unsigned int i;

	for (i = 0; i < set->nr; i++)
		if (vmp_policy_tried(set->path[i], io) &&
		    time_after(READ_ONCE(set->path[i]->live_at), io->failed_at))
			io->tried &= ~BIT_ULL(set->path[i]->slot);
}

static bool vmp_flush_cached(const struct vmp_set *set)
{
	unsigned int i;

	for (i = 0; i < set->nr; i++)
		if (READ_ONCE(set->path[i]->rank) != VMP_RANK_UNUSABLE &&
		    bdev_write_cache(set->path[i]->bdev))
			return true;
	return false;
}

/**
 * vmp_flush_pick() - choose a path for a flush
 * @set: the head's paths
 * @io: the flush
 * @picked: what the policy has chosen
 *
 * Context: rcu_read_lock().
 * Return: one that has written, if there is one left; or one with a volatile cache, since without
 * one a flush ends in the block layer; or @picked. NULL if all that have a cache have failed it:
 * that wants a verdict, not a no-op.
 */
struct vmp_path *vmp_flush_pick(const struct vmp_set *set, struct vmp_io *io,
				struct vmp_path *picked)
{
	struct vmp_path *path;

	if (!io->flushing)
		io->owed = vmp_flush_owed(set);
	io->flushing = true;
	if (io->owed) {
		vmp_flush_forgive(set, io);
		path = vmp_flush_best(set, io, io->owed, VMP_RANK_BARRED);
		if (path || vmp_flush_waits(set, io))
			return path;
		/* They are out of use; what an array's cache has, another path's reaches. */
		io->owed = 0;
	}
	if (io->flushed || bdev_write_cache(picked->bdev))
		return picked;
	path = vmp_flush_best(set, io, ~0ULL, VMP_RANK_UNUSABLE);
	return path || vmp_flush_cached(set) ? path : picked;
}

/* What was written by the path before this was sent is safe. */
static bool vmp_flush_good(struct vmp_io *io)
{
	struct vmp_path *path = io->path;

	if (READ_ONCE(path->unsettled))
		return false;
	WRITE_ONCE(path->flushed, io->written);
	io->owed &= ~BIT_ULL(path->slot);
	return true;
}

static void vmp_flush_end(struct bio *clone)
{
	struct vmp_io *io = container_of(clone, struct vmp_io, clone);
	blk_status_t status = clone->bi_status;

	if (!status && !io->flushed)
		vmp_flush_good(io);
	vmp_io_ended(io, status, status ? vmp_outcome_of(status) : VMP_DONE);
}

/* One path has flushed. Others are to, or there is data to be written. */
static void vmp_flush_leg_end(struct bio *clone)
{
	struct vmp_io *io = container_of(clone, struct vmp_io, clone);
	blk_status_t status = clone->bi_status;
	bool good = !status && vmp_flush_good(io);
	bool last = good && !io->owed, data = bio_has_data(io->orig);

	/* Whose cache that was is not known after a unit attention: again. */
	if (!status && !good) {
		vmp_io_ended(io, BLK_STS_IOERR, VMP_RETRY);
		return;
	}
	io->flushed = last && data;
	if (status || (last && !data)) {
		vmp_io_ended(io, status, status ? vmp_outcome_of(status) : VMP_DONE);
		return;
	}
	trace_vmp_complete(io->path, status, ktime_get_ns() - io->sent_at);
	vmp_stats_flushed(io->path);
	/* Whoever sends it next may wait. Who has failed it, failed it for what he said. */
	if (io->tried)
		io->status = io->blamed;
	else if (!io->status)
		io->status = BLK_STS_DEV_RESOURCE;
	io->again = 0;
	io->retries = 0;
	vmp_io_leave_path(io);
	vmp_failover_queue(io, 0);
}

/**
 * vmp_flush_clone() - make the clone of an I/O that is to flush, if it is an empty flush
 * @io: on a path; its clone is not in use
 *
 * Context: any.
 * Return: it has been made, for no disk yet.
 */
bool vmp_flush_clone(struct vmp_io *io)
{
	io->written = vmp_stats_written(io->path);
	if (!vmp_flush_is_leg(io))
		return false;
	bio_init(&io->clone, NULL, NULL, 0, REQ_OP_WRITE | REQ_PREFLUSH | REQ_SYNC |
		 (io->orig->bi_opf & REQ_NOWAIT));
	io->clone.bi_end_io = vmp_flush_leg_end;
	return true;
}

/**
 * vmp_flush_itself() - the clone of an I/O that flushes is as the original
 * @io: on a path; its clone is for no disk yet
 *
 * Context: any.
 */
void vmp_flush_itself(struct vmp_io *io)
{
	io->clone.bi_end_io = vmp_flush_end;
	/* The data comes after the flush of all. */
	if (io->flushed)
		io->clone.bi_opf &= ~REQ_PREFLUSH;
}
