// SPDX-License-Identifier: GPL-2.0-only
/*
 * How old is the oldest I/O of each path, and what follows if it is overdue.
 *
 * io.c counts each I/O in and out by generation, per CPU. A tick of the head
 * looks for the oldest generation whose I/O has not all left. A live path with
 * overdue I/O becomes stalled: its I/O stays with it, new I/O takes the others.
 * When that I/O has ended, the path is probing, and checker.c reads from it.
 * What a check asks is as good a witness as an I/O. It asks one thing at a time, so
 * that has no generation: the tick notes when it saw it first.
 *
 * Generations. A path has VMP_STALL_GENS of them; an I/O belongs to the one that
 * is current as it is sent. Nobody waits and no CPU writes what another one does:
 *
 * - A generation is empty if as many have left as were sent. What left is summed
 *   first: an I/O that is seen to have left is then seen to have been sent, too,
 *   so whoever is counted late makes it look in use, never empty. It was
 *   empty for certain at the moment between the two sums.
 * - Only an empty one becomes current. So its age, counted from the moment when it
 *   ceases to be current, is never more than that of any I/O in it, and less by at
 *   most the time that it was current: a path is not stalled too early, and late
 *   by two ticks at most.
 * - A sender may lose the CPU, for seconds in a guest, between reading what is
 *   current and counting. It would be counted in one that looks much older than
 *   the I/O is, or in an empty one that is about to be used anew. So it looks
 *   again after it has counted, and takes the count back if that is not current any
 *   more. The tick may see such a count for a moment: in use, although it is not, for
 *   one tick. If the same one has become current meanwhile, the count is right.
 *   (The store of the count may be seen by others some nanoseconds after that
 *   second look; the next tick, milliseconds later, sees it.)
 * - A generation lasts a twelfth of the time-out, so a path is stalled before
 *   they have run out. If they do (it is the last live path), the current one
 *   stays current until another is empty, and its I/O looks younger meanwhile.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "vmpath.h"

#define VMP_STALL_TICK		(HZ / 4)
#define VMP_STALL_TICK_MIN	(HZ / 40 + 1)
#define VMP_STALL_SPANS		12	/* generations in the time-out */
#define VMP_STALL_IDLE		8	/* ticks without I/O, then the tick rests */
#define VMP_STALL_SETTLED	(60 * HZ)	/* live this long: not again and again */
#define VMP_STALL_OFTEN_MAX	6		/* 64 s until it may carry I/O again */
#define VMP_STALL_GRACE		(HZ / 2)	/* for a path that is being checked */

/* The least time for which a generation is current, jiffies. */
static unsigned long vmp_stall_span(const struct vmp_head *head)
{
	unsigned int ms = READ_ONCE(head->stall_timeout_ms);

	return ms ? msecs_to_jiffies(ms) / VMP_STALL_SPANS : VMP_STALL_TICK;
}

static void vmp_stall_again(struct vmp_head *head)
{
	unsigned long tick = clamp_t(unsigned long, vmp_stall_span(head),
				     VMP_STALL_TICK_MIN, VMP_STALL_TICK);

	queue_delayed_work(vmp_wq, &head->stall_work, tick);
}

/**
 * vmp_stall_wake() - the tick rests, and there is I/O
 * @head: the head
 *
 * The tick says that it will rest one tick before it does. A sender that has
 * counted its I/O before it reads that is seen by the last look.
 *
 * Context: any.
 */
void vmp_stall_wake(struct vmp_head *head)
{
	WRITE_ONCE(head->ticking, true);
	vmp_stall_again(head);
}

/**
 * vmp_stall_kick() - something has changed: look now
 * @head: the head
 *
 * Context: any.
 */
void vmp_stall_kick(struct vmp_head *head)
{
	WRITE_ONCE(head->ticking, true);
	mod_delayed_work(vmp_wq, &head->stall_work, 0);
}

/**
 * vmp_stall_asking() - a check is about to ask the path something, or has the answer
 * @path: its checker calls, in turn for the one and the other
 *
 * For commands that the path may keep for ever. Not for what waits for another path, and
 * not for STPG, which may take an array its time.
 *
 * Context: process.
 */
