// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl show: everything about one meta-node, path or disk, a line for
 * each attribute under the name that sysfs and JSON give it; below a
 * meta-node its paths as list shows them.
 */
#include <stdio.h>

#include "ctl.h"

static const char *const kind_key[CTL_NR_KINDS] = { "node", "path", "disk" };

static void print_attrs(const struct ctl *ctl, struct ctl_object *obj)
{
	const struct ctl_column *col;
	struct ctl_value val;

	for (col = ctl_columns; col < ctl_columns + ctl_nr_columns; col++) {
		if (!col->key[obj->kind])
			continue;
		ctl_column_get(col, ctl, obj, &val);
		if (col->hidden && !val.text)
			continue;
		if (val.text && !*val.text)
			printf("%s\n", col->key[obj->kind]);
		else
			printf("%-21s %s\n", col->key[obj->kind], val.text ? val.text : "-");
	}
	if (obj->kind != CTL_DISK)
		ctl_counts_print(obj);
}

static int print_paths(const struct ctl *ctl, const struct ctl_topo *topo, struct ctl_object *head)
{
	struct ctl_column_set all, paths = { .nr = 0 };
	size_t i;
	int ret;

	if (!head->nr_children)
		return CTL_OK;
	for (i = 0; i < head->nr_children; i++)
		head->children[i]->selected = true;
	ret = ctl_column_select(ctl, topo, &all);
	if (ret)
		return ret;
	for (i = 0; i < all.nr; i++)
		if (all.col[i]->key[CTL_PATH])
			paths.col[paths.nr++] = all.col[i];
	putchar('\n');
	return ctl_table_print(ctl, topo, &paths);
}

static int print_json(struct ctl *ctl, const struct ctl_topo *topo, struct ctl_object *obj)
{
	struct ctl_column_set all;
	struct ctl_json js;
	size_t i;
	int ret;

	ret = ctl_column_select(ctl, topo, &all);
	if (ret)
		return ret;
	ctl_json_begin(&js, stdout);
	ctl_json_string(&js, "kind", kind_key[obj->kind]);
	ctl_json_fields(&js, ctl, &all, obj);
	if (obj->kind != CTL_DISK)
		ctl_counts_json(&js, obj);
	if (obj->kind == CTL_HEAD) {
		ctl_json_open(&js, "paths", '[');
		for (i = 0; i < obj->nr_children; i++) {
			ctl_json_open(&js, NULL, '{');
			ctl_json_fields(&js, ctl, &all, obj->children[i]);
			ctl_counts_json(&js, obj->children[i]);
			ctl_json_close(&js, '}');
		}
		ctl_json_close(&js, ']');
	}
	ctl_json_end(&js);
	return CTL_OK;
}

int ctl_cmd_show(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_object *obj;
	struct ctl_topo topo;
	int ret;

	ret = ctl_topo_read(ctl, &topo);
	if (!ret)
		ret = ctl_topo_find(&topo, argv[0], &obj);
	if (ret)
		goto out_free;
	if (ctl->json) {
		ret = print_json(ctl, &topo, obj);
		goto out_free;
	}
	print_attrs(ctl, obj);
	if (obj->kind == CTL_HEAD)
		ret = print_paths(ctl, &topo, obj);
out_free:
	ctl_topo_free(&topo);
	return ret;
}
