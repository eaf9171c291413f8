// SPDX-License-Identifier: GPL-2.0-only
/*
 * single-active: all I/O takes one path until that path is worse than another.
 *
 * The choice is kept when a better-placed path returns, so that a flapping
 * path does not pull the I/O back and forth.
 */
#include "vmpath.h"

static struct vmp_path *vmp_policy_single_pick(struct vmp_head *head,
					       const struct vmp_set *set,
					       const struct vmp_io *io)
{
	u8 rank = vmp_policy_best_rank(set, io);
	u8 current_slot = READ_ONCE(head->current_slot);
	struct vmp_path *first = NULL;
	unsigned int i;

	if (rank == VMP_RANK_UNUSABLE)
		return NULL;
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];

		if (READ_ONCE(path->rank) != rank || vmp_policy_tried(path, io))
			continue;
		if (path->slot == current_slot)
			return path;
		if (!first)
			first = path;
	}
	/* An I/O that avoids a path it failed on does not move the others. */
	if (first && !io->tried)
		WRITE_ONCE(head->current_slot, first->slot);
	return first;
}

const struct vmp_policy vmp_policy_single_active = {
	.name = VMP_NAME_POLICY_SINGLE,
	.pick = vmp_policy_single_pick,
};
