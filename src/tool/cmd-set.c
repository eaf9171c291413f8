// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl set: changes attributes of a meta-node or path. The whole command
 * line is checked before the first write; what a value may be is for the
 * module to say, only what can be no value at all is refused here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "alias.h"

static const struct settable {
	const char *name;
	enum ctl_kind kind;
	enum ctl_type type;
	const char *values;
} settables[] = {
	{ "iopolicy", CTL_HEAD, CTL_STRING,
	  VMP_NAME_POLICY_RR ", " VMP_NAME_POLICY_QD ", " VMP_NAME_POLICY_SINGLE ", "
	  VMP_NAME_POLICY_CPU " or " VMP_NAME_POLICY_LATENCY },
	{ "no_path_timeout_ms", CTL_HEAD, CTL_NUMBER,
	  "milliseconds that I/O waits for a path; 0 fails at once, -1 waits for ever" },
	{ "delayed_removal_secs", CTL_HEAD, CTL_NUMBER,
	  "seconds that the meta-node stays without any path" },
	{ "path_health_secs", CTL_HEAD, CTL_NUMBER,
	  "seconds; a path that fails so soon after its return is held" },
	{ "path_age_secs", CTL_HEAD, CTL_NUMBER,
	  "seconds for which it is held at first; 0: not at all" },
	{ "check_secs", CTL_HEAD, CTL_NUMBER,
	  "seconds between checks of a path without I/O; 0: none" },
	{ "prefer_secs", CTL_HEAD, CTL_NUMBER,
	  "seconds before the preferred target port group is asked for; 0: never" },
	{ "alias", CTL_HEAD, CTL_STRING, "a name of letters, digits, _ . and -; empty clears it" },
	{ "fast_recovery", CTL_HEAD, CTL_NUMBER,
	  "1: READ and WRITE go as SCSI commands; needs host_cache_none" },
	{ "host_cache_none", CTL_HEAD, CTL_NUMBER,
	  "1: you have seen that the host does not cache these disks" },
	{ "stall_timeout_ms", CTL_HEAD, CTL_NUMBER,
	  "milliseconds after which a path with an old I/O is stalled" },
	{ "weight", CTL_PATH, CTL_NUMBER, "share of the path, 1 to 100; 10 is neutral" },
};

void ctl_cmd_set_help(FILE *f)
{
	size_t i;

	fputs("\nAttributes:\n", f);
	for (i = 0; i < ARRAY_SIZE(settables); i++)
		fprintf(f, "  %-21s %s%s\n", settables[i].name,
			settables[i].kind == CTL_PATH ? "(path) " : "", settables[i].values);
}

static const struct settable *find_settable(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settables); i++)
		if (strlen(settables[i].name) == len && !strncmp(settables[i].name, word, len))
			return &settables[i];
	return NULL;
}

/* A word of the form ATTR=VALUE; @value is left at the value. */
static int parse_word(const char *word, const struct settable **set, const char **value)
{
	const char *eq = strchr(word, '=');
	char num[24];

	if (!eq) {
		ctl_error("set: '%s' is not of the form ATTR=VALUE", word);
		return CTL_USAGE;
	}
	*value = eq + 1;
	*set = find_settable(word, eq - word);
	if (!*set) {
		ctl_error("set: no attribute '%.*s' can be set; see: vmpathctl set --help",
			  (int)(eq - word), word);
		return CTL_USAGE;
	}
	if (((*set)->type == CTL_NUMBER && !ctl_util_number(*value, num, sizeof(num))) ||
	    strchr(*value, '\n')) {
		ctl_error("set: '%s' is no value for %s: %s", *value, (*set)->name,
			  (*set)->values);
		return CTL_USAGE;
	}
	return CTL_OK;
}

/* Two meta-nodes of one name would fight for one link in /dev/vmpath/. */
static int check_alias(const struct ctl_topo *topo, const struct ctl_object *obj, const char *alias)
{
	struct ctl_object *other = ctl_alias_taken(topo, obj, alias);

	if (!other)
		return CTL_OK;
	ctl_error("%s: alias not set: '%s' is taken by %s", obj->label, alias, other->label);
	return CTL_FAILED;
}

static int check_word(const struct ctl_topo *topo, struct ctl_object *obj, const char *word)
{
	const struct settable *set;
	const char *value;
	int ret;

	ret = parse_word(word, &set, &value);
	if (ret)
		return ret;
	if (set->kind != obj->kind) {
		ctl_error("%s: %s belongs to a %s", obj->label, set->name,
			  set->kind == CTL_HEAD ? "meta-node, not to a path or disk" :
						  "path, not to a meta-node or disk");
		return CTL_USAGE;
	}
	if (!ctl_topo_attr(obj, set->name)) {
		ctl_error("%s: %s not set: this version of the module (%s) does not have it",
			  obj->label, set->name,
			  topo->module_version ? topo->module_version : "unknown");
		return CTL_FAILED;
	}
	return strcmp(set->name, "alias") ? CTL_OK : check_alias(topo, obj, value);
}

static int write_word(struct ctl_object *obj, const char *word)
{
	const struct settable *set;
	const char *value;
	char num[24];
	char *path;
	int ret;

	if (parse_word(word, &set, &value))
		return CTL_USAGE;
	/* the kernel would take 010 for eight */
	if (set->type == CTL_NUMBER && ctl_util_number(value, num, sizeof(num)))
		value = num;
	path = ctl_util_printf("%s/%s", obj->dir, set->name);
	ret = ctl_sysfs_write(path, value);
	free(path);
	if (!ret)
		return CTL_OK;
	if (ret == -EINVAL || ret == -ERANGE)
		ctl_error("%s: cannot set %s to '%s': %s; it takes %s", obj->label, set->name,
			  value, strerror(-ret), set->values);
	else
		ctl_error("%s: cannot set %s to '%s': %s", obj->label, set->name, value,
			  strerror(-ret));
	return ret == -ENOENT || ret == -ENODEV ? CTL_NOT_FOUND : CTL_FAILED;
}

int ctl_cmd_set(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_object *obj;
	struct ctl_topo topo;
	int i, ret;

	ret = ctl_topo_read(ctl, &topo);
	if (!ret)
		ret = ctl_topo_find(&topo, argv[0], &obj);
	for (i = 1; !ret && i < argc; i++)
		ret = check_word(&topo, obj, argv[i]);
	for (i = 1; !ret && i < argc; i++) {
		ret = write_word(obj, argv[i]);
		if (ret && i > 1)
			ctl_error("%s: what comes before '%s' has been set", obj->label, argv[i]);
	}
	ctl_topo_free(&topo);
	return ret;
}
