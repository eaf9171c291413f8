// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checker: real READs that tell whether a path carries data.
 *
 * One work item per path, so a path that never answers keeps only its own. It
 * runs when a path is new, while it has failed, when failover.c wants to know
 * whose an error was, and now and then on a live path that has nothing to do.
 * INQUIRY and TEST UNIT READY are not trusted: both are known to pass where data
 * fails. holdout.c and domain.c may put a check off.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/math64.h>
#include <linux/random.h>
#include <linux/slab.h>
#include "vmpath.h"

#define VMP_CHECKER_FOREIGN	(10 * HZ)	/* between looks at another's LU */
#define VMP_CHECKER_UNDECIDED	HZ		/* at one that may be another's */
#define VMP_CHECKER_TRIES	8		/* as many unit attentions in one check */
#define VMP_CHECKER_REREADS	4		/* by virtio-blk, where an I/O failed */
#define VMP_CHECKER_PAUSE	10		/* ms between those at first */
#define VMP_CHECKER_AGAIN	(HZ / 10)	/* before the next one, after those */
#define VMP_CHECKER_FAILED	HZ		/* between READs of a failed path */
#define VMP_CHECKER_OVER	(HZ / 2)	/* when the HBA has had its share */
#define VMP_CHECKER_NEW		4	/* checks of a path that has just come */
#define VMP_CHECKER_WAIT	max(HZ / 100, 2)	/* of such a path at first, then doubled */
#define VMP_CHECKER_IDLE	8		/* times check_secs on an idle LU */

/* A little sooner, so that paths do not all go at once. */
static unsigned long vmp_checker_jitter(unsigned long delay)
{
	return delay - reciprocal_scale(get_random_u32(), delay / 4 + 1);
}

/**
 * vmp_checker_room() - have memory for a READ of one block
 * @path: being opened, or its checker calls
 * @size: of the block; a power of two, so that the memory is aligned to it
 *
 * It is kept, so a check needs memory only after the LU has got larger blocks.
 *
 * Context: sleeps.
 * Return: true, or false without memory.
 */
bool vmp_checker_room(struct vmp_path *path, unsigned int size)
{
	void *buf;

	if (size <= path->check_size)
		return true;
	buf = kmalloc(size, GFP_NOIO);
	if (!buf)
		return false;
	kfree(path->check_buf);
	path->check_buf = buf;
	path->check_size = size;
	return true;
}

/* One logical block, straight to the disk. True if it could be read. */
static bool vmp_checker_read(struct vmp_path *path, sector_t sector)
{
	unsigned int size = bdev_logical_block_size(path->bdev);
	struct bio_vec vec;
	struct bio bio;
	int ret;

	bio_init(&bio, path->bdev, &vec, 1, REQ_OP_READ | REQ_META | REQ_NOMERGE);
	bio.bi_iter.bi_sector = sector;
	if (!vmp_checker_room(path, size) ||
	    bio_add_page(&bio, virt_to_page(path->check_buf), size,
			 offset_in_page(path->check_buf)) != size)
		return false;
	vmp_stall_asking(path);
	ret = submit_bio_wait(&bio);
	vmp_stall_asking(path);
	bio_uninit(&bio);
	/* A reservation of others: it is no fault of the path. */
	return !ret || ret == blk_status_to_errno(BLK_STS_RESV_CONFLICT);
}

/*
 * Where an I/O has failed that succeeded elsewhere. QEMU's virtio-blk makes one request of
 * neighbours that come at the same time, so this READ may fail for what fails next to it.
 */
static bool vmp_checker_read_again(struct vmp_path *path, sector_t sector)
{
	unsigned long start;
	unsigned int i;

	for (i = 1;; i++) {
		start = jiffies;
		if (vmp_checker_read(path, sector))
			return true;
		/* What takes long is its own fault. */
		if (i == VMP_CHECKER_REREADS || path->sdev || vmp_path_gone(path) ||
		    time_after(jiffies, start + HZ))
			return false;
		msleep(i * VMP_CHECKER_PAUSE);
	}
}

