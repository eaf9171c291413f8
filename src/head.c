// SPDX-License-Identifier: GPL-2.0-only
/*
 * The head of an LU: the set of its paths, and its life.
 *
 * disk.c attaches and detaches paths here. The first path makes the head; the
 * first live path has node.c publish the gendisk; the loss of the last path
 * starts the delayed removal.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/idr.h>
#include <linux/slab.h>
#include "vmpath.h"

/* Defaults of what the attributes of these names say. */
#define VMP_REMOVAL_SECS	60
#define VMP_HEALTH_SECS		60
#define VMP_AGE_SECS		10
#define VMP_CHECK_SECS		20

#define VMP_TICK		HZ	/* how often capacity is looked at */

static LIST_HEAD(vmp_heads);		/* vmp_heads_lock */
static DEFINE_MUTEX(vmp_heads_lock);	/* before head->mutex */
static bool vmp_heads_unloading;	/* vmp_heads_lock */
static DEFINE_IDA(vmp_instances);
static atomic_t vmp_heads_alive = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(vmp_heads_wait);

static struct vmp_set *vmp_head_set(struct vmp_head *head)
{
	return rcu_dereference_protected(head->set,
					 lockdep_is_held(&head->mutex));
}

/**
 * vmp_head_usable() - how many paths take I/O
 * @head: the head
 *
 * Context: any; without state_lock the answer may be old when it is read.
 */
unsigned int vmp_head_usable(const struct vmp_head *head)
{
	return READ_ONCE(head->nr_state[VMP_PATH_LIVE]);
}

static bool vmp_head_needs_locked(const struct vmp_path *path)
{
	struct vmp_head *head = path->head;

	lockdep_assert_held(&head->state_lock);
	return path->state == VMP_PATH_LIVE &&
	       head->nr_state[VMP_PATH_LIVE] == 1 &&
	       test_bit(VMP_HEAD_PUBLISHED, &head->flags) &&
	       disk_openers(head->disk);
}

/**
 * vmp_head_needs() - is this the only path of a meta-node that is in use?
 * @path: attached
 *
 * Context: process; takes head->state_lock.
 */
bool vmp_head_needs(struct vmp_path *path)
{
	bool needs;

	spin_lock_irq(&path->head->state_lock);
	needs = vmp_head_needs_locked(path);
	spin_unlock_irq(&path->head->state_lock);
	return needs;
}

static const char * const vmp_head_state_names[VMP_NR_HEAD_STATES] = {
	[VMP_HEAD_OPTIMAL] = VMP_NAME_HEAD_OPTIMAL,
	[VMP_HEAD_DEGRADED] = VMP_NAME_HEAD_DEGRADED,
	[VMP_HEAD_NO_PATH] = VMP_NAME_HEAD_NO_PATH,
};

/**
 * vmp_head_state_name() - a head's state in a word
 * @state: the state
 *
 * Context: any.
 */
const char *vmp_head_state_name(enum vmp_head_state state)
{
	return vmp_head_state_names[state];
}

/**
 * vmp_head_state() - how many of its paths can a head do without?
 * @head: the head
 *
 * "degraded" is whatever the loss of one path would turn into "no-path", and
 * any state in which a path that is there is not in use. A standby path is well:
 * its array lets it in when the others are gone.
 *
 * Context: any; head->state_lock held.
 */
enum vmp_head_state vmp_head_state(const struct vmp_head *head)
{
	unsigned int live = head->nr_state[VMP_PATH_LIVE], all = 0, i;
	unsigned int well = live + head->nr_state[VMP_PATH_STANDBY];

	lockdep_assert_held(&head->state_lock);
	for (i = 0; i < VMP_NR_PATH_STATES; i++)
		all += head->nr_state[i];
	if (!live)
		return VMP_HEAD_NO_PATH;
	return well < 2 || well < all ? VMP_HEAD_DEGRADED : VMP_HEAD_OPTIMAL;
}

/* The path in a slot, with a reference, or NULL. */
static struct vmp_path *vmp_head_get_path(struct vmp_head *head, unsigned int slot)
{
	struct vmp_path *path = NULL;
	struct vmp_set *set;
	unsigned int i;

	mutex_lock(&head->mutex);
	set = vmp_head_set(head);
	for (i = 0; i < set->nr; i++)
		if (set->path[i]->slot == slot) {
			path = set->path[i];
			kobject_get(&path->kobj);
		}
	mutex_unlock(&head->mutex);
	return path;
}

/* ---- life ---------------------------------------------------------------- */

