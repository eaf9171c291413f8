// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: objects as a table, the paths of a meta-node as a tree below it,
 * drawn by libsmartcols. An attribute that does not exist is shown as "-",
 * one that makes no sense for this kind of object as nothing.
 */
#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"

/**
 * ctl_table_color() - the colour of a state.
 * @state: of a meta-node or path, or a verdict
 *
 * Return: name of the colour: green is well, yellow is worth a look, red needs
 * somebody; NULL for none.
 */
const char *ctl_table_color(const char *state)
{
	static const struct { const char *state, *color; } colors[] = {
		{ VMP_NAME_HEAD_OPTIMAL, "green" },
		{ VMP_NAME_HEAD_DEGRADED, "yellow" },
		{ VMP_NAME_HEAD_NO_PATH, "red" },
		{ VMP_NAME_PATH_LIVE, "green" },
		{ VMP_NAME_PATH_STANDBY, "green" },
		{ VMP_NAME_PATH_PROBING, "yellow" },
		{ VMP_NAME_PATH_STALLED, "red" },
		{ VMP_NAME_PATH_FAILED, "red" },
		{ VMP_NAME_PATH_HELD, "red" },
		{ VMP_NAME_PATH_MISMATCH, "red" },
		{ VMP_NAME_PATH_DISABLED, "yellow" },
		{ VMP_NAME_PATH_REMOVING, "yellow" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(colors); i++)
		if (!strcmp(colors[i].state, state))
			return colors[i].color;
	return NULL;
}

/* https://no-color.org: NO_COLOR, when not empty, beats everything but an option. */
bool ctl_table_use_color(const struct ctl *ctl)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (ctl->color >= 0)
		return ctl->color;
	if ((no_color && *no_color) || !term || !strcmp(term, "dumb"))
		return false;
	return isatty(STDOUT_FILENO);
}

static int fill_line(const struct ctl *ctl, const struct ctl_column_set *set,
		     struct libscols_line *line, struct ctl_object *obj)
{
	const struct ctl_column *col;
	struct ctl_value val;
	const char *color;
	size_t i;

	for (i = 0; i < set->nr; i++) {
		col = set->col[i];
		if (!col->key[obj->kind])
			continue;
		ctl_column_get(col, ctl, obj, &val);
		if (scols_line_set_data(line, i, val.text ? val.text : "-"))
			return -ENOMEM;
		if (!val.text || strcmp(col->name, "STATE"))
			continue;
		color = ctl_table_color(val.text);
		if (color && scols_cell_set_color(scols_line_get_cell(line, i), color))
			return -ENOMEM;
	}
	return 0;
}

static struct libscols_line *add_line(const struct ctl *ctl, const struct ctl_column_set *set,
				      struct libscols_table *tb, struct libscols_line *parent,
				      struct ctl_object *obj)
{
	struct libscols_line *line = scols_table_new_line(tb, parent);

	return line && !fill_line(ctl, set, line, obj) ? line : NULL;
}

static int add_objects(const struct ctl *ctl, const struct ctl_topo *topo,
		       const struct ctl_column_set *set, struct libscols_table *tb)
{
	struct libscols_line *line;
	struct ctl_object *obj;
	size_t i, p;

	for (i = 0; i < topo->nr_heads; i++) {
		obj = topo->heads[i];
		line = NULL;
		if (obj->selected) {
			line = add_line(ctl, set, tb, NULL, obj);
			if (!line)
				return -ENOMEM;
		}
		for (p = 0; p < obj->nr_children; p++)
			if (obj->children[p]->selected &&
			    !add_line(ctl, set, tb, line, obj->children[p]))
				return -ENOMEM;
	}
	for (i = 0; i < topo->nr_disks; i++)
		if (topo->disks[i]->selected && !add_line(ctl, set, tb, NULL, topo->disks[i]))
			return -ENOMEM;
	return 0;
}

static int add_columns(const struct ctl *ctl, struct libscols_table *tb,
		       const struct ctl_column_set *set)
{
	/* Programs read these: they want names, not a drawing. */
	int no_flags = ctl->raw || ctl->pairs ? SCOLS_FL_TREE : 0;
	const struct ctl_column *col;
	size_t i;

	for (i = 0; i < set->nr; i++) {
		col = set->col[i];
		if (!scols_table_new_column(tb, col->name, col->width, col->flags & ~no_flags))
			return -ENOMEM;
	}
	return 0;
}

/**
 * ctl_table_print() - print the objects that are selected.
 * @ctl: options
 * @topo: the objects
 * @set: the columns
 *
 * Return: CTL_OK, or CTL_FAILED with a message.
 */
int ctl_table_print(const struct ctl *ctl, const struct ctl_topo *topo,
		    const struct ctl_column_set *set)
{
	struct libscols_table *tb;
	int ret;

	scols_init_debug(0);
	tb = scols_new_table();
	ret = tb ? add_columns(ctl, tb, set) : -ENOMEM;
	if (!ret) {
		/* Values are printable ASCII already; encoded again they would differ. */
		scols_table_enable_noencoding(tb, 1);
		scols_table_enable_noheadings(tb, ctl->noheadings);
		scols_table_enable_ascii(tb, ctl->ascii);
		scols_table_enable_raw(tb, ctl->raw);
		scols_table_enable_export(tb, ctl->pairs);
		scols_table_enable_colors(tb, ctl_table_use_color(ctl));
		ret = add_objects(ctl, topo, set, tb);
	}
	if (!ret)
		ret = scols_print_table(tb);
	scols_unref_table(tb);
	if (!ret)
		return CTL_OK;
	ctl_error("cannot print the table: %s", strerror(-ret));
	return CTL_FAILED;
}
