// SPDX-License-Identifier: GPL-2.0-only
/*
 * A path: open and close of its disk, references, and the state machine.
 *
 * disk.c makes it, head.c attaches it. vmp_path_set_state() is the only place
 * where a path's state changes; it counts, logs, sends the uevent and tells
 * the head when its last live path went or its first one came.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/slab.h>
#include "vmpath.h"

#define CREATE_TRACE_POINTS
#include "vmpath_trace.h"

static const char * const vmp_path_state_names[VMP_NR_PATH_STATES] = {
	[VMP_PATH_PROBING] = VMP_NAME_PATH_PROBING,
	[VMP_PATH_LIVE] = VMP_NAME_PATH_LIVE,
	[VMP_PATH_STANDBY] = VMP_NAME_PATH_STANDBY,
	[VMP_PATH_STALLED] = VMP_NAME_PATH_STALLED,
	[VMP_PATH_FAILED] = VMP_NAME_PATH_FAILED,
	[VMP_PATH_HELD] = VMP_NAME_PATH_HELD,
	[VMP_PATH_MISMATCH] = VMP_NAME_PATH_MISMATCH,
	[VMP_PATH_DISABLED] = VMP_NAME_PATH_DISABLED,
	[VMP_PATH_REMOVING] = VMP_NAME_PATH_REMOVING,
};

static const char * const vmp_path_transport_names[VMP_NR_TRANSPORTS] = {
	[VMP_VIRTIO_SCSI] = VMP_NAME_TRANSPORT_SCSI,
	[VMP_VIRTIO_BLK] = VMP_NAME_TRANSPORT_BLK,
};

/* Which states may follow which; nothing follows removing. */
static const unsigned int vmp_path_next[VMP_NR_PATH_STATES] = {
	[VMP_PATH_PROBING] = BIT(VMP_PATH_LIVE) | BIT(VMP_PATH_STANDBY) |
		BIT(VMP_PATH_FAILED) | BIT(VMP_PATH_HELD) |
		BIT(VMP_PATH_MISMATCH) | BIT(VMP_PATH_DISABLED) |
		BIT(VMP_PATH_REMOVING),
	[VMP_PATH_LIVE] = BIT(VMP_PATH_PROBING) | BIT(VMP_PATH_STANDBY) |
		BIT(VMP_PATH_STALLED) | BIT(VMP_PATH_FAILED) |
		BIT(VMP_PATH_HELD) | BIT(VMP_PATH_MISMATCH) |
		BIT(VMP_PATH_DISABLED) | BIT(VMP_PATH_REMOVING),
	[VMP_PATH_STANDBY] = BIT(VMP_PATH_LIVE) | BIT(VMP_PATH_FAILED) |
		BIT(VMP_PATH_HELD) | BIT(VMP_PATH_MISMATCH) | BIT(VMP_PATH_DISABLED) |
		BIT(VMP_PATH_REMOVING),
	[VMP_PATH_STALLED] = BIT(VMP_PATH_PROBING) | BIT(VMP_PATH_LIVE) |
		BIT(VMP_PATH_FAILED) | BIT(VMP_PATH_HELD) |
		BIT(VMP_PATH_DISABLED) | BIT(VMP_PATH_REMOVING),
	[VMP_PATH_FAILED] = BIT(VMP_PATH_PROBING) | BIT(VMP_PATH_LIVE) |
		BIT(VMP_PATH_STANDBY) | BIT(VMP_PATH_MISMATCH) | BIT(VMP_PATH_DISABLED) |
		BIT(VMP_PATH_REMOVING),
	[VMP_PATH_HELD] = BIT(VMP_PATH_LIVE) | BIT(VMP_PATH_STANDBY) |
		BIT(VMP_PATH_FAILED) | BIT(VMP_PATH_MISMATCH) | BIT(VMP_PATH_DISABLED) |
		BIT(VMP_PATH_REMOVING),
	[VMP_PATH_MISMATCH] = BIT(VMP_PATH_PROBING) | BIT(VMP_PATH_DISABLED) |
		BIT(VMP_PATH_REMOVING),
	[VMP_PATH_DISABLED] = BIT(VMP_PATH_PROBING) | BIT(VMP_PATH_REMOVING),
};

