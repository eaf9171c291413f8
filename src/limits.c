// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a meta-node can do is what all of its paths can: queue limits, capacity
 * and the read-only state, first when a path joins, then whenever they change.
 *
 * head.c calls in when the set of paths changes and from its tick.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "vmpath.h"

/**
 * vmp_limits_geometry() - read what paths must have in common
 * @geo: filled in
 * @bdev: the path's disk
 *
 * Context: any.
 */
void vmp_limits_geometry(struct vmp_geometry *geo, struct block_device *bdev)
{
	geo->sectors = bdev_nr_sectors(bdev);
	geo->block_size = bdev_logical_block_size(bdev);
	geo->read_only = get_disk_ro(bdev->bd_disk);
}

/**
 * vmp_limits_disagree() - can these be the same LU?
 * @a: the geometry to go by
 * @b: a path's
 *
 * Context: any.
 * Return: NULL if they agree, else what differs.
 */
const char *vmp_limits_disagree(const struct vmp_geometry *a,
				const struct vmp_geometry *b)
{
	if (!b->sectors)
		return "no capacity";	/* as a disk has that is being removed */
	if (a->block_size != b->block_size)
		return "another block size";
	if (a->sectors != b->sectors)
		return "another capacity";
	if (a->read_only != b->read_only)
		return "another read-only state";
	return NULL;
}

static struct vmp_set *vmp_limits_set(struct vmp_head *head)
{
	return rcu_dereference_protected(head->set,
					 lockdep_is_held(&head->mutex));
}

/* Somebody has the node open, and believes in what it has been until now. */
static bool vmp_limits_open(struct vmp_head *head)
{
	return disk_openers(head->disk);
}

/**
 * vmp_limits_settled() - do the paths have to have the head's geometry?
 * @head: the head
 *
 * If not, a path brings its own. A path that is refused has another one, and
 * one whose disk is gone does not come back: neither keeps others out, unless
 * the node is open.
 *
 * Context: head->mutex held.
 */
bool vmp_limits_settled(struct vmp_head *head)
{
	struct vmp_set *set = vmp_limits_set(head);
	unsigned int i;

	if (set->nr && vmp_limits_open(head))
		return true;
	for (i = 0; i < set->nr; i++)
		if (READ_ONCE(set->path[i]->state) != VMP_PATH_MISMATCH &&
		    !vmp_path_gone(set->path[i]))
			return true;
	return false;
}

/**
 * vmp_limits_adopt() - go by this geometry
 * @head: not settled: it is new, or the paths that had its geometry have gone
 * @geo: of a path
 *
 * While somebody has the node open it must not become smaller or another kind
 * of disk.
 *
 * Context: sleeps; head->mutex held.
 * Return: NULL, or what keeps the path out.
 */
const char *vmp_limits_adopt(struct vmp_head *head,
			     const struct vmp_geometry *geo)
{
	const char *differs = vmp_limits_disagree(&head->geo, geo);

	if (!differs)
		return NULL;
	if (!geo->sectors ||
	    (vmp_limits_open(head) &&
	     (geo->block_size != head->geo.block_size ||
	      geo->sectors < head->geo.sectors ||
	      geo->read_only != head->geo.read_only)))
		return differs;
	spin_lock_irq(&head->state_lock);
	head->geo = *geo;
	spin_unlock_irq(&head->state_lock);
	if (test_bit(VMP_HEAD_PUBLISHED, &head->flags)) {
		/* Another size, another table: whoever opens it next has it read. */
		if (!vmp_limits_open(head))
			set_bit(GD_NEED_PART_SCAN, &head->disk->state);
		set_capacity_and_notify(head->disk, geo->sectors);
	} else {
		set_capacity(head->disk, geo->sectors);
	}
	set_disk_ro(head->disk, geo->read_only);
	return NULL;
}

/* Stack the limits of all paths that count. False if there is none. */
static bool vmp_limits_stack(struct vmp_head *head, struct queue_limits *lim,
			     struct vmp_features *can)
{
	struct vmp_set *set = vmp_limits_set(head);
	bool discard = true, any = false;
	unsigned int i;

