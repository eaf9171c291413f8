// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: the column table, the one place that says what can be shown of a
 * meta-node, a path or a disk, under which heading, as which JSON key, and
 * where it comes from. A new attribute of sysfs is one entry here.
 */
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl.h"

static void get_name(const struct ctl *ctl, struct ctl_object *obj, struct ctl_value *val)
{
	val->text = obj->label;
}

static void get_parent(const struct ctl *ctl, struct ctl_object *obj, struct ctl_value *val)
{
	val->text = obj->parent->label;
}

/* "1/2": one path of two can be used; in JSON the number of all. */
static void get_paths(const struct ctl *ctl, struct ctl_object *obj, struct ctl_value *val)
{
	snprintf(val->num, sizeof(val->num), "%zu", obj->nr_children);
	snprintf(val->buf, sizeof(val->buf), "%zu/%zu", ctl_topo_nr_usable(obj), obj->nr_children);
	val->text = val->buf;
}

static void get_usable(const struct ctl *ctl, struct ctl_object *obj, struct ctl_value *val)
{
	snprintf(val->num, sizeof(val->num), "%zu", ctl_topo_nr_usable(obj));
	val->text = val->num;
}

static void show_bytes(const struct ctl *ctl, unsigned long long bytes, struct ctl_value *val)
{
	snprintf(val->num, sizeof(val->num), "%llu", bytes);
	if (ctl->bytes)
		strcpy(val->buf, val->num);
	else
		ctl_util_human(bytes, val->buf, sizeof(val->buf));
	val->text = val->buf;
}

static void get_size(const struct ctl *ctl, struct ctl_object *obj, struct ctl_value *val)
{
	const char *sectors = ctl_topo_attr(obj, "../size");
	unsigned long long bytes;

	val->text = sectors;
	if (!sectors || *sectors == '-' || !ctl_util_number(sectors, val->num, sizeof(val->num)))
		return;
	if (__builtin_mul_overflow(strtoull(sectors, NULL, 10), 512ULL, &bytes))
		val->num[0] = '\0';
	else
		show_bytes(ctl, bytes, val);
}

static void get_dev(const struct ctl *ctl, struct ctl_object *obj, struct ctl_value *val)
{
	val->text = ctl_topo_attr(obj, "../dev");
}

static void get_bytes(const struct ctl *ctl, struct ctl_object *obj, struct ctl_value *val)
{
	const char *bytes = ctl_topo_attr(obj, "bytes");

	val->text = bytes;
	if (bytes && *bytes != '-' && ctl_util_number(bytes, val->num, sizeof(val->num)))
		show_bytes(ctl, strtoull(bytes, NULL, 10), val);
}

/* A path has no WWID of its own in sysfs; its disk has. */
static void get_wwid(const struct ctl *ctl, struct ctl_object *obj, struct ctl_value *val)
{
	if (obj->kind == CTL_PATH)
		obj = obj->disk;
	val->text = obj ? ctl_topo_attr(obj, "wwid") : NULL;
}

static void get_reason(const struct ctl *ctl, struct ctl_object *obj, struct ctl_value *val)
{
	if (obj->kind == CTL_PATH)
		obj = obj->disk;
	val->text = obj ? ctl_topo_attr(obj, "reason") : NULL;
}

static void get_hba(const struct ctl *ctl, struct ctl_object *obj, struct ctl_value *val)
{
	val->text = ctl_topo_hba(ctl, obj);
}

#define HEAD(k)		.key = { [CTL_HEAD] = (k) }
#define PATH(k)		.key = { [CTL_PATH] = (k) }
#define RIGHT		SCOLS_FL_RIGHT
#define TRUNC		SCOLS_FL_TRUNC

