// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to an I/O that ended badly, and to one that has no path.
 *
 * io.c's completion comes here with an error; the outcome table decides. Nothing here
 * waits for a device: the head's worker only routes, and each path has a worker of its
 * own for the submission, which may block.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "flush.h"
#include "policy.h"
#include "vmpath_trace.h"

/* The worker looks this often at retries whose time has not come. */
#define VMP_RETRY_TICK		(HZ / 50 + 1)
#define VMP_BUSY_PATIENCE	(180 * HZ)	/* with an LU that is busy by every path */

/**
 * vmp_failover_queue() - have the head's worker route an I/O
 * @io: on no list and, but for its caller's reference, on no path
 * @delay: jiffies; not before
 *
 * Context: any.
 */
void vmp_failover_queue(struct vmp_io *io, unsigned long delay)
{
	struct vmp_head *head = io->head;
	unsigned long flags;

	io->due = jiffies + delay;
	spin_lock_irqsave(&head->queue_lock, flags);
	list_add_tail(&io->node, &head->requeue);
	spin_unlock_irqrestore(&head->queue_lock, flags);
	if (delay)
		queue_delayed_work(vmp_wq, &head->requeue_work,
				   min_t(unsigned long, delay, VMP_RETRY_TICK));
	else
		mod_delayed_work(vmp_wq, &head->requeue_work, 0);
}

/**
 * vmp_failover_kick() - paths have changed: route what waits
 * @head: the head
 *
 * Context: any.
 */
void vmp_failover_kick(struct vmp_head *head)
{
	unsigned long flags;

	spin_lock_irqsave(&head->queue_lock, flags);
	list_splice_tail_init(&head->parked, &head->requeue);
	spin_unlock_irqrestore(&head->queue_lock, flags);
	mod_delayed_work(vmp_wq, &head->requeue_work, 0);
}

/**
 * vmp_failover_judge() - a check has ended: look again at I/O under judgement
 * @head: the head
 *
 * Context: any.
 */
void vmp_failover_judge(struct vmp_head *head)
{
	unsigned long flags;
	bool any;

	spin_lock_irqsave(&head->queue_lock, flags);
	any = !list_empty(&head->judge);
	list_splice_tail_init(&head->judge, &head->requeue);
	spin_unlock_irqrestore(&head->queue_lock, flags);
	if (any)
		vmp_failover_kick(head);
}

/*
 * A plain EIO is evidence, not proof: the I/O is tried elsewhere. If it then
 * succeeds, the first path is proven bad. If it fails on every path, the
 * checker reads elsewhere on them: one that still reads is healthy and the
 * error is the LU's own; one that does not is failed.
 */
static void vmp_failover_blame(struct vmp_io *io, struct vmp_path *path,
			       blk_status_t status)
{
	if (!io->tried || path->born > io->epoch) {
		io->tried = 0;
		io->epoch = READ_ONCE(io->head->epoch);
	}
	if (!io->tried || vmp_outcome_of(status) != VMP_RETRY)
		io->blamed = status;
	io->tried |= BIT_ULL(path->slot);
	io->failed_at = jiffies;
	vmp_path_suspect(path, status);
}

/* An error that the caller gets as it stands. */
static void vmp_failover_to_caller(struct vmp_io *io, blk_status_t status,
				   enum vmp_outcome outcome)
{
	struct vmp_head *head = io->head;

	if (outcome == VMP_TARGET) {
		atomic_inc(&head->target_errors);
		vmp_limits_forget(head, io->path->bdev, bio_op(io->orig));
	}
	vmp_io_leave_path(io);
	vmp_io_complete(io, status);
}

