// SPDX-License-Identifier: GPL-2.0-only
/*
 * Explicit ALUA: have the array make a target port group optimized.
 *
 * When only paths are left that the array refuses, or when the preferred group
 * has been well for a while and is not optimized. One SET TARGET PORT GROUPS at a
 * time for each head. The head's worker only decides; the command is sent by the
 * check of the path that was chosen, which alone waits if it is never answered.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/slab.h>
#include <scsi/scsi_proto.h>
#include "vmpath.h"
#include "compat/scsi.h"
#include "compat/unaligned.h"

#define VMP_ACTIVATE_LEN	8
#define VMP_ACTIVATE_TIMEOUT	(30 * HZ)
#define VMP_ACTIVATE_RETRIES	3
#define VMP_ACTIVATE_PATIENCE	(10 * HZ)	/* then another path is asked */
#define VMP_ACTIVATE_PROBING	HZ	/* for paths that are being checked */
#define VMP_ACTIVATE_LOOK	(HZ / 2)	/* at what came of it */
#define VMP_ACTIVATE_MIN	HZ	/* between two, doubled each time */
#define VMP_ACTIVATE_MAX	(8 * HZ)
#define VMP_ACTIVATE_CALM	(60 * HZ)	/* then it begins anew */
#define VMP_ACTIVATE_LASTED	(600 * HZ)	/* likewise for a return */
#define VMP_ACTIVATE_DOUBLINGS	6

static void vmp_activate_look(struct vmp_head *head, unsigned long delay)
{
	queue_delayed_work(vmp_wq, &head->activation.work, delay);
}

/**
 * vmp_activate_kick() - paths have changed: is the array to move?
 * @head: the head
 *
 * Context: any.
 */
void vmp_activate_kick(struct vmp_head *head)
{
	mod_delayed_work(vmp_wq, &head->activation.work, 0);
}

static bool vmp_activate_may(const struct vmp_path *path)
{
	const struct vmp_alua *alua = &path->alua;

	return path->state == VMP_PATH_STANDBY &&
	       (alua->tpgs & VMP_TPGS_EXPLICIT) && path->id.has_port_group &&
	       alua->access != VMP_ACCESS_OFFLINE;
}

/* Not tried yet, then preferred, then standby before unavailable. */
static bool vmp_activate_better(const struct vmp_path *a, const struct vmp_path *b)
{
	if (!b || a->alua.activations != b->alua.activations)
		return !b || a->alua.activations < b->alua.activations;
	if (a->alua.preferred != b->alua.preferred)
		return a->alua.preferred;
	return a->alua.access == VMP_ACCESS_STANDBY &&
	       b->alua.access != VMP_ACCESS_STANDBY;
}

/* No path is live: which one is to be? @wait: or when to look again; 0: when asked. */
static struct vmp_path *vmp_activate_last(struct vmp_head *head,
					  const struct vmp_set *set,
					  unsigned long *wait)
{
	struct vmp_activation *act = &head->activation;
	struct vmp_path *best = NULL;
	unsigned int i;

	lockdep_assert_held(&head->state_lock);
	for (i = 0; i < set->nr; i++)
		if (vmp_activate_may(set->path[i]) &&
		    vmp_activate_better(set->path[i], best))
			best = set->path[i];
	if (!best)
		return NULL;
	if (vmp_alua_patience(head)) {	/* it moves already */
		*wait = VMP_ACTIVATE_LOOK;
	} else if (head->nr_state[VMP_PATH_PROBING] &&
		   time_before(jiffies, act->none_since + VMP_ACTIVATE_PROBING)) {
		*wait = VMP_ACTIVATE_LOOK;
	} else if (act->wait && time_before(jiffies, act->last + act->wait)) {
		*wait = act->last + act->wait - jiffies;
	} else {
		if (act->wait && time_before(jiffies, act->last + VMP_ACTIVATE_CALM))
			act->wait = min(2 * act->wait, VMP_ACTIVATE_MAX + 0U);
		else
			act->wait = VMP_ACTIVATE_MIN;
		return best;
	}
	return NULL;
}

/* Is the preferred group to be optimized again? */
static struct vmp_path *vmp_activate_return(struct vmp_head *head,
					    const struct vmp_set *set,
					    unsigned long *wait)
{
	struct vmp_activation *act = &head->activation;
	unsigned int i, secs = READ_ONCE(head->prefer_secs);
	struct vmp_path *best = NULL;
	unsigned long until;

	lockdep_assert_held(&head->state_lock);
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];

		if (!path->alua.preferred)
			continue;
		if (path->state == VMP_PATH_LIVE &&
		    path->alua.access == VMP_ACCESS_OPTIMIZED)
			return NULL;
		if (!(path->alua.tpgs & VMP_TPGS_EXPLICIT) || path->suspect ||
		    !path->id.has_port_group)
			continue;
		if ((path->state == VMP_PATH_LIVE ||
		     (path->state == VMP_PATH_STANDBY &&
		      path->alua.access == VMP_ACCESS_STANDBY)) &&
		    (!best || time_before(path->alua.well_at, best->alua.well_at)))
			best = path;
	}
	if (!best || !secs)
		return NULL;
	if (act->returned && time_after(jiffies, act->returned_at + VMP_ACTIVATE_LASTED))
		act->returned = 0;
	until = best->alua.well_at + ((unsigned long)secs * HZ << act->returned);
	if (time_before(jiffies, until)) {
		*wait = until - jiffies;
		return NULL;
	}
	act->returned = min(act->returned + 1, VMP_ACTIVATE_DOUBLINGS);
	act->returned_at = jiffies;
	best->alua.well_at = jiffies;
	return best;
}

