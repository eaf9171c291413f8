// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue-depth: each I/O takes the path with the fewest in flight.
 *
 * Ties go round, from a start counted per CPU, so that an idle LU uses all of
 * its paths and not the first one alone.
 */
#include "vmpath.h"

static struct vmp_path *vmp_policy_qd_pick(struct vmp_head *head,
					   const struct vmp_set *set,
					   const struct vmp_io *io)
{
	u8 rank = vmp_policy_best_rank(set, io);
	struct vmp_path *best = NULL;
	int depth, least = INT_MAX;
	unsigned int i, at;

	if (rank == VMP_RANK_UNUSABLE)
		return NULL;
	at = this_cpu_inc_return(*head->turn) % set->nr;
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[at];

		if (++at == set->nr)
			at = 0;
		if (READ_ONCE(path->rank) != rank || vmp_policy_tried(path, io))
			continue;
		depth = atomic_read(&path->inflight);
		if (depth < least) {
			least = depth;
			best = path;
		}
	}
	return best;
}

const struct vmp_policy vmp_policy_queue_depth = {
	.name = VMP_NAME_POLICY_QD,
	.pick = vmp_policy_qd_pick,
};