/**
 * vmp_path_state_name() - a path state in words
 * @state: the state
 *
 * Context: any.
 */
const char *vmp_path_state_name(enum vmp_path_state state)
{
	return vmp_path_state_names[state];
}

/**
 * vmp_path_transport_name() - a transport in words
 * @transport: the transport
 *
 * Context: any.
 */
const char *vmp_path_transport_name(enum vmp_transport transport)
{
	return vmp_path_transport_names[transport];
}

static void vmp_path_io_released(struct percpu_ref *ref)
{
	complete(&container_of(ref, struct vmp_path, io_ref)->io_done);
}

/**
 * vmp_path_alloc() - make a path object for a disk
 * @name: the disk's kernel name
 * @transport: how it is attached
 *
 * Context: sleeps.
 * Return: the path, with one reference on its kobject, or NULL.
 */
struct vmp_path *vmp_path_alloc(const char *name, enum vmp_transport transport)
{
	struct vmp_path *path = kmem_cache_zalloc(vmp_cache_paths, GFP_KERNEL);

	if (!path)
		return NULL;
	path->stats = alloc_percpu(struct vmp_path_stats);
	if (!path->stats)
		goto out_free;
	path->transport = transport;
	if (vmp_recovery_init_path(path))
		goto out_free;
	if (percpu_ref_init(&path->io_ref, vmp_path_io_released, 0, GFP_KERNEL))
		goto out_free;
	strscpy(path->name, name, sizeof(path->name));
	path->state = VMP_PATH_PROBING;
	path->rank = VMP_RANK_UNUSABLE;
	path->good_at = jiffies;
	path->doubt_at = path->good_at - 1;
	path->live_at = jiffies;
	path->flushed = U64_MAX;	/* who wrote before is not known */
	init_completion(&path->io_done);
	ratelimit_state_init(&path->log_limit, DEFAULT_RATELIMIT_INTERVAL,
			     DEFAULT_RATELIMIT_BURST);
	vmp_failover_init_path(path);
	vmp_checker_init_path(path);
	vmp_policy_init_path(path);
	vmp_attention_init_path(path);
	kobject_init(&path->kobj, &vmp_path_ktype);
	return path;

out_free:
	free_percpu(path->recovery);
	free_percpu(path->stats);
	kmem_cache_free(vmp_cache_paths, path);
	return NULL;
}

/**
 * vmp_path_release() - the last reference to a path is gone
 * @kobj: the path's
 *
 * Context: any that may free memory.
 */
void vmp_path_release(struct kobject *kobj)
{
	struct vmp_path *path = container_of(kobj, struct vmp_path, kobj);

	struct vmp_head *head = path->head;

	percpu_ref_exit(&path->io_ref);
	kfree(path->check_buf);
	free_percpu(path->recovery);
	free_percpu(path->stats);
	kfree(path->vpd);
	kmem_cache_free(vmp_cache_paths, path);
	/* Last: unload waits for the heads. */
	if (head)
		kobject_put(&head->kobj);
}

/**
 * vmp_path_open() - claim the path's disk for ourselves alone
 * @path: not open yet
 * @devt: the disk's number
 * @read_only: the disk is write-protected
 *
 * Context: sleeps.
 * Return: 0, -EBUSY if somebody else holds it or a partition of it, -ENOMEM, or
 * another error.
 */
int vmp_path_open(struct vmp_path *path, dev_t devt, bool read_only)
{
	int ret = vmp_compat_bdev_open(&path->handle, devt, !read_only, true);

	if (ret)
		return ret;
	path->bdev = path->handle.bdev;
	if (!vmp_checker_room(path, bdev_logical_block_size(path->bdev))) {
		vmp_path_close(path);
		return -ENOMEM;
	}
	vmp_inquiry_details(path);
	return 0;
}

/**
 * vmp_path_close() - give the disk back
 * @path: open, and drained if it was ever attached
 *
 * Context: sleeps.
 */
void vmp_path_close(struct vmp_path *path)
{
	vmp_compat_bdev_close(&path->handle);
	path->bdev = NULL;
}

/**
 * vmp_path_drain() - wait until no I/O of ours is on the path
 * @path: in state removing and out of the head's set, so that none is added
 *
 * When this returns an RCU grace period has passed too (percpu_ref_kill() ends
 * with one), so no picker that saw the old set still looks at the path.
 *
 * Context: sleeps, for as long as the device keeps the I/O.
 */
