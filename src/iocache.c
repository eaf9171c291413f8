// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the contexts of I/Os come from: each CPU keeps some that have been used.
 *
 * The slab allocator clears what it hands out (init_on_alloc is Debian's default)
 * and accounts for it; of a small READ that was the largest cost of ours. io.c
 * sets every word that is read, so a used context is as good. A head's reserve
 * is filled before anything is kept, so nobody waits for what lies here.
 *
 * With KASAN none is kept: a use after the end would go unseen.
 */
#include <linux/percpu.h>
#include <linux/slab.h>
#include "vmpath.h"

#define VMP_IO_KEPT	(IS_ENABLED(CONFIG_KASAN) ? 0 : 64)	/* by each CPU */

struct vmp_io_kept {
	struct vmp_io *first;	/* by vmp_io.next */
	unsigned int nr;
};

static DEFINE_PER_CPU(struct vmp_io_kept, vmp_io_kept);	/* interrupts off */
static struct kmem_cache *vmp_io_cache;

/**
 * vmp_io_init() - make the cache of I/O contexts
 *
 * Context: sleeps.
 * Return: 0 or -ENOMEM.
 */
int vmp_io_init(void)
{
	vmp_io_cache = KMEM_CACHE(vmp_io, 0);
	return vmp_io_cache ? 0 : -ENOMEM;
}

/**
 * vmp_io_exit() - destroy the cache; no pool may be left, and no I/O
 *
 * Context: sleeps.
 */
void vmp_io_exit(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct vmp_io_kept *kept = per_cpu_ptr(&vmp_io_kept, cpu);

		while (kept->first) {
			struct vmp_io *io = kept->first;

			kept->first = io->next;
			kmem_cache_free(vmp_io_cache, io);
		}
		kept->nr = 0;
	}
	kmem_cache_destroy(vmp_io_cache);
}

/**
 * vmp_io_pool_create() - the I/O contexts that a head has even without memory
 *
 * A pool per head: a head whose device keeps all its I/O starves no other.
 *
 * Context: sleeps.
 * Return: the pool or NULL.
 */
mempool_t *vmp_io_pool_create(void)
{
	return mempool_create_slab_pool(VMP_IO_RESERVE, vmp_io_cache);
}

/**
 * vmp_io_alloc() - a context for an I/O
 * @pool: of its head
 * @gfp: GFP_NOIO, which never fails, or GFP_NOWAIT
 *
 * What was in it before is there still.
 *
 * Context: process; sleeps with GFP_NOIO.
 * Return: a context or NULL.
 */
struct vmp_io *vmp_io_alloc(mempool_t *pool, gfp_t gfp)
{
	struct vmp_io_kept *kept;
	unsigned long flags;
	struct vmp_io *io;

	local_irq_save(flags);
	kept = this_cpu_ptr(&vmp_io_kept);
	io = kept->first;
	if (likely(io)) {
		kept->first = io->next;
		kept->nr--;
	}
	local_irq_restore(flags);
	return likely(io) ? io : mempool_alloc(pool, gfp);
}

/**
 * vmp_io_free() - an I/O has ended, and nobody has its context any more
 * @pool: of its head
 * @io: the context
 *
 * Whoever got a context of the reserve has seen that one is missing there, and so
 * sees it here: as mempool_free(), which this goes before.
 *
 * Context: any.
 */
void vmp_io_free(mempool_t *pool, struct vmp_io *io)
{
	struct vmp_io_kept *kept;
	unsigned long flags;

	smp_rmb();	/* pairs with the smp_wmb() of mempool_alloc() */
	if (unlikely(READ_ONCE(pool->curr_nr) < pool->min_nr)) {
		mempool_free(io, pool);
		return;
	}
	local_irq_save(flags);
	kept = this_cpu_ptr(&vmp_io_kept);
	if (likely(kept->nr < VMP_IO_KEPT)) {
		io->next = kept->first;
		kept->first = io;
		kept->nr++;
		io = NULL;
	}
	local_irq_restore(flags);
	if (unlikely(io))
		mempool_free(io, pool);
}
