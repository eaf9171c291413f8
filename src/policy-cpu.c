// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpu-affine: the I/O of a CPU takes the path of that CPU.
 *
 * Which one that is follows from the number of the CPU among those on line and
 * from the paths of the best rank, laid out in a row, each as long as its weight:
 * the CPUs stand along it at equal distances. So nothing is kept and nothing
 * written, each path has its share of the CPUs, and neighbours, which share
 * caches, share paths. When a path goes or comes, or a CPU does, they stand anew.
 */
#include <linux/cpumask.h>
#include <linux/hash.h>
#include "policy.h"

/* How many CPUs on line have a lower number. */
static unsigned int vmp_policy_cpu_number(void)
{
	unsigned int cpu = raw_smp_processor_id(), word, below = 0;
	const unsigned long *mask = cpumask_bits(cpu_online_mask);

	for (word = 0; word < BIT_WORD(cpu); word++)
		below += hweight_long(READ_ONCE(mask[word]));
	return below + hweight_long(READ_ONCE(mask[word]) & (BIT_MASK(cpu) - 1));
}

static struct vmp_path *vmp_policy_cpu_pick(struct vmp_head *head,
					    const struct vmp_set *set,
					    const struct vmp_io *io, u8 rank)
{
	unsigned int i, at, place, cpus = num_online_cpus();
	unsigned int length = 0, end = 0;
	struct vmp_path *found = NULL;

	for (i = 0; i < set->nr; i++)
		if (vmp_policy_fits(set->path[i], io, rank))
			length += READ_ONCE(set->path[i]->weight);
	/*
	 * The middle of the CPU's stretch of the row, in 1/(2 * cpus). Each head
	 * begins elsewhere, so that few CPUs use many HBAs all the same.
	 */
	place = (2 * vmp_policy_cpu_number() + 1) * length;
	at = reciprocal_scale(hash_32(head->instance, 32), set->nr);
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[at];

		if (++at == set->nr)
			at = 0;
		if (!vmp_policy_fits(path, io, rank))
			continue;
		found = path;	/* the last one, if CPUs or weights just changed */
		end += READ_ONCE(path->weight);
		if (end * 2 * cpus > place)
			break;
	}
	return found;
}

const struct vmp_policy vmp_policy_cpu_affine = {
	.name = VMP_NAME_POLICY_CPU,
	.pick = vmp_policy_cpu_pick,
};
