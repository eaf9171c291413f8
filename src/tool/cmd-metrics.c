// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl metrics: everything that is worth a graph or an alarm, in the text
 * form of OpenMetrics 1.0. Only gauges, counters and plain histograms are used,
 * so that what reads the older Prometheus form (node-exporter's textfile
 * collector) takes it as well. Nodes carry their name beside vmpN, which is not stable.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

static const char *const verdicts[] = {
	VMP_NAME_DISK_CLAIMED, VMP_NAME_DISK_REFUSED, VMP_NAME_DISK_PENDING, NULL
};

struct family;
typedef void family_print(FILE *f, const struct ctl_topo *topo, const struct family *fam);
typedef void family_put(FILE *f, const struct ctl *ctl, const struct family *fam,
			struct ctl_object *obj);

enum family_type { GAUGE, COUNTER, HISTOGRAM };

/* A metric family and where its samples come from. */
struct family {
	const char *name;	/* "_total" of counters comes by itself */
	enum family_type type;
	const char *unit;
	const char *help;
	const char *attr;
	family_print *print;	/* all of it; or */
	family_put *put;	/* what there is of one object, and */
	enum ctl_kind of;	/* of which */
};

static void put_label(FILE *f, char *sep, const char *label, const char *value)
{
	fprintf(f, "%c%s=\"", *sep, label);
	*sep = ',';
	if (value == ctl_unreadable)
		value = NULL;
	for (; value && *value; value++) {
		if (*value == '\\' || *value == '"')
			fputc('\\', f);
		fputc(*value, f);
	}
	fputc('"', f);
}

/* "vmpath_path_ios_total{node=...,name=...[,path=...]": up to the brace. */
static char put_named(FILE *f, const struct family *fam, struct ctl_object *obj,
		      const char *suffix)
{
	struct ctl_object *head = obj->kind == CTL_PATH ? obj->parent : obj;
	char sep = '{';

	fprintf(f, "%s%s", fam->name, suffix);
	put_label(f, &sep, "node", head->label);
	put_label(f, &sep, "name", ctl_topo_attr(head, "name"));
	if (obj->kind == CTL_PATH)
		put_label(f, &sep, "path", obj->label);
	return sep;
}

static char put_sample(FILE *f, const struct family *fam, struct ctl_object *obj)
{
	return put_named(f, fam, obj, fam->type == COUNTER ? "_total" : "");
}

static void put_number_times(FILE *f, const struct family *fam, struct ctl_object *obj,
			     unsigned long long factor)
{
	const char *text = ctl_topo_attr(obj, fam->attr);
	unsigned long long n;
	char num[24];

	if (!text || *text == '-' || !ctl_util_number(text, num, sizeof(num)))
		return;
	if (__builtin_mul_overflow(strtoull(num, NULL, 10), factor, &n))
		return;
	put_sample(f, fam, obj);
	fprintf(f, "} %llu\n", n);
}

static void put_number(FILE *f, const struct ctl *ctl, const struct family *fam,
		       struct ctl_object *obj)
{
	put_number_times(f, fam, obj, 1);
}

static void put_sectors(FILE *f, const struct ctl *ctl, const struct family *fam,
			struct ctl_object *obj)
{
	put_number_times(f, fam, obj, 512);
}

/* One sample for each state there may be: 1 for the one that it is in. */
static void put_states(FILE *f, const struct ctl *ctl, const struct family *fam,
		       struct ctl_object *obj)
{
	const char *const *state = ctl_counts_states(obj);
	char sep;

	for (; *state; state++) {
		sep = put_sample(f, fam, obj);
		put_label(f, &sep, "state", *state);
		fprintf(f, "} %d\n", ctl_topo_is(obj, fam->attr, *state));
	}
}

static void put_head_info(FILE *f, const struct ctl *ctl, const struct family *fam,
			  struct ctl_object *head)
{
	static const char *const labels[] = { "wwid", "alias", "array", "vendor", "model" };
	char sep = put_sample(f, fam, head);
	size_t l;

	for (l = 0; l < ARRAY_SIZE(labels); l++)
		put_label(f, &sep, labels[l], ctl_topo_attr(head, labels[l]));
	fputs("} 1\n", f);
}

static void put_head_paths(FILE *f, const struct ctl *ctl, const struct family *fam,
			   struct ctl_object *head)
{
	const char *const *state;
	size_t p, nr;
	char sep;

	for (state = ctl_path_states; *state; state++) {
		for (p = nr = 0; p < head->nr_children; p++)
			nr += ctl_topo_is(head->children[p], fam->attr, *state);
		sep = put_sample(f, fam, head);
		put_label(f, &sep, "state", *state);
		fprintf(f, "} %zu\n", nr);
	}
}

static void put_path_info(FILE *f, const struct ctl *ctl, const struct family *fam,
			  struct ctl_object *path)
{
	char sep = put_sample(f, fam, path);

	put_label(f, &sep, "transport", ctl_topo_attr(path, "transport"));
	put_label(f, &sep, "hba", ctl_topo_hba(ctl, path));
	put_label(f, &sep, "target_port", ctl_topo_attr(path, "target_port"));
	fputs("} 1\n", f);
}

