// SPDX-License-Identifier: GPL-2.0-only
/*
 * ALUA: which of its ports does the array want an LU to be reached by?
 *
 * A path asks REPORT TARGET PORT GROUPS itself, from its own check (checker.c),
 * and hears from attention.c what its commands are told. What it learns makes
 * its rank (path.c), or the state standby. Documentation/design.rst says why
 * scsi_dh_alua is not asked.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/slab.h>
#include <linux/sizes.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>
#include "vmpath.h"
#include "compat/scsi.h"
#include "compat/unaligned.h"

#define VMP_ALUA_LEN		SZ_4K
#define VMP_ALUA_TIMEOUT	(30 * HZ)
#define VMP_ALUA_RETRIES	3
#define VMP_ALUA_TRIES		4	/* while it is told of one more change */
#define VMP_ALUA_TRANSITION	60	/* seconds, if the array does not tell */
#define VMP_ALUA_ECHO		HZ	/* an error so soon after a move is its doing */
#define VMP_ALUA_SOON		(HZ / 20)	/* other paths ask, too */
#define VMP_ALUA_SHAKY		(HZ / 2)	/* refused just after it was live */
#define VMP_ALUA_MOVING_MIN	(HZ / 4)	/* between questions in transition */
#define VMP_ALUA_MOVING_MAX	HZ
#define VMP_ALUA_STANDBY_MIN	HZ	/* likewise out of use */
#define VMP_ALUA_STANDBY_MAX	(8 * HZ)
#define VMP_ALUA_NONOPT_MIN	(5 * HZ)	/* could be better, and not know it */
#define VMP_ALUA_NONOPT_MAX	(30 * HZ)

/* ---- the question ---------------------------------------------------------- */

static int vmp_alua_send(struct vmp_path *path, u8 *page, bool long_header)
{
	u8 cdb[12] = { MAINTENANCE_IN, MI_REPORT_TARGET_PGS };

	if (long_header)
		cdb[1] |= MI_EXT_HDR_PARAM_FMT;
	put_unaligned_be32(VMP_ALUA_LEN, cdb + 6);
	return vmp_compat_scsi_read(path->sdev, cdb, page, VMP_ALUA_LEN,
				    VMP_ALUA_TIMEOUT, VMP_ALUA_RETRIES);
}

/*
 * Some targets refuse the format with the long header, though they may not. A
 * failure may as well be a unit attention, or one more.
 */
static int vmp_alua_fetch(struct vmp_path *path, struct vmp_rtpg *rtpg)
{
	u8 *page = kzalloc(VMP_ALUA_LEN, GFP_NOIO);
	int len = -EIO;
	unsigned int i;

	if (!page)
		return -ENOMEM;
	for (i = 0; i < VMP_ALUA_TRIES && len <= 0 && !path->alua.short_header; i++)
		len = vmp_alua_send(path, page, true);
	if (len <= 0) {
		len = vmp_alua_send(path, page, false);
		if (len > 0)
			path->alua.short_header = true;
	}
	if (len > 0)
		len = vmp_rtpg_take(rtpg, page, len);
	kfree(page);
	return len > 0 ? 0 : -EIO;
}

/**
 * vmp_alua_begin() - ask a new path's disk for the first time
 * @path: open, not attached; path->vpd is there, or not told
 *
 * Without a group of its own a path takes the one that lists its port.
 *
 * Context: sleeps until the disk answers, which may be never.
 */
void vmp_alua_begin(struct vmp_path *path)
{
	struct vmp_alua *alua = &path->alua;
	const struct vmp_rtpg_group *group;
	struct vmp_rtpg *rtpg;
	unsigned int i;
	int ret = -EIO;

	if (!path->vpd || !path->vpd->has_inquiry || !path->vpd->inquiry.tpgs)
		return;
	rtpg = kzalloc(sizeof(*rtpg), GFP_KERNEL);
	if (!rtpg)
		return;
	/* Unlike INQUIRY this is the first to be told a unit attention. */
	for (i = 0; i < VMP_ALUA_TRIES && ret; i++)
		ret = vmp_alua_fetch(path, rtpg);
	group = ret ? NULL : vmp_rtpg_find(rtpg, &path->id);
	if (group) {
		path->id.has_port_group = true;
		path->id.port_group = group->id;
		alua->access = group->state;
		alua->preferred = group->preferred;
		pr_debug("%s: target port group %u of %u groups is %s%s\n",
			 path->name, group->id, rtpg->nr,
			 vmp_rtpg_access_name(group->state),
			 group->preferred ? ", preferred" : "");
	}
	if (ret)
		alua->access = VMP_ACCESS_UNKNOWN;
	/* Who names no group for the path has no states, either. */
	if (group || ret)
		alua->tpgs = path->vpd->inquiry.tpgs;
	kfree(rtpg);
}

