// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl alias: an administrator's own names for logical units. The module
 * has them while the meta-node is there, /etc/vmpath/aliases keeps them; a udev
 * rule applies that file to each meta-node that comes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"
#include "alias.h"

void ctl_cmd_alias_help(FILE *f)
{
	fputs("\nWithout arguments it lists the aliases there are:\n"
	      "  set      the meta-node has it, and the file keeps it\n"
	      "  runtime  the meta-node has it, but the file does not\n"
	      "  not-set  the file has it, but the meta-node does not: see --apply\n"
	      "  absent   the file has it, but the logical unit is not there\n"
	      "Lines of the file: WWID or name, alias; comments begin with #.\n", f);
}

static bool has_alias(struct ctl_object *head, const char *alias)
{
	const char *now = ctl_topo_attr(head, "alias");

	return !strcmp(now ? now : "", alias);
}

/* What kept the module from it, in words. */
static char *write_alias(const struct ctl_topo *topo, struct ctl_object *head, const char *alias)
{
	struct ctl_object *other = ctl_alias_taken(topo, head, alias);
	char *file;
	int ret;

	if (other)
		return ctl_util_printf("'%s' is taken by %s", alias, other->label);
	file = ctl_util_printf("%s/alias", head->dir);
	ret = ctl_sysfs_write(file, alias);
	free(file);
	if (ret == -EEXIST)
		return ctl_util_printf("'%s' is taken by another meta-node", alias);
	return ret ? ctl_util_strdup(strerror(-ret)) : NULL;
}

/* ---- apply ------------------------------------------------------------------ */

/*
 * Two that are to exchange their aliases are in each other's way: take those
 * away first that a line gives to another one.
 */
static bool clear_moved(const struct ctl_alias_file *file, const struct ctl_topo *topo)
{
	const struct ctl_alias_line *line, *wants;
	bool cleared = false;
	size_t i, j;

	for (i = 0; i < file->nr; i++) {
		line = &file->lines[i];
		if (!line->head || line->bad || has_alias(line->head, line->alias) ||
		    has_alias(line->head, ""))
			continue;
		for (j = 0; j < file->nr; j++) {
			wants = &file->lines[j];
			if (wants->head && !wants->bad && has_alias(line->head, wants->alias)) {
				free(write_alias(topo, line->head, ""));
				cleared = true;
				break;
			}
		}
	}
	return cleared;
}

/* Of which bad lines to tell when only one meta-node is asked for, besides its own. */
enum tell {
	TELL_OWN,
	TELL_NOBODYS,	/* those that cannot belong to any */
	TELL_ALL,
};

/*
 * udev asks for one meta-node after the other, and a line with a slip in its key is
 * none's: the first call of a boot that finds bad lines tells of them all.
 */
static enum tell tell_by_udev(const struct ctl *ctl, const struct ctl_alias_file *file)
{
	enum tell tell = TELL_OWN;
	char *dir, *stamp;
	size_t i = 0;
	int fd;

