// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hold-out: a path that comes back and fails again is left alone for a while.
 *
 * path.c asks when a path fails, checker.c before it looks at a path that is
 * held. Each failure within path_health_secs of the last return doubles the
 * time, from path_age_secs on. An LU without a path is worse than a path that
 * flaps, so no path is held while none is live.
 */
#include "vmpath.h"

#define VMP_HOLDOUT_MAX_SECS	600	/* or path_age_secs, if that is more */
#define VMP_HOLDOUT_NO_PATH	HZ	/* while no path is live */

/**
 * vmp_holdout_fell() - a path has failed: is it to be held?
 * @path: attached, in its old state still
 *
 * Context: any; head->state_lock held.
 * Return: true if it had just come back. It is held from now on.
 */
bool vmp_holdout_fell(struct vmp_path *path)
{
	unsigned int health = READ_ONCE(path->head->path_health_secs);
	unsigned int age = READ_ONCE(path->head->path_age_secs);
	u64 now = get_jiffies_64();

	lockdep_assert_held(&path->head->state_lock);
	/* Nothing came back that was never there, or has failed and still does. */
	if (!path->was_live || path->fallen)
		return false;
	path->fallen = true;
	if (!age || !path->back_at ||
	    !time_before64(now, path->back_at + (u64)health * HZ)) {
		path->hold_secs = 0;
		return false;
	}
	path->hold_secs = path->hold_secs ?
		min(2 * path->hold_secs, max(age, VMP_HOLDOUT_MAX_SECS + 0U)) : age;
	path->held_at = now;
	return true;
}

/**
 * vmp_holdout_back() - a path is live
 * @path: attached
 *
 * Context: any; head->state_lock held.
 */
void vmp_holdout_back(struct vmp_path *path)
{
	lockdep_assert_held(&path->head->state_lock);
	if (!path->fallen)
		return;
	path->fallen = false;
	path->back_at = get_jiffies_64();
}

/**
 * vmp_holdout_rest() - for how long is a path still held?
 * @path: held
 *
 * Context: any; without head->state_lock the answer may be old.
 * Return: jiffies, 0 if the time is up.
 */
unsigned long vmp_holdout_rest(const struct vmp_path *path)
{
	u64 now = get_jiffies_64();
	u64 hold = (u64)READ_ONCE(path->hold_secs) * HZ;
	u64 until;

	if (!vmp_head_usable(path->head))
		hold = min_t(u64, hold, VMP_HOLDOUT_NO_PATH);
	until = READ_ONCE(path->held_at) + hold;
	return time_before64(now, until) ? until - now : 0;
}

/**
 * vmp_holdout_lift() - what a path did is forgotten; a held one is checked now
 * @path: attached, not removing
 *
 * Context: any; head->state_lock held.
 */
void vmp_holdout_lift(struct vmp_path *path)
{
	lockdep_assert_held(&path->head->state_lock);
	path->fallen = false;
	path->back_at = 0;
	WRITE_ONCE(path->hold_secs, 0);
	if (path->state == VMP_PATH_HELD)
		vmp_checker_kick(path, 0);
}

/**
 * vmp_holdout_hope() - no path is live: those that are held are the last hope
 * @head: the head
 *
 * Context: any; head->state_lock held.
 */
void vmp_holdout_hope(struct vmp_head *head)
{
	const struct vmp_set *set;
	unsigned int i;

	lockdep_assert_held(&head->state_lock);
	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr; i++)
		if (set->path[i]->state == VMP_PATH_HELD)
			vmp_checker_hold(set->path[i],
					 vmp_holdout_rest(set->path[i]));
	rcu_read_unlock();
}
