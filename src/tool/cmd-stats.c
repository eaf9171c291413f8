// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl stats: I/O of the paths, singly or summed up by what fails
 * together. Without an interval once, since load; with one, after that what
 * each interval brought, as iostat does.
 */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "stats.h"

enum stats_field { F_GROUP, F_NODE, F_PATHS, F_IOS, F_BYTES, F_IOPS, F_MBS,
		   F_ERRORS, F_FAILOVERS, F_INFLIGHT };

static const struct ctl_field stats_fields[] = {
	{ "PATH", "path", F_GROUP, CTL_STRING, 8, true, "what --by says: NODE, HBA, TPORT, ARRAY" },
	{ "NODE", "node", F_NODE, CTL_STRING, 6, true, "meta-node of the path" },
	{ "PATHS", "nr_paths", F_PATHS, CTL_NUMBER, 5, false, "number of paths summed up" },
	{ "IOS", "ios", F_IOS, CTL_NUMBER, 9, true, "I/O done" },
	{ "BYTES", "bytes", F_BYTES, CTL_NUMBER, 7, true,
	  "data moved; in JSON and with --bytes in bytes" },
	{ "IOPS", "iops", F_IOPS, CTL_NUMBER, 9, false, "I/O per second of the interval" },
	{ "MB/S", "bytes_per_sec", F_MBS, CTL_NUMBER, 9, false,
	  "10^6 bytes per second of the interval; in JSON bytes" },
	{ "ERRORS", "errors", F_ERRORS, CTL_NUMBER, 6, true, "errors of the path" },
	{ "FAILOVERS", "failovers", F_FAILOVERS, CTL_NUMBER, 9, true,
	  "I/O that left the path for another" },
	{ "INFLIGHT", "inflight", F_INFLIGHT, CTL_NUMBER, 8, true, "I/O now on the path" },
	{ }
};

static const struct {
	const char *word, *name, *key;
} stats_by[] = {
	[CTL_BY_PATH] = { "path", "PATH", "path" },
	[CTL_BY_NODE] = { "node", "NODE", "node" },
	[CTL_BY_HBA] = { "hba", "HBA", "hba" },
	[CTL_BY_TARGET_PORT] = { "target-port", "TPORT", "target_port" },
	[CTL_BY_ARRAY] = { "array", "ARRAY", "array" },
};

void ctl_cmd_stats_help(FILE *f)
{
	ctl_grid_help(stats_fields, f);
	fputs("\nWith INTERVAL, in seconds: totals since load, then what each interval brought,\n"
	      "IOPS and MB/S in place of IOS and BYTES; COUNT reports in all.\n", f);
}

static int parse_by(const char *word, enum ctl_stats_by *by)
{
	size_t i;

	*by = CTL_BY_PATH;
	if (!word)
		return CTL_OK;
	for (i = 0; i < ARRAY_SIZE(stats_by); i++) {
		if (strcmp(stats_by[i].word, word))
			continue;
		*by = i;
		return CTL_OK;
	}
	ctl_error("--by: '%s' is none of path, node, hba, target-port, array", word);
	return CTL_USAGE;
}

/* The table for this way of summing up, for totals or for intervals. */
static void make_fields(enum ctl_stats_by by, bool rates, struct ctl_field *fields)
{
	const struct ctl_field *field;

	for (field = stats_fields; field->name; field++) {
		if (field->id == F_NODE && by != CTL_BY_PATH)
			continue;
		*fields = *field;
		if (field->id == F_GROUP) {
			fields->name = stats_by[by].name;
			fields->key = stats_by[by].key;
		} else if (field->id == F_PATHS) {
			fields->wanted = by != CTL_BY_PATH;
		} else if (field->id == F_IOS || field->id == F_BYTES) {
			fields->wanted = !rates;
		} else if (field->id == F_IOPS || field->id == F_MBS) {
			fields->wanted = rates;
		}
		fields++;
	}
	memset(fields, 0, sizeof(*fields));
}

/* @amount in @ms as @unit per second with @digits behind the point, in any locale. */
static void show_rate(unsigned long long amount, long long ms, long double unit, int digits,
		      char *buf, size_t size)
{
	unsigned long long scale = digits == 2 ? 100 : 10, n;

	n = amount * 1000.0L * scale / unit / ms + 0.5L;
	snprintf(buf, size, "%llu.%0*llu", n / scale, digits, n % scale);
}

static void show_bytes(const struct ctl *ctl, const struct ctl_counters *moved,
		       struct ctl_value *val)
{
	if (ctl->bytes || !val->text)
		return;
	ctl_util_human(moved->value[CTL_BYTES], val->buf, sizeof(val->buf));
	val->text = val->buf;
}

static void get_rate(enum stats_field id, const struct ctl_report *report,
		     const struct ctl_counters *moved, struct ctl_value *val)
{
	if (!report->ms || !moved->known[id == F_IOPS ? CTL_IOS : CTL_BYTES])
		return;
	if (id == F_IOPS) {
		show_rate(moved->value[CTL_IOS], report->ms, 1, 1, val->num, sizeof(val->num));
		val->text = val->num;
		return;
	}
	snprintf(val->num, sizeof(val->num), "%.0Lf",
		 moved->value[CTL_BYTES] * 1000.0L / report->ms);
	show_rate(moved->value[CTL_BYTES], report->ms, 1e6L, 2, val->buf, sizeof(val->buf));
	val->text = val->buf;
}