	while (i < file->nr && !file->lines[i].bad)
		i++;
	if (i == file->nr)
		return tell;
	dir = ctl_util_printf("%s/run/vmpath", ctl->sysroot);
	stamp = ctl_util_printf("%s/aliases-told", dir);
	mkdir(dir, 0755);
	fd = open(stamp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	/* rather each time than never */
	if (fd >= 0 || errno != EEXIST)
		tell = TELL_ALL;
	if (fd >= 0)
		close(fd);
	free(stamp);
	free(dir);
	return tell;
}

/* @only: name of the meta-node that it is about, or NULL. */
static int apply_lines(const struct ctl_alias_file *file, const struct ctl_topo *topo,
		       const char *only, enum tell tell)
{
	const struct ctl_alias_line *line;
	int ret = CTL_OK;
	char *why;
	bool own;
	size_t i;

	for (i = 0; i < file->nr; i++) {
		line = &file->lines[i];
		own = !only || (line->head && !strcmp(line->head->name, only));
		if (line->bad) {
			if (own || tell == TELL_ALL || (tell == TELL_NOBODYS && !line->key))
				ctl_alias_complain(file, line, line->bad);
			if (own)
				ret = CTL_FAILED;
			continue;
		}
		if (!own || !line->head || has_alias(line->head, line->alias))
			continue;
		why = write_alias(topo, line->head, line->alias);
		if (!why)
			continue;
		ctl_error("%s:%u: %s: alias not set: %s", file->path, line->nr,
			  line->head->label, why);
		free(why);
		ret = CTL_FAILED;
	}
	return ret;
}

static int apply(const struct ctl *ctl, const char *word)
{
	bool by_udev = getenv("DEVPATH") && getenv("ACTION");
	struct ctl_object *head = NULL;
	struct ctl_alias_file file;
	struct ctl_topo topo;
	char *only = NULL;
	int ret;

	/* udev shows nobody what its programs print */
	if (by_udev && !*ctl->sysroot)
		ctl_error_to_syslog();
	ret = ctl_topo_read(ctl, &topo);
	if (!ret && word)
		ret = ctl_topo_find_head(&topo, word, &head);
	if (head)
		only = ctl_util_strdup(head->name);
	if (ret)
		goto out_free;
	ret = ctl_alias_read(ctl, &file);
	if (!ret) {
		ctl_alias_resolve(&file, &topo);
		if (!only && clear_moved(&file, &topo)) {
			ctl_topo_free(&topo);
			ret = ctl_topo_read(ctl, &topo);
			ctl_alias_resolve(&file, &topo);
		}
	}
	if (!ret)
		ret = apply_lines(&file, &topo, only,
				  by_udev ? tell_by_udev(ctl, &file) : TELL_NOBODYS);
	ctl_alias_free(&file);
out_free:
	ctl_topo_free(&topo);
	free(only);
	return ret;
}

/* ---- set and clear ---------------------------------------------------------- */

/* Only a WWID of printable characters makes a line that can be read again. */
static bool has_key(struct ctl_object *head)
{
	const char *wwid = ctl_topo_attr(head, "wwid");

	return wwid && *wwid && wwid != ctl_unreadable && !strpbrk(wwid, " #\\");
}

static int set_head(const struct ctl *ctl, const struct ctl_topo *topo, struct ctl_object *head,
		    const char *alias)
{
	char *failed = NULL;
	bool changed;
	int ret;

	if (!ctl->runtime && !has_key(head)) {
		ctl_error("%s: alias not set: its WWID cannot be in a file; see --runtime",
			  head->label);
		return CTL_FAILED;
	}
	ret = ctl->runtime ? CTL_OK : ctl_alias_reserved(ctl, topo, head, alias);
	if (ret)
		return ret;
	if (!has_alias(head, alias))
		failed = write_alias(topo, head, alias);
	if (failed) {
		ctl_error("%s: alias not set: %s", head->label, failed);
		free(failed);
		return CTL_FAILED;
	}
	ret = ctl->runtime ? CTL_OK : ctl_alias_edit(ctl, topo, head, NULL, alias, &changed);
	if (ret)
		ctl_error("%s: alias set, but it will not be there after the next boot",
			  head->label);
	return ret;
}

static int set(const struct ctl *ctl, const char *word, const char *alias)
{
	const char *why = ctl_alias_check(alias);
	struct ctl_object *head;
	struct ctl_topo topo;
	int ret;

	if (why) {
		ctl_error("'%s' is no alias: %s", alias, why);
		return CTL_USAGE;
	}
	ret = ctl_topo_read(ctl, &topo);
	if (!ret)
		ret = ctl_topo_find_head(&topo, word, &head);
	if (!ret)
		ret = set_head(ctl, &topo, head, alias);
	ctl_topo_free(&topo);
	return ret;
}

static int clear(const struct ctl *ctl, const char *word)
{
	struct ctl_object *head;
	struct ctl_topo topo;
	char *failed = NULL;
	bool changed = false;
	int ret;

	ret = ctl_topo_read(ctl, &topo);
	if (ret)
		goto out_free;
	head = ctl_topo_lookup_head(&topo, word);
	if (head && !has_alias(head, ""))
		failed = write_alias(&topo, head, "");
	if (failed) {
		ctl_error("%s: alias not cleared: %s", head->label, failed);
		free(failed);
		ret = CTL_FAILED;
		goto out_free;
	}
	/* one that is not there may still be in the file */
	if (!ctl->runtime)
		ret = ctl_alias_edit(ctl, &topo, head, ctl_topo_strip(word), NULL, &changed);
	if (!ret && !head && !changed) {
		ctl_error("%s: no such meta-node, nor is it in the file of aliases", word);
		ret = CTL_NOT_FOUND;
	}
out_free:
	ctl_topo_free(&topo);
	return ret;
}

/* ---- list ------------------------------------------------------------------- */

enum alias_field { F_ALIAS, F_STATE, F_NODE, F_LU, F_NAME, F_LINE };

static const struct ctl_field alias_fields[] = {
	{ "ALIAS", "alias", F_ALIAS, CTL_STRING, 8, true, "the alias" },
	{ "STATE", "state", F_STATE, CTL_STRING, 7, true, "set, runtime, not-set or absent" },
	{ "NODE", "node", F_NODE, CTL_STRING, 6, true, "the meta-node, if it is there" },
	{ "LU", "lu", F_LU, CTL_STRING, 8, true, "WWID or name, as in the file" },
	{ "NAME", "name", F_NAME, CTL_STRING, 8, false, "name of the logical unit" },
	{ "LINE", "line", F_LINE, CTL_NUMBER, 4, false, "line of the file" },
	{ }
};

struct alias_row {
	const struct ctl_alias_line *line;	/* NULL: not in the file */
	struct ctl_object *head;		/* NULL: not there */
};

static void get_field(const struct ctl *ctl, const struct ctl_field *field, void *data,
		      struct ctl_value *val)
{
	const struct alias_row *row = data;