	*can = (struct vmp_features){ .fua = true };
	vmp_compat_limits_begin(lim);
	lim->logical_block_size = head->geo.block_size;
	for (i = 0; i < set->nr; i++) {
		struct block_device *bdev = set->path[i]->bdev;

		if (READ_ONCE(set->path[i]->state) == VMP_PATH_MISMATCH ||
		    vmp_path_gone(set->path[i]))
			continue;
		any = true;
		vmp_compat_limits_stack(lim, bdev);
		can->write_cache |= bdev_write_cache(bdev);
		can->fua &= bdev_fua(bdev);
		can->rotational |= bdev_rot(bdev);
		can->stable |= bdev_stable_writes(bdev);
		discard &= bdev_max_discard_sectors(bdev) > 0;
	}
	can->fua &= can->write_cache;
	lim->max_secure_erase_sectors = 0;
	if (!discard)
		vmp_compat_limits_no_discard(lim);
	vmp_compat_limits_agree(lim);
	return any;
}

/**
 * vmp_limits_update() - stack the limits of all paths into the head's
 * @head: the head
 *
 * Limits that grow tighter while I/O runs are safe: the path's own queue
 * splits what is too large for it. If nothing has changed nothing is done, so
 * that what the administrator has set in queue/ stays when paths come and go.
 *
 * Context: sleeps; head->mutex held.
 */
void vmp_limits_update(struct vmp_head *head)
{
	/* Before the limits are read: what is forgotten from here on counts anew. */
	bool forgot = test_and_clear_bit(VMP_HEAD_FORGOT, &head->flags);
	struct vmp_features can;
	struct queue_limits lim, stacked;

	lockdep_assert_held(&head->mutex);
	if (!vmp_limits_stack(head, &lim, &can)) {
		if (forgot)
			set_bit(VMP_HEAD_FORGOT, &head->flags);
		return;
	}
	if (!forgot && !memcmp(&lim, &head->stacked, sizeof(lim)) &&
	    !memcmp(&can, &head->features, sizeof(can)))
		return;
	stacked = lim;
	if (vmp_compat_limits_commit(head->disk, &lim, &can)) {
		pr_warn("%s: the paths' limits do not go together\n",
			head->node_name);
		return;
	}
	head->stacked = stacked;
	head->features = can;
}

/* May this path's geometry become the head's? */
static bool vmp_limits_counts(struct vmp_head *head, struct vmp_path *path,
			      bool live)
{
	const struct vmp_geometry *geo = &path->geo;
	bool counts;

	if (vmp_path_gone(path))
		return false;
	if (live)
		return READ_ONCE(path->state) == VMP_PATH_LIVE;
	spin_lock_irq(&head->state_lock);
	counts = path->was_live && !path->foreign &&
		 (path->state == VMP_PATH_PROBING ||
		  path->state == VMP_PATH_MISMATCH) &&
		 geo->sectors >= head->geo.sectors &&
		 geo->read_only == head->geo.read_only;
	spin_unlock_irq(&head->state_lock);
	return counts;
}

/*
 * The geometry that all live paths have, or false while they differ. Without a
 * live path, that of those which were live and come back: an LU may grow
 * meanwhile, and its paths would keep each other out for ever.
 */
static bool vmp_limits_common(struct vmp_head *head, struct vmp_geometry *geo)
{
	struct vmp_set *set = vmp_limits_set(head);
	bool live = vmp_head_usable(head), any = false;
	struct vmp_path *path;
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		path = set->path[i];
		if (!vmp_limits_counts(head, path, live))
			continue;
		if (!any)
			*geo = path->geo;
		else if (vmp_limits_disagree(geo, &path->geo))
			return false;
		any = true;
	}
	return any && geo->sectors;
}

/*
 * A path that has got a write cache must be flushed: without the flag on the
 * meta-node the block layer drops flushes before they come to us.
 */
static void vmp_limits_check_cache(struct vmp_head *head, struct vmp_set *set)
{
	unsigned int i;

	for (i = 0; i < set->nr; i++)
		if (READ_ONCE(set->path[i]->state) == VMP_PATH_LIVE &&
		    bdev_write_cache(set->path[i]->bdev) &&
		    !bdev_write_cache(head->disk->part0)) {
			vmp_limits_update(head);
			return;
		}
}