/**
 * vmp_head_each_path() - do something for each attached path
 * @head: the head
 * @act: called with a reference to the path and no lock held
 *
 * Context: process; takes head->mutex between the calls.
 */
void vmp_head_each_path(struct vmp_head *head,
			void (*act)(struct vmp_path *path))
{
	struct vmp_path *path;
	unsigned int slot;

	for (slot = 0; slot < VMP_MAX_PATHS; slot++) {
		path = vmp_head_get_path(head, slot);
		if (path) {
			act(path);
			kobject_put(&path->kobj);
		}
	}
}

static void vmp_head_refresh_work(struct work_struct *work)
{
	struct vmp_head *head = container_of(work, struct vmp_head, refresh_work);

	mutex_lock(&head->mutex);
	vmp_limits_refresh(head);
	vmp_limits_update(head);
	mutex_unlock(&head->mutex);
}

/* Undo vmp_head_alloc() and all that came later. Off the list, no paths. */
static void vmp_head_teardown(struct vmp_head *head)
{
	set_bit(VMP_HEAD_DYING, &head->flags);
	vmp_failover_stop(head);	/* lets a partition scan end */
	cancel_delayed_work_sync(&head->publish_work);
	cancel_work_sync(&head->refresh_work);
	vmp_sysfs_del_head(head);
	if (test_bit(VMP_HEAD_PUBLISHED, &head->flags)) {
		flush_work(&head->event_work);
		pr_info("%s: removed\n", head->node_name);
		del_gendisk(head->disk);
	}
	vmp_failover_stop(head);
	cancel_delayed_work_sync(&head->no_path_work);
	cancel_delayed_work_sync(&head->stall_work);
	cancel_delayed_work_sync(&head->activation.work);
	vmp_pr_stop(head);
	cancel_delayed_work_sync(&head->requeue_work);
	cancel_work_sync(&head->event_work);
	put_disk(head->disk);
	kobject_put(&head->kobj);
}

static void vmp_head_removal_work(struct work_struct *work)
{
	struct vmp_head *head = container_of(to_delayed_work(work),
					     struct vmp_head, removal_work);
	bool remove = false;

	mutex_lock(&vmp_heads_lock);
	mutex_lock(&head->mutex);
	if (!list_empty(&head->node) && !head->nr_attached) {
		/* A node is not pulled from under those who have it open. */
		if (test_bit(VMP_HEAD_PUBLISHED, &head->flags) &&
		    disk_openers(head->disk)) {
			queue_delayed_work(vmp_disk_wq, &head->removal_work, HZ);
		} else {
			list_del_init(&head->node);
			remove = true;
		}
	}
	mutex_unlock(&head->mutex);
	mutex_unlock(&vmp_heads_lock);
	if (remove)
		vmp_head_teardown(head);
}

static void vmp_head_init(struct vmp_head *head)
{
	mutex_init(&head->mutex);
	mutex_init(&head->link_mutex);
	spin_lock_init(&head->state_lock);
	INIT_LIST_HEAD(&head->node);
	INIT_DELAYED_WORK(&head->removal_work, vmp_head_removal_work);
	INIT_DELAYED_WORK(&head->publish_work, vmp_node_publish_work);
	INIT_WORK(&head->refresh_work, vmp_head_refresh_work);
	INIT_WORK(&head->event_work, vmp_uevent_work);
	vmp_failover_init_head(head);
	vmp_nopath_init(head);
	vmp_stall_init_head(head);
	vmp_recovery_init_head(head);
	vmp_stats_init_head(head);
	vmp_activate_init_head(head);
	vmp_pr_init_head(head);
	vmp_policy_set(head, vmp_params.policy);
	head->no_path_timeout_ms = vmp_params.no_path_timeout_ms;
	head->delayed_removal_secs = VMP_REMOVAL_SECS;
	head->path_health_secs = VMP_HEALTH_SECS;
	head->path_age_secs = VMP_AGE_SECS;
	head->check_secs = VMP_CHECK_SECS;
	head->instance = -1;
}

/**
 * vmp_head_release() - the last reference to a head is gone
 * @kobj: the head's
 *
 * Context: process.
 */
void vmp_head_release(struct kobject *kobj)
{
	struct vmp_head *head = container_of(kobj, struct vmp_head, kobj);

	if (head->instance >= 0)
		ida_free(&vmp_instances, head->instance);
	kfree(rcu_dereference_protected(head->set, true));
	free_percpu(head->turn);
	mempool_destroy(head->io_pool);
	kmem_cache_free(vmp_cache_heads, head);
	if (atomic_dec_and_test(&vmp_heads_alive))
		wake_up(&vmp_heads_wait);
}

