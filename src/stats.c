// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has happened on a path and on an LU: the counters behind sysfs.
 *
 * io.c and failover.c count, on the CPU that they run on, and never wait for a
 * reader; here it is summed up. A meta-node has what its paths have, and what
 * those had that are gone: its numbers never go backwards.
 */
#include <linux/ktime.h>
#include <linux/sysfs.h>
#include <linux/timekeeping.h>
#include "vmpath.h"

static const char * const vmp_kind_names[VMP_NR_KINDS] = {
	[VMP_READ] = VMP_NAME_KIND_READ,
	[VMP_WRITE] = VMP_NAME_KIND_WRITE,
	[VMP_OTHER] = VMP_NAME_KIND_OTHER,
};

/**
 * vmp_stats_init_head() - nothing has happened yet
 * @head: new; without a path
 *
 * Context: any.
 */
void vmp_stats_init_head(struct vmp_head *head)
{
	mutex_init(&head->stats_mutex);
	INIT_LIST_HEAD(&head->counted);
	head->spans.since = ktime_get_ns();
	head->spans.state = VMP_HEAD_NO_PATH;
}

/**
 * vmp_stats_add_path() - a path's counters belong to its head's from here on
 * @path: being attached, not in the set yet
 *
 * Context: sleeps; takes head->stats_mutex.
 */
void vmp_stats_add_path(struct vmp_path *path)
{
	path->spans.since = ktime_get_ns();
	path->spans.state = path->state;
	mutex_lock(&path->head->stats_mutex);
	list_add_tail(&path->counted, &path->head->counted);
	mutex_unlock(&path->head->stats_mutex);
}

/* Each of the numbers only grows, so sums read one after the other do, too. */
static void vmp_stats_add(struct vmp_counts *sum, const struct vmp_path *path)
{
	u64 *to = (u64 *)sum;
	unsigned int i;
	int cpu;

	BUILD_BUG_ON(sizeof(*sum) % sizeof(*to));
	for_each_possible_cpu(cpu) {
		const u64 *from =
			(const u64 *)&per_cpu_ptr(path->stats, cpu)->counts;

		for (i = 0; i < sizeof(*sum) / sizeof(*to); i++)
			to[i] += READ_ONCE(from[i]);
	}
}

/**
 * vmp_stats_fold_path() - a path goes: its head keeps what it has counted
 * @path: drained, so that nothing is counted any more
 *
 * Context: sleeps; takes head->stats_mutex.
 */
void vmp_stats_fold_path(struct vmp_path *path)
{
	struct vmp_head *head = path->head;

	mutex_lock(&head->stats_mutex);
	list_del(&path->counted);
	vmp_stats_add(&head->departed, path);
	mutex_unlock(&head->stats_mutex);
}

static void vmp_stats_span(struct vmp_spans *spans, unsigned int state, u64 now)
{
	spans->ns[spans->state] += now - spans->since;
	spans->since = now;
	spans->state = state;
}

/**
 * vmp_stats_moved() - the time in another state begins
 * @path: its state, or the number of its head's paths in some state, changed
 *
 * Context: any; head->state_lock held.
 */
void vmp_stats_moved(struct vmp_path *path)
{
	struct vmp_head *head = path->head;
	u64 now = ktime_get_ns();

	lockdep_assert_held(&head->state_lock);
	vmp_stats_span(&path->spans, path->state, now);
	vmp_stats_span(&head->spans, vmp_head_state(head), now);
}

/**
 * vmp_stats_error() - count an I/O that ended badly
 * @io: still holds its path
 * @status: how it ended
 * @outcome: what follows from it; VMP_DONE is no error
 *
 * The echo of a unit attention, or of a move of the array, says nothing of the path, and is
 * no error.
 *
 * Context: any; head->state_lock not held.
 */
void vmp_stats_error(const struct vmp_io *io, blk_status_t status,
		     enum vmp_outcome outcome)
{
	struct vmp_path *path = io->path;
	struct vmp_head *head = io->head;
	unsigned long flags;

	if (outcome == VMP_RETRY)
		this_cpu_inc(path->stats->counts.retries);
	else if (outcome == VMP_SUSPECT || outcome == VMP_FAILOVER)
		this_cpu_inc(path->stats->counts.failovers);
	if (outcome == VMP_DONE || vmp_attention_echo(path) ||
	    (outcome == VMP_RETRY && vmp_alua_echo(path)))
		return;
	this_cpu_inc(path->stats->counts.errors[outcome]);

	spin_lock_irqsave(&head->state_lock, flags);
	path->error.when = ktime_get_real_seconds();
	path->error.sector = io->orig->bi_iter.bi_sector;
	path->error.outcome = outcome;
	path->error.kind = vmp_stats_kind(io->orig);
	path->error.status = status;
	strscpy(path->error.path, path->name, sizeof(path->error.path));
	head->error = path->error;
	spin_unlock_irqrestore(&head->state_lock, flags);
}

