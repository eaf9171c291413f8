// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load and unload: parameters, workqueues, then the search for disks.
 *
 * Everything starts in vmp_main_init(), which ends with the registration in
 * discover.c; from there disks come by themselves. Unload goes the same way
 * back: the kernel refuses it while a meta-node is open.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/moduleparam.h>
#include "vmpath.h"

struct vmp_params vmp_params;
struct workqueue_struct *vmp_wq;
struct workqueue_struct *vmp_path_wq;
struct workqueue_struct *vmp_send_wq;
struct workqueue_struct *vmp_disk_wq;

static char *claim = "auto";
module_param(claim, charp, 0444);
MODULE_PARM_DESC(claim, "auto: claim what the rules allow (default); none: claim nothing");

static char *allow;
module_param(allow, charp, 0444);
MODULE_PARM_DESC(allow, "claim only these: wwid:ID,model:VENDOR:PRODUCT,transport:virtio-scsi|virtio-blk");

static char *deny;
module_param(deny, charp, 0444);
MODULE_PARM_DESC(deny, "never claim these, same form as allow; deny wins");

static char *iopolicy = VMP_NAME_POLICY_QD;
module_param(iopolicy, charp, 0444);
MODULE_PARM_DESC(iopolicy, "policy of new meta-nodes: queue-depth (default), round-robin, single-active, cpu-affine, latency");

static int no_path_timeout_ms = 30000;
module_param(no_path_timeout_ms, int, 0444);
MODULE_PARM_DESC(no_path_timeout_ms, "how long I/O waits without a path: ms (default 30000), 0: fails at once, -1: for ever");

static bool fast_recovery;
module_param(fast_recovery, bool, 0444);
MODULE_PARM_DESC(fast_recovery, "new meta-nodes send READ and WRITE as SCSI commands of their own; needs host_cache_none (default 0)");

static bool host_cache_none;
module_param(host_cache_none, bool, 0444);
MODULE_PARM_DESC(host_cache_none, "the administrator has seen that the host does not cache the disks (default 0)");

/* The texts that the parsed rules point into. */
static char *allow_text, *deny_text;

static int __init vmp_main_rules(const char *name, const char *param,
				 char **text, struct vmp_rules *rules)
{
	const char *bad = "";
	int ret;

	if (!param)
		return 0;
	*text = kstrdup(param, GFP_KERNEL);
	if (!*text)
		return -ENOMEM;
	ret = vmp_rules_parse(rules, *text, &bad);
	if (ret == -E2BIG)
		pr_err("%s: more than %d rules\n", name, VMP_MAX_RULES);
	else if (ret)
		pr_err("%s: \"%s\" is no rule (wwid:ID, model:VENDOR:PRODUCT, transport:virtio-scsi or transport:virtio-blk)\n",
		       name, bad);
	return ret ? -EINVAL : 0;
}

/* No rule of allow= stands for "claim all": one that is given must have some. */
static int __init vmp_main_lists(void)
{
	int ret;

	ret = vmp_main_rules("allow", allow, &allow_text, &vmp_params.allow);
	if (ret)
		return ret;
	if (allow && !vmp_params.allow.nr) {
		pr_err("allow= has no rule: leave it out to claim all, or say claim=none\n");
		return -EINVAL;
	}
	return vmp_main_rules("deny", deny, &deny_text, &vmp_params.deny);
}

static int __init vmp_main_params(void)
{
	if (strcmp(claim, "auto") && strcmp(claim, "none")) {
		pr_err("claim=%s: must be auto or none\n", claim);
		return -EINVAL;
	}
	vmp_params.claim = !strcmp(claim, "auto");

	vmp_params.policy = vmp_policy_find(iopolicy);
	if (!vmp_params.policy) {
		pr_err("iopolicy=%s: must be queue-depth, round-robin, single-active, cpu-affine or latency\n",
		       iopolicy);
		return -EINVAL;
	}

	if (no_path_timeout_ms < -1) {
		pr_err("no_path_timeout_ms=%d: must be -1, 0 or a time in milliseconds\n",
		       no_path_timeout_ms);
		return -EINVAL;
	}
	vmp_params.no_path_timeout_ms = no_path_timeout_ms;
	vmp_params.fast_recovery = fast_recovery;
	vmp_params.host_cache_none = host_cache_none;
	if (fast_recovery && !host_cache_none)
		pr_notice("fast_recovery=1 has no effect before host_cache_none is 1, at load or of a meta-node\n");

	return vmp_main_lists();
}

static void vmp_main_free(void)
{
	if (vmp_disk_wq)
		destroy_workqueue(vmp_disk_wq);
	if (vmp_send_wq)
		destroy_workqueue(vmp_send_wq);
	if (vmp_path_wq)
		destroy_workqueue(vmp_path_wq);
	if (vmp_wq)
		destroy_workqueue(vmp_wq);
	/* The release of a path's io_ref is an RCU callback in this module. */
	rcu_barrier();
	vmp_cache_exit();
	kfree(allow_text);
	kfree(deny_text);
}

/*
 * vmp_wq never waits for a device on its way to a verdict; the items of the
 * others may hang with their path or disk, so each may have as many as there
 * are (512 at a time). What is handed to a path has a queue of its own: I/O that
 * paths do not take must not keep the checks of others waiting.
 */
static int __init vmp_main_workqueues(void)
{
	vmp_wq = alloc_workqueue("vmpath", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	vmp_path_wq = alloc_workqueue("vmpath_path",
				      WQ_UNBOUND | WQ_MEM_RECLAIM, WQ_MAX_ACTIVE);
	vmp_send_wq = alloc_workqueue("vmpath_send",
				      WQ_UNBOUND | WQ_MEM_RECLAIM, WQ_MAX_ACTIVE);
	vmp_disk_wq = alloc_workqueue("vmpath_disk", WQ_UNBOUND, WQ_MAX_ACTIVE);
	return vmp_wq && vmp_path_wq && vmp_send_wq && vmp_disk_wq ? 0 : -ENOMEM;
}

static int __init vmp_main_init(void)
{
	int ret;

	ret = vmp_main_params();
	if (ret)
		goto out_free;
	ret = vmp_main_workqueues();
	if (ret)
		goto out_free;
	ret = vmp_cache_init();
	if (ret)
		goto out_free;
	ret = vmp_io_init();
	if (ret)
		goto out_free;
	ret = vmp_node_init();
	if (ret)
		goto out_io;
	ret = vmp_disk_init();
	if (ret)
		goto out_node;
	vmp_head_start();
	ret = vmp_discover_start();
	if (ret)
		goto out_disk;
	return 0;

out_disk:
	vmp_head_remove_all();
	vmp_disk_exit();
out_node:
	vmp_node_exit();
out_io:
	vmp_io_exit();
out_free:
	vmp_main_free();
	return ret;
}

static void __exit vmp_main_exit(void)
{
	vmp_head_unload();	/* no I/O waits for a path any more */
	vmp_discover_stop();	/* every disk gone, every path detached */
	vmp_disk_exit();
	vmp_head_remove_all();
	vmp_main_free();
	vmp_node_exit();
	vmp_io_exit();
}

module_init(vmp_main_init);
module_exit(vmp_main_exit);

MODULE_DESCRIPTION("Multipath block devices for KVM guests, over virtio-scsi and virtio-blk");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