void vmp_path_drain(struct vmp_path *path)
{
	percpu_ref_kill(&path->io_ref);
	wait_for_completion(&path->io_done);
}

/**
 * vmp_path_gone() - has the kernel begun to remove the disk?
 * @path: an attached path
 *
 * An error from such a disk is proof that the path is gone, whatever its
 * status says: the block layer ends bios on a dying disk with a plain I/O
 * error.
 *
 * Context: any.
 */
bool vmp_path_gone(const struct vmp_path *path)
{
	return test_bit(GD_DEAD, &path->bdev->bd_disk->state);
}

/**
 * vmp_path_update_rank() - how much policies should like a path
 * @path: attached
 *
 * Context: any; head->state_lock held.
 */
void vmp_path_update_rank(struct vmp_path *path)
{
	u8 rank = VMP_RANK_UNUSABLE;

	lockdep_assert_held(&path->head->state_lock);
	if (path->state == VMP_PATH_LIVE && vmp_pr_bars(path))
		rank = VMP_RANK_BARRED;
	else if (path->state == VMP_PATH_LIVE && path->suspect)
		rank = VMP_RANK_SUSPECT;
	else if (path->state == VMP_PATH_LIVE && path->in_doubt)
		rank = VMP_RANK_DOUBTED;
	else if (path->state == VMP_PATH_LIVE)
		rank = path->alua.access == VMP_ACCESS_OPTIMIZED ?
			VMP_RANK_BEST : VMP_RANK_NONOPT;
	WRITE_ONCE(path->rank, rank);
}

/*
 * Errors of other paths wait for what a stalled path says of the same I/O. It
 * has said so when it is live or known to be bad; until then it is awaited.
 */
static void vmp_path_update_awaited(struct vmp_path *path)
{
	bool was = path->awaited;

	lockdep_assert_held(&path->head->state_lock);
	/* Whoever finds it not awaited any more finds it usable, if it is. */
	smp_store_release(&path->awaited, path->state == VMP_PATH_STALLED ||
			  (was && path->state == VMP_PATH_PROBING));
	if (was && !path->awaited)
		vmp_failover_judge(path->head);
}

static void vmp_path_log(struct vmp_path *path, const char *why)
{
	struct vmp_head *head = path->head;
	unsigned int i, all = 0;

	/* Each path has its share: one that flaps does not silence an HBA's end. */
	if (!__ratelimit(&path->log_limit))
		return;
	for (i = 0; i < VMP_NR_PATH_STATES; i++)
		all += head->nr_state[i];
	pr_notice("%s: path %s %s (%s), %u of %u left\n", head->node_name,
		  path->name, vmp_path_state_names[path->state], why,
		  head->nr_state[VMP_PATH_LIVE], all);
}

/* Was it in use, and did something go wrong with it? */
static bool vmp_path_fell(enum vmp_path_state old, enum vmp_path_state state)
{
	return (old == VMP_PATH_LIVE || old == VMP_PATH_STALLED) &&
	       (state == VMP_PATH_STALLED || state == VMP_PATH_FAILED ||
		state == VMP_PATH_HELD);
}

/**
 * vmp_path_set_state() - move a path to another state
 * @path: an attached path
 * @state: the new state; the same one is nothing to do. VMP_PATH_FAILED turns
 *	into VMP_PATH_HELD where that is due
 * @why: for the log; a constant string if it is a mismatch
 *
 * Context: any; head->state_lock held.
 */