/**
 * vmp_stats_conflict() - count a program's SCSI command that ended with a conflict
 * @path: held
 *
 * All else of such a command is the program's: what it sends may be one that no path can do.
 *
 * Context: any.
 */
void vmp_stats_conflict(struct vmp_path *path)
{
	this_cpu_inc(path->stats->counts.errors[VMP_CONFLICT]);
}

/**
 * vmp_stats_flushed() - count a flush that was one of several for one I/O
 * @path: has done it
 *
 * Context: any.
 */
void vmp_stats_flushed(struct vmp_path *path)
{
	this_cpu_inc(path->stats->counts.others);
}

/* ---- single numbers ------------------------------------------------------ */

/* The sum of some numbers that stand side by side in struct vmp_counts. */
static u64 vmp_stats_sum(const struct vmp_path *path, size_t offset,
			 unsigned int nr)
{
	unsigned int i;
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		const u64 *from =
			(void *)&per_cpu_ptr(path->stats, cpu)->counts + offset;

		for (i = 0; i < nr; i++)
			sum += READ_ONCE(from[i]);
	}
	return sum;
}

/**
 * vmp_stats_ios() - how many I/Os has the path carried with success?
 * @path: any
 *
 * Context: any; what other CPUs count meanwhile may be missed. So it is with
 * all that follow.
 */
u64 vmp_stats_ios(const struct vmp_path *path)
{
	return vmp_stats_sum(path, offsetof(struct vmp_counts, latency),
			     VMP_OTHER * VMP_NR_BUCKETS) +
	       vmp_stats_sum(path, offsetof(struct vmp_counts, others), 1);
}

/**
 * vmp_stats_bytes() - how many bytes has the path carried with success?
 * @path: any
 *
 * Context: any.
 */
u64 vmp_stats_bytes(const struct vmp_path *path)
{
	return vmp_stats_sum(path, offsetof(struct vmp_counts, bytes),
			     VMP_NR_KINDS);
}

/**
 * vmp_stats_written() - how many bytes has the path written, discarded or zeroed?
 * @path: any
 *
 * An I/O is in here before its submitter is told of its end, and the number never goes down: if
 * it is the same as before, nothing has ended well in between.
 *
 * Context: any.
 */
u64 vmp_stats_written(const struct vmp_path *path)
{
	return vmp_stats_sum(path, offsetof(struct vmp_counts, bytes[VMP_WRITE]),
			     VMP_NR_KINDS - VMP_WRITE);
}

/**
 * vmp_stats_errors() - how many I/Os ended on the path with an error?
 * @path: any
 *
 * Context: any.
 */
u64 vmp_stats_errors(const struct vmp_path *path)
{
	return vmp_stats_sum(path, offsetof(struct vmp_counts, errors),
			     VMP_NR_OUTCOMES);
}

/**
 * vmp_stats_failovers() - how many I/Os have left the path for another one?
 * @path: any
 *
 * Context: any.
 */
u64 vmp_stats_failovers(const struct vmp_path *path)
{
	return vmp_stats_sum(path, offsetof(struct vmp_counts, failovers), 1);
}

/**
 * vmp_stats_latency_us() - how long took a READ or WRITE on the path?
 * @path: any
 *
 * Context: any.
 * Return: the mean of all that ended well, in microseconds; 0 before the first.
 */
u64 vmp_stats_latency_us(const struct vmp_path *path)
{
	u64 ns = vmp_stats_sum(path, offsetof(struct vmp_counts, latency_ns),
			       VMP_OTHER);
	u64 ios = vmp_stats_sum(path, offsetof(struct vmp_counts, latency),
				VMP_OTHER * VMP_NR_BUCKETS);

	return ios ? div64_u64(ns, ios * NSEC_PER_USEC) : 0;
}

/**
 * vmp_stats_stalls() - how often was the path stalled?
 * @path: any
 *
 * Context: any.
 */
u64 vmp_stats_stalls(const struct vmp_path *path)
{
	return vmp_stats_sum(path, offsetof(struct vmp_counts, stalls), 1);
}

/* ---- the file "stats" ---------------------------------------------------- */

