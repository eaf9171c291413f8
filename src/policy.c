// SPDX-License-Identifier: GPL-2.0-only
/*
 * Path selection: the table of policies, and the one function that asks them.
 *
 * io.c and failover.c call vmp_policy_pick() for each I/O. A policy (one file
 * each) only chooses among the paths of the best rank that is to be had; what
 * a rank means is path.c's.
 */
#include "flush.h"
#include "policy.h"
#include "vmpath_trace.h"

static const struct vmp_policy * const vmp_policies[] = {
	&vmp_policy_queue_depth,
	&vmp_policy_round_robin,
	&vmp_policy_single_active,
	&vmp_policy_cpu_affine,
	&vmp_policy_latency,
};

/**
 * vmp_policy_find() - look a policy up by its name
 * @name: as in sysfs, a final newline is ignored
 *
 * Context: any.
 * Return: the policy, or NULL.
 */
const struct vmp_policy *vmp_policy_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vmp_policies); i++)
		if (sysfs_streq(vmp_policies[i]->name, name))
			return vmp_policies[i];
	return NULL;
}

/**
 * vmp_policy_set() - have another policy from now on
 * @head: the head
 * @policy: the policy; single-active chooses its path anew
 *
 * Policies are constant; an I/O that still sees the old one is fine. One that was sent under a
 * policy that does not look at depths is in none: to the next one its path seems that much
 * emptier until it ends.
 *
 * Context: any.
 */
void vmp_policy_set(struct vmp_head *head, const struct vmp_policy *policy)
{
	WRITE_ONCE(head->current_slot, VMP_MAX_PATHS);
	WRITE_ONCE(head->policy, policy);
}

/**
 * vmp_policy_set_weight() - how much of the I/O should a path get?
 * @path: any
 * @weight: 1 to VMP_WEIGHT_MAX
 *
 * Context: any.
 */
void vmp_policy_set_weight(struct vmp_path *path, u8 weight)
{
	WRITE_ONCE(path->weight, weight);
	WRITE_ONCE(path->inverse, VMP_INVERSE / weight);
}

/**
 * vmp_policy_init_path() - a new path: of neutral weight, and not measured
 * @path: not attached yet
 *
 * Context: any.
 */
void vmp_policy_init_path(struct vmp_path *path)
{
	vmp_policy_set_weight(path, VMP_WEIGHT);
	path->latency_ns = VMP_LATENCY_MAX_NS;
	path->measured_at = jiffies - 2 * HZ;
	path->probed_at = path->measured_at;
}

/**
 * vmp_policy_best_rank() - the best rank among paths not tried yet
 * @set: the paths
 * @io: the I/O
 *
 * Context: rcu_read_lock().
 * Return: a rank; VMP_RANK_UNUSABLE if there is no path for this I/O.
 */
u8 vmp_policy_best_rank(const struct vmp_set *set, const struct vmp_io *io)
{
	u8 best = VMP_RANK_UNUSABLE;
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		const struct vmp_path *path = set->path[i];
		u8 rank = READ_ONCE(path->rank);

		if (rank >= best || vmp_policy_tried(path, io))
			continue;
		if (rank == VMP_RANK_BEST)
			return rank;
		best = rank;
	}
	return best;
}

/**
 * vmp_policy_pick() - choose a path for an I/O and hold it
 * @head: the I/O's head
 * @io: the I/O; paths that failed it are left out
 *
 * Context: any; does not sleep. Takes no lock.
 * Return: a path with a reference on its io_ref, or NULL.
 */
struct vmp_path *vmp_policy_pick(struct vmp_head *head, struct vmp_io *io)
{
	const struct vmp_set *set;
	struct vmp_path *path;
	u8 rank;

	rcu_read_lock();
	set = rcu_dereference(head->set);
	/*
	 * A reference is refused only after the path's rank went to unusable,
	 * so the next turn of the loop does not see it again.
	 */
	do {
		rank = vmp_policy_best_rank(set, io);
		path = rank == VMP_RANK_UNUSABLE ? NULL :
		       READ_ONCE(head->policy)->pick(head, set, io, rank);
		if (path && unlikely(io->orig->bi_opf & REQ_PREFLUSH))
			path = vmp_flush_pick(set, io, path);
	} while (path && unlikely(!percpu_ref_tryget_live_rcu(&path->io_ref)));
	rcu_read_unlock();
	if (path)
		trace_vmp_pick(path, io->orig);
	return path;
}