const struct ctl_column ctl_columns[] = {
	{ "NODE", 8, SCOLS_FL_TREE, CTL_STRING, .wanted = true,
	  .key = { "node", "path", "disk" }, .get = get_name,
	  .help = "meta-node, its paths below it" },
	{ "STATE", 1, 0, CTL_STRING, .wanted = true,
	  .key = { "state", "state", "verdict" },
	  .help = "state of the meta-node or path; vmpath's verdict on a disk" },
	{ "PATHS", 1, RIGHT, CTL_NUMBER, .wanted = true, HEAD("nr_paths"), .get = get_paths,
	  .help = "paths that can be used / all paths" },
	{ "USABLE", 1, RIGHT, CTL_NUMBER, HEAD("nr_usable"), .get = get_usable,
	  .help = "number of paths that can be used" },
	{ "SIZE", 1, RIGHT, CTL_NUMBER, .wanted = true, HEAD("size"), .get = get_size,
	  .help = "capacity; in JSON and with --bytes in bytes" },
	{ "NAME", 0.1, TRUNC, CTL_STRING, .wanted = true, HEAD("name"),
	  .help = "name that the array and its volume give, <array>_<volume>" },
	{ "ALIAS", 0.1, TRUNC, CTL_STRING, .wanted = true, .optional = true, HEAD("alias"),
	  .help = "name that the administrator gave" },
	{ "WWID", 0.2, TRUNC, CTL_STRING, .key = { "wwid", "wwid", "wwid" }, .get = get_wwid,
	  .help = "world-wide id of the logical unit" },
	{ "ARRAY", 0.1, TRUNC, CTL_STRING, HEAD("array"), .help = "storage system" },
	{ "VENDOR", 1, TRUNC, CTL_STRING, HEAD("vendor"), .help = "vendor" },
	{ "MODEL", 0.1, TRUNC, CTL_STRING, HEAD("model"), .help = "product" },
	{ "SERIAL", 0.1, TRUNC, CTL_STRING, HEAD("serial"), .help = "serial number" },
	{ "POLICY", 1, 0, CTL_STRING, .wanted = true, HEAD("iopolicy"),
	  .help = "rule that picks a path for an I/O" },
	{ "NO-PATH", 1, RIGHT, CTL_NUMBER, HEAD("no_path_timeout_ms"),
	  .help = "how long I/O waits for a path, ms; -1 for ever, 0 not at all" },
	{ "STALL", 1, RIGHT, CTL_NUMBER, HEAD("stall_timeout_ms"),
	  .help = "how old an I/O may be before its path counts as stalled, ms" },
	{ "REMOVAL", 1, RIGHT, CTL_NUMBER, HEAD("delayed_removal_secs"),
	  .help = "how long the meta-node stays when its last path is gone, s" },
	{ "HEALTH", 1, RIGHT, CTL_NUMBER, .hidden = true, HEAD("path_health_secs"),
	  .help = "a path that fails so soon after its return is held, s" },
	{ "AGE", 1, RIGHT, CTL_NUMBER, .hidden = true, HEAD("path_age_secs"),
	  .help = "for how long it is held at first, s" },
	{ "CHECK", 1, RIGHT, CTL_NUMBER, .hidden = true, HEAD("check_secs"),
	  .help = "how often a path without I/O is checked, s" },
	{ "PREFER", 1, RIGHT, CTL_NUMBER, .hidden = true, HEAD("prefer_secs"),
	  .help = "how long the preferred target port group is well before it is asked for, s" },
	{ "FAST", 1, RIGHT, CTL_BOOL, HEAD("fast_recovery"), .help = "fast-recovery I/O mode" },
	{ "PRKEY", 1, 0, CTL_STRING, .hidden = true, HEAD("pr_key"),
	  .help = "key of persistent reservations that this guest is registered with" },
	{ "TARGET-ERRORS", 1, RIGHT, CTL_NUMBER, HEAD("target_errors"),
	  .help = "I/O that failed because the logical unit refused it" },
	{ "NO-PATH-ERRORS", 1, RIGHT, CTL_NUMBER, HEAD("no_path_errors"),
	  .help = "I/O that failed for want of a path" },
	{ "DEV", 1, RIGHT, CTL_STRING, HEAD("dev"), .get = get_dev,
	  .help = "major:minor of the meta-node" },
	{ "PARENT", 1, 0, CTL_STRING, PATH("parent"), .get = get_parent,
	  .help = "meta-node of the path" },
	{ "TRANSPORT", 1, 0, CTL_STRING, .wanted = true, PATH("transport"),
	  .help = "virtio-scsi or virtio-blk" },
	{ "HCTL", 1, 0, CTL_STRING, .wanted = true, .optional = true, PATH("hctl"),
	  .help = "host:channel:target:lun (virtio-scsi)" },
	{ "HBA", 1, 0, CTL_STRING, PATH("hba"), .get = get_hba,
	  .help = "device on the guest's bus that the path hangs on" },
	{ "TPORT", 0.1, TRUNC, CTL_STRING, PATH("target_port"), .help = "target port" },
	{ "TPGROUP", 1, RIGHT, CTL_NUMBER, .hidden = true, PATH("target_port_group"),
	  .help = "target port group" },
	{ "RELPORT", 1, RIGHT, CTL_NUMBER, .hidden = true, PATH("relative_port"),
	  .help = "relative target port" },
	{ "ACCESS", 1, 0, CTL_STRING, .wanted = true, .optional = true, PATH("access_state"),
	  .help = "ALUA access state" },
	{ "PREF", 1, RIGHT, CTL_BOOL, .hidden = true, PATH("preferred"),
	  .help = "1: the array prefers the path's target port group" },
	{ "WEIGHT", 1, RIGHT, CTL_NUMBER, PATH("weight"),
	  .help = "share of the path; 10 is neutral" },
	{ "INFLIGHT", 1, RIGHT, CTL_NUMBER, .wanted = true, PATH("inflight"),
	  .help = "I/O now on the path" },
	{ "AGE", 1, RIGHT, CTL_NUMBER, .hidden = true, PATH("inflight_age_ms"),
	  .help = "how long the oldest I/O has been on the path, ms; shown if a path is stalled" },
	{ "IOS", 1, RIGHT, CTL_NUMBER, PATH("ios"), .help = "I/O done" },
	{ "BYTES", 1, RIGHT, CTL_NUMBER, PATH("bytes"), .get = get_bytes,
	  .help = "data moved; in JSON and with --bytes in bytes" },
	{ "ERRORS", 1, RIGHT, CTL_NUMBER, .wanted = true, PATH("errors"),
	  .help = "errors of the path" },
	{ "FAILOVERS", 1, RIGHT, CTL_NUMBER, PATH("failovers"),
	  .help = "I/O that left the path for another" },
	{ "STALLS", 1, RIGHT, CTL_NUMBER, .hidden = true, PATH("stalls"),
	  .help = "how often the path was stalled" },
	{ "LATENCY", 1, RIGHT, CTL_NUMBER, PATH("latency_us"), .help = "mean latency, us" },
	{ "LAST-ERROR", 0.1, TRUNC, CTL_STRING, .wanted = true, .optional = true,
	  PATH("last_error"), .help = "last error of the path" },
	{ "HELD", 1, RIGHT, CTL_NUMBER, .hidden = true, PATH("held_secs"),
	  .help = "how long the path is held still, s" },
	{ "DOUBTED", 1, RIGHT, CTL_BOOL, .hidden = true, PATH("doubted"),
	  .help = "1: what shares its HBA or target port has failed; others are preferred" },
	{ "PR", 1, 0, CTL_STRING, .hidden = true, PATH("pr_state"),
	  .help = "registered? shown if that keeps I/O off a path" },
	{ "DISABLED", 1, RIGHT, CTL_BOOL, PATH("disable"),
	  .help = "1: taken out of use by the administrator" },
	{ "REASON", 0.3, SCOLS_FL_WRAP, CTL_STRING,
	  .key = { NULL, "reason", "reason" }, .get = get_reason,
	  .help = "why vmpath claims the disk or not" },
};