static int vmp_stats_emit_counts(char *buf, int len, const struct vmp_counts *c)
{
	enum vmp_outcome outcome;
	enum vmp_kind kind;
	unsigned int i;

	for (kind = 0; kind < VMP_NR_KINDS; kind++) {
		u64 ios = kind == VMP_OTHER ? c->others : 0;

		for (i = 0; kind < VMP_OTHER && i < VMP_NR_BUCKETS; i++)
			ios += c->latency[kind][i];
		len += sysfs_emit_at(buf, len, VMP_STAT_IOS "%s %llu\n",
				     vmp_kind_names[kind], ios);
		len += sysfs_emit_at(buf, len, VMP_STAT_BYTES "%s %llu\n",
				     vmp_kind_names[kind], c->bytes[kind]);
	}
	for (outcome = VMP_DONE + 1; outcome < VMP_NR_OUTCOMES; outcome++)
		len += sysfs_emit_at(buf, len, VMP_STAT_ERRORS "%s %llu\n",
				     vmp_outcome_name(outcome),
				     c->errors[outcome]);
	len += sysfs_emit_at(buf, len, VMP_STAT_RETRIES " %llu\n"
			     VMP_STAT_FAILOVERS " %llu\n" VMP_STAT_STALLS " %llu\n",
			     c->retries, c->failovers, c->stalls);
	for (kind = 0; kind < VMP_OTHER; kind++) {
		len += sysfs_emit_at(buf, len, VMP_STAT_LATENCY_NS "%s %llu\n",
				     vmp_kind_names[kind], c->latency_ns[kind]);
		len += sysfs_emit_at(buf, len, VMP_STAT_LATENCY "%s",
				     vmp_kind_names[kind]);
		for (i = 0; i < VMP_NR_BUCKETS; i++)
			len += sysfs_emit_at(buf, len, " %llu",
					     c->latency[kind][i]);
		len += sysfs_emit_at(buf, len, "\n");
	}
	return len;
}

static int vmp_stats_emit_error(char *buf, int len, const struct vmp_error *error)
{
	if (!error->when)
		return sysfs_emit_at(buf, len, VMP_STAT_LAST_ERROR " 0\n");
	return sysfs_emit_at(buf, len, VMP_STAT_LAST_ERROR " %lld %s %s %s %llu %s\n",
			     (long long)error->when,
			     vmp_outcome_name(error->outcome),
			     vmp_outcome_status_name(error->status),
			     vmp_kind_names[error->kind],
			     (unsigned long long)error->sector, error->path);
}

/* Nothing is left out: the times add up to the age. */
static int vmp_stats_emit_spans(char *buf, int len, struct vmp_spans *spans,
				unsigned int nr,
				const char *(*name)(unsigned int state))
{
	u64 age = 0;
	unsigned int i;

	vmp_stats_span(spans, spans->state, ktime_get_ns());
	for (i = 0; i < nr; i++)
		age += spans->ns[i];
	len += sysfs_emit_at(buf, len, VMP_STAT_AGE " %llu\n",
			     div_u64(age, NSEC_PER_MSEC));
	for (i = 0; i < nr; i++)
		len += sysfs_emit_at(buf, len, VMP_STAT_MS "%s %llu\n", name(i),
				     div_u64(spans->ns[i], NSEC_PER_MSEC));
	return len;
}

static const char *vmp_stats_path_state(unsigned int state)
{
	return vmp_path_state_name(state);
}

static const char *vmp_stats_head_state(unsigned int state)
{
	return vmp_head_state_name(state);
}

/**
 * vmp_stats_show_path() - all that is counted of a path, a line each
 * @path: attached
 * @buf: a page of sysfs
 *
 * Context: process; takes head->state_lock for a moment.
 * Return: the length.
 */
ssize_t vmp_stats_show_path(struct vmp_path *path, char *buf)
{
	struct vmp_head *head = path->head;
	struct vmp_counts counts = { };
	struct vmp_spans spans;
	struct vmp_error error;
	int len;

	vmp_stats_add(&counts, path);
	spin_lock_irq(&head->state_lock);
	spans = path->spans;
	error = path->error;
	spin_unlock_irq(&head->state_lock);
	len = vmp_stats_emit_counts(buf, 0, &counts);
	len = vmp_stats_emit_spans(buf, len, &spans, VMP_NR_PATH_STATES,
				   vmp_stats_path_state);
	return len + vmp_stats_emit_error(buf, len, &error);
}

/**
 * vmp_stats_show_head() - all that is counted of an LU, a line each
 * @head: the head
 * @buf: a page of sysfs
 *
 * Context: sleeps; takes head->stats_mutex, and head->state_lock for a moment.
 * Return: the length.
 */
ssize_t vmp_stats_show_head(struct vmp_head *head, char *buf)
{
	struct vmp_counts counts;
	struct vmp_spans spans;
	struct vmp_error error;
	struct vmp_path *path;
	int len;

	mutex_lock(&head->stats_mutex);
	counts = head->departed;
	list_for_each_entry(path, &head->counted, counted)
		vmp_stats_add(&counts, path);
	mutex_unlock(&head->stats_mutex);
	spin_lock_irq(&head->state_lock);
	spans = head->spans;
	error = head->error;
	spin_unlock_irq(&head->state_lock);
	len = vmp_stats_emit_counts(buf, 0, &counts);
	len = vmp_stats_emit_spans(buf, len, &spans, VMP_NR_HEAD_STATES,
				   vmp_stats_head_state);
	return len + vmp_stats_emit_error(buf, len, &error);
}
