// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: what the paths' counters say, and how far they moved between two
 * readings. A path's counters begin at zero when its disk becomes a path, so
 * one that was not there at the last reading, or is there again by the same
 * name, has moved by all that it has; one that is gone moves nothing. Sums are
 * made of what the paths moved: they never go backwards.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ctl.h"
#include "stats.h"

static const char *const counter_attr[CTL_NR_FILES] = {
	[CTL_IOS] = "ios",
	[CTL_BYTES] = "bytes",
	[CTL_ERRORS] = "errors",
	[CTL_FAILOVERS] = "failovers",
	[CTL_INFLIGHT] = "inflight",
};

static void read_latency(struct ctl_object *path, const char *kind, int first,
			 struct ctl_counters *counters)
{
	unsigned long long counts[VMP_NR_BUCKETS];
	bool known = ctl_counts_latency(path, kind, counts);
	int i;

	for (i = 0; i < VMP_NR_BUCKETS; i++) {
		counters->known[first + i] = known;
		counters->value[first + i] = known ? counts[i] : 0;
	}
}

static void read_counters(struct ctl_object *path, struct ctl_counters *counters)
{
	const char *text;
	char num[24];
	int i;

	for (i = 0; i < CTL_NR_FILES; i++) {
		text = ctl_topo_attr(path, counter_attr[i]);
		counters->known[i] = text && *text != '-' &&
				     ctl_util_number(text, num, sizeof(num));
		counters->value[i] = counters->known[i] ? strtoull(num, NULL, 10) : 0;
	}
	read_latency(path, VMP_NAME_KIND_READ, CTL_LATENCY_READ, counters);
	read_latency(path, VMP_NAME_KIND_WRITE, CTL_LATENCY_WRITE, counters);
}

static char *group_of(const struct ctl *ctl, struct ctl_object *path, enum ctl_stats_by by)
{
	const char *text = NULL;

	switch (by) {
	case CTL_BY_PATH:
		text = path->label;
		break;
	case CTL_BY_NODE:
		text = path->parent->label;
		break;
	case CTL_BY_HBA:
		text = ctl_topo_hba(ctl, path);
		break;
	case CTL_BY_TARGET_PORT:
		text = ctl_topo_attr(path, "target_port");
		break;
	case CTL_BY_ARRAY:
		text = ctl_topo_attr(path->parent, "array");
		break;
	}
	return text && *text && text != ctl_unreadable ? ctl_util_strdup(text) : NULL;
}

/**
 * ctl_stats_read() - read all counters now.
 * @ctl: where sysfs is
 * @by: what paths will be summed up by
 * @sample: filled in; ctl_stats_free() it, on failure too
 *
 * Return: CTL_OK, or CTL_FAILED with a message.
 */
int ctl_stats_read(const struct ctl *ctl, enum ctl_stats_by by, struct ctl_sample *sample)
{
	struct ctl_path_sample *ps;
	struct ctl_object *path;
	struct ctl_topo topo;
	struct stat st;
	size_t h, p;
	int ret;

	memset(sample, 0, sizeof(*sample));
	ret = ctl_topo_read(ctl, &topo);
	sample->when = ctl_wait_now();
	for (h = 0; !ret && h < topo.nr_heads; h++) {
		for (p = 0; p < topo.heads[h]->nr_children; p++) {
			path = topo.heads[h]->children[p];
			sample->paths = ctl_util_grow(sample->paths, sample->nr, sizeof(*ps));
			ps = &sample->paths[sample->nr++];
			ps->node = ctl_util_strdup(path->parent->label);
			ps->path = ctl_util_strdup(path->label);
			ps->group = group_of(ctl, path, by);
			/* a directory that is made anew has another number */
			ps->ino = stat(path->dir, &st) ? 0 : st.st_ino;
			read_counters(path, &ps->counters);
		}
	}
	ctl_topo_free(&topo);
	return ret;
}