static void vmp_activate_decide(struct vmp_head *head, const struct vmp_set *set)
{
	struct vmp_activation *act = &head->activation;
	unsigned long wait = 0;
	struct vmp_path *path;

	lockdep_assert_held(&head->state_lock);
	if (test_bit(VMP_HEAD_DYING, &head->flags))
		return;
	if (act->born && time_before(jiffies, act->last + VMP_ACTIVATE_PATIENCE)) {
		vmp_activate_look(head, act->last + VMP_ACTIVATE_PATIENCE - jiffies);
		return;
	}
	act->born = 0;
	path = head->nr_state[VMP_PATH_LIVE] ? vmp_activate_return(head, set, &wait) :
					       vmp_activate_last(head, set, &wait);
	if (path) {
		pr_notice("%s: path %s: the array is asked to make it optimized (%s)\n",
			  head->node_name, path->name,
			  vmp_rtpg_access_name(path->alua.access));
		act->born = path->born;
		act->last = jiffies;
		path->alua.activations++;
		xchg(&path->alua.activate, 1);
		vmp_checker_kick(path, 0);
		wait = VMP_ACTIVATE_PATIENCE;
	}
	if (wait)
		vmp_activate_look(head, wait);
}

static void vmp_activate_work(struct work_struct *work)
{
	struct vmp_head *head = container_of(to_delayed_work(work), struct vmp_head,
					     activation.work);

	spin_lock_irq(&head->state_lock);
	rcu_read_lock();
	vmp_activate_decide(head, rcu_dereference(head->set));
	rcu_read_unlock();
	spin_unlock_irq(&head->state_lock);
}

/* SET TARGET PORT GROUPS, for the group of the path alone. SPC-4 6.45. */
static int vmp_activate_stpg(const struct vmp_path *path)
{
	u8 cdb[12] = { MAINTENANCE_OUT, MO_SET_TARGET_PGS };
	u8 *data = kzalloc(VMP_ACTIVATE_LEN, GFP_NOIO);
	int ret;

	if (!data)
		return -ENOMEM;
	put_unaligned_be32(VMP_ACTIVATE_LEN, cdb + 6);
	data[4] = VMP_ACCESS_OPTIMIZED;
	put_unaligned_be16(path->id.port_group, data + 6);
	ret = vmp_compat_scsi_write(path->sdev, cdb, data, VMP_ACTIVATE_LEN,
				    VMP_ACTIVATE_TIMEOUT, VMP_ACTIVATE_RETRIES);
	kfree(data);
	return ret;
}

/**
 * vmp_activate_send() - carry out what was decided for this path, if anything
 * @path: attached
 *
 * Context: the path's check; sleeps until the disk answers, which may be never.
 */
void vmp_activate_send(struct vmp_path *path)
{
	struct vmp_head *head = path->head;
	bool still;

	if (!xchg(&path->alua.activate, 0))
		return;
	/* It may have hung since, and another path have been chosen. */
	spin_lock_irq(&head->state_lock);
	still = head->activation.born == path->born;
	spin_unlock_irq(&head->state_lock);
	if (!still)
		return;
	if (vmp_activate_stpg(path))
		pr_notice_ratelimited("%s: path %s: SET TARGET PORT GROUPS failed\n",
				      head->node_name, path->name);
	spin_lock_irq(&head->state_lock);
	if (head->activation.born == path->born)
		head->activation.born = 0;
	spin_unlock_irq(&head->state_lock);
	/* Sooner than when it would have had no answer. */
	mod_delayed_work(vmp_wq, &head->activation.work, VMP_ACTIVATE_LOOK);
}

/**
 * vmp_activate_hope() - may the array yet let a path in?
 * @head: no path is live
 *
 * Context: any; head->state_lock held.
 * Return: for how long to wait for it at least, jiffies.
 */
unsigned long vmp_activate_hope(struct vmp_head *head)
{
	unsigned long rest = vmp_alua_patience(head);
	const struct vmp_activation *act = &head->activation;
	unsigned long until = act->last + VMP_ACTIVATE_PATIENCE;

	lockdep_assert_held(&head->state_lock);
	if (act->born && time_before(jiffies, until))
		rest = max(rest, until - jiffies);
	return rest;
}

/**
 * vmp_activate_moved() - a path has come to be live or standby, or was so
 * @path: attached, in its new state
 * @old: its old state
 *
 * Context: any; head->state_lock held.
 */
void vmp_activate_moved(struct vmp_path *path, enum vmp_path_state old)
{
	struct vmp_head *head = path->head;

	lockdep_assert_held(&head->state_lock);
	if (!(path->alua.tpgs & VMP_TPGS_EXPLICIT))
		return;
	if (old != VMP_PATH_LIVE && old != VMP_PATH_STANDBY)
		path->alua.well_at = jiffies;
	if (path->state == VMP_PATH_LIVE)
		path->alua.activations = 0;
	else if (old == VMP_PATH_LIVE && !head->nr_state[VMP_PATH_LIVE])
		head->activation.none_since = jiffies;
	vmp_activate_kick(head);
}

/**
 * vmp_activate_init_head() - make a new head's worker
 * @head: new
 *
 * Context: any.
 */
void vmp_activate_init_head(struct vmp_head *head)
{
	INIT_DELAYED_WORK(&head->activation.work, vmp_activate_work);
	head->prefer_secs = VMP_PREFER_SECS;
}
