// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: how long READs and WRITEs took, as bars in the terminal: a line
 * for each power of two of microseconds, from the first that has any to the
 * last. The longest bar is that of the largest number.
 */
#include <string.h>

#include "stats.h"

#define BAR_WIDTH 24

/* The longest latency of a bucket, or the shortest of the last one. */
static void format_bound(unsigned int bucket, char *buf, size_t size)
{
	bool last = bucket == VMP_NR_BUCKETS - 1;
	unsigned long long us = ctl_counts_bound(last ? bucket - 1 : bucket);
	const char *than = last ? ">=" : "<";

	if (us < 1000)
		snprintf(buf, size, "%s %llu us", than, us);
	else if (us < 1000000)
		snprintf(buf, size, "%s %llu.%llu ms", than, (us + 50) / 1000,
			 (us + 50) % 1000 / 100);
	else
		snprintf(buf, size, "%s %llu.%llu s", than, (us + 50000) / 1000000,
			 (us + 50000) % 1000000 / 100000);
}

static void print_bar(unsigned long long n, unsigned long long most, bool pad)
{
	static const char full[] = "########################";
	int len = most ? (int)((n * (long double)BAR_WIDTH + most - 1) / most) : 0;

	if (n && !len)
		len = 1;
	if (len > BAR_WIDTH)
		len = BAR_WIDTH;
	if (pad)
		printf(" %9llu %-*.*s", n, BAR_WIDTH, len, full);
	else if (len)
		printf(" %9llu %.*s", n, len, full);
	else
		printf(" %9llu", n);
}

static void print_group(const struct ctl_report *report, const struct ctl_group *group)
{
	const unsigned long long *reads = &group->moved.value[CTL_LATENCY_READ];
	const unsigned long long *writes = &group->moved.value[CTL_LATENCY_WRITE];
	unsigned long long most = 0;
	int b, first = VMP_NR_BUCKETS, last = -1;
	char bound[24];

	for (b = 0; b < VMP_NR_BUCKETS; b++) {
		if (!reads[b] && !writes[b])
			continue;
		first = b < first ? b : first;
		last = b;
		most = reads[b] > most ? reads[b] : most;
		most = writes[b] > most ? writes[b] : most;
	}
	printf("\n%s", group->name ? group->name : "-");
	if (report->by == CTL_BY_PATH)
		printf(" of %s", group->node);
	if (last < 0) {
		puts(group->moved.known[CTL_LATENCY_READ] ? ": no READ or WRITE" :
							    ": latencies are not known");
		return;
	}
	printf("\n%-11s %9s %-*s %9s\n", "LATENCY", "READS", BAR_WIDTH, "", "WRITES");
	for (b = first; b <= last; b++) {
		format_bound(b, bound, sizeof(bound));
		printf("%-11s", bound);
		print_bar(reads[b], most, true);
		print_bar(writes[b], most, false);
		putchar('\n');
	}
}

/**
 * ctl_histogram_print() - the latencies of each line of a report.
 * @report: as ctl_stats_report() made it
 */
void ctl_histogram_print(const struct ctl_report *report)
{
	size_t i;

	for (i = 0; i < report->nr; i++)
		print_group(report, &report->groups[i]);
}

static void json_latency(struct ctl_json *js, const char *key, const struct ctl_counters *moved,
			 int first)
{
	ctl_json_counts(js, key, moved->known[first] ? &moved->value[first] : NULL,
			VMP_NR_BUCKETS);
}

/**
 * ctl_histogram_json() - the key "latency_log2_us".
 * @js: inside the object of a line of the report
 * @moved: what it has counted
 */
void ctl_histogram_json(struct ctl_json *js, const struct ctl_counters *moved)
{
	ctl_json_open(js, "latency_log2_us", '{');
	json_latency(js, VMP_NAME_KIND_READ, moved, CTL_LATENCY_READ);
	json_latency(js, VMP_NAME_KIND_WRITE, moved, CTL_LATENCY_WRITE);
	ctl_json_close(js, '}');
}
