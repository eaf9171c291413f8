/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmpathctl: readings of the paths' counters and what lies between two of
 * them; made by stats.c, printed by cmd-stats.c.
 */
#ifndef _CTL_STATS_H
#define _CTL_STATS_H

#include <sys/types.h>

#include "ctl.h"

enum ctl_counter {
	CTL_IOS,
	CTL_BYTES,
	CTL_ERRORS,
	CTL_FAILOVERS,
	CTL_INFLIGHT,		/* not counted up: as it is now */
	CTL_NR_FILES,		/* those before are files of their own */
	CTL_LATENCY_READ = CTL_NR_FILES,
	CTL_LATENCY_WRITE = CTL_LATENCY_READ + VMP_NR_BUCKETS,
	CTL_NR_COUNTERS = CTL_LATENCY_WRITE + VMP_NR_BUCKETS,
};

enum ctl_stats_by {
	CTL_BY_PATH,
	CTL_BY_NODE,
	CTL_BY_HBA,
	CTL_BY_TARGET_PORT,
	CTL_BY_ARRAY,
};

struct ctl_counters {
	unsigned long long value[CTL_NR_COUNTERS];
	bool known[CTL_NR_COUNTERS];
};

struct ctl_path_sample {
	char *node;
	char *path;
	char *group;		/* NULL: not known */
	ino_t ino;
	struct ctl_counters counters;
};

/* One reading of all paths. */
struct ctl_sample {
	long long when;		/* ctl_wait_now() */
	struct ctl_path_sample *paths;
	size_t nr;
};

struct ctl_group {
	const char *name;	/* NULL: the paths of which it is not known */
	const char *node;	/* of the first path */
	size_t nr_paths;
	struct ctl_counters moved;
};

struct ctl_report {
	enum ctl_stats_by by;
	long long ms;		/* between the two readings; 0: since load */
	struct ctl_group *groups;
	size_t nr;
};

int ctl_stats_read(const struct ctl *ctl, enum ctl_stats_by by, struct ctl_sample *sample);
void ctl_stats_free(struct ctl_sample *sample);
void ctl_stats_report(const struct ctl_sample *old, const struct ctl_sample *now,
		      enum ctl_stats_by by, struct ctl_report *report);

/* histogram.c */
void ctl_histogram_print(const struct ctl_report *report);
void ctl_histogram_json(struct ctl_json *js, const struct ctl_counters *moved);

#endif /* _CTL_STATS_H */
