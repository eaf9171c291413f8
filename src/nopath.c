// SPDX-License-Identifier: GPL-2.0-only
/*
 * A head without a live path: how long its I/O waits, and when it fails.
 *
 * path.c says when the last live path goes and when one comes; I/O that has none
 * is parked meanwhile (failover.c). When no_path_timeout_ms is over the head has
 * expired, and what waits ends with an error, as all that comes, until a path is live.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "vmpath.h"

#define VMP_MOVING_TICK		HZ	/* is the array still moving? */

/**
 * vmp_nopath_update() - the last live path went, or the first one came
 * @head: the head
 * @none: no live path is left
 *
 * Context: any; head->state_lock held.
 */
void vmp_nopath_update(struct vmp_head *head, bool none)
{
	int ms = head->no_path_timeout_ms;

	lockdep_assert_held(&head->state_lock);
	/*
	 * A path that is asked who it is, for a unit attention, gets the time,
	 * and so does a stalled one, which may have to do, or one that the array
	 * may let in.
	 */
	if ((head->nr_state[VMP_PATH_PROBING] || head->nr_state[VMP_PATH_STANDBY] ||
	     head->nr_state[VMP_PATH_STALLED]) && ms >= 0)
		ms = max(ms, VMP_PROBE_GRACE_MS);
	if (none && head->nr_state[VMP_PATH_STALLED])
		vmp_stall_kick(head);
	if (!none) {
		clear_bit(VMP_HEAD_EXPIRED, &head->flags);
		cancel_delayed_work(&head->no_path_work);
	} else if (!ms) {
		set_bit(VMP_HEAD_EXPIRED, &head->flags);
		vmp_failover_kick(head);
	} else if (ms > 0) {
		mod_delayed_work(vmp_wq, &head->no_path_work,
				 msecs_to_jiffies(ms));
	}
}

/**
 * vmp_nopath_set_timeout() - change the no-path policy
 * @head: the head
 * @ms: 0: fail at once, -1: wait for ever, else how long
 *
 * If there is no path now, the new time counts from now.
 *
 * Context: process.
 */
void vmp_nopath_set_timeout(struct vmp_head *head, int ms)
{
	spin_lock_irq(&head->state_lock);
	head->no_path_timeout_ms = ms;
	if (!head->nr_state[VMP_PATH_LIVE]) {
		clear_bit(VMP_HEAD_EXPIRED, &head->flags);
		cancel_delayed_work(&head->no_path_work);
		vmp_nopath_update(head, true);
	}
	spin_unlock_irq(&head->state_lock);
}

static void vmp_nopath_work(struct work_struct *work)
{
	struct vmp_head *head = container_of(to_delayed_work(work),
					     struct vmp_head, no_path_work);
	bool expired;

	spin_lock_irq(&head->state_lock);
	/* Armed anew while this waited for the lock: the time is not up. */
	expired = !head->nr_state[VMP_PATH_LIVE] &&
		  !delayed_work_pending(&head->no_path_work) &&
		  head->no_path_timeout_ms >= 0 && !vmp_stall_rescue(head);
	/* The array is about to let a path in. */
	if (expired && vmp_activate_hope(head)) {
		queue_delayed_work(vmp_wq, &head->no_path_work,
				   min(vmp_activate_hope(head), VMP_MOVING_TICK + 0UL));
		expired = false;
	}
	if (expired)
		set_bit(VMP_HEAD_EXPIRED, &head->flags);
	spin_unlock_irq(&head->state_lock);
	if (!expired)
		return;
	pr_warn("%s: no path for %d ms, I/O fails from now on\n",
		head->node_name, head->no_path_timeout_ms);
	vmp_failover_judge(head);
	vmp_failover_kick(head);
}

/**
 * vmp_nopath_init() - make a new head's timer
 * @head: new
 *
 * Context: any.
 */
void vmp_nopath_init(struct vmp_head *head)
{
	INIT_DELAYED_WORK(&head->no_path_work, vmp_nopath_work);
}