struct stats_row {
	const struct ctl_report *report;
	const struct ctl_group *group;
};

static void get_field(const struct ctl *ctl, const struct ctl_field *field, void *data,
		      struct ctl_value *val)
{
	static const enum ctl_counter counter[] = {
		[F_IOS] = CTL_IOS, [F_BYTES] = CTL_BYTES, [F_ERRORS] = CTL_ERRORS,
		[F_FAILOVERS] = CTL_FAILOVERS, [F_INFLIGHT] = CTL_INFLIGHT,
	};
	const struct stats_row *row = data;
	const struct ctl_counters *moved = &row->group->moved;

	switch (field->id) {
	case F_GROUP:
		val->text = row->group->name;
		break;
	case F_NODE:
		val->text = row->group->node;
		break;
	case F_PATHS:
		snprintf(val->num, sizeof(val->num), "%zu", row->group->nr_paths);
		val->text = val->num;
		break;
	case F_IOPS:
	case F_MBS:
		get_rate(field->id, row->report, moved, val);
		break;
	default:
		if (!moved->known[counter[field->id]])
			break;
		snprintf(val->num, sizeof(val->num), "%llu", moved->value[counter[field->id]]);
		val->text = val->num;
		if (field->id == F_BYTES)
			show_bytes(ctl, moved, val);
	}
}

static void print_json(const struct ctl *ctl, const struct ctl_report *report,
		       const struct ctl_grid *grid, void *const *rows, bool stream)
{
	struct ctl_json js;
	char num[32];
	size_t i;

	if (stream)
		ctl_json_begin_line(&js, stdout);
	else
		ctl_json_begin(&js, stdout);
	ctl_json_string(&js, "by", stats_by[report->by].word);
	snprintf(num, sizeof(num), "%lld", report->ms);
	ctl_json_literal(&js, "interval_ms", report->ms ? num : "null");
	ctl_json_open(&js, "stats", '[');
	for (i = 0; i < report->nr; i++) {
		ctl_json_open(&js, NULL, '{');
		ctl_grid_json(ctl, grid, get_field, rows[i], &js);
		if (ctl->histogram)
			ctl_histogram_json(&js, &report->groups[i].moved);
		ctl_json_close(&js, '}');
	}
	ctl_json_close(&js, ']');
	ctl_json_end(&js);
}

static int print_report(const struct ctl *ctl, const struct ctl_report *report, bool stream)
{
	struct ctl_field fields[ARRAY_SIZE(stats_fields)];
	struct stats_row *row;
	struct ctl_grid grid;
	void **rows;
	size_t i;
	int ret;

	make_fields(report->by, report->ms, fields);
	ret = ctl_grid_select(ctl, fields, &grid);
	if (ret)
		return ret;
	row = ctl_util_alloc((report->nr + 1) * sizeof(*row));
	rows = ctl_util_alloc((report->nr + 1) * sizeof(*rows));
	for (i = 0; i < report->nr; i++) {
		row[i].report = report;
		row[i].group = &report->groups[i];
		rows[i] = &row[i];
	}
	if (ctl->json) {
		print_json(ctl, report, &grid, rows, stream);
	} else {
		if (report->ms && !ctl->raw && !ctl->pairs)
			putchar('\n');
		ret = ctl_grid_print(ctl, &grid, get_field, rows, report->nr);
		if (ctl->histogram && !ret)
			ctl_histogram_print(report);
	}
	free(rows);
	free(row);
	return fflush(stdout) ? CTL_FAILED : ret;
}

/* Reports until the count is reached or a signal says stop. */
static int run(const struct ctl *ctl, enum ctl_stats_by by, long interval_ms, long count)
{
	struct ctl_sample now, old = { .nr = 0 };
	struct ctl_report report;
	long long next = 0;
	bool first = true;
	int ret;

	do {
		ret = ctl_stats_read(ctl, by, &now);
		if (ret) {
			ctl_stats_free(&now);
			break;
		}
		ctl_stats_report(first ? NULL : &old, &now, by, &report);
		ret = print_report(ctl, &report, interval_ms > 0);
		free(report.groups);
		ctl_stats_free(&old);
		old = now;
		/* what a late report has missed is left out, not caught up with */
		next = first || next + interval_ms < now.when ? now.when + interval_ms :
								next + interval_ms;
		first = false;
	} while (!ret && interval_ms && --count && !ctl_wait_until(-1, next));
	ctl_stats_free(&old);
	return ret;
}

int ctl_cmd_stats(struct ctl *ctl, int argc, char **argv)
{
	long interval_ms = 0, count = 0;
	enum ctl_stats_by by;
	char num[24];
	int ret;

	ret = parse_by(ctl->by, &by);
	if (ret)
		return ret;
	if (ctl->histogram && (ctl->raw || ctl->pairs)) {
		ctl_error("stats: --histogram is for people or JSON, not with --raw or --pairs");
		return CTL_USAGE;
	}
	if (argc && !ctl_util_seconds(argv[0], &interval_ms)) {
		ctl_error("stats: '%s' is no number of seconds above 0", argv[0]);
		return CTL_USAGE;
	}
	if (argc > 1) {
		if (!ctl_util_number(argv[1], num, sizeof(num)) || strlen(num) > 9 ||
		    atol(num) < 1) {
			ctl_error("stats: '%s' is no number of reports", argv[1]);
			return CTL_USAGE;
		}
		count = atol(num);
	}
	if (interval_ms)
		ctl_wait_start();
	return run(ctl, by, interval_ms, count);
}