/* After a unit attention an error says nothing, and may be another LU's. */
static enum vmp_outcome vmp_failover_unsettled(const struct vmp_io *io,
					       enum vmp_outcome outcome)
{
	if (outcome == VMP_DONE || outcome == VMP_FAILOVER)
		return outcome;
	if (outcome == VMP_SUSPECT && vmp_attention_left(io->path))
		vmp_checker_kick(io->path, 0);
	else if (!READ_ONCE(io->path->unsettled) &&
		 !(outcome == VMP_SUSPECT && (vmp_attention_echo(io->path) ||
					      vmp_alua_echo(io->path))))
		return outcome;
	if (io->retries < VMP_MAX_RETRIES)
		return VMP_RETRY;
	return READ_ONCE(io->path->unsettled) ? VMP_FAILOVER : outcome;
}

/* Our own reservation is being moved: any path, when that is done, however long it takes. */
static void vmp_failover_wait(struct vmp_io *io, blk_status_t status)
{
	vmp_stats_error(io, status, VMP_RETRY);
	io->status = status;
	vmp_io_leave_path(io);
	vmp_failover_queue(io, VMP_RETRY_TICK);
}

/**
 * vmp_failover_repeat() - send an I/O again that nothing is wrong with, nor its path
 * @io: still holds its path
 *
 * Context: any.
 * Return: false if that has been done too often; nothing has been done then.
 */
bool vmp_failover_repeat(struct vmp_io *io)
{
	struct vmp_path *path = io->path;

	if (io->retries >= VMP_MAX_RETRIES)
		return false;
	io->retries++;
	io->again = path->born;
	if (!io->status)
		io->status = BLK_STS_DEV_RESOURCE;
	trace_vmp_classify(path, BLK_STS_DEV_RESOURCE, VMP_RETRY);
	this_cpu_inc(path->stats->counts.retries);
	vmp_io_leave_path(io);
	vmp_failover_queue(io, 0);
	return true;
}

/**
 * vmp_failover_ended() - an I/O ended on a path with an error
 * @io: still holds its path
 * @status: the error
 * @outcome: what it means
 *
 * Context: any.
 */
void vmp_failover_ended(struct vmp_io *io, blk_status_t status,
			enum vmp_outcome outcome)
{
	struct vmp_path *path = io->path;
	unsigned long delay = 0;
	const struct bio *bio = vmp_flush_is_leg(io) ? &io->clone : io->orig;
	bool busy;

	io->again = 0;
	/* Its slot may be another's by now, who is not to blame. */
	if ((outcome == VMP_SUSPECT || outcome == VMP_RETRY) &&
	    (vmp_path_gone(path) || READ_ONCE(path->state) == VMP_PATH_REMOVING))
		outcome = VMP_FAILOVER;
	if ((outcome == VMP_SUSPECT || outcome == VMP_RETRY) && vmp_alua_refuses(path)) {
		/* It is out of use until it has been asked: to another, or wait. */
		this_cpu_inc(path->stats->counts.failovers);
		io->status = status;
		vmp_io_leave_path(io);
		vmp_failover_queue(io, 0);
		return;
	}
	if (outcome == VMP_CONFLICT && vmp_pr_ours(path, io->sent_at)) {
		vmp_failover_wait(io, status);
		return;
	}
	busy = outcome == VMP_RETRY;
	vmp_attention_judge(path, bio, status, io->retries);
	outcome = vmp_failover_unsettled(io, outcome);
	if (outcome == VMP_RETRY && ++io->retries > VMP_MAX_RETRIES)
		outcome = VMP_SUSPECT;
	trace_vmp_classify(path, status, outcome);
	vmp_stats_error(io, status, outcome);

	switch (outcome) {
	case VMP_RETRY:
		/* The same path; but any, if it is the LU that is in doubt. */
		io->again = busy ? path->born : 0;
		delay = msecs_to_jiffies(vmp_outcome_delay_ms(io->retries));
		break;
	case VMP_SUSPECT:
		io->retries = 0;	/* the next path has its own */
		vmp_failover_blame(io, path, status);
		break;
	case VMP_FAILOVER:
		/* Whose sector that was is not known after a unit attention. */
		vmp_path_fail(path, status,
			      READ_ONCE(path->unsettled) ? NULL : bio);
		/* This path is out; what others did may have been a passing fault. */
		if (!(bio->bi_opf & REQ_PREFLUSH) || io->flushed)
			io->tried = 0;
		io->retries = 0;
		break;
	default:
		vmp_failover_to_caller(io, status, outcome);
		return;
	}
	io->status = status;
	vmp_io_leave_path(io);
	vmp_failover_queue(io, delay);
}