/*
 * A path that reads anywhere is a path; where an I/O has just failed may be
 * bad on the LU itself, so three places are tried. A failed path must also
 * read what it could not when it was proven bad.
 */
static bool vmp_checker_good(struct vmp_path *path, bool accused)
{
	unsigned int block = bdev_logical_block_size(path->bdev) >> SECTOR_SHIFT;
	sector_t end = bdev_nr_sectors(path->bdev);
	sector_t bad;

	if (vmp_path_gone(path) || end < block)
		return false;
	bad = round_down(READ_ONCE(path->bad_sector), block);
	if (accused && READ_ONCE(path->bad_sector_known) && bad < end &&
	    !vmp_checker_read_again(path, bad))
		return false;
	return vmp_checker_read(path, 0) ||
	       vmp_checker_read(path, end - block) ||
	       vmp_checker_read(path, round_down(end / 2, block));
}

static bool vmp_checker_ready(struct vmp_path *path)
{
	bool ready;

	vmp_stall_asking(path);
	ready = vmp_inquiry_ready(path);
	vmp_stall_asking(path);
	return ready;
}

/*
 * A routine check looks somewhere else each time. Who fails it is asked at the
 * three places: a bad sector, or a device server that is not ready for what is
 * not data, is not a bad path.
 */
static bool vmp_checker_sample(struct vmp_path *path)
{
	unsigned int block = bdev_logical_block_size(path->bdev) >> SECTOR_SHIFT;
	u64 blocks = bdev_nr_sectors(path->bdev) / block;
	u64 at = mul_u64_u64_shr(get_random_u64(), blocks, 64);

	return blocks && !vmp_path_gone(path) && vmp_checker_ready(path) &&
	       vmp_checker_read(path, at * block);
}

/* What a path over virtio-scsi tells of an LU that virtio-blk told the WWID of alone. */
static void vmp_checker_learn(struct vmp_head *head,
			      const struct vmp_identity *id)
{
	lockdep_assert_held(&head->state_lock);
	if (head->id.scsi || !id->scsi)
		return;
	head->id.nr_desigs = id->nr_desigs;
	head->id.desigs = id->desigs;
	strscpy(head->id.vendor, id->vendor, sizeof(head->id.vendor));
	strscpy(head->id.model, id->model, sizeof(head->id.model));
	strscpy(head->id.serial, id->serial, sizeof(head->id.serial));
	head->id.scsi = true;
}

/* It reads, and it is the same LU; is it as large as it was? */
static void vmp_checker_reinstate(struct vmp_path *path)
{
	struct vmp_geometry geo;
	const char *differs;

	path->foreign = false;
	if (path->state == VMP_PATH_MISMATCH)
		return;		/* by geometry alone now: limits.c looks again */
	vmp_limits_geometry(&geo, path->bdev);
	differs = vmp_limits_disagree(&path->head->geo, &geo);
	if (differs)
		vmp_path_set_state(path, VMP_PATH_MISMATCH, differs);
	else
		vmp_path_set_state(path, VMP_PATH_LIVE, "READ succeeded");
	if (!differs)
		vmp_checker_learn(path->head, &path->id);
}

static void vmp_checker_verdict(struct vmp_path *path, bool good,
				unsigned long start)
{
	struct vmp_head *head = path->head;

	lockdep_assert_held(&head->state_lock);
	if (good) {
		WRITE_ONCE(path->good_at, start);
		if (path->state != VMP_PATH_LIVE)
			vmp_checker_reinstate(path);
		else if (path->in_doubt && time_before(start, path->doubt_at))
			vmp_checker_kick(path, 1);	/* it began before */
		else if (!path->bad_sector_known ||
			 time_after(start, path->accused_at))
			vmp_path_clear(path);
		else	/* accused since it began: the next check decides */
			vmp_checker_kick(path, HZ);
		return;
	}
	if (path->state == VMP_PATH_PROBING || path->state == VMP_PATH_LIVE ||
	    path->state == VMP_PATH_STANDBY || path->state == VMP_PATH_HELD) {
		if (path->state == VMP_PATH_PROBING)
			path->bad_sector_known = false;
		vmp_path_set_state(path, VMP_PATH_FAILED, "READ failed");
	} else {
		vmp_checker_kick(path, vmp_checker_jitter(VMP_CHECKER_FAILED));
	}
}

