// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue-depth: each I/O takes the path with the fewest in flight for its weight.
 *
 * Ties go round, so that an idle LU uses all of its paths and not the first one
 * alone.
 */
#include "policy.h"

/* With this I/O among them: a path of thrice the weight is as good with thrice. */
static u64 vmp_policy_qd_cost(const struct vmp_path *path)
{
	return (u64)(atomic_read(&path->depth) + 1) * READ_ONCE(path->inverse);
}

static struct vmp_path *vmp_policy_qd_pick(struct vmp_head *head,
					   const struct vmp_set *set,
					   const struct vmp_io *io, u8 rank)
{
	return vmp_policy_batch(head, set, io, rank) ?:
	       vmp_policy_least(head, set, io, rank, vmp_policy_qd_cost);
}

const struct vmp_policy vmp_policy_queue_depth = {
	.name = VMP_NAME_POLICY_QD,
	.pick = vmp_policy_qd_pick,
	.depth = true,
};