/* ---- what follows from an answer -------------------------------------------- */

static bool vmp_alua_waits(const struct vmp_path *path)
{
	return path->state == VMP_PATH_STANDBY &&
	       path->alua.access == VMP_ACCESS_TRANSITIONING;
}

/* A path that is refused by the array takes no I/O from now on. */
static void vmp_alua_set(struct vmp_path *path, u8 access)
{
	struct vmp_alua *alua = &path->alua;

	lockdep_assert_held(&path->head->state_lock);
	if (alua->access == access)
		return;
	WRITE_ONCE(alua->access, access);
	alua->changed_at = jiffies;
	alua->well_at = jiffies;
	alua->wait = 0;
	if (path->state == VMP_PATH_LIVE && !vmp_rtpg_usable(access)) {
		vmp_path_set_state(path, VMP_PATH_STANDBY,
				   vmp_rtpg_access_name(access));
	} else if (path->state == VMP_PATH_LIVE) {
		vmp_path_update_rank(path);
		pr_notice_ratelimited("%s: path %s is %s\n", path->head->node_name,
				      path->name, vmp_rtpg_access_name(access));
		vmp_activate_kick(path->head);
	} else if (vmp_alua_waits(path)) {
		vmp_activate_kick(path->head);
	}
}

/*
 * The other paths of a group, and other groups, move at the same time. They hear
 * of it when they are used, which they may not be.
 */
static void vmp_alua_ask_others(struct vmp_path *path, const struct vmp_rtpg *rtpg)
{
	const struct vmp_rtpg_group *group;
	const struct vmp_set *set;
	unsigned int i;

	lockdep_assert_held(&path->head->state_lock);
	rcu_read_lock();
	set = rcu_dereference(path->head->set);
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *other = set->path[i];

		if (other == path || !other->alua.tpgs)
			continue;
		group = rtpg ? vmp_rtpg_find(rtpg, &other->id) : NULL;
		if (rtpg && (!group || group->state == other->alua.access))
			continue;
		/* Two that never agree ask once a second, not more. */
		if (rtpg && time_before(jiffies, other->alua.asked_at + HZ))
			vmp_checker_kick(other, HZ);
		else
			vmp_checker_soon(other, VMP_ALUA_SOON);
	}
	rcu_read_unlock();
}

static void vmp_alua_apply(struct vmp_path *path, const struct vmp_rtpg *rtpg,
			   unsigned long start)
{
	const struct vmp_rtpg_group *group = vmp_rtpg_find(rtpg, &path->id);
	struct vmp_alua *alua = &path->alua;

	lockdep_assert_held(&path->head->state_lock);
	alua->asked_at = start;
	alua->transition_secs = rtpg->transition_secs;
	if (group && alua->preferred != group->preferred) {
		WRITE_ONCE(alua->preferred, group->preferred);
		alua->well_at = jiffies;
		vmp_activate_kick(path->head);
	}
	vmp_alua_set(path, group ? group->state : VMP_ACCESS_UNKNOWN);
	vmp_alua_ask_others(path, rtpg);
}

/**
 * vmp_alua_ask() - ask for the access state of a path, and go by it
 * @path: attached
 *
 * If the array does not answer, a READ has to tell whether a path that was
 * refused can be used.
 *
 * Context: the path's check; sleeps until the disk answers, which may be never.
 * Return: whether the path may carry data.
 */
bool vmp_alua_ask(struct vmp_path *path)
{
	struct vmp_head *head = path->head;
	struct vmp_alua *alua = &path->alua;
	struct vmp_rtpg *rtpg;
	unsigned int i, heard;
	unsigned long start;
	bool same, usable;
	int ret;

	if (!alua->tpgs)
		return true;
	rtpg = kmalloc(sizeof(*rtpg), GFP_NOIO);
	for (i = 0; i < VMP_ALUA_TRIES && rtpg; i++) {
		heard = READ_ONCE(alua->heard);
		start = jiffies;
		vmp_stall_asking(path);
		ret = vmp_alua_fetch(path, rtpg);
		vmp_stall_asking(path);
		spin_lock_irq(&head->state_lock);
		same = heard == alua->heard;
		if (same && !ret)
			vmp_alua_apply(path, rtpg, start);
		else if (same && !vmp_rtpg_usable(alua->access))
			vmp_alua_set(path, VMP_ACCESS_UNKNOWN);
		spin_unlock_irq(&head->state_lock);
		/* What was heard meanwhile is newer than the answer: ask again. */
		if (same)
			break;
	}
	kfree(rtpg);
	spin_lock_irq(&head->state_lock);
	usable = vmp_rtpg_usable(alua->access);
	spin_unlock_irq(&head->state_lock);
	return usable;
}