/* Another LU answers here: no I/O until it is the right one again. */
static void vmp_checker_foreign(struct vmp_path *path, const char *why)
{
	lockdep_assert_held(&path->head->state_lock);
	if (!path->foreign)
		pr_err("%s: path %s leads to another LU than it did, or should: %s\n",
		       path->head->node_name, path->name, why);
	vmp_path_set_state(path, VMP_PATH_MISMATCH, why);
	path->foreign = true;
	vmp_checker_kick(path, VMP_CHECKER_FOREIGN);
}

/* It reads well, but whose data? It waits in its state until that is known. */
static void vmp_checker_undecided(struct vmp_path *path, const char *why)
{
	lockdep_assert_held(&path->head->state_lock);
	if (path->mismatch != why && path->state != VMP_PATH_MISMATCH) {
		pr_notice("%s: path %s is kept out of use: %s\n",
			  path->head->node_name, path->name, why);
		WRITE_ONCE(path->mismatch, why);
	}
	vmp_checker_kick(path, path->state == VMP_PATH_MISMATCH ?
			 VMP_CHECKER_FOREIGN : vmp_checker_jitter(VMP_CHECKER_UNDECIDED));
}

static bool vmp_checker_serves(const struct vmp_path *path,
			       enum vmp_path_state state)
{
	return state == VMP_PATH_PROBING || state == VMP_PATH_LIVE ||
	       state == VMP_PATH_STANDBY ||
	       state == VMP_PATH_FAILED || state == VMP_PATH_HELD ||
	       (state == VMP_PATH_MISMATCH && READ_ONCE(path->foreign));
}

/* What one check has found. */
struct vmp_checked {
	enum vmp_path_state state;	/* what the path was in */
	unsigned long start;		/* jiffies */
	bool good;			/* it reads */
	bool routine;			/* that was all that was asked for */
	bool alone;			/* there was no live path to compare with */
	enum vmp_same same;
	const char *why;		/* if not the same LU; may be NULL */
};

/* The array takes no data here: nothing was read, and nothing can be told. */
static void vmp_checker_refused(struct vmp_path *path)
{
	lockdep_assert_held(&path->head->state_lock);
	switch (path->state) {
	case VMP_PATH_LIVE:
	case VMP_PATH_PROBING:
	case VMP_PATH_FAILED:
	case VMP_PATH_HELD:
		vmp_path_set_state(path, VMP_PATH_STANDBY,
				   vmp_rtpg_access_name(path->alua.access));
		fallthrough;
	case VMP_PATH_STANDBY:
		vmp_checker_kick(path, vmp_alua_next(path));
		break;
	case VMP_PATH_MISMATCH:
		vmp_checker_kick(path, VMP_CHECKER_FOREIGN);
		break;
	default:
		break;
	}
}