/**
 * vmp_failover_error() - an I/O ended on a path, and the status is all there is
 * @io: still holds its path
 * @status: the error
 *
 * Context: any.
 */
void vmp_failover_error(struct vmp_io *io, blk_status_t status)
{
	vmp_failover_ended(io, status, vmp_outcome_of(status));
}

/**
 * vmp_failover_success() - an I/O succeeded that had failed elsewhere
 * @io: still holds the path that did it
 *
 * That proves the others bad, but for READs: the block layer and QEMU's
 * virtio-blk make one request of neighbours, so what failed there may be a
 * neighbour's sector. The checker reads again what failed.
 *
 * Context: any.
 */
void vmp_failover_success(struct vmp_io *io)
{
	const struct vmp_set *set;
	unsigned int i;

	rcu_read_lock();
	set = rcu_dereference(io->head->set);
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];

		/* One that came back since has read well: old evidence. */
		if (path == io->path || !vmp_policy_tried(path, io) ||
		    time_after(READ_ONCE(path->live_at), io->failed_at))
			continue;
		/* Busy for long is not broken either, nor is what reads well. */
		if (bio_op(io->orig) == REQ_OP_READ || io->rounds ||
		    vmp_outcome_of(io->status) == VMP_RETRY)
			vmp_path_accuse(path, io->orig);
		else
			vmp_path_fail(path, io->status, io->orig);
	}
	rcu_read_unlock();
}

/*
 * Hand an I/O to the worker of a path, which may block on that path. The I/O's
 * reference keeps the path: once the lock is let go both may be gone.
 */
static void vmp_failover_resend(struct vmp_io *io, struct vmp_path *path)
{
	bool usable;

	spin_lock_irq(&path->resend_lock);
	usable = READ_ONCE(path->rank) != VMP_RANK_UNUSABLE;
	if (usable) {
		list_add_tail(&io->node, &path->resend);
		queue_work(vmp_send_wq, &path->resend_work);
	}
	spin_unlock_irq(&path->resend_lock);
	if (usable)
		return;
	/* Out of use since it was picked, and the recall has been. */
	percpu_ref_put(&path->io_ref);
	vmp_failover_queue(io, 0);
}

static void vmp_failover_resend_work(struct work_struct *work)
{
	struct vmp_path *path = container_of(work, struct vmp_path, resend_work);
	struct vmp_io *io;

	/* One at a time: those behind one that blocks can still be recalled. */
	for (;;) {
		spin_lock_irq(&path->resend_lock);
		io = list_first_entry_or_null(&path->resend, struct vmp_io, node);
		if (io)
			list_del(&io->node);
		spin_unlock_irq(&path->resend_lock);
		if (!io)
			return;
		vmp_io_send(io, path);
	}
}

/**
 * vmp_failover_recall() - a path takes no I/O any more: route what waits for it
 * @path: not live
 *
 * Context: any, interrupts off; head->state_lock held.
 */
void vmp_failover_recall(struct vmp_path *path)
{
	struct vmp_head *head = path->head;
	struct vmp_io *io;
	LIST_HEAD(back);

	lockdep_assert_held(&head->state_lock);
	spin_lock(&path->resend_lock);
	list_splice_init(&path->resend, &back);
	spin_unlock(&path->resend_lock);
	if (list_empty(&back))
		return;
	list_for_each_entry(io, &back, node)
		percpu_ref_put(&path->io_ref);
	spin_lock(&head->queue_lock);
	list_splice_tail(&back, &head->requeue);
	spin_unlock(&head->queue_lock);
	vmp_failover_kick(head);
}

enum vmp_judgement {
	VMP_PATH_HEALTHY, VMP_PATHS_UNKNOWN, VMP_PATHS_SILENT, VMP_PATHS_CHANGED
};