/* A new head for the LU of @path, in nobody's list yet, with one reference. */
static struct vmp_head *vmp_head_alloc(const struct vmp_path *path)
{
	struct vmp_head *head = kmem_cache_zalloc(vmp_cache_heads, GFP_KERNEL);

	if (!head)
		return NULL;
	atomic_inc(&vmp_heads_alive);
	kobject_init(&head->kobj, &vmp_head_ktype);
	vmp_head_init(head);
	head->id = path->id;
	vmp_array_name(&head->id, head->array, sizeof(head->array),
		       head->short_name, sizeof(head->short_name));
	vmp_array_long_name(&head->id, head->long_name, sizeof(head->long_name));
	head->name = head->short_name;

	RCU_INIT_POINTER(head->set, kzalloc(sizeof(struct vmp_set), GFP_KERNEL));
	head->turn = alloc_percpu(struct vmp_turn);
	head->io_pool = vmp_io_pool_create();
	if (!rcu_access_pointer(head->set) || !head->turn || !head->io_pool)
		goto out_put;
	head->instance = ida_alloc_max(&vmp_instances, VMP_NODES - 1, GFP_KERNEL);
	if (head->instance < 0)
		goto out_put;
	snprintf(head->node_name, sizeof(head->node_name), "vmp%d", head->instance);
	head->disk = vmp_node_alloc(head);
	if (!head->disk)
		goto out_put;
	return head;

out_put:
	kobject_put(&head->kobj);
	return NULL;
}

/* ---- names --------------------------------------------------------------- */

static void vmp_head_use_long_name(struct vmp_head *head)
{
	if (head->name == head->long_name)
		return;
	WRITE_ONCE(head->name, head->long_name);
	pr_notice("%s: its name would not be its own, it is %s now\n",
		  head->node_name, head->long_name);
	spin_lock_irq(&head->state_lock);
	vmp_uevent_queue(head, "", "renamed");
	spin_unlock_irq(&head->state_lock);
}

/*
 * Two LUs with one name both get the long one, so that it does not depend on
 * which of them came first. One whose name is another's alias does, too.
 */
static void vmp_head_settle_name(struct vmp_head *head)
{
	struct vmp_head *each;

	lockdep_assert_held(&vmp_heads_lock);
	list_for_each_entry(each, &vmp_heads, node) {
		if (!strcmp(each->short_name, head->short_name)) {
			vmp_head_use_long_name(each);
			vmp_head_use_long_name(head);
		}
		if (!strcmp(each->alias, head->short_name))
			vmp_head_use_long_name(head);
	}
}

/**
 * vmp_head_set_alias() - the name that the administrator gives
 * @head: the head
 * @alias: shorter than VMP_NAME_LEN; empty to have none
 *
 * Context: sleeps.
 * Return: 0, or -EEXIST if another head has it as a name or an alias.
 */
int vmp_head_set_alias(struct vmp_head *head, const char *alias)
{
	struct vmp_head *each;
	bool taken = false;

	mutex_lock(&vmp_heads_lock);
	list_for_each_entry(each, &vmp_heads, node) {
		if (each != head && alias[0])
			taken |= !strcmp(each->alias, alias) ||
				 !strcmp(each->short_name, alias) ||
				 !strcmp(each->long_name, alias);
	}
	if (!taken) {
		spin_lock_irq(&head->state_lock);
		strscpy(head->alias, alias, sizeof(head->alias));
		vmp_uevent_queue(head, "", "alias");
		spin_unlock_irq(&head->state_lock);
	}
	mutex_unlock(&vmp_heads_lock);
	return taken ? -EEXIST : 0;
}

/* ---- paths --------------------------------------------------------------- */

static struct vmp_set *vmp_head_copy_set(const struct vmp_set *old,
					 const struct vmp_path *without,
					 struct vmp_path *with, gfp_t gfp)
{
	struct vmp_set *set;
	unsigned int i;

	set = kzalloc(struct_size(set, path, old->nr + 1), gfp);
	if (!set)
		return NULL;
	for (i = 0; i < old->nr; i++)
		if (old->path[i] != without)
			set->path[set->nr++] = old->path[i];
	if (with)
		set->path[set->nr++] = with;
	return set;
}

static u8 vmp_head_free_slot(const struct vmp_set *set)
{
	u64 used = 0;
	unsigned int i;

	for (i = 0; i < set->nr; i++)
		used |= BIT_ULL(set->path[i]->slot);
	return ffz(used);
}