static void vmp_checker_conclude(struct vmp_path *path,
				 const struct vmp_checked *found)
{
	struct vmp_head *head = path->head;
	unsigned long next;

	lockdep_assert_held(&head->state_lock);
	if (vmp_alua_refuses(path)) {
		vmp_checker_refused(path);
	} else if (path->state != found->state) {
		/*
		 * What was found belongs to the state that was looked at; but a
		 * stalled path may be taken for want of a better one. One that
		 * stalled since it hung this check, and read nothing, has failed.
		 */
		if (path->state == VMP_PATH_STALLED && found->same == VMP_LU_OTHER)
			vmp_path_distrust(path);
		if (path->awaited && found->state == VMP_PATH_LIVE &&
		    found->same == VMP_LU_SAME && !found->good)
			vmp_path_set_state(path, VMP_PATH_FAILED, "READ failed");
		if (path->state == VMP_PATH_PROBING || path->state == VMP_PATH_STANDBY)
			vmp_checker_kick(path, 1);
	} else if (path->unsettled && found->same != VMP_LU_OTHER && found->good) {
		/* A unit attention since: all that was found is worth nothing. */
		vmp_checker_kick(path, VMP_CHECKER_AGAIN);
	} else if (found->same == VMP_LU_OTHER && path->doubted &&
		   found->state == VMP_PATH_LIVE &&
		   head->nr_state[VMP_PATH_LIVE] == 1) {
		/* Whom it was compared with has been taken out for the same. */
		path->doubted = false;
		vmp_checker_kick(path, HZ);
	} else if (found->same == VMP_LU_OTHER) {
		vmp_checker_foreign(path, found->why);
	} else if (found->state != VMP_PATH_LIVE && found->good &&
		   !vmp_pradmit_stands(path)) {
		/* The others' registration has changed, or is about to. */
		vmp_checker_kick(path, VMP_CHECKER_AGAIN);
	} else if (found->same == VMP_LU_UNKNOWN && found->why &&
		   found->state != VMP_PATH_LIVE) {
		vmp_checker_undecided(path, found->why);
	} else if (found->state != VMP_PATH_LIVE && found->good &&
		   ((found->alone && head->nr_state[VMP_PATH_LIVE]) ||
		    vmp_identity_differs(&path->id, &head->id))) {
		/* One came while we looked: compare with that. */
		vmp_checker_kick(path, 1);
	} else {
		/* The first path is the measure, and so needs no proof. */
		if (found->good && found->alone && found->state != VMP_PATH_LIVE &&
		    (!path->proven || path->proven != head->measure))
			path->proven = ++head->measure;
		vmp_checker_verdict(path, found->good &&
				    (found->same == VMP_LU_SAME ||
				     found->state == VMP_PATH_LIVE),
				    found->start);
	}
	/* A better access state of a path that is not in use is told to nobody. */
	next = path->state == VMP_PATH_LIVE ? vmp_alua_next(path) : 0;
	if (next)
		vmp_checker_kick(path, vmp_checker_jitter(next));
}

/* After a unit attention: no READ before it is known which LU answers. */
static void vmp_checker_reassure(struct vmp_path *path,
				 struct vmp_checked *found)
{
	unsigned int told = vmp_attention_told(path);

	found->same = vmp_samelu_identity(path, &found->why);
	if (found->same == VMP_LU_SAME)
		vmp_attention_settle(path, told);
	else
		vmp_attention_calm(path);
}

/* Is it unsettled? The mid-layer's flags alone may say so, too late. */
static bool vmp_checker_unsettled(struct vmp_path *path)
{
	return READ_ONCE(path->unsettled) || vmp_attention_left(path);
}

static void vmp_checker_look(struct vmp_path *path, struct vmp_checked *found)
{
	bool live = found->state == VMP_PATH_LIVE;
	unsigned int i;

	found->routine = xchg(&path->routine, 0) && live;
	vmp_activate_send(path);
	if (!vmp_alua_ask(path))
		return;
	/* Each command may bring one more unit attention. */
	for (i = 0; i < VMP_CHECKER_TRIES; i++) {
		if (vmp_checker_unsettled(path))
			vmp_checker_reassure(path, found);
		if (found->same != VMP_LU_SAME) {
			found->good = found->same == VMP_LU_OTHER;
			return;
		}
		/* Before it is read, which a reservation may forbid who is not. */
		if (!live && !vmp_pradmit(path, &found->why)) {
			found->same = VMP_LU_UNKNOWN;
			return;
		}
		found->good = (found->routine && vmp_checker_sample(path)) ||
			      vmp_checker_good(path, found->state != VMP_PATH_PROBING);
		if (!vmp_checker_unsettled(path))
			break;
	}
	/* An error may be the first sign of another LU: LUN gone, and back. */
	if (found->good && (xchg(&path->verify, 0) || !live ||
			    READ_ONCE(path->suspect)))
		found->same = vmp_samelu_check(path, &found->alone, &found->why);
}