/* It has waited for paths that do not answer for as long as it would for any. */
static bool vmp_failover_late(const struct vmp_head *head, const struct vmp_io *io)
{
	int ms = READ_ONCE(head->no_path_timeout_ms);

	return ms >= 0 && time_after_eq(jiffies, io->failed_at +
					msecs_to_jiffies(ms));
}

/*
 * The I/O has failed on every usable path. Has one of them read well since?
 * @check gets the slots of those that have not read at all since. If it is late, and all
 * of those keep their checks for too long, there is nothing to wait for.
 */
static enum vmp_judgement vmp_failover_weigh(struct vmp_head *head,
					     const struct vmp_io *io, u64 *check)
{
	enum vmp_judgement verdict = VMP_PATHS_CHANGED;
	/* Who only wants time gets what vmp_failover_give_up() grants. */
	bool silent = vmp_failover_late(head, io) &&
		      vmp_outcome_of(io->status) != VMP_RETRY;
	const struct vmp_set *set;
	unsigned int i;

	*check = 0;
	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];

		if (READ_ONCE(path->rank) == VMP_RANK_UNUSABLE ||
		    !vmp_policy_tried(path, io))
			continue;
		if (time_after(READ_ONCE(path->good_at), io->failed_at)) {
			verdict = VMP_PATH_HEALTHY;
			continue;
		}
		*check |= BIT_ULL(path->slot);
		silent &= vmp_stall_silent(path);
		if (verdict == VMP_PATHS_CHANGED)
			verdict = VMP_PATHS_UNKNOWN;
	}
	rcu_read_unlock();
	return verdict == VMP_PATHS_UNKNOWN && silent ? VMP_PATHS_SILENT : verdict;
}

/*
 * On the list first, then the checks are asked for: a check that ends at once
 * must find the I/O there. The I/O is not ours any more after that. A path that
 * has gone out of use since it was weighed is not checked; whoever took it out
 * lowered its rank before he looked at the list, so one of us sees the other.
 */
static void vmp_failover_await_verdict(struct vmp_head *head,
				       struct vmp_io *io, u64 check)
{
	const struct vmp_set *set;
	u64 asked = 0;
	unsigned int i;

	spin_lock_irq(&head->queue_lock);
	list_add_tail(&io->node, &head->judge);
	spin_unlock_irq(&head->queue_lock);

	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];

		if (!(check & BIT_ULL(path->slot)) ||
		    READ_ONCE(path->rank) == VMP_RANK_UNUSABLE)
			continue;
		asked |= BIT_ULL(path->slot);
		vmp_checker_kick(path, 1);
	}
	rcu_read_unlock();
	if (asked != check)
		vmp_failover_judge(head);
}

/**
 * vmp_failover_waits() - does I/O wait for what a check will find?
 * @head: the head
 *
 * Context: any; the answer may be old when it is read.
 */
bool vmp_failover_waits(const struct vmp_head *head)
{
	return !list_empty(&head->judge) || !list_empty(&head->parked);
}

static bool vmp_failover_must_wait(struct vmp_head *head)
{
	return !vmp_head_usable(head) &&
	       !test_bit(VMP_HEAD_EXPIRED, &head->flags) &&
	       !test_bit(VMP_HEAD_DYING, &head->flags);
}

/*
 * No path: wait until one comes or the time is up. Whoever ends that state changes it
 * first and then takes the lock to look at the list, so one of the two sees the other.
 */
static void vmp_failover_park(struct vmp_head *head, struct vmp_io *io)
{
	io->tried = 0;
	io->due = jiffies;
	spin_lock_irq(&head->queue_lock);
	list_add_tail(&io->node, &head->parked);
	spin_unlock_irq(&head->queue_lock);
	if (!vmp_failover_must_wait(head))
		vmp_failover_kick(head);
}

/**
 * vmp_failover_overtime() - look again at I/O that has waited for too long
 * @head: has a stalled path, or one that is overdue
 *
 * Context: any.
 */
