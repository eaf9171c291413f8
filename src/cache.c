// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slab caches of paths and heads, of which a guest may have a thousand.
 *
 * Of their sizes the general caches would make the next power of two, and half
 * as much again as is needed. main.c makes them; path.c and head.c take from them.
 */
#include <linux/slab.h>
#include "vmpath.h"

struct kmem_cache *vmp_cache_paths;
struct kmem_cache *vmp_cache_heads;

/**
 * vmp_cache_init() - make the caches
 *
 * Context: sleeps.
 * Return: 0, or -ENOMEM; vmp_cache_exit() is due in either case.
 */
int vmp_cache_init(void)
{
	vmp_cache_paths = KMEM_CACHE(vmp_path, 0);
	vmp_cache_heads = KMEM_CACHE(vmp_head, 0);
	return vmp_cache_paths && vmp_cache_heads ? 0 : -ENOMEM;
}

/**
 * vmp_cache_exit() - destroy them; no path and no head may be left
 *
 * Nor an RCU callback that looks at one: after rcu_barrier().
 *
 * Context: sleeps.
 */
void vmp_cache_exit(void)
{
	kmem_cache_destroy(vmp_cache_paths);
	kmem_cache_destroy(vmp_cache_heads);
}