/**
 * vmp_limits_forget() - a path could not do what its limits promised
 * @head: the head
 * @bdev: the path's disk, which has learnt it and changed its limits
 * @op: what it was
 *
 * The caller of the failed bio looks at the meta-node's limits as soon as it
 * ends, to choose another way: they must be changed before that.
 *
 * Context: any.
 */
void vmp_limits_forget(struct vmp_head *head, struct block_device *bdev,
		       enum req_op op)
{
	struct request_queue *q = head->disk->queue;

	if (op == REQ_OP_WRITE_ZEROES && !bdev_write_zeroes_sectors(bdev))
		vmp_compat_disable_write_zeroes(q);
	else if (op == REQ_OP_DISCARD && !bdev_max_discard_sectors(bdev))
		vmp_compat_disable_discard(q);
	else
		return;
	set_bit(VMP_HEAD_FORGOT, &head->flags);
}

/*
 * The path that the head went by has gone, and all others were refused for its
 * sake: go by the first of those that may.
 */
static void vmp_limits_start_over(struct vmp_head *head, struct vmp_set *set)
{
	unsigned int i;

	for (i = 0; i < set->nr; i++)
		if (!vmp_path_gone(set->path[i]) &&
		    !READ_ONCE(set->path[i]->foreign) &&
		    !vmp_limits_adopt(head, &set->path[i]->geo))
			return;
}

/* Do the paths that were refused agree by now? Do those in use still? */
static void vmp_limits_rejudge(struct vmp_head *head, struct vmp_set *set)
{
	struct vmp_path *path;
	bool probe;
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		path = set->path[i];
		if (vmp_path_gone(path))
			continue;
		spin_lock_irq(&head->state_lock);
		if (path->state == VMP_PATH_MISMATCH && !path->foreign &&
		    !vmp_limits_disagree(&head->geo, &path->geo))
			vmp_path_set_state(path, VMP_PATH_PROBING, "agrees now");
		else if (path->state == VMP_PATH_PROBING &&
			 vmp_limits_disagree(&head->geo, &path->geo))
			vmp_path_set_state(path, VMP_PATH_MISMATCH,
					   vmp_limits_disagree(&head->geo,
							       &path->geo));
		probe = path->state == VMP_PATH_PROBING;
		spin_unlock_irq(&head->state_lock);
		if (!probe)
			continue;
		/* While it was refused its limits did not count. */
		vmp_limits_update(head);
		vmp_checker_kick(path, 0);
	}
}

/**
 * vmp_limits_refresh() - follow the paths' capacity and read-only state
 * @head: the head
 *
 * The meta-node changes only when all of its live paths have: before that some
 * could not carry the I/O that the new size allows. A failed path that missed
 * the change is held back as a mismatch when it returns.
 *
 * Context: sleeps; head->mutex held.
 */
void vmp_limits_refresh(struct vmp_head *head)
{
	struct vmp_set *set = vmp_limits_set(head);
	struct vmp_geometry geo;
	unsigned int i;

	lockdep_assert_held(&head->mutex);
	/* Read once: what is agreed here is what is judged below. */
	for (i = 0; i < set->nr; i++)
		vmp_limits_geometry(&set->path[i]->geo, set->path[i]->bdev);
	if (!vmp_limits_settled(head))
		vmp_limits_start_over(head, set);
	if (vmp_limits_common(head, &geo) && geo.block_size == head->geo.block_size) {
		if (geo.sectors != head->geo.sectors) {
			pr_notice("%s: capacity %llu -> %llu sectors\n",
				  head->node_name,
				  (unsigned long long)head->geo.sectors,
				  (unsigned long long)geo.sectors);
			set_capacity_and_notify(head->disk, geo.sectors);
		}
		if (geo.read_only != head->geo.read_only)
			set_disk_ro(head->disk, geo.read_only);
		spin_lock_irq(&head->state_lock);
		head->geo = geo;
		spin_unlock_irq(&head->state_lock);
	}
	vmp_limits_check_cache(head, set);
	vmp_limits_rejudge(head, set);
}