void ctl_stats_free(struct ctl_sample *sample)
{
	struct ctl_path_sample *ps;

	while (sample->nr) {
		ps = &sample->paths[--sample->nr];
		free(ps->node);
		free(ps->path);
		free(ps->group);
	}
	free(sample->paths);
	sample->paths = NULL;
}

/* Both are in the same order, so it stands near where the last one stood. */
static const struct ctl_path_sample *find_path(const struct ctl_sample *old, size_t *hint,
					       const struct ctl_path_sample *ps)
{
	const struct ctl_path_sample *found;
	size_t i;

	for (i = 0; i < old->nr; i++) {
		found = &old->paths[(*hint + i) % old->nr];
		if (strcmp(found->path, ps->path) || strcmp(found->node, ps->node))
			continue;
		*hint = (*hint + i + 1) % old->nr;
		return found;
	}
	return NULL;
}

/* Did this path count on from there, or did it begin anew? */
static bool counted_on(const struct ctl_path_sample *old, const struct ctl_path_sample *ps)
{
	int i;

	if (!old || old->ino != ps->ino)
		return false;
	for (i = 0; i < CTL_NR_COUNTERS; i++)
		if (i != CTL_INFLIGHT && ps->counters.known[i] && old->counters.known[i] &&
		    ps->counters.value[i] < old->counters.value[i])
			return false;
	return true;
}

static void add_moved(struct ctl_counters *sum, const struct ctl_path_sample *old,
		      const struct ctl_path_sample *ps)
{
	int i;

	for (i = 0; i < CTL_NR_COUNTERS; i++) {
		/* a value that can be read at last may be old: it moved by nothing known */
		if (!ps->counters.known[i] || (old && !old->counters.known[i]))
			continue;
		sum->known[i] = true;
		sum->value[i] += ps->counters.value[i];
		if (old && i != CTL_INFLIGHT)
			sum->value[i] -= old->counters.value[i];
	}
}

static struct ctl_group *get_group(struct ctl_report *report, const struct ctl_path_sample *ps,
				   enum ctl_stats_by by)
{
	struct ctl_group *group;
	size_t i;

	for (i = report->nr; by != CTL_BY_PATH && i--;) {
		group = &report->groups[i];
		if (!group->name || !ps->group ? group->name == ps->group :
						 !strcmp(group->name, ps->group))
			return group;
	}
	report->groups = ctl_util_grow(report->groups, report->nr, sizeof(*group));
	group = &report->groups[report->nr++];
	memset(group, 0, sizeof(*group));
	group->name = ps->group;
	group->node = ps->node;
	return group;
}

static int compare_groups(const void *a, const void *b)
{
	const struct ctl_group *ga = a, *gb = b;

	if (!ga->name || !gb->name)
		return !ga->name - !gb->name;
	return ctl_util_natcmp(ga->name, gb->name);
}

/**
 * ctl_stats_report() - sum up what the paths have moved.
 * @old: the reading before, or NULL: since they became paths
 * @now: this reading; the report borrows its strings
 * @by: as it was read
 * @report: filled in; free its groups
 */
void ctl_stats_report(const struct ctl_sample *old, const struct ctl_sample *now,
		      enum ctl_stats_by by, struct ctl_report *report)
{
	const struct ctl_path_sample *ps, *before;
	struct ctl_group *group;
	size_t i, hint = 0;

	memset(report, 0, sizeof(*report));
	report->by = by;
	if (old)
		report->ms = now->when > old->when ? now->when - old->when : 1;
	for (i = 0; i < now->nr; i++) {
		ps = &now->paths[i];
		before = old ? find_path(old, &hint, ps) : NULL;
		if (!counted_on(before, ps))
			before = NULL;
		group = get_group(report, ps, by);
		group->nr_paths++;
		add_moved(&group->moved, before, ps);
	}
	if (report->nr && by != CTL_BY_PATH && by != CTL_BY_NODE)
		qsort(report->groups, report->nr, sizeof(*report->groups), compare_groups);
}
