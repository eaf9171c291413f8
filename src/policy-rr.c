// SPDX-License-Identifier: GPL-2.0-only
/*
 * round-robin: each I/O takes the path after the one before it, by weight.
 *
 * The turn is counted per CPU, so that no cache line is written by all.
 */
#include "policy.h"

static u64 vmp_policy_rr_cost(const struct vmp_path *path)
{
	return 0;
}

static struct vmp_path *vmp_policy_rr_pick(struct vmp_head *head,
					   const struct vmp_set *set,
					   const struct vmp_io *io, u8 rank)
{
	return vmp_policy_batch(head, set, io, rank) ?:
	       vmp_policy_least(head, set, io, rank, vmp_policy_rr_cost);
}

const struct vmp_policy vmp_policy_round_robin = {
	.name = VMP_NAME_POLICY_RR,
	.pick = vmp_policy_rr_pick,
};