void vmp_failover_overtime(struct vmp_head *head)
{
	struct vmp_io *io;
	unsigned long flags;
	bool late = false;

	spin_lock_irqsave(&head->queue_lock, flags);
	list_for_each_entry(io, &head->judge, node) {
		late = vmp_failover_late(head, io);
		if (late)
			break;
	}
	spin_unlock_irqrestore(&head->queue_lock, flags);
	if (late)
		vmp_failover_judge(head);
}

/* By all paths once more? Not a flush: the cache may have lost what it could not write. */
static bool vmp_failover_one_more(const struct vmp_io *io)
{
	return !io->rounds && (!(io->orig->bi_opf & REQ_PREFLUSH) || io->flushed);
}

/* Is there a path that this I/O has not failed on, and that may be good? */
static bool vmp_failover_awaits(struct vmp_head *head, const struct vmp_io *io)
{
	const struct vmp_set *set;
	bool awaits = false;
	unsigned int i;

	/* One that has failed nowhere waits for any path, not for a verdict. */
	if (!io->tried || test_bit(VMP_HEAD_DYING, &head->flags) ||
	    vmp_failover_late(head, io))
		return false;
	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];
		/* Before its rank, which whoever ended that state has raised. */
		bool awaited = smp_load_acquire(&path->awaited);
		bool back = vmp_failover_one_more(io) &&
			    time_after(READ_ONCE(path->live_at), io->failed_at);

		if ((vmp_policy_tried(path, io) && !back) ||
		    (vmp_flush_owes(io) && !(io->owed & BIT_ULL(path->slot))))
			continue;
		awaits |= awaited;
		if (READ_ONCE(path->rank) != VMP_RANK_UNUSABLE) {
			awaits = false;	/* it came back: it is asked, or once more */
			break;
		}
	}
	rcu_read_unlock();
	return awaits;
}

/*
 * It failed on all that are usable, and a stalled path has not been asked. Who
 * ends that state changes it before he takes the lock to empty the list.
 */
static bool vmp_failover_await_stalled(struct vmp_head *head, struct vmp_io *io)
{
	bool awaits;

	spin_lock_irq(&head->queue_lock);
	awaits = vmp_failover_awaits(head, io);
	if (awaits)
		list_add_tail(&io->node, &head->judge);
	spin_unlock_irq(&head->queue_lock);
	return awaits;
}

/* The path that was busy, held; NULL if it is not as good as any by now. */
static struct vmp_path *vmp_failover_same_path(struct vmp_head *head,
					       const struct vmp_io *io)
{
	struct vmp_path *path = NULL;
	const struct vmp_set *set;
	unsigned int i;

	/* Without an error yet it has been nowhere, and @again is not set. */
	if (!io->status || !io->again)
		return NULL;
	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr && !path; i++)
		if (set->path[i]->born == io->again)
			path = set->path[i];
	if (path && (READ_ONCE(path->rank) != vmp_policy_best_rank(set, io) ||
		     !percpu_ref_tryget_live(&path->io_ref)))
		path = NULL;
	rcu_read_unlock();
	return path;
}

/*
 * Paths that read well have all failed it: the LU itself does. But they may have been
 * mended since, or have erred once: it is sent by all of them once more. Or the LU only wants
 * time, to become ready or to find space; the mid-layer would give it as much.
 */
static void vmp_failover_give_up(struct vmp_head *head, struct vmp_io *io)
{
	bool busy = vmp_outcome_of(io->status) == VMP_RETRY;

	if (!busy && vmp_failover_one_more(io) &&
	    !(READ_ONCE(head->no_path_timeout_ms) > 0 && vmp_failover_late(head, io)) &&
	    !test_bit(VMP_HEAD_DYING, &head->flags)) {
		io->rounds++;
		io->tried = 0;
		vmp_failover_queue(io, 0);
		return;
	}
	if (busy && !test_bit(VMP_HEAD_DYING, &head->flags) &&
	    time_before(jiffies, io->start + VMP_BUSY_PATIENCE)) {
		io->tried = 0;
		io->retries = 0;
		vmp_failover_queue(io, msecs_to_jiffies(vmp_outcome_delay_ms(VMP_MAX_RETRIES)));
		return;
	}
	atomic_inc(&head->target_errors);
	vmp_io_complete(io, busy ? BLK_STS_IOERR : io->status);
}