/* Somebody waits for what it finds, or it may be the only path of its LU. */
static bool vmp_checker_urgent(struct vmp_path *path, enum vmp_path_state state)
{
	struct vmp_head *head = path->head;

	return vmp_checker_unsettled(path) || READ_ONCE(path->suspect) ||
	       READ_ONCE(path->verify) || vmp_failover_waits(head) ||
	       (!vmp_head_usable(head) && (state == VMP_PATH_PROBING ||
					   state == VMP_PATH_STANDBY ||
					   state == VMP_PATH_HELD));
}

/*
 * Its disk was identified a moment ago, so its HBA answers, and the first checks
 * are the end of that. There may be hundreds: a share of so many a second would
 * make the guest wait for its paths, for nothing.
 */
static bool vmp_checker_new(const struct vmp_path *path)
{
	return !READ_ONCE(path->was_live) && path->checks < VMP_CHECKER_NEW;
}

/* Room comes with each check that ends; if that takes long, look less often. */
static unsigned long vmp_checker_wait(struct vmp_path *path)
{
	unsigned long rest = VMP_CHECKER_OVER;

	if (vmp_checker_new(path))
		rest = min_t(unsigned long, rest, VMP_CHECKER_WAIT << path->waits);
	if (rest < VMP_CHECKER_OVER)
		path->waits++;
	return vmp_checker_jitter(rest);
}

/* Not now: the path is held, or its HBA has had its share of checks. */
static bool vmp_checker_put_off(struct vmp_path *path, enum vmp_path_state state)
{
	unsigned long rest = state == VMP_PATH_HELD ? vmp_holdout_rest(path) : 0;

	if (!rest && !vmp_domain_may_check(path, vmp_checker_urgent(path, state),
					   vmp_checker_new(path)))
		rest = vmp_checker_wait(path);
	/* An earlier one that has been asked for meanwhile stays. */
	if (rest)
		queue_delayed_work(vmp_path_wq, &path->check_work, rest);
	else if (path->checks < VMP_CHECKER_NEW)
		path->checks++;
	return rest;
}

static void vmp_checker_work(struct work_struct *work)
{
	struct vmp_path *path = container_of(to_delayed_work(work),
					     struct vmp_path, check_work);
	struct vmp_head *head = path->head;
	struct vmp_checked found = {
		.state = READ_ONCE(path->state),
		.start = jiffies,
		.same = VMP_LU_SAME,
	};

	vmp_attention_calm(path);
	if (vmp_checker_serves(path, found.state)) {
		if (vmp_checker_put_off(path, found.state))
			return;
		vmp_checker_look(path, &found);
		vmp_domain_checked(path);
		spin_lock_irq(&head->state_lock);
		vmp_checker_conclude(path, &found);
		spin_unlock_irq(&head->state_lock);
	}
	vmp_failover_judge(head);
	if (found.routine && found.good)
		vmp_pradmit_review(path);
}

/**
 * vmp_checker_kick() - check a path
 * @path: attached
 * @delay: jiffies from now; an earlier check that is due stays
 *
 * Context: any.
 */
void vmp_checker_kick(struct vmp_path *path, unsigned long delay)
{
	if (delay > 1)
		queue_delayed_work(vmp_path_wq, &path->check_work, delay);
	else
		mod_delayed_work(vmp_path_wq, &path->check_work, delay);
}

/**
 * vmp_checker_verify() - check a path now, and which LU it leads to
 * @path: attached; live or not
 *
 * Context: any.
 */
void vmp_checker_verify(struct vmp_path *path)
{
	xchg(&path->verify, 1);
	vmp_checker_kick(path, 0);
}

/**
 * vmp_checker_soon() - check a path soon
 * @path: attached
 * @delay: jiffies from now; a check that is due later comes at that time
 *
 * Context: any.
 */