const size_t ctl_nr_columns = ARRAY_SIZE(ctl_columns);

/**
 * ctl_column_get() - what a column says of an object.
 * @col: the column; it has a key for this kind of object
 * @ctl: options
 * @obj: the object
 * @val: text for people, and the number if the column is numeric and it is one
 */
void ctl_column_get(const struct ctl_column *col, const struct ctl *ctl,
		    struct ctl_object *obj, struct ctl_value *val)
{
	val->text = NULL;
	val->num[0] = '\0';
	if (col->get) {
		col->get(ctl, obj, val);
		return;
	}
	val->text = ctl_topo_attr(obj, col->key[obj->kind]);
	if (val->text && col->type != CTL_STRING &&
	    !ctl_util_number(val->text, val->num, sizeof(val->num)))
		val->num[0] = '\0';
}

static bool has_value(const struct ctl_column *col, const struct ctl *ctl, struct ctl_object *obj)
{
	struct ctl_value val;

	if (!obj->selected || !col->key[obj->kind])
		return false;
	ctl_column_get(col, ctl, obj, &val);
	return val.text && *val.text && strcmp(val.text, "none");
}

/* Does any object that will be shown have something in this column? */
static bool column_filled(const struct ctl_column *col, const struct ctl *ctl,
			  const struct ctl_topo *topo)
{
	struct ctl_object *head;
	size_t i, p;

	for (i = 0; i < topo->nr_heads; i++) {
		head = topo->heads[i];
		if (has_value(col, ctl, head))
			return true;
		for (p = 0; p < head->nr_children; p++)
			if (has_value(col, ctl, head->children[p]))
				return true;
	}
	return false;
}

