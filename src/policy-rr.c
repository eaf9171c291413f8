// SPDX-License-Identifier: GPL-2.0-only
/*
 * round-robin: each I/O takes the path after the one before it.
 *
 * The turn is counted per CPU, so that no cache line is written by all.
 */
#include "vmpath.h"

static struct vmp_path *vmp_policy_rr_pick(struct vmp_head *head,
					   const struct vmp_set *set,
					   const struct vmp_io *io)
{
	u8 rank = vmp_policy_best_rank(set, io);
	unsigned int i, at;

	if (rank == VMP_RANK_UNUSABLE)
		return NULL;
	at = this_cpu_inc_return(*head->turn) % set->nr;
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[at];

		if (READ_ONCE(path->rank) == rank && !vmp_policy_tried(path, io))
			return path;
		if (++at == set->nr)
			at = 0;
	}
	return NULL;
}

const struct vmp_policy vmp_policy_round_robin = {
	.name = VMP_NAME_POLICY_RR,
	.pick = vmp_policy_rr_pick,
};