void vmp_stall_asking(struct vmp_path *path)
{
	u32 asking = path->stall.asking + 1;

	WRITE_ONCE(path->stall.asking, asking);
	smp_mb();	/* a tick that rests from now on has seen it */
	if ((asking & 1) && !READ_ONCE(path->head->ticking))
		vmp_stall_wake(path->head);
}

/*
 * Time for ages, in jiffies. A guest that stood still, and with it the ends of
 * its I/O, has not waited that long.
 */
static unsigned long vmp_stall_now(struct vmp_head *head)
{
	unsigned long now = jiffies;

	head->stall_clock += min_t(unsigned long, now - head->stall_seen,
				   2 * VMP_STALL_TICK);
	head->stall_seen = now;
	return head->stall_clock;
}

static bool vmp_stall_in_use(const struct vmp_path *path, unsigned int gen)
{
	u32 sent = 0, left = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		left += READ_ONCE(per_cpu_ptr(path->stats, cpu)->left[gen]);
	smp_rmb();	/* see above; an I/O's way to its end orders its counts */
	for_each_possible_cpu(cpu)
		sent += READ_ONCE(per_cpu_ptr(path->stats, cpu)->sent[gen]);
	return sent != left;
}

/**
 * vmp_stall_inflight() - how many I/Os are on a path?
 * @path: any
 *
 * Generations end and begin meanwhile, so all of them count. What left is summed first,
 * as above: an I/O that is there from the beginning to the end is never missed, and one
 * that comes or goes meanwhile may be there.
 *
 * Context: any.
 * Return: that number; 0 only if at some moment there was none.
 */
u32 vmp_stall_inflight(const struct vmp_path *path)
{
	unsigned int gen;
	u32 nr = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		for (gen = 0; gen < VMP_STALL_GENS; gen++)
			nr -= READ_ONCE(per_cpu_ptr(path->stats, cpu)->left[gen]);
	smp_rmb();	/* as in vmp_stall_in_use() */
	for_each_possible_cpu(cpu)
		for (gen = 0; gen < VMP_STALL_GENS; gen++)
			nr += READ_ONCE(per_cpu_ptr(path->stats, cpu)->sent[gen]);
	return nr;
}

/* For how long has a check waited for the path? Return: one does. */
static bool vmp_stall_measure_check(struct vmp_stall *stall, unsigned long now)
{
	u32 asking = READ_ONCE(stall->asking);

	if (asking != stall->asking_seen) {
		stall->asking_seen = asking;
		stall->asking_since = now;
	}
	WRITE_ONCE(stall->asking_age, asking & 1 ? now - stall->asking_since : 0);
	return asking & 1;
}

/* The age of the path's oldest I/O, or check. Return: there is one. */
static bool vmp_stall_measure(struct vmp_path *path, unsigned long now,
			      unsigned long span)
{
	struct vmp_stall *stall = &path->stall;
	unsigned int gen, current_gen = path->gen;
	bool any = vmp_stall_measure_check(stall, now);
	unsigned long age = stall->asking_age;

	__set_bit(current_gen, &stall->used);
	for_each_set_bit(gen, &stall->used, VMP_STALL_GENS) {
		if (vmp_stall_in_use(path, gen)) {
			any = true;
			if (gen != current_gen)
				age = max(age, now - stall->until[gen]);
		} else if (gen != current_gen) {
			__clear_bit(gen, &stall->used);
		} else {
			stall->since = now;
		}
	}
	WRITE_ONCE(stall->age, age);
	if (now - stall->since < span)
		return any;
	gen = find_first_zero_bit(&stall->used, VMP_STALL_GENS);
	if (gen == VMP_STALL_GENS)
		return any;
	stall->until[current_gen] = now;
	stall->since = now;
	WRITE_ONCE(path->gen, gen);
	return any;
}

static bool vmp_stall_too_old(const struct vmp_head *head, unsigned long age)
{
	unsigned int ms = READ_ONCE(head->stall_timeout_ms);

	return ms && age >= msecs_to_jiffies(ms);
}