static void put_classes(FILE *f, const struct ctl *ctl, const struct family *fam,
			struct ctl_object *obj)
{
	const char *const *class;
	unsigned long long n;
	char sep;

	for (class = ctl_classes; *class; class++) {
		if (!ctl_counts_number(obj, fam->attr, *class, &n))
			continue;
		sep = put_sample(f, fam, obj);
		put_label(f, &sep, "class", *class);
		fprintf(f, "} %llu\n", n);
	}
}

static void put_seconds(FILE *f, const struct ctl *ctl, const struct family *fam,
			struct ctl_object *obj)
{
	const char *const *state = ctl_counts_states(obj);
	unsigned long long ms;
	char sep;

	for (; *state; state++) {
		if (!ctl_counts_number(obj, fam->attr, *state, &ms))
			continue;
		sep = put_sample(f, fam, obj);
		put_label(f, &sep, "state", *state);
		fprintf(f, "} %llu.%03llu\n", ms / 1000, ms % 1000);
	}
}

/* Every other bound, 1 us, 4 us and so on: as fine as a graph needs it. */
static void put_latency(FILE *f, const struct ctl *ctl, const struct family *fam,
			struct ctl_object *obj)
{
	unsigned long long counts[VMP_NR_BUCKETS], ns, us, sum;
	char sep, bound[32];
	int i, b;

	for (i = 0; i < 2; i++) {
		if (!ctl_counts_latency(obj, ctl_kinds[i], counts) ||
		    !ctl_counts_number(obj, VMP_STAT_LATENCY_NS, ctl_kinds[i], &ns))
			continue;
		for (b = 0, sum = 0; b < VMP_NR_BUCKETS; b++) {
			sum += counts[b];
			if (b % 2 && b < VMP_NR_BUCKETS - 1)
				continue;
			us = ctl_counts_bound(b);
			snprintf(bound, sizeof(bound), "%llu.%06llu", us / 1000000, us % 1000000);
			sep = put_named(f, fam, obj, "_bucket");
			put_label(f, &sep, "op", ctl_kinds[i]);
			put_label(f, &sep, "le", b == VMP_NR_BUCKETS - 1 ? "+Inf" : bound);
			fprintf(f, "} %llu\n", sum);
		}
		sep = put_named(f, fam, obj, "_count");
		put_label(f, &sep, "op", ctl_kinds[i]);
		fprintf(f, "} %llu\n", sum);
		sep = put_named(f, fam, obj, "_sum");
		put_label(f, &sep, "op", ctl_kinds[i]);
		fprintf(f, "} %llu.%09llu\n", ns / 1000000000, ns % 1000000000);
	}
}

static void print_version(FILE *f, const struct ctl_topo *topo, const struct family *fam)
{
	char sep = '{';

	fputs(fam->name, f);
	put_label(f, &sep, "version", topo->module_version);
	fputs("} 1\n", f);
}

static void print_disks(FILE *f, const struct ctl_topo *topo, const struct family *fam)
{
	const char *const *verdict;
	size_t i, nr;
	char sep;

	for (verdict = verdicts; *verdict; verdict++) {
		for (i = nr = 0; i < topo->nr_disks; i++)
			nr += ctl_topo_is(topo->disks[i], fam->attr, *verdict);
		sep = '{';
		fputs(fam->name, f);
		put_label(f, &sep, "verdict", *verdict);
		fprintf(f, "} %zu\n", nr);
	}
}