void vmp_path_set_state(struct vmp_path *path, enum vmp_path_state state,
			const char *why)
{
	struct vmp_head *head = path->head;
	enum vmp_path_state old = path->state;

	lockdep_assert_held(&head->state_lock);
	if (old == state)
		return;
	if (state == VMP_PATH_FAILED && vmp_holdout_fell(path))
		state = VMP_PATH_HELD;
	if (WARN_ON_ONCE(!(vmp_path_next[old] & BIT(state))))
		return;
	if (state == VMP_PATH_STALLED) {
		WRITE_ONCE(path->awaited, true);
		smp_wmb();	/* who finds it unusable finds it awaited */
	}
	path->state = state;
	path->suspect = false;
	/* What it is live by may be older than a sibling's failure. */
	WRITE_ONCE(path->in_doubt, state == VMP_PATH_LIVE &&
		   time_before_eq(path->good_at, path->doubt_at));
	path->foreign = false;		/* the checker sets it after this */
	WRITE_ONCE(path->mismatch, state == VMP_PATH_MISMATCH ? why : NULL);
	vmp_path_update_rank(path);
	head->nr_state[old]--;
	head->nr_state[state]++;
	vmp_stats_moved(path);
	trace_vmp_path_state(path, old, why);
	vmp_path_log(path, why);
	vmp_uevent_queue(head, path->name, vmp_path_state_names[state]);

	if (state == VMP_PATH_LIVE) {
		path->live_at = jiffies;
		path->was_live = true;
		vmp_holdout_back(path);
		vmp_checker_routine(path);
		if (path->in_doubt)
			vmp_checker_kick(path, 0);
		path->bad_sector_known = false;
		if (head->nr_state[VMP_PATH_LIVE] == 1)
			vmp_nopath_update(head, false);
		vmp_failover_kick(head);
		queue_delayed_work(vmp_disk_wq, &head->publish_work, 0);
		queue_work(vmp_disk_wq, &head->refresh_work);
	} else if (old == VMP_PATH_LIVE) {
		if (!head->nr_state[VMP_PATH_LIVE]) {
			vmp_nopath_update(head, true);
			vmp_holdout_hope(head);
		}
		vmp_failover_recall(path);
		vmp_failover_judge(head);
	}
	if (state == VMP_PATH_LIVE || state == VMP_PATH_STANDBY || old == VMP_PATH_LIVE)
		vmp_activate_moved(path, old);
	vmp_pr_moved(path);
	vmp_path_update_awaited(path);
	if (vmp_path_fell(old, state))
		vmp_domain_doubt(path);
	if (state == VMP_PATH_FAILED)
		vmp_checker_retry(path);
	else if (state == VMP_PATH_HELD)
		vmp_checker_hold(path, vmp_holdout_rest(path));
}

/**
 * vmp_path_fail() - the path is proven bad
 * @path: in the head's set, or held by I/O
 * @status: what proved it
 * @bio: the I/O that failed, or NULL
 *
 * Context: any.
 */
void vmp_path_fail(struct vmp_path *path, blk_status_t status,
		   const struct bio *bio)
{
	struct vmp_head *head = path->head;
	unsigned long flags;

	spin_lock_irqsave(&head->state_lock, flags);
	path->last_error = status;
	if (path->state == VMP_PATH_LIVE || path->state == VMP_PATH_STALLED ||
	    path->state == VMP_PATH_PROBING) {
		if (bio && bio_sectors(bio)) {
			path->bad_sector = bio->bi_iter.bi_sector;
			path->bad_sector_known = true;
		}
		vmp_path_set_state(path, VMP_PATH_FAILED,
				   vmp_outcome_status_name(status));
	}
	spin_unlock_irqrestore(&head->state_lock, flags);
}

/**
 * vmp_path_distrust() - a stalled path was found to lead to another LU
 * @path: stalled
 *
 * No error waits for it, and it is not taken for want of a better one: it is
 * checked first.
 *
 * Context: any; head->state_lock held.
 */
void vmp_path_distrust(struct vmp_path *path)
{
	lockdep_assert_held(&path->head->state_lock);
	vmp_path_set_state(path, VMP_PATH_PROBING, "its LU may have changed");
	WRITE_ONCE(path->awaited, false);
	vmp_failover_judge(path->head);
}

/**
 * vmp_path_suspect() - an I/O failed here, and it may be the LU's fault
 * @path: held by that I/O
 * @status: how it failed
 *
 * The path becomes the last resort until vmp_path_clear() or vmp_path_fail().
 * One of them comes: if the I/O does not decide it, the check does.
 *
 * Context: any.
 */
void vmp_path_suspect(struct vmp_path *path, blk_status_t status)
{
	struct vmp_head *head = path->head;
	unsigned long flags;

	spin_lock_irqsave(&head->state_lock, flags);
	path->last_error = status;
	if (path->state == VMP_PATH_LIVE) {
		path->suspect = true;
		vmp_path_update_rank(path);
		vmp_checker_kick(path, HZ);
	}
	spin_unlock_irqrestore(&head->state_lock, flags);
}