static bool vmp_stall_is_overdue(const struct vmp_head *head,
				 const struct vmp_path *path)
{
	return vmp_stall_too_old(head, READ_ONCE(path->stall.age));
}

/**
 * vmp_stall_overdue() - has a path kept an I/O for longer than it should?
 * @path: attached; the last live path may be overdue, and live
 *
 * Context: any.
 */
bool vmp_stall_overdue(const struct vmp_path *path)
{
	return vmp_stall_is_overdue(path->head, path);
}

/**
 * vmp_stall_silent() - has a path kept a check for longer than it should?
 * @path: attached
 *
 * Context: any.
 */
bool vmp_stall_silent(const struct vmp_path *path)
{
	return vmp_stall_too_old(path->head, READ_ONCE(path->stall.asking_age));
}

/* Was it stalled, is asked whether it reads, and nothing else is against it? */
static bool vmp_stall_may_do(const struct vmp_path *path)
{
	return path->awaited && !READ_ONCE(path->unsettled) && !path->mismatch &&
	       !READ_ONCE(path->doubted) && !vmp_alua_refuses(path);
}

/* Of the paths in a state the one whose oldest I/O is the oldest, or youngest. */
static struct vmp_path *vmp_stall_extreme(const struct vmp_set *set,
					  enum vmp_path_state state, bool oldest)
{
	struct vmp_path *best = NULL;
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];

		if (path->state != state ||
		    (state == VMP_PATH_PROBING && !vmp_stall_may_do(path)))
			continue;
		if (!best || (oldest ? path->stall.age > best->stall.age :
				       path->stall.age < best->stall.age))
			best = path;
	}
	return best;
}

/* A path that stalls soon after it came back waits longer each time. */
static void vmp_stall_count(struct vmp_path *path)
{
	struct vmp_stall *stall = &path->stall;

	this_cpu_inc(path->stats->counts.stalls);
	if (time_before(jiffies, path->live_at + VMP_STALL_SETTLED))
		stall->often = min(stall->often + 1, VMP_STALL_OFTEN_MAX);
	else
		stall->often = 0;
}

/* All live paths that are overdue, but for the last one, and if others do better. */
static void vmp_stall_stop(struct vmp_head *head, const struct vmp_set *set)
{
	struct vmp_path *path, *best;
	unsigned int ms;
	char why[32];

	lockdep_assert_held(&head->state_lock);
	while (head->nr_state[VMP_PATH_LIVE] > 1) {
		path = vmp_stall_extreme(set, VMP_PATH_LIVE, true);
		if (!path || !vmp_stall_is_overdue(head, path))
			return;
		best = vmp_stall_extreme(set, VMP_PATH_LIVE, false);
		/* The array itself pauses: there is no better path. */
		if (best->stall.age > path->stall.age / 2)
			return;
		ms = jiffies_to_msecs(path->stall.age);
		snprintf(why, sizeof(why), "oldest I/O %u.%u s", ms / 1000,
			 ms % 1000 / 100);
		path->stall.overdue_at = jiffies;
		vmp_stall_count(path);
		vmp_path_set_state(path, VMP_PATH_STALLED, why);
	}
}

/* Stalled paths whose old I/O has ended; one that stalls often waits longer. */
static void vmp_stall_resume(struct vmp_head *head, const struct vmp_set *set)
{
	unsigned int i;

	lockdep_assert_held(&head->state_lock);
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];
		u8 often = path->stall.often;
		unsigned long wait = often ? HZ << often : 0;

		if (path->state != VMP_PATH_STALLED)
			continue;
		if (vmp_stall_is_overdue(head, path)) {
			path->stall.overdue_at = jiffies;
			continue;
		}
		if (time_before(jiffies, path->stall.overdue_at + wait))
			continue;
		vmp_path_set_state(path, VMP_PATH_PROBING, "its I/O has ended");
		vmp_checker_kick(path, 0);
	}
}

/**
 * vmp_stall_rescue() - no path is live: is there a stalled one to use?
 * @head: the head
 *
 * Or one that was stalled, and is being checked for no other reason.
 *
 * A path that is slow is better than none. It has not read anything since, so what
 * failed on it before counts still; after a unit attention it is asked first.
 *
 * Context: any; head->state_lock held.
 * Return: whether a path is live now.
 */