void vmp_checker_soon(struct vmp_path *path, unsigned long delay)
{
	unsigned long at = jiffies + delay;

	if (!delayed_work_pending(&path->check_work) ||
	    time_after(READ_ONCE(path->check_work.timer.expires), at))
		mod_delayed_work(vmp_path_wq, &path->check_work, delay);
}

/**
 * vmp_checker_hold() - no check before that time
 * @path: attached
 * @delay: jiffies from now; an earlier check that is due is put off
 *
 * Context: any.
 */
void vmp_checker_hold(struct vmp_path *path, unsigned long delay)
{
	mod_delayed_work(vmp_path_wq, &path->check_work, delay);
}

/**
 * vmp_checker_retry() - a path has failed: read it again, until it reads
 * @path: attached
 *
 * Context: any.
 */
void vmp_checker_retry(struct vmp_path *path)
{
	vmp_checker_hold(path, vmp_checker_jitter(VMP_CHECKER_FAILED));
}

/* ---- routine checks -------------------------------------------------------- */

static u64 vmp_checker_lu_ios(struct vmp_head *head)
{
	const struct vmp_set *set;
	unsigned int i;
	u64 sum = 0;

	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr; i++)
		sum += vmp_stats_ios(set->path[i]);
	rcu_read_unlock();
	return sum;
}

/*
 * What has carried I/O since the last look, and failed none, is good: no check
 * tells more than that, but for an array that has lost our registrations. An LU that nobody
 * uses is looked at less and less.
 */
static void vmp_checker_routine_work(struct work_struct *work)
{
	struct vmp_path *path = container_of(to_delayed_work(work),
					     struct vmp_path, routine_work);
	unsigned int secs = READ_ONCE(path->head->check_secs);
	u64 errors = vmp_stats_errors(path);
	u64 ios = vmp_stats_ios(path), lu_ios;
	unsigned int wait = secs;

	/* Who becomes live, or says how often, starts it again. */
	if (!secs || READ_ONCE(path->state) != VMP_PATH_LIVE)
		return;
	if (ios == path->seen_ios || errors != path->seen_errors ||
	    READ_ONCE(path->head->pr.key)) {
		lu_ios = vmp_checker_lu_ios(path->head);
		if (lu_ios == path->seen_lu_ios)
			wait = min(2 * READ_ONCE(path->check_wait),
				   VMP_CHECKER_IDLE * secs);
		path->seen_lu_ios = lu_ios;
		xchg(&path->routine, 1);
		vmp_checker_kick(path, 2);
	}
	path->seen_ios = ios;
	path->seen_errors = errors;
	WRITE_ONCE(path->check_wait, wait);
	queue_delayed_work(vmp_wq, &path->routine_work,
			   vmp_checker_jitter(wait * (unsigned long)HZ));
}

/**
 * vmp_checker_routine() - begin with routine checks, or have them at another pace
 * @path: live
 *
 * Context: any; head->state_lock held.
 */
void vmp_checker_routine(struct vmp_path *path)
{
	unsigned int secs = READ_ONCE(path->head->check_secs);

	lockdep_assert_held(&path->head->state_lock);
	WRITE_ONCE(path->check_wait, secs);
	if (secs)
		mod_delayed_work(vmp_wq, &path->routine_work,
				 vmp_checker_jitter(secs * (unsigned long)HZ));
}

/**
 * vmp_checker_stop() - the last check has ended, and none follows
 * @path: drained: nobody is left who could kick
 *
 * Context: sleeps until the check's READ has ended.
 */
void vmp_checker_stop(struct vmp_path *path)
{
	cancel_delayed_work_sync(&path->routine_work);
	cancel_delayed_work_sync(&path->check_work);
}

/**
 * vmp_checker_init_path() - make a new path's work items
 * @path: new
 *
 * Context: any.
 */
void vmp_checker_init_path(struct vmp_path *path)
{
	INIT_DELAYED_WORK(&path->check_work, vmp_checker_work);
	INIT_DELAYED_WORK(&path->routine_work, vmp_checker_routine_work);
}