	switch (field->id) {
	case F_ALIAS:
		val->text = row->line ? row->line->alias : ctl_topo_attr(row->head, "alias");
		break;
	case F_STATE:
		val->text = !row->line ? "runtime" : !row->head ? "absent" :
			    has_alias(row->head, row->line->alias) ? "set" : "not-set";
		break;
	case F_NODE:
		val->text = row->head ? row->head->label : NULL;
		break;
	case F_LU:
		val->text = row->line ? row->line->key : ctl_topo_attr(row->head, "wwid");
		break;
	case F_NAME:
		val->text = row->head ? ctl_topo_attr(row->head, "name") : NULL;
		break;
	case F_LINE:
		if (row->line) {
			snprintf(val->num, sizeof(val->num), "%u", row->line->nr);
			val->text = val->num;
		}
		break;
	}
}

static bool in_file(const struct ctl_alias_file *file, const struct ctl_object *head)
{
	size_t i;

	for (i = 0; i < file->nr; i++)
		if (file->lines[i].head == head && !file->lines[i].bad)
			return true;
	return false;
}

static size_t make_rows(const struct ctl_alias_file *file, const struct ctl_topo *topo,
			struct alias_row *rows)
{
	size_t i, nr = 0;

	for (i = 0; i < file->nr; i++) {
		if (file->lines[i].bad)
			ctl_alias_complain(file, &file->lines[i], file->lines[i].bad);
		if (file->lines[i].bad || !file->lines[i].key)
			continue;
		rows[nr].line = &file->lines[i];
		rows[nr++].head = file->lines[i].head;
	}
	for (i = 0; i < topo->nr_heads; i++) {
		if (has_alias(topo->heads[i], "") || in_file(file, topo->heads[i]))
			continue;
		rows[nr].line = NULL;
		rows[nr++].head = topo->heads[i];
	}
	return nr;
}

static int print_rows(const struct ctl *ctl, const struct ctl_alias_file *file,
		      const struct ctl_topo *topo, const struct ctl_grid *grid)
{
	struct alias_row *rows = ctl_util_alloc((file->nr + topo->nr_heads + 1) * sizeof(*rows));
	void **list = ctl_util_alloc((file->nr + topo->nr_heads + 1) * sizeof(*list));
	size_t i, nr = make_rows(file, topo, rows);
	struct ctl_json js;
	int ret = CTL_OK;

	for (i = 0; i < nr; i++)
		list[i] = &rows[i];
	if (ctl->json) {
		ctl_json_begin(&js, stdout);
		ctl_json_open(&js, "aliases", '[');
		for (i = 0; i < nr; i++) {
			ctl_json_open(&js, NULL, '{');
			ctl_grid_json(ctl, grid, get_field, list[i], &js);
			ctl_json_close(&js, '}');
		}
		ctl_json_close(&js, ']');
		ctl_json_end(&js);
	} else if (nr) {
		ret = ctl_grid_print(ctl, grid, get_field, list, nr);
	}
	free(list);
	free(rows);
	return ret;
}

/* The file is worth a look without the module, too. */
static int list(const struct ctl *ctl)
{
	struct ctl_alias_file file;
	struct ctl_topo topo = { .nr_heads = 0 };
	struct ctl_grid grid;
	int ret;

	ret = ctl_grid_select(ctl, alias_fields, &grid);
	if (ret)
		return ret;
	if (ctl_topo_loaded(ctl))
		ret = ctl_topo_read(ctl, &topo);
	if (!ret) {
		ret = ctl_alias_read(ctl, &file);
		ctl_alias_resolve(&file, &topo);
		if (!ret)
			ret = print_rows(ctl, &file, &topo, &grid);
		ctl_alias_free(&file);
	}
	ctl_topo_free(&topo);
	return ret;
}

int ctl_cmd_alias(struct ctl *ctl, int argc, char **argv)
{
	int want = ctl->clear ? 1 : 2;

	if (ctl->apply && ctl->clear) {
		ctl_error("alias: only one of --apply and --clear");
		return CTL_USAGE;
	}
	if (ctl->apply && argc <= 1)
		return apply(ctl, argv[0]);
	if (!ctl->apply && !ctl->clear && !argc)
		return list(ctl);
	if (ctl->apply || argc != want) {
		ctl_error("alias: it takes nothing, NODE ALIAS, --clear NODE or --apply [NODE]");
		return CTL_USAGE;
	}
	return ctl->clear ? clear(ctl, argv[0]) : set(ctl, argv[0], argv[1]);
}