static const struct family families[] = {
	{ "vmpath_module_info", GAUGE, NULL, "The module that is loaded.",
	  NULL, print_version, NULL, 0 },
	{ "vmpath_disks", GAUGE, NULL, "Disks that vmpath has looked at, by its verdict.",
	  "verdict", print_disks, NULL, 0 },
	{ "vmpath_node_info", GAUGE, NULL, "What a meta-node is.",
	  NULL, NULL, put_head_info, CTL_HEAD },
	{ "vmpath_node_state", GAUGE, NULL, "1 for the state that the meta-node is in.",
	  "state", NULL, put_states, CTL_HEAD },
	{ "vmpath_node_paths", GAUGE, NULL, "Paths of the meta-node, by their state.",
	  "state", NULL, put_head_paths, CTL_HEAD },
	{ "vmpath_node_size_bytes", GAUGE, "bytes", "Capacity.",
	  "../size", NULL, put_sectors, CTL_HEAD },
	{ "vmpath_node_target_errors", COUNTER, NULL,
	  "I/O that failed because the logical unit itself refused it.",
	  "target_errors", NULL, put_number, CTL_HEAD },
	{ "vmpath_node_no_path_errors", COUNTER, NULL,
	  "I/O that failed for want of a path.", "no_path_errors", NULL, put_number, CTL_HEAD },
	{ "vmpath_node_class_errors", COUNTER, NULL,
	  "I/O that ended on a path with an error, by what followed from it.",
	  VMP_STAT_ERRORS, NULL, put_classes, CTL_HEAD },
	{ "vmpath_node_state_seconds", COUNTER, "seconds",
	  "Time that the meta-node was in a state.",
	  VMP_STAT_MS, NULL, put_seconds, CTL_HEAD },
	{ "vmpath_node_latency_seconds", HISTOGRAM, "seconds",
	  "Time of READs and WRITEs on their path, paths that are gone included.",
	  NULL, NULL, put_latency, CTL_HEAD },
	{ "vmpath_path_info", GAUGE, NULL, "What a path is.",
	  NULL, NULL, put_path_info, CTL_PATH },
	{ "vmpath_path_state", GAUGE, NULL, "1 for the state that the path is in.",
	  "state", NULL, put_states, CTL_PATH },
	{ "vmpath_path_ios", COUNTER, NULL, "I/O done.", "ios", NULL, put_number, CTL_PATH },
	{ "vmpath_path_bytes", COUNTER, "bytes", "Data moved.",
	  "bytes", NULL, put_number, CTL_PATH },
	{ "vmpath_path_errors", COUNTER, NULL, "I/O that ended on the path with an error.",
	  "errors", NULL, put_number, CTL_PATH },
	{ "vmpath_path_failovers", COUNTER, NULL, "I/O that left the path for another.",
	  "failovers", NULL, put_number, CTL_PATH },
	{ "vmpath_path_stalls", COUNTER, NULL, "How often the path was stalled.",
	  "stalls", NULL, put_number, CTL_PATH },
	{ "vmpath_path_inflight", GAUGE, NULL, "I/O now on the path.",
	  "inflight", NULL, put_number, CTL_PATH },
	{ "vmpath_path_retries", COUNTER, NULL, "I/O that was sent again, the path being in order.",
	  CTL_STATS VMP_STAT_RETRIES, NULL, put_number, CTL_PATH },
	{ "vmpath_path_class_errors", COUNTER, NULL,
	  "I/O that ended on the path with an error, by what followed from it.",
	  VMP_STAT_ERRORS, NULL, put_classes, CTL_PATH },
	{ "vmpath_path_state_seconds", COUNTER, "seconds", "Time that the path was in a state.",
	  VMP_STAT_MS, NULL, put_seconds, CTL_PATH },
	{ "vmpath_path_latency_seconds", HISTOGRAM, "seconds",
	  "Time of READs and WRITEs on the path.", NULL, NULL, put_latency, CTL_PATH },
};

static void print_header(FILE *f, const char *name, enum family_type type, const char *unit,
			 const char *help)
{
	static const char *const types[] = {
		[GAUGE] = "gauge", [COUNTER] = "counter", [HISTOGRAM] = "histogram",
	};

	fprintf(f, "# TYPE %s %s\n", name, types[type]);
	if (unit)
		fprintf(f, "# UNIT %s %s\n", name, unit);
	fprintf(f, "# HELP %s %s\n", name, help);
}

static void put_each(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo,
		     const struct family *fam)
{
	struct ctl_object *head;
	size_t i, p;

	for (i = 0; i < topo->nr_heads; i++) {
		head = topo->heads[i];
		if (fam->of == CTL_HEAD)
			fam->put(f, ctl, fam, head);
		for (p = 0; fam->of == CTL_PATH && p < head->nr_children; p++)
			fam->put(f, ctl, fam, head->children[p]);
	}
}

static void print_metrics(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo)
{
	const struct family *fam;

	print_header(f, "vmpath_up", GAUGE, NULL, "1 if the module is loaded.");
	fprintf(f, "vmpath_up %d\n", !!topo);
	for (fam = families; topo && fam < families + ARRAY_SIZE(families); fam++) {
		print_header(f, fam->name, fam->type, fam->unit, fam->help);
		if (fam->print)
			fam->print(f, topo, fam);
		else
			put_each(f, ctl, topo, fam);
	}
	fputs("# EOF\n", f);
}

static int write_file(const struct ctl *ctl, const char *text, size_t len)
{
	int ret;

	if (!ctl->file) {
		fwrite(text, 1, len, stdout);
		return CTL_OK;	/* close_stdout() tells if it was not written */
	}
	ret = ctl_file_replace(ctl->file, text, len);
	if (!ret)
		return CTL_OK;
	ctl_error("%s: not written: %s", ctl->file, ret == -EINVAL ? "not a regular file" :
		  strerror(-ret));
	return CTL_FAILED;
}

/*
 * Without the module the file is written all the same: it would go on telling
 * of a module that is no more.
 */
int ctl_cmd_metrics(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_topo topo;
	char *text = NULL;
	size_t len = 0;
	int ret, err;
	FILE *f;

	ret = ctl_topo_read(ctl, &topo);
	f = open_memstream(&text, &len);
	if (!f) {
		ctl_error("out of memory");
		ctl_topo_free(&topo);
		return CTL_FAILED;
	}
	print_metrics(f, ctl, ret ? NULL : &topo);
	fclose(f);
	err = write_file(ctl, text, len);
	free(text);
	ctl_topo_free(&topo);
	return ret ? ret : err;
}
