// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl metrics: everything that is worth a graph or an alarm, in the text
 * form of OpenMetrics 1.0. Only gauges and counters are used, so that what
 * reads the older Prometheus form (node-exporter's textfile collector) takes
 * it as well. Nodes carry their name beside vmpN, which is not stable.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

static const char *const head_states[] = {
	VMP_NAME_HEAD_OPTIMAL, VMP_NAME_HEAD_DEGRADED, VMP_NAME_HEAD_NO_PATH, NULL
};

static const char *const path_states[] = {
	VMP_NAME_PATH_PROBING, VMP_NAME_PATH_LIVE, VMP_NAME_PATH_STANDBY,
	VMP_NAME_PATH_STALLED, VMP_NAME_PATH_FAILED, VMP_NAME_PATH_HELD,
	VMP_NAME_PATH_MISMATCH, VMP_NAME_PATH_DISABLED, VMP_NAME_PATH_REMOVING, NULL
};

static const char *const verdicts[] = {
	VMP_NAME_DISK_CLAIMED, VMP_NAME_DISK_REFUSED, VMP_NAME_DISK_PENDING, NULL
};

struct family;
typedef void family_print(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo,
			  const struct family *fam);

/* A metric family and where its samples come from. */
struct family {
	const char *name;	/* "_total" of counters comes by itself */
	bool counter;
	const char *unit;
	const char *help;
	const char *attr;
	family_print *print;
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
static char put_sample(FILE *f, const struct family *fam, struct ctl_object *obj)
{
	struct ctl_object *head = obj->kind == CTL_PATH ? obj->parent : obj;
	char sep = '{';

	fprintf(f, "%s%s", fam->name, fam->counter ? "_total" : "");
	put_label(f, &sep, "node", head->label);
	put_label(f, &sep, "name", ctl_topo_attr(head, "name"));
	if (obj->kind == CTL_PATH)
		put_label(f, &sep, "path", obj->label);
	return sep;
}

static void put_number(FILE *f, const struct family *fam, struct ctl_object *obj,
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

/* One sample for each state there may be: 1 for the one that it is in. */
static void put_states(FILE *f, const struct family *fam, struct ctl_object *obj,
		       const char *const *states)
{
	char sep;

	for (; *states; states++) {
		sep = put_sample(f, fam, obj);
		put_label(f, &sep, "state", *states);
		fprintf(f, "} %d\n", ctl_topo_is(obj, fam->attr, *states));
	}
}

static void print_version(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo,
			  const struct family *fam)
{
	char sep = '{';

	fputs(fam->name, f);
	put_label(f, &sep, "version", topo->module_version);
	fputs("} 1\n", f);
}

static void print_head_info(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo,
			    const struct family *fam)
{
	static const char *const labels[] = { "wwid", "alias", "array", "vendor", "model" };
	size_t i, l;
	char sep;

	for (i = 0; i < topo->nr_heads; i++) {
		sep = put_sample(f, fam, topo->heads[i]);
		for (l = 0; l < ARRAY_SIZE(labels); l++)
			put_label(f, &sep, labels[l], ctl_topo_attr(topo->heads[i], labels[l]));
		fputs("} 1\n", f);
	}
}

static void print_head_state(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo,
			     const struct family *fam)
{
	size_t i;

	for (i = 0; i < topo->nr_heads; i++)
		put_states(f, fam, topo->heads[i], head_states);
}

static void print_head_paths(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo,
			     const struct family *fam)
{
	const char *const *state;
	struct ctl_object *head;
	size_t i, p, nr;
	char sep;

	for (i = 0; i < topo->nr_heads; i++) {
		head = topo->heads[i];
		for (state = path_states; *state; state++) {
			for (p = nr = 0; p < head->nr_children; p++)
				nr += ctl_topo_is(head->children[p], fam->attr, *state);
			sep = put_sample(f, fam, head);
			put_label(f, &sep, "state", *state);
			fprintf(f, "} %zu\n", nr);
		}
	}
}

static void print_head_size(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo,
			    const struct family *fam)
{
	size_t i;

	for (i = 0; i < topo->nr_heads; i++)
		put_number(f, fam, topo->heads[i], 512);
}

static void print_head_number(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo,
			      const struct family *fam)
{
	size_t i;

	for (i = 0; i < topo->nr_heads; i++)
		put_number(f, fam, topo->heads[i], 1);
}

static void print_path_info(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo,
			    const struct family *fam)
{
	struct ctl_object *path;
	size_t i, p;
	char sep;

	for (i = 0; i < topo->nr_heads; i++) {
		for (p = 0; p < topo->heads[i]->nr_children; p++) {
			path = topo->heads[i]->children[p];
			sep = put_sample(f, fam, path);
			put_label(f, &sep, "transport", ctl_topo_attr(path, "transport"));
			put_label(f, &sep, "hba", ctl_topo_hba(ctl, path));
			put_label(f, &sep, "target_port", ctl_topo_attr(path, "target_port"));
			fputs("} 1\n", f);
		}
	}
}

static void print_path_state(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo,
			     const struct family *fam)
{
	size_t i, p;

	for (i = 0; i < topo->nr_heads; i++)
		for (p = 0; p < topo->heads[i]->nr_children; p++)
			put_states(f, fam, topo->heads[i]->children[p], path_states);
}

static void print_path_number(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo,
			      const struct family *fam)
{
	size_t i, p;

	for (i = 0; i < topo->nr_heads; i++)
		for (p = 0; p < topo->heads[i]->nr_children; p++)
			put_number(f, fam, topo->heads[i]->children[p], 1);
}

static void print_disks(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo,
			const struct family *fam)
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
	{ "vmpath_module_info", false, NULL, "The module that is loaded.", NULL, print_version },
	{ "vmpath_disks", false, NULL, "Disks that vmpath has looked at, by its verdict.",
	  "verdict", print_disks },
	{ "vmpath_node_info", false, NULL, "What a meta-node is.", NULL, print_head_info },
	{ "vmpath_node_state", false, NULL, "1 for the state that the meta-node is in.",
	  "state", print_head_state },
	{ "vmpath_node_paths", false, NULL, "Paths of the meta-node, by their state.",
	  "state", print_head_paths },
	{ "vmpath_node_size_bytes", false, "bytes", "Capacity.", "../size", print_head_size },
	{ "vmpath_node_target_errors", true, NULL,
	  "I/O that failed because the logical unit itself refused it.",
	  "target_errors", print_head_number },
	{ "vmpath_node_no_path_errors", true, NULL,
	  "I/O that failed for want of a path.", "no_path_errors", print_head_number },
	{ "vmpath_path_info", false, NULL, "What a path is.", NULL, print_path_info },
	{ "vmpath_path_state", false, NULL, "1 for the state that the path is in.",
	  "state", print_path_state },
	{ "vmpath_path_ios", true, NULL, "I/O done.", "ios", print_path_number },
	{ "vmpath_path_bytes", true, "bytes", "Data moved.", "bytes", print_path_number },
	{ "vmpath_path_errors", true, NULL, "I/O that ended on the path with an error.",
	  "errors", print_path_number },
	{ "vmpath_path_failovers", true, NULL, "I/O that left the path for another.",
	  "failovers", print_path_number },
	{ "vmpath_path_stalls", true, NULL, "How often the path was stalled.",
	  "stalls", print_path_number },
	{ "vmpath_path_inflight", false, NULL, "I/O now on the path.",
	  "inflight", print_path_number },
};

static void print_header(FILE *f, const char *name, bool counter, const char *unit,
			 const char *help)
{
	fprintf(f, "# TYPE %s %s\n", name, counter ? "counter" : "gauge");
	if (unit)
		fprintf(f, "# UNIT %s %s\n", name, unit);
	fprintf(f, "# HELP %s %s\n", name, help);
}

static void print_metrics(FILE *f, const struct ctl *ctl, const struct ctl_topo *topo)
{
	const struct family *fam;

	print_header(f, "vmpath_up", false, NULL, "1 if the module is loaded.");
	fprintf(f, "vmpath_up %d\n", !!topo);
	for (fam = families; topo && fam < families + ARRAY_SIZE(families); fam++) {
		print_header(f, fam->name, fam->counter, fam->unit, fam->help);
		fam->print(f, ctl, topo, fam);
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