/**
 * vmp_alua_next() - when is a path to be asked again?
 * @path: has just been asked
 *
 * Context: any; head->state_lock held.
 * Return: jiffies from now; 0: when there is a reason.
 */
unsigned long vmp_alua_next(struct vmp_path *path)
{
	struct vmp_alua *alua = &path->alua;
	unsigned int least = VMP_ALUA_STANDBY_MIN, most = VMP_ALUA_STANDBY_MAX;

	lockdep_assert_held(&path->head->state_lock);
	if (!alua->tpgs || alua->access == VMP_ACCESS_OPTIMIZED)
		return 0;
	if (vmp_rtpg_usable(alua->access)) {
		least = VMP_ALUA_NONOPT_MIN;
		most = VMP_ALUA_NONOPT_MAX;
	} else if (alua->access == VMP_ACCESS_TRANSITIONING) {
		least = VMP_ALUA_MOVING_MIN;
		most = VMP_ALUA_MOVING_MAX;
	} else if (!vmp_head_usable(path->head)) {
		most = VMP_ALUA_STANDBY_MIN;
	}
	alua->wait = clamp(2 * alua->wait, least, most);
	return alua->wait;
}

/* ---- what a command is told -------------------------------------------------- */

/**
 * vmp_alua_hear() - the array refuses a path, or says that states have changed
 * @path: attached
 * @sense: of one of its commands; outcome.c says that it means such a thing
 *
 * A path that is not in use is asked by its check, which may be what has been
 * told; one that is refused just after it was let in waits a little.
 *
 * Context: any.
 */
void vmp_alua_hear(struct vmp_path *path, const struct scsi_sense_hdr *sense)
{
	struct vmp_head *head = path->head;
	struct vmp_alua *alua = &path->alua;
	unsigned long flags, delay = 0;
	bool used;

	if (!alua->tpgs)
		return;
	spin_lock_irqsave(&head->state_lock, flags);
	alua->heard++;
	WRITE_ONCE(alua->heard_at, get_jiffies_64());
	used = path->state == VMP_PATH_LIVE;
	if (time_before(jiffies, path->live_at + VMP_ALUA_SHAKY))
		delay = VMP_ALUA_SHAKY;
	if (sense->asc == 0x04 && sense->ascq == 0x0a)
		vmp_alua_set(path, VMP_ACCESS_TRANSITIONING);
	else if (sense->asc == 0x04 && sense->ascq == 0x0b)
		vmp_alua_set(path, VMP_ACCESS_STANDBY);
	else if (sense->asc == 0x04 && sense->ascq == 0x0c)
		vmp_alua_set(path, VMP_ACCESS_UNAVAILABLE);
	else if (sense->asc == 0x04)
		vmp_alua_set(path, VMP_ACCESS_OFFLINE);
	else
		delay = 0;
	if (used) {
		vmp_checker_soon(path, delay);
		vmp_alua_ask_others(path, NULL);
	}
	spin_unlock_irqrestore(&head->state_lock, flags);
}

/**
 * vmp_alua_refuses() - does the array take no data by this path now?
 * @path: attached
 *
 * Context: any; the answer may be old when it is read.
 */
bool vmp_alua_refuses(const struct vmp_path *path)
{
	return path->alua.tpgs && !vmp_rtpg_usable(READ_ONCE(path->alua.access));
}

/**
 * vmp_alua_echo() - is an error on this path due to a change of access states?
 * @path: held by the I/O that failed
 *
 * It says nothing of the path or of the LU then.
 *
 * Context: any.
 */
bool vmp_alua_echo(const struct vmp_path *path)
{
	u64 heard_at = READ_ONCE(path->alua.heard_at);

	return vmp_alua_refuses(path) ||
	       (heard_at && time_before64(get_jiffies_64(),
					  heard_at + VMP_ALUA_ECHO));
}

/**
 * vmp_alua_patience() - for how long may the array yet be moving?
 * @head: no path is live
 *
 * Context: any; head->state_lock held.
 * Return: jiffies; 0 if no path is in transition, or for too long already.
 */
unsigned long vmp_alua_patience(struct vmp_head *head)
{
	unsigned long rest = 0, until;
	const struct vmp_set *set;
	unsigned int i, secs;

	lockdep_assert_held(&head->state_lock);
	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr; i++) {
		const struct vmp_path *path = set->path[i];

		if (!vmp_alua_waits(path))
			continue;
		secs = path->alua.transition_secs ?: VMP_ALUA_TRANSITION;
		until = path->alua.changed_at + secs * HZ;
		if (time_before(jiffies, until))
			rest = max(rest, until - jiffies);
	}
	rcu_read_unlock();
	return rest;
}