static bool any_path_is(const struct ctl_topo *topo, const char *attr, const char *value)
{
	struct ctl_object *path;
	size_t i, p;

	for (i = 0; i < topo->nr_heads; i++) {
		for (p = 0; p < topo->heads[i]->nr_children; p++) {
			path = topo->heads[i]->children[p];
			if (path->selected && ctl_topo_is(path, attr, value))
				return true;
		}
	}
	return false;
}

/* Is a path kept from I/O for reasons of reservations? */
static bool any_pr_keeps(const struct ctl_topo *topo)
{
	static const char *const states[] = {
		VMP_NAME_PR_BARRED, VMP_NAME_PR_REFUSED, VMP_NAME_PR_NO_ANSWER, VMP_NAME_PR_UNABLE,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(states); i++)
		if (any_path_is(topo, "pr_state", states[i]))
			return true;
	return false;
}

/*
 * A path that vmpath does not trust needs its reason beside it, and one that is
 * stalled the age of its I/O.
 */
static bool called_for(const struct ctl_column *col, const struct ctl *ctl,
		       const struct ctl_topo *topo)
{
	if (!strcmp(col->name, "REASON"))
		return ctl->disks || any_path_is(topo, "state", VMP_NAME_PATH_MISMATCH);
	if (!strcmp(col->name, "PR"))
		return any_pr_keeps(topo);
	if (!strcmp(col->name, "AGE"))
		return any_path_is(topo, "state", VMP_NAME_PATH_STALLED);
	return false;
}

static void add_column(struct ctl_column_set *set, const struct ctl_column *col)
{
	size_t i;

	for (i = 0; i < set->nr; i++)
		if (set->col[i] == col)
			return;
	if (set->nr < CTL_MAX_COLUMNS)
		set->col[set->nr++] = col;
}

/* no-path and NO_PATH are one name. */
bool ctl_column_same_name(const char *name, const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (strncasecmp(name + i, word[i] == '_' ? "-" : word + i, 1) || !name[i])
			return false;
	return !name[len];
}

static int add_named(struct ctl_column_set *set, const char *list)
{
	const char *word = list;
	size_t len, i;

	for (;; word += len + 1) {
		len = strcspn(word, ",");
		for (i = 0; i < ctl_nr_columns; i++)
			if (ctl_column_same_name(ctl_columns[i].name, word, len))
				break;
		if (i == ctl_nr_columns) {
			ctl_error("no such column: '%.*s'; vmpathctl list --help names them",
				  (int)len, word);
			return CTL_USAGE;
		}
		add_column(set, &ctl_columns[i]);
		if (!word[len])
			return CTL_OK;
	}
}

/**
 * ctl_column_select() - the columns that the options ask for.
 * @ctl: options
 * @topo: what will be shown
 * @set: the columns, in order
 *
 * JSON gives everything unless -o names columns: a program takes what it
 * wants, and the keys do not depend on the state of the paths.
 *
 * Return: CTL_OK, or CTL_USAGE with a message: there is no such column.
 */
int ctl_column_select(const struct ctl *ctl, const struct ctl_topo *topo,
		      struct ctl_column_set *set)
{
	const struct ctl_column *col;
	const char *list = ctl->columns;
	bool all = ctl->all_columns || (ctl->json && !list);
	bool add = !list || *list == '+';

	set->nr = 0;
	for (col = ctl_columns; col < ctl_columns + ctl_nr_columns; col++) {
		if (col->hidden && !ctl->json && !column_filled(col, ctl, topo))
			continue;
		if (all || (add && col->wanted && (ctl->json || !col->optional ||
						   column_filled(col, ctl, topo))))
			add_column(set, col);
		else if (add && called_for(col, ctl, topo))
			add_column(set, col);
	}
	return list ? add_named(set, list + (*list == '+')) : CTL_OK;
}

void ctl_column_help(FILE *f)
{
	size_t i;

	fputs("\nColumns (* by default, + by default unless empty):\n", f);
	for (i = 0; i < ctl_nr_columns; i++)
		fprintf(f, "  %-10s %c %s\n", ctl_columns[i].name,
			!ctl_columns[i].wanted ? ' ' : ctl_columns[i].optional ? '+' : '*',
			ctl_columns[i].help);
}