bool vmp_stall_rescue(struct vmp_head *head)
{
	struct vmp_geometry geo;
	struct vmp_path *path;
	unsigned long live_at;

	lockdep_assert_held(&head->state_lock);
	if (test_bit(VMP_HEAD_DYING, &head->flags))
		return false;
	rcu_read_lock();
	path = vmp_stall_extreme(rcu_dereference(head->set), VMP_PATH_STALLED, false);
	if (!path)
		path = vmp_stall_extreme(rcu_dereference(head->set),
					 VMP_PATH_PROBING, false);
	if (!path)
		goto out_unlock;
	vmp_limits_geometry(&geo, path->bdev);
	if (READ_ONCE(path->unsettled) || vmp_alua_refuses(path) ||
	    !vmp_pradmit_stands(path) ||
	    vmp_limits_disagree(&head->geo, &geo)) {
		vmp_path_set_state(path, VMP_PATH_PROBING, "no path is live");
		vmp_checker_kick(path, 0);
		goto out_unlock;
	}
	live_at = path->live_at;
	vmp_path_set_state(path, VMP_PATH_LIVE, "slow, but the only one");
	path->live_at = live_at;
	/* What a check has found meanwhile was not heard. */
	vmp_checker_verify(path);
out_unlock:
	rcu_read_unlock();
	return head->nr_state[VMP_PATH_LIVE];
}

static void vmp_stall_decide(struct vmp_head *head, const struct vmp_set *set,
			     unsigned long now)
{
	lockdep_assert_held(&head->state_lock);
	vmp_stall_stop(head, set);
	vmp_stall_resume(head, set);
	if (head->nr_state[VMP_PATH_LIVE])
		head->live_seen = now;
	else if (!head->nr_state[VMP_PATH_PROBING] ||
		 now - head->live_seen > VMP_STALL_GRACE)
		vmp_stall_rescue(head);
}

/* Return: something is to be watched. */
static bool vmp_stall_look(struct vmp_head *head)
{
	unsigned long now = vmp_stall_now(head), span = vmp_stall_span(head);
	const struct vmp_set *set;
	bool any = false, late = false;
	unsigned int i;

	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr; i++)
		any |= vmp_stall_measure(set->path[i], now, span);
	spin_lock_irq(&head->state_lock);
	vmp_stall_decide(head, set, now);
	for (i = 0; i < set->nr; i++)
		late |= set->path[i]->awaited || vmp_stall_is_overdue(head, set->path[i]);
	spin_unlock_irq(&head->state_lock);
	rcu_read_unlock();
	if (late)
		vmp_failover_overtime(head);
	return any || late;
}

static void vmp_stall_work(struct work_struct *work)
{
	struct vmp_head *head = container_of(to_delayed_work(work),
					     struct vmp_head, stall_work);

	if (vmp_stall_look(head)) {
		head->idle_ticks = 0;
		WRITE_ONCE(head->ticking, true);
	} else if (!READ_ONCE(head->ticking)) {
		return;		/* that was the last look */
	} else if (++head->idle_ticks >= VMP_STALL_IDLE) {
		WRITE_ONCE(head->ticking, false);
	}
	vmp_stall_again(head);
}

/**
 * vmp_stall_probe() - the administrator wants a path back: no longer wait
 * @path: attached; what it has of overdue I/O still counts
 *
 * Context: process; takes head->state_lock.
 */
void vmp_stall_probe(struct vmp_path *path)
{
	struct vmp_head *head = path->head;

	spin_lock_irq(&head->state_lock);
	if (path->state == VMP_PATH_STALLED) {
		path->stall.often = 0;
		vmp_stall_kick(head);
	}
	spin_unlock_irq(&head->state_lock);
}

/**
 * vmp_stall_init_head() - make a new head's tick
 * @head: new
 *
 * Context: any.
 */
void vmp_stall_init_head(struct vmp_head *head)
{
	INIT_DELAYED_WORK(&head->stall_work, vmp_stall_work);
	head->stall_timeout_ms = VMP_STALL_TIMEOUT_MS;
	head->stall_seen = jiffies;
}