static int vmp_head_add_path(struct vmp_head *head, struct vmp_path *path)
{
	struct vmp_set *old = vmp_head_set(head), *set;
	const char *differs;

	if (old->nr == VMP_MAX_PATHS)
		return -E2BIG;
	set = vmp_head_copy_set(old, NULL, path, GFP_KERNEL);
	if (!set)
		return -ENOMEM;
	vmp_limits_geometry(&path->geo, path->bdev);
	differs = vmp_limits_settled(head) ?
		vmp_limits_disagree(&head->geo, &path->geo) :
		vmp_limits_adopt(head, &path->geo);
	path->slot = vmp_head_free_slot(old);
	head->nr_attached++;
	path->head = head;
	kobject_get(&head->kobj);
	WRITE_ONCE(head->epoch, head->epoch + 1);
	path->born = head->epoch;
	vmp_attention_watch(path);
	vmp_stats_add_path(path);

	spin_lock_irq(&head->state_lock);
	head->nr_state[path->state]++;
	vmp_stats_moved(path);
	vmp_uevent_queue(head, path->name, "added");
	if (differs)
		vmp_path_set_state(path, VMP_PATH_MISMATCH, differs);
	spin_unlock_irq(&head->state_lock);
	rcu_assign_pointer(head->set, set);
	kfree_rcu(old, rcu);
	vmp_limits_update(head);
	return 0;
}

static struct vmp_head *vmp_head_of(const char *wwid)
{
	struct vmp_head *head;

	lockdep_assert_held(&vmp_heads_lock);
	list_for_each_entry(head, &vmp_heads, node)
		if (!strcmp(head->id.wwid, wwid))
			return head;
	return NULL;
}

/**
 * vmp_head_find() - is there a head of this LU?
 * @wwid: the LU's
 *
 * Context: sleeps.
 * Return: the head, with a reference on its kobject, or NULL.
 */
struct vmp_head *vmp_head_find(const char *wwid)
{
	struct vmp_head *head;

	mutex_lock(&vmp_heads_lock);
	head = vmp_head_of(wwid);
	if (head)
		kobject_get(&head->kobj);
	mutex_unlock(&vmp_heads_lock);
	return head;
}

/* Find the head of an LU, or make it. With head->mutex held, or NULL. */
static struct vmp_head *vmp_head_lock_for(const struct vmp_path *path)
{
	struct vmp_head *head;

	mutex_lock(&vmp_heads_lock);
	head = vmp_head_of(path->id.wwid);
	if (!head && !vmp_heads_unloading) {
		head = vmp_head_alloc(path);
		if (head) {
			vmp_head_settle_name(head);
			list_add_tail(&head->node, &vmp_heads);
		}
	}
	if (head)
		mutex_lock(&head->mutex);
	mutex_unlock(&vmp_heads_lock);
	return head;
}

/**
 * vmp_head_attach() - a claimed disk becomes a path of its LU's head
 * @path: open; its identity is known
 *
 * Context: sleeps; the disk's own work. The path takes I/O once the checker
 * has read from it.
 * Return: 0, -E2BIG if the LU has as many paths as there can be, -ENOMEM.
 */
int vmp_head_attach(struct vmp_path *path)
{
	struct vmp_head *head = vmp_head_lock_for(path);
	int ret;

	if (!head)
		return -ENOMEM;
	ret = vmp_head_add_path(head, path);
	if (!head->nr_attached)
		queue_delayed_work(vmp_disk_wq, &head->removal_work, 0);
	mutex_unlock(&head->mutex);
	if (ret)
		return ret;
	vmp_domain_join(path);
	vmp_sysfs_add_path(path);
	vmp_checker_kick(path, 0);
	vmp_node_link(path);
	return 0;
}

static void vmp_head_drop_path(struct vmp_head *head, struct vmp_path *path)
{
	struct vmp_set *old, *set;

	mutex_lock(&head->mutex);
	old = vmp_head_set(head);
	/* The disk goes whether there is memory or not. */
	set = vmp_head_copy_set(old, path, NULL, GFP_KERNEL | __GFP_NOFAIL);
	rcu_assign_pointer(head->set, set);
	kfree_rcu(old, rcu);
	vmp_limits_update(head);
	mutex_unlock(&head->mutex);
}

