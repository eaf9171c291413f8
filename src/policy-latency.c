// SPDX-License-Identifier: GPL-2.0-only
/*
 * latency: each I/O takes the path where it will probably end first.
 *
 * That is the path of the lowest product of what an I/O took there lately and of
 * how many are there, this one among them, by weight. io.c calls
 * vmp_policy_latency_done() with each READ and WRITE that ended well. Each CPU
 * adds up for itself, and adds its mean to the path's once a millisecond at most:
 * that is all that CPUs write to each other's.
 *
 * A path that gets no I/O is not measured, and would stay what it was. So one that
 * has none in flight and has not been measured for a second gets a single I/O, not
 * more than one in a second. What it says counts for half: a path whose host
 * limits its rate is fast when it has been idle, and slow with the next I/O.
 *
 * Means are rounded to steps of an eighth to a fourth before they are compared:
 * paths that are alike never measure the same, and should all be used.
 */
#include <linux/math64.h>
#include "policy.h"

#define VMP_LATENCY_TELL_NS	NSEC_PER_MSEC	/* a CPU to the path */
#define VMP_LATENCY_STALE_NS	NSEC_PER_SEC	/* what was not told by then */
#define VMP_LATENCY_OLD		HZ		/* a measure is */
#define VMP_LATENCY_SHIFT	2		/* a new mean counts for a fourth, */
#define VMP_LATENCY_OLD_SHIFT	1		/* or, of an old one, for half */
#define VMP_LATENCY_BITS	3		/* of a mean that count, the first ones */

/* A CPU's mean since it told last becomes part of the path's. */
static void vmp_policy_latency_tell(struct vmp_path *path, u64 now)
{
	struct vmp_path_stats __percpu *stats = path->stats;
	s64 mean, was = READ_ONCE(path->latency_ns);
	unsigned long at = jiffies;
	int shift = VMP_LATENCY_SHIFT;
	u64 sum;
	u32 nr;

	/* First: an interrupt between the next two would take one of them. */
	this_cpu_write(stats->share.told_at, now);
	nr = this_cpu_xchg(stats->share.nr, 0);
	sum = this_cpu_xchg(stats->share.took, 0);
	if (!nr)
		return;		/* an interrupt here told before */
	mean = clamp_t(u64, div_u64(sum, nr), 1, VMP_LATENCY_MAX_NS);
	if (time_after(at, READ_ONCE(path->measured_at) + VMP_LATENCY_OLD))
		shift = VMP_LATENCY_OLD_SHIFT;
	if (was != VMP_LATENCY_MAX_NS)
		mean = max_t(s64, was + div_s64(mean - was, 1 << shift), 1);
	WRITE_ONCE(path->latency_ns, mean);
	if (READ_ONCE(path->measured_at) != at)
		WRITE_ONCE(path->measured_at, at);
}

static void vmp_policy_latency_done(const struct vmp_io *io, u64 latency)
{
	struct vmp_path_stats __percpu *stats = io->path->stats;
	u64 now = io->sent_at + latency;

	if (!bio_has_data(io->orig))
		return;
	if (now - this_cpu_read(stats->share.told_at) > VMP_LATENCY_STALE_NS) {
		this_cpu_write(stats->share.nr, 0);
		this_cpu_write(stats->share.took, 0);
	}
	this_cpu_add(stats->share.took, latency);
	this_cpu_inc(stats->share.nr);
	if (now - this_cpu_read(stats->share.told_at) >= VMP_LATENCY_TELL_NS)
		vmp_policy_latency_tell(io->path, now);
}

/* A path that is to be measured again, by this I/O. */
static struct vmp_path *vmp_policy_latency_probe(const struct vmp_set *set,
						 const struct vmp_io *io, u8 rank)
{
	unsigned long now = jiffies;
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];
		unsigned long last;

		if (likely(time_before_eq(now, READ_ONCE(path->measured_at) +
					  VMP_LATENCY_OLD)))
			continue;
		last = READ_ONCE(path->probed_at);
		if (time_before_eq(now, last + VMP_LATENCY_OLD) ||
		    !vmp_policy_fits(path, io, rank) ||
		    atomic_read(&path->depth) || !bio_has_data(io->orig))
			continue;
		if (cmpxchg(&path->probed_at, last, now) == last)
			return path;
	}
	return NULL;
}

static u64 vmp_policy_latency_cost(const struct vmp_path *path)
{
	u32 ns = READ_ONCE(path->latency_ns);
	int low = fls(ns) - VMP_LATENCY_BITS;

	if (low > 0)
		ns = ns >> low << low;
	return (u64)ns * READ_ONCE(path->inverse) *
	       (atomic_read(&path->depth) + 1);
}

static struct vmp_path *vmp_policy_latency_pick(struct vmp_head *head,
						const struct vmp_set *set,
						const struct vmp_io *io, u8 rank)
{
	return vmp_policy_batch(head, set, io, rank) ?:
	       vmp_policy_latency_probe(set, io, rank) ?:
	       vmp_policy_least(head, set, io, rank, vmp_policy_latency_cost);
}

const struct vmp_policy vmp_policy_latency = {
	.name = VMP_NAME_POLICY_LATENCY,
	.pick = vmp_policy_latency_pick,
	.done = vmp_policy_latency_done,
	.depth = true,
};
