// SPDX-License-Identifier: GPL-2.0-only
/*
 * uevents on the meta-node: what happened to which path, or to its names.
 *
 * path.c queues them under its spinlock; a work item of the head sends them in
 * their order, since sending sleeps. If more happen than the ring holds, the
 * oldest are sent and the number lost goes out with the next one.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "vmpath.h"

/**
 * vmp_uevent_queue() - note an event
 * @head: the head
 * @path: name of the path's disk; empty if it is about the meta-node
 * @what: a constant string: the path's new state, or "added", "removed";
 *	"alias", "renamed" of the meta-node
 *
 * Context: any; head->state_lock held.
 */
void vmp_uevent_queue(struct vmp_head *head, const char *path, const char *what)
{
	struct vmp_event *event;

	lockdep_assert_held(&head->state_lock);
	if (head->event_head - head->event_tail == VMP_EVENTS) {
		head->events_lost++;
		return;
	}
	event = &head->event[head->event_head++ % VMP_EVENTS];
	strscpy(event->path, path, sizeof(event->path));
	event->what = what;
	queue_work(vmp_disk_wq, &head->event_work);
}

static void vmp_uevent_send(struct vmp_head *head,
			    const struct vmp_event *event, unsigned int live,
			    unsigned int lost)
{
	char what[48], path[48], name[VMP_NAME_LEN + 16], nr[32], seq[40], gap[40];
	char *env[7] = { what, name, nr, seq };
	unsigned int n = 4;

	snprintf(what, sizeof(what), "VMPATH_EVENT=%s", event->what);
	snprintf(name, sizeof(name), "VMPATH_NAME=%s", READ_ONCE(head->name));
	snprintf(nr, sizeof(nr), "VMPATH_NR_PATHS=%u", live);
	snprintf(seq, sizeof(seq), "VMPATH_SEQNUM=%llu", ++head->event_seq);
	if (event->path[0]) {
		snprintf(path, sizeof(path), "VMPATH_PATH=%s", event->path);
		env[n++] = path;
	}
	if (lost) {
		snprintf(gap, sizeof(gap), "VMPATH_LOST=%u", lost);
		env[n++] = gap;
	}
	kobject_uevent_env(&disk_to_dev(head->disk)->kobj, KOBJ_CHANGE, env);
}

/**
 * vmp_uevent_work() - send what has been queued
 * @work: the head's event_work
 *
 * Before the meta-node is published nobody can know it: events wait for that.
 *
 * Context: sleeps.
 */
void vmp_uevent_work(struct work_struct *work)
{
	struct vmp_head *head = container_of(work, struct vmp_head, event_work);
	struct vmp_event event;
	unsigned int live, lost;

	while (test_bit(VMP_HEAD_PUBLISHED, &head->flags)) {
		spin_lock_irq(&head->state_lock);
		if (head->event_head == head->event_tail) {
			spin_unlock_irq(&head->state_lock);
			return;
		}
		event = head->event[head->event_tail++ % VMP_EVENTS];
		live = head->nr_state[VMP_PATH_LIVE];
		lost = head->events_lost;
		head->events_lost = 0;
		spin_unlock_irq(&head->state_lock);
		vmp_uevent_send(head, &event, live, lost);
	}
}