/**
 * vmp_path_accuse() - a READ failed here that succeeded on another path
 * @path: in the head's set
 * @bio: the READ
 *
 * The checker reads the same place again, and clears the path or fails it.
 *
 * Context: any.
 */
void vmp_path_accuse(struct vmp_path *path, const struct bio *bio)
{
	struct vmp_head *head = path->head;
	unsigned long flags;

	spin_lock_irqsave(&head->state_lock, flags);
	if (path->state == VMP_PATH_LIVE) {
		path->bad_sector = bio->bi_iter.bi_sector;
		path->bad_sector_known = true;
		path->accused_at = jiffies;
		path->suspect = true;
		vmp_path_update_rank(path);
		vmp_checker_kick(path, 1);
	}
	spin_unlock_irqrestore(&head->state_lock, flags);
}

/**
 * vmp_path_clear() - a READ has just succeeded on a live path
 * @path: the checker's
 *
 * Context: any; head->state_lock held.
 */
void vmp_path_clear(struct vmp_path *path)
{
	lockdep_assert_held(&path->head->state_lock);
	path->suspect = false;
	WRITE_ONCE(path->in_doubt, false);
	path->bad_sector_known = false;
	vmp_path_update_rank(path);
}

/**
 * vmp_path_doubt() - a path that shares an HBA or a port with this one has failed
 * @path: attached
 * @since: when, in jiffies
 *
 * Others are preferred until it has read well; the checker runs at once. A path that
 * is not live is in doubt if a READ from before that makes it so.
 *
 * Context: process; takes head->state_lock.
 */
void vmp_path_doubt(struct vmp_path *path, unsigned long since)
{
	struct vmp_head *head = path->head;

	spin_lock_irq(&head->state_lock);
	path->doubt_at = since;
	if (path->state == VMP_PATH_LIVE && !time_after(path->good_at, since)) {
		WRITE_ONCE(path->in_doubt, true);
		vmp_path_update_rank(path);
		vmp_checker_kick(path, 0);
	}
	spin_unlock_irq(&head->state_lock);
}

/**
 * vmp_path_unsettle() - a unit attention: which LU is this?
 * @path: attached; path->unsettled is set
 *
 * No I/O goes there until the checker, which runs at once, knows.
 *
 * Context: any.
 */
void vmp_path_unsettle(struct vmp_path *path)
{
	struct vmp_head *head = path->head;
	unsigned long flags;

	spin_lock_irqsave(&head->state_lock, flags);
	switch (path->state) {
	case VMP_PATH_PROBING:		/* is being checked */
	case VMP_PATH_FAILED:		/* will be */
	case VMP_PATH_HELD:		/* likewise */
	case VMP_PATH_REMOVING:		/* never again */
		break;
	case VMP_PATH_LIVE:
		vmp_path_set_state(path, VMP_PATH_PROBING,
				   "its LU may have changed");
		fallthrough;
	default:
		vmp_checker_kick(path, 0);
	}
	spin_unlock_irqrestore(&head->state_lock, flags);
}

/**
 * vmp_path_disable() - take a path out of use, or back, for the administrator
 * @path: attached
 * @disable: out, or back through a probe, though it be held
 *
 * Context: process; takes head->state_lock.
 * Return: 0, or -ENODEV if the path is being removed.
 */
int vmp_path_disable(struct vmp_path *path, bool disable)
{
	struct vmp_head *head = path->head;
	int ret = 0;

	spin_lock_irq(&head->state_lock);
	if (path->state == VMP_PATH_REMOVING) {
		ret = -ENODEV;
	} else if (disable) {
		vmp_path_set_state(path, VMP_PATH_DISABLED, "administrator");
	} else {
		vmp_holdout_lift(path);
		if (path->state == VMP_PATH_DISABLED)
			vmp_path_set_state(path, VMP_PATH_PROBING, "administrator");
	}
	spin_unlock_irq(&head->state_lock);
	/* The new geometry may be another by now; the refresh looks, then probes. */
	if (!ret && !disable)
		queue_work(vmp_disk_wq, &head->refresh_work);
	return ret;
}
