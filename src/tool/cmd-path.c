// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl disable, enable, probe: the administrator's hand on single paths.
 * disable looks first at what would be left. The module is asked to do the
 * work; whether it has, its answer and the path's state tell.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

typedef int path_action(const struct ctl *ctl, struct ctl_object *path);

static int write_path(struct ctl_object *path, const char *attr, const char *value,
		      const char *verb)
{
	char *file = ctl_util_printf("%s/%s", path->dir, attr);
	int ret = ctl_sysfs_write(file, value);

	free(file);
	if (!ret)
		return CTL_OK;
	if (ret == -ENODEV || (ret == -ENOENT && !ctl_sysfs_is_dir(path->dir))) {
		ctl_error("%s: not %s: the path has just gone away", path->label, verb);
		return CTL_NOT_FOUND;
	}
	ctl_error("%s: not %s: %s", path->label, verb, strerror(-ret));
	return CTL_FAILED;
}

/* "sdb: failed, sdc: disabled": why the others are no help. */
static char *describe_others(const struct ctl_object *path)
{
	struct ctl_object *head = path->parent, *other;
	char *all = ctl_util_strdup(""), *longer;
	const char *state;
	size_t i;

	for (i = 0; i < head->nr_children; i++) {
		other = head->children[i];
		if (other == path)
			continue;
		state = ctl_topo_attr(other, "state");
		longer = ctl_util_printf("%s%s%s: %s", all, *all ? ", " : "", other->label,
					 state ? state : "gone");
		free(all);
		all = longer;
	}
	return all;
}

/* What becomes of I/O when there is no path. */
static char *describe_no_path(struct ctl_object *head)
{
	const char *ms = ctl_topo_attr(head, "no_path_timeout_ms");

	if (!ms || ms == ctl_unreadable)
		return ctl_util_strdup("then waits and may fail");
	if (!strcmp(ms, "0"))
		return ctl_util_strdup("then fails at once");
	if (*ms == '-')
		return ctl_util_strdup("then waits until a path is back");
	return ctl_util_printf("then waits %s ms for a path and fails", ms);
}

/*
 * A path that is no path for I/O anyway may go; so may one that another can
 * stand in for. A failed path that is the last hope is treated as the last.
 */
static bool may_disable(struct ctl_object *path)
{
	struct ctl_object *head = path->parent;
	size_t i;

	if (ctl_topo_is(path, "state", VMP_NAME_PATH_MISMATCH) ||
	    ctl_topo_is(path, "state", VMP_NAME_PATH_DISABLED) ||
	    ctl_topo_is(path, "state", VMP_NAME_PATH_REMOVING))
		return true;
	for (i = 0; i < head->nr_children; i++)
		if (head->children[i] != path && ctl_topo_usable(head->children[i]))
			return true;
	return false;
}

static int disable_path(const struct ctl *ctl, struct ctl_object *path)
{
	const char *head = path->parent->label;
	char *others, *fate;

	if (ctl->force || may_disable(path))
		return write_path(path, "disable", "1", "disabled");

	others = describe_others(path);
	fate = describe_no_path(path->parent);
	ctl_error("%s: not disabled: %s would have no usable path left%s%s%s; %s: I/O on %s %s",
		  path->label, head, *others ? " (" : "", others, *others ? ")" : "",
		  "bring another path back first (vmpathctl enable, probe), or use --force",
		  head, fate);
	free(fate);
	free(others);
	return CTL_FAILED;
}

static int enable_path(const struct ctl *ctl, struct ctl_object *path)
{
	return write_path(path, "disable", "0", "enabled");
}

static int probe_path(const struct ctl *ctl, struct ctl_object *path)
{
	return write_path(path, "probe", "1", "probed");
}

/*
 * All words must be paths, else nothing is done. Then each is looked up in a
 * fresh reading: after one path is disabled the next may be the last. Stops
 * at the first that fails.
 */
static int act_on_paths(const struct ctl *ctl, int argc, char **argv, path_action *act)
{
	struct ctl_object *path;
	struct ctl_topo topo;
	int i, ret;

	ret = ctl_topo_read(ctl, &topo);
	for (i = 0; !ret && i < argc; i++)
		ret = ctl_topo_find_path(&topo, argv[i], &path);
	ctl_topo_free(&topo);

	for (i = 0; !ret && i < argc; i++) {
		ret = ctl_topo_read(ctl, &topo);
		if (!ret)
			ret = ctl_topo_find_path(&topo, argv[i], &path);
		if (!ret)
			ret = act(ctl, path);
		ctl_topo_free(&topo);
	}
	return ret;
}

int ctl_cmd_disable(struct ctl *ctl, int argc, char **argv)
{
	return act_on_paths(ctl, argc, argv, disable_path);
}

int ctl_cmd_enable(struct ctl *ctl, int argc, char **argv)
{
	return act_on_paths(ctl, argc, argv, enable_path);
}

int ctl_cmd_probe(struct ctl *ctl, int argc, char **argv)
{
	return act_on_paths(ctl, argc, argv, probe_path);
}
