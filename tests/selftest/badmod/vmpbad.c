// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpbad: a module that misbehaves as its parameter says, so that the lab's
 * self-tests can see whether the harness notices. Never load it elsewhere.
 */

#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

static char *mode = "none";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "warn, oops, pin, slab, thread, leak, uaf");

static void vmpbad_ctor(void *object)
{
}

static void vmpbad_oops(void)
{
	int *volatile nowhere = NULL;

	pr_info("%d\n", *nowhere);
}

static void vmpbad_uaf(void)
{
	char *volatile memory = kmalloc(100, GFP_KERNEL);

	kfree(memory);
	if (memory)
		pr_info("%d\n", memory[10]);
}

static void vmpbad_leak(void)
{
	int i;

	/* More than one, since a stale pointer may hide one from kmemleak. */
	for (i = 0; i < 10; i++)
		if (!kmalloc(200, GFP_KERNEL))
			return;
}

static int __init vmpbad_init(void)
{
	if (!strcmp(mode, "warn"))
		WARN(1, "told to\n");
	else if (!strcmp(mode, "oops"))
		vmpbad_oops();
	else if (!strcmp(mode, "pin"))
		return try_module_get(THIS_MODULE) ? 0 : -EBUSY;
	else if (!strcmp(mode, "slab"))
		return kmem_cache_create("vmpbad", 64, 0, 0, vmpbad_ctor) ? 0 : -ENOMEM;
	else if (!strcmp(mode, "thread"))
		return alloc_workqueue("vmpbad", WQ_UNBOUND | WQ_MEM_RECLAIM, 1) ? 0 : -ENOMEM;
	else if (!strcmp(mode, "leak"))
		vmpbad_leak();
	else if (!strcmp(mode, "uaf"))
		vmpbad_uaf();
	return 0;
}

static void __exit vmpbad_exit(void)
{
}

module_init(vmpbad_init);
module_exit(vmpbad_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Misbehaves on request, for the lab's self-tests");
