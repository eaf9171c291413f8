/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the policies have in common: whose turn it is, weights, and batches.
 *
 * policy.c asks one policy for each bio; the files policy-*.c are the policies.
 *
 * Turns. On each CPU every path has a count (vmp_share.turns) that goes up by the
 * inverse of its weight with each I/O it is given there: the path with the lowest
 * is next. One that has been out of use has a low count; it is taken for as low
 * as that of the path that went last (vmp_turn.now), not lower, so that
 * it gets its share and no more.
 *
 * Batches. What one task submits under one plug reaches the device with one
 * doorbell if it is all for one queue, so it stays on one path. A batch is known
 * by the task's plug, which has a mark (direct.c) or holds requests from the batch's
 * second bio on, and by nothing else. That is a guess (another task's plug may have been
 * at the same address, on this CPU; the CPU may change any time), and a wrong one sends at
 * most VMP_BATCH bios to a path that another policy's turn would have sent elsewhere.
 */
#ifndef VMPATH_POLICY_H
#define VMPATH_POLICY_H

#include "vmpath.h"

#define VMP_BATCH	16	/* bios of one plug in a row on one path */
#define VMP_BATCH_MARK	2	/* blk_plug.nr_ios: the first one has gone */

/**
 * vmp_policy_tried() - has this I/O failed on this path already?
 * @path: a path of the I/O's head
 * @io: the I/O
 *
 * A path that took a former one's slot since has not been tried.
 *
 * Context: any.
 */
static inline bool vmp_policy_tried(const struct vmp_path *path,
				    const struct vmp_io *io)
{
	return unlikely(io->tried) && (io->tried & BIT_ULL(path->slot)) &&
	       path->born <= io->epoch;
}

/**
 * vmp_policy_fits() - may an I/O of this rank take the path?
 * @path: of the set that is being looked at
 * @io: the I/O
 * @rank: the best rank to be had
 *
 * Context: rcu_read_lock().
 */
static inline bool vmp_policy_fits(const struct vmp_path *path,
				   const struct vmp_io *io, u8 rank)
{
	return READ_ONCE(path->rank) == rank && !vmp_policy_tried(path, io);
}

/* Where the path stands on this CPU. */
static inline u64 vmp_policy_turns(const struct vmp_path *path, u64 now)
{
	return max(this_cpu_read(path->stats->share.turns), now);
}

/**
 * vmp_policy_batch() - the path that this task's batch is on
 * @head: the I/O's head
 * @set: its paths
 * @io: the I/O
 * @rank: the best rank to be had
 *
 * Context: process, rcu_read_lock().
 * Return: the path, or NULL: there is no batch, or it has had enough of its path.
 */
static inline struct vmp_path *vmp_policy_batch(struct vmp_head *head,
						const struct vmp_set *set,
						const struct vmp_io *io, u8 rank)
{
	const struct blk_plug *plug = current->plug;
	struct vmp_path *path;
	unsigned int at, left;

	if (!plug || !(plug->rq_count || plug->nr_ios == VMP_BATCH_MARK) ||
	    this_cpu_read(head->turn->plug) != plug)
		return NULL;
	left = this_cpu_read(head->turn->left);
	at = this_cpu_read(head->turn->at);
	if (!left || at >= set->nr)
		return NULL;
	path = set->path[at];
	if (!vmp_policy_fits(path, io, rank))
		return NULL;
	this_cpu_write(head->turn->left, left - 1);
	this_cpu_add(path->stats->share.turns, READ_ONCE(path->inverse));
	return path;
}

/**
 * vmp_policy_least() - the path of the lowest cost, and begin a batch on it
 * @head: the I/O's head
 * @set: its paths
 * @io: the I/O
 * @rank: the best rank to be had
 * @cost: of one more I/O on a path
 *
 * Of those that cost the same the one whose turn it is. Inline, so that @cost is.
 *
 * Context: process, rcu_read_lock().
 * Return: a path, or NULL if ranks have changed meanwhile.
 */
static __always_inline struct vmp_path *
vmp_policy_least(struct vmp_head *head, const struct vmp_set *set,
		 const struct vmp_io *io, u8 rank,
		 u64 (*cost)(const struct vmp_path *path))
{
	u64 now = this_cpu_read(head->turn->now);
	u64 least = U64_MAX, least_turns = U64_MAX;
	struct vmp_path *best = NULL;
	unsigned int i, at = 0;

	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];
		u64 this_cost, turns;

		if (!vmp_policy_fits(path, io, rank))
			continue;
		this_cost = cost(path);
		if (this_cost > least)
			continue;
		turns = vmp_policy_turns(path, now);
		if (this_cost == least && turns >= least_turns)
			continue;
		least = this_cost;
		least_turns = turns;
		best = path;
		at = i;
	}
	if (!best)
		return NULL;
	this_cpu_write(best->stats->share.turns,
		       least_turns + READ_ONCE(best->inverse));
	this_cpu_write(head->turn->now, least_turns);
	this_cpu_write(head->turn->at, at);
	this_cpu_write(head->turn->left, VMP_BATCH - 1);
	this_cpu_write(head->turn->plug, current->plug);
	return best;
}

#endif