/* The last step of a detachment: from here on the head may go. */
static void vmp_head_forget_path(struct vmp_head *head, bool linger)
{
	unsigned long delay;

	mutex_lock(&head->mutex);
	delay = linger && test_bit(VMP_HEAD_PUBLISHED, &head->flags) ?
		READ_ONCE(head->delayed_removal_secs) * HZ : 0;
	if (!--head->nr_attached)
		mod_delayed_work(vmp_disk_wq, &head->removal_work, delay);
	mutex_unlock(&head->mutex);
}

/**
 * vmp_head_detach() - a path's disk is going
 * @path: attached; may be closed and put after this
 * @why: for the log, a constant string
 * @forced: the disk or the module is going. A meta-node without paths waits
 *	delayed_removal_secs for another one. If not forced, the last path of one
 *	that is open stays, and one that is not goes at once
 *
 * Context: sleeps until the path's I/O has ended; the disk's own work.
 * Return: 0, or -EBUSY if the path stays.
 */
int vmp_head_detach(struct vmp_path *path, const char *why, bool forced)
{
	struct vmp_head *head = path->head;

	spin_lock_irq(&head->state_lock);
	if (!forced && vmp_head_needs_locked(path)) {
		spin_unlock_irq(&head->state_lock);
		return -EBUSY;
	}
	vmp_path_set_state(path, VMP_PATH_REMOVING, why);
	head->nr_state[VMP_PATH_REMOVING]--;
	vmp_stats_moved(path);
	vmp_uevent_queue(head, path->name, "removed");
	spin_unlock_irq(&head->state_lock);

	vmp_sysfs_del_path(path);	/* nobody adds it again: it is removing */
	vmp_head_drop_path(head, path);
	vmp_path_drain(path);
	vmp_pr_drained(path);
	vmp_stats_fold_path(path);
	vmp_checker_stop(path);		/* nobody kicks it: it is removing */
	vmp_attention_unwatch(path);
	vmp_domain_leave(path);
	flush_work(&path->resend_work);
	vmp_node_unlink(path);
	vmp_head_forget_path(head, forced);
	return 0;
}

/* ---- all heads ----------------------------------------------------------- */

static void vmp_head_tick(struct work_struct *work);
static DECLARE_DELAYED_WORK(vmp_head_tick_work, vmp_head_tick);

/* The kernel tells nobody that a disk's capacity changed: look. */
static void vmp_head_tick(struct work_struct *work)
{
	struct vmp_head *head;

	mutex_lock(&vmp_heads_lock);
	list_for_each_entry(head, &vmp_heads, node) {
		mutex_lock(&head->mutex);
		vmp_limits_refresh(head);
		mutex_unlock(&head->mutex);
		if (test_bit(VMP_HEAD_INCOMPLETE, &head->flags))
			queue_delayed_work(vmp_disk_wq, &head->publish_work, 0);
	}
	mutex_unlock(&vmp_heads_lock);
	queue_delayed_work(vmp_disk_wq, &vmp_head_tick_work, VMP_TICK);
}

/**
 * vmp_head_start() - start the tick
 *
 * Context: any.
 */
void vmp_head_start(void)
{
	queue_delayed_work(vmp_disk_wq, &vmp_head_tick_work, VMP_TICK);
}

/**
 * vmp_head_unload() - the module is going: no I/O may wait for a path
 *
 * Nobody has a meta-node open, but a partition scan may be waiting, and the
 * paths' detachment would wait for that.
 *
 * Context: sleeps.
 */
void vmp_head_unload(void)
{
	struct vmp_head *head;

	mutex_lock(&vmp_heads_lock);
	vmp_heads_unloading = true;
	list_for_each_entry(head, &vmp_heads, node) {
		set_bit(VMP_HEAD_DYING, &head->flags);
		vmp_failover_judge(head);
		vmp_failover_kick(head);
	}
	mutex_unlock(&vmp_heads_lock);
}

/**
 * vmp_head_remove_all() - remove every head, now, and wait for the last one
 *
 * Context: sleeps. Every path is detached.
 */
void vmp_head_remove_all(void)
{
	struct vmp_head *head;

	cancel_delayed_work_sync(&vmp_head_tick_work);
	for (;;) {
		mutex_lock(&vmp_heads_lock);
		head = list_first_entry_or_null(&vmp_heads, struct vmp_head, node);
		if (head)
			list_del_init(&head->node);
		mutex_unlock(&vmp_heads_lock);
		if (!head)
			break;
		cancel_delayed_work_sync(&head->removal_work);
		vmp_head_teardown(head);
	}
	wait_event(vmp_heads_wait, !atomic_read(&vmp_heads_alive));
	ida_destroy(&vmp_instances);
}