static void vmp_failover_route(struct vmp_head *head, struct vmp_io *io)
{
	struct vmp_path *path;
	u64 check;

	path = vmp_failover_same_path(head, io) ?: vmp_policy_pick(head, io);
	if (path) {
		vmp_failover_resend(io, path);
		return;
	}
	if (vmp_failover_must_wait(head)) {
		vmp_failover_park(head, io);
		return;
	}
	if (!vmp_head_usable(head)) {
		atomic_inc(&head->no_path_errors);
		vmp_io_complete(io, BLK_STS_IOERR);
		return;
	}
	if (vmp_failover_await_stalled(head, io))
		return;
	/* Who was awaited, and is not any more, may be live. */
	path = vmp_policy_pick(head, io);
	if (path) {
		vmp_failover_resend(io, path);
		return;
	}
	switch (vmp_failover_weigh(head, io, &check)) {
	case VMP_PATH_HEALTHY:
		vmp_failover_give_up(head, io);
		break;
	case VMP_PATHS_UNKNOWN:
		vmp_failover_await_verdict(head, io, check);
		break;
	case VMP_PATHS_SILENT:
		atomic_inc(&head->no_path_errors);
		vmp_io_complete(io, io->status);
		break;
	case VMP_PATHS_CHANGED:
		io->tried = 0;
		vmp_failover_queue(io, 1);
		break;
	}
}

static void vmp_failover_work(struct work_struct *work)
{
	struct vmp_head *head = container_of(to_delayed_work(work),
					     struct vmp_head, requeue_work);
	struct vmp_io *io, *next;
	LIST_HEAD(later);
	LIST_HEAD(todo);

	spin_lock_irq(&head->queue_lock);
	list_splice_init(&head->requeue, &todo);
	spin_unlock_irq(&head->queue_lock);
	list_for_each_entry_safe(io, next, &todo, node) {
		if (vmp_head_usable(head) && time_before(jiffies, io->due)) {
			list_move_tail(&io->node, &later);
			continue;
		}
		list_del(&io->node);
		vmp_failover_route(head, io);
	}
	if (list_empty(&later))
		return;
	spin_lock_irq(&head->queue_lock);
	list_splice(&later, &head->requeue);
	spin_unlock_irq(&head->queue_lock);
	queue_delayed_work(vmp_wq, &head->requeue_work, VMP_RETRY_TICK);
}

/**
 * vmp_failover_stop() - end all I/O that waits, with an error
 * @head: flagged as dying, without paths
 *
 * Context: sleeps. Returns when none waits any more.
 */
void vmp_failover_stop(struct vmp_head *head)
{
	vmp_failover_judge(head);
	vmp_failover_kick(head);
	flush_delayed_work(&head->requeue_work);
}

/**
 * vmp_failover_init_head() - make a new head's queues and works
 * @head: new
 *
 * Context: any.
 */
void vmp_failover_init_head(struct vmp_head *head)
{
	spin_lock_init(&head->queue_lock);
	INIT_LIST_HEAD(&head->requeue);
	INIT_LIST_HEAD(&head->judge);
	INIT_LIST_HEAD(&head->parked);
	INIT_DELAYED_WORK(&head->requeue_work, vmp_failover_work);
}

/**
 * vmp_failover_init_path() - make a new path's resend list and work
 * @path: new
 *
 * Context: any.
 */
void vmp_failover_init_path(struct vmp_path *path)
{
	spin_lock_init(&path->resend_lock);
	INIT_LIST_HEAD(&path->resend);
	INIT_WORK(&path->resend_work, vmp_failover_resend_work);
}
