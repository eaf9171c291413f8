// SPDX-License-Identifier: GPL-2.0-only
/*
 * single-active: all I/O takes one path until that path is worse than another.
 *
 * The choice is kept when a better-placed path returns, so that a flapping
 * path does not pull the I/O back and forth. Where there is one to be made, the
 * heaviest path is taken.
 */
#include "policy.h"

static struct vmp_path *vmp_policy_single_pick(struct vmp_head *head,
					       const struct vmp_set *set,
					       const struct vmp_io *io, u8 rank)
{
	u8 current_slot = READ_ONCE(head->current_slot);
	struct vmp_path *best = NULL;
	bool keep = false;
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];

		/* In doubt for a moment: that is no reason to move for good. */
		keep |= path->slot == current_slot &&
			READ_ONCE(path->rank) == VMP_RANK_DOUBTED;
		if (!vmp_policy_fits(path, io, rank))
			continue;
		if (path->slot == current_slot)
			return path;
		if (!best || READ_ONCE(path->weight) > READ_ONCE(best->weight))
			best = path;
	}
	/* An I/O that avoids a path it failed on does not move the others. */
	if (best && !io->tried && !keep)
		WRITE_ONCE(head->current_slot, best->slot);
	return best;
}

const struct vmp_policy vmp_policy_single_active = {
	.name = VMP_NAME_POLICY_SINGLE,
	.pick = vmp_policy_single_pick,
};
