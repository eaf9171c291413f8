// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl list: meta-nodes and their paths, and on demand the disks that
 * are not claimed with the reason why: what there is, what state it is in,
 * and where to look next.
 */
#include <libsmartcols/libsmartcols.h>
#include <string.h>

#include "ctl.h"

static void select_head(struct ctl_object *head)
{
	size_t i;

	head->selected = true;
	for (i = 0; i < head->nr_children; i++)
		head->children[i]->selected = true;
}

static int select_named(const struct ctl_topo *topo, int argc, char **argv)
{
	struct ctl_object *obj;
	int i, ret;

	for (i = 0; i < argc; i++) {
		ret = ctl_topo_find(topo, argv[i], &obj);
		if (ret)
			return ret;
		if (obj->kind == CTL_PATH)
			obj->parent->selected = true;
		if (obj->kind == CTL_HEAD)
			select_head(obj);
		else
			obj->selected = true;
	}
	return CTL_OK;
}

static void select_all(const struct ctl *ctl, const struct ctl_topo *topo)
{
	size_t i;

	for (i = 0; i < topo->nr_heads; i++)
		select_head(topo->heads[i]);
	/* A disk that is a path stands below its meta-node already. */
	for (i = 0; ctl->disks && i < topo->nr_disks; i++)
		topo->disks[i]->selected = !topo->disks[i]->path;
}

static void print_json(const struct ctl *ctl, const struct ctl_topo *topo,
		       const struct ctl_column_set *set)
{
	struct ctl_object *obj;
	struct ctl_json js;
	size_t i, p;

	ctl_json_begin(&js, stdout);
	ctl_json_string(&js, "module_version", topo->module_version);
	ctl_json_open(&js, "nodes", '[');
	for (i = 0; i < topo->nr_heads; i++) {
		obj = topo->heads[i];
		if (!obj->selected)
			continue;
		ctl_json_open(&js, NULL, '{');
		ctl_json_fields(&js, ctl, set, obj);
		ctl_json_open(&js, "paths", '[');
		for (p = 0; p < obj->nr_children; p++) {
			if (!obj->children[p]->selected)
				continue;
			ctl_json_open(&js, NULL, '{');
			ctl_json_fields(&js, ctl, set, obj->children[p]);
			ctl_json_close(&js, '}');
		}
		ctl_json_close(&js, ']');
		ctl_json_close(&js, '}');
	}
	ctl_json_close(&js, ']');
	ctl_json_open(&js, "disks", '[');
	for (i = 0; i < topo->nr_disks; i++) {
		if (!topo->disks[i]->selected)
			continue;
		ctl_json_open(&js, NULL, '{');
		ctl_json_fields(&js, ctl, set, topo->disks[i]);
		ctl_json_close(&js, '}');
	}
	ctl_json_close(&js, ']');
	ctl_json_end(&js);
}

/* Somebody looks for a disk that is not there: say where it may be. */
static void hint_if_empty(const struct ctl *ctl, const struct ctl_topo *topo)
{
	if (topo->nr_heads)
		return;
	if (topo->nr_disks && !ctl->disks)
		fprintf(stderr, "no meta-nodes; none of %zu disk(s) is claimed, see: %s\n",
			topo->nr_disks, "vmpathctl list --disks");
	else if (!topo->nr_disks)
		fputs("no meta-nodes: vmpath has seen no virtio-scsi or virtio-blk disk\n", stderr);
}

static int print_table(const struct ctl *ctl, const struct ctl_topo *topo,
		       const struct ctl_column_set *set)
{
	size_t i;

	for (i = 0; i < topo->nr_heads; i++)
		if (topo->heads[i]->selected)
			return ctl_table_print(ctl, topo, set);
	for (i = 0; i < topo->nr_disks; i++)
		if (topo->disks[i]->selected)
			return ctl_table_print(ctl, topo, set);
	hint_if_empty(ctl, topo);
	return CTL_OK;
}

int ctl_cmd_list(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_column_set set;
	struct ctl_topo topo;
	int ret;

	ret = ctl_topo_read(ctl, &topo);
	if (ret)
		goto out_free;
	if (argc)
		ret = select_named(&topo, argc, argv);
	else
		select_all(ctl, &topo);
	if (ret)
		goto out_free;
	ret = ctl_column_select(ctl, &topo, &set);
	if (ret)
		goto out_free;
	if (ctl->json)
		print_json(ctl, &topo, &set);
	else
		ret = print_table(ctl, &topo, &set);
out_free:
	ctl_topo_free(&topo);
	return ret;
}
