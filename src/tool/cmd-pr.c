// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl pr: who holds an LU, who is registered with it, and which paths of this
 * guest are; in words and as JSON. pr.c asks the array.
 */
#include <stdlib.h>
#include <string.h>

#include "pr.h"

static const char *const own_words[] = {
	[CTL_PR_OTHER] = "another", [CTL_PR_OWN] = "this guest", [CTL_PR_UNSURE] = "?",
};

static const char *const own_json[] = {
	[CTL_PR_OTHER] = "false", [CTL_PR_OWN] = "true", [CTL_PR_UNSURE] = "null",
};

static const struct { const char *name, *text; } accesses[] = {
	[CTL_ACCESS_NONE] = { "none", "none: reads and writes of this guest are conflicts" },
	[CTL_ACCESS_READ] = { "read", "read only: writes of this guest are conflicts" },
	[CTL_ACCESS_ALL] = { "all", "read and write" },
	[CTL_ACCESS_UNKNOWN] = { NULL, "?: it is not known whether this guest is registered" },
};

/* What this guest may do. */
static enum ctl_access access_of(const struct ctl_pr *pr)
{
	u8 type = pr->holder.type;

	if (!pr->holder.held)
		return CTL_ACCESS_ALL;
	if (!pr->own_known || (!ctl_pr_nr_own(pr) && pr->nr_read < pr->nr_told))
		return CTL_ACCESS_UNKNOWN;
	return ctl_prin_access(type, ctl_pr_holds(pr, pr->own_key) && ctl_pr_nr_own(pr),
			       ctl_pr_nr_own(pr));
}

static char *key_text(u64 key)
{
	return ctl_util_printf("0x%016llx", (unsigned long long)key);
}

/* ---- tables -------------------------------------------------------------- */

enum pr_field { F_KEY, F_WHOSE, F_NEXUSES, F_HOLDER, F_PORT, F_PATH, F_INITIATOR };

static const struct ctl_field key_fields[] = {
	{ "KEY", "key", F_KEY, CTL_STRING, 18, true, "registered key" },
	{ "WHOSE", "whose", F_WHOSE, CTL_STRING, 10, true, "this guest's, or another's" },
	{ "HOLDER", "holder", F_HOLDER, CTL_STRING, 6, true, "holds the reservation" },
	{ "NEXUSES", "nr_nexuses", F_NEXUSES, CTL_NUMBER, 7, true, "how many have it" },
	{ }
};

static const struct ctl_field nexus_fields[] = {
	{ "KEY", "key", F_KEY, CTL_STRING, 18, true, "registered key" },
	{ "WHOSE", "whose", F_WHOSE, CTL_STRING, 10, true, "this guest's, or another's" },
	{ "HOLDER", "holder", F_HOLDER, CTL_STRING, 6, true, "holds the reservation" },
	{ "PORT", "target_port", F_PORT, CTL_STRING, 4, true, "relative target port" },
	{ "PATH", "path", F_PATH, CTL_STRING, 4, true, "path of this guest by that port" },
	{ "INITIATOR", "initiator", F_INITIATOR, CTL_STRING, 20, true, "who it is" },
	{ }
};

/* A line of either table. */
struct pr_row {
	const struct ctl_pr *pr;
	u64 key;
	unsigned int nexuses;
	const struct ctl_pr_nexus *nexus;	/* NULL: all that have the key */
};

static bool row_holds(const struct pr_row *row)
{
	return row->nexus ? row->nexus->told.holder : ctl_pr_holds(row->pr, row->key);
}

/* The path of this guest that goes by the nexus' target port, if there is just one. */
static const char *path_of(const struct pr_row *row)
{
	const struct ctl_object *head = row->pr->head, *found = NULL;
	char port[8];
	size_t i;

	if (ctl_pr_own(row->pr, row->key) != CTL_PR_OWN || row->nexus->told.all_ports)
		return NULL;
	snprintf(port, sizeof(port), "%u", row->nexus->told.port);
	for (i = 0; i < head->nr_children; i++) {
		if (!ctl_topo_is(head->children[i], "relative_port", port))
			continue;
		if (found)
			return NULL;
		found = head->children[i];
	}
	return found ? found->label : NULL;
}

static void get_field(const struct ctl *ctl, const struct ctl_field *field, void *data,
		      struct ctl_value *val)
{
	const struct pr_row *row = data;

	val->text = val->buf;
	switch ((enum pr_field)field->id) {
	case F_KEY:
		snprintf(val->buf, sizeof(val->buf), "0x%016llx", (unsigned long long)row->key);
		break;
	case F_WHOSE:
		val->text = own_words[ctl_pr_own(row->pr, row->key)];
		break;
	case F_HOLDER:
		val->text = row_holds(row) ? "yes" : "no";
		break;
	case F_NEXUSES:
		snprintf(val->buf, sizeof(val->buf), "%u", row->nexuses);
		break;
	case F_PORT:
		if (row->nexus->told.all_ports)
			val->text = "all";
		else
			snprintf(val->buf, sizeof(val->buf), "%u", row->nexus->told.port);
		break;
	case F_PATH:
		val->text = path_of(row);
		break;
	case F_INITIATOR:
		val->text = *row->nexus->initiator ? row->nexus->initiator : NULL;
	}
}

/* Each key, or each nexus if the array has told of them. The caller frees it. */
static struct pr_row *make_rows(const struct ctl_pr *pr, size_t *nr)
{
	struct pr_row *rows;
	size_t i;

	*nr = pr->full ? pr->nr_nexuses : pr->nr_keys;
	rows = ctl_util_alloc((*nr + 1) * sizeof(*rows));
	for (i = 0; i < *nr; i++) {
		rows[i].pr = pr;
		if (pr->full) {
			rows[i].nexus = &pr->nexuses[i];
			rows[i].key = pr->nexuses[i].told.key;
		} else {
			rows[i].key = pr->keys[i].key;
			rows[i].nexuses = pr->keys[i].nexuses;
		}
	}
	return rows;
}

static int print_registrations(const struct ctl *ctl, const struct ctl_pr *pr)
{
	struct ctl_grid grid;
	struct pr_row *rows;
	void **lines;
	size_t i, nr;
	int ret = CTL_OK;

	rows = make_rows(pr, &nr);
	lines = ctl_util_alloc((nr + 1) * sizeof(*lines));
	for (i = 0; i < nr; i++)
		lines[i] = &rows[i];
	if (nr) {
		putchar('\n');
		ret = ctl_grid_select(ctl, pr->full ? nexus_fields : key_fields, &grid);
		if (!ret)
			ret = ctl_grid_print(ctl, &grid, get_field, lines, nr);
	}
	free(lines);
	free(rows);
	if (pr->nr_read < pr->nr_told)
		ctl_error("%s: %zu keys are registered, the array has told %zu of them",
			  pr->head->label, pr->nr_told, pr->nr_read);
	return ret;
}

static int print_paths(struct ctl *ctl, const struct ctl_topo *topo, const struct ctl_pr *pr)
{
	struct ctl_column_set set;
	size_t i;
	int ret;

	if (!pr->head->nr_children)
		return CTL_OK;
	for (i = 0; i < pr->head->nr_children; i++)
		pr->head->children[i]->selected = true;
	ctl->columns = "NODE,STATE,PR";
	ret = ctl_column_select(ctl, topo, &set);
	ctl->columns = NULL;
	if (ret)
		return ret;
	putchar('\n');
	return ctl_table_print(ctl, topo, &set);
}

/* ---- words --------------------------------------------------------------- */

static void print_line(const char *name, char *text)
{
	printf("%-12s %s\n", name, text);
	free(text);
}

static char *type_text(u8 type)
{
	const char *name = ctl_prin_type_name(type);

	if (type >> 4)
		return ctl_util_printf("%s (type %u, scope %u)", name ? name : "of no known type",
				       type & 0xf, type >> 4);
	return ctl_util_printf("%s (type %u)", name ? name : "of no known type", type);
}

static char *holder_text(const struct ctl_pr *pr)
{
	char *key = key_text(pr->holder.key), *text;

	if (vmp_pr_all_hold(pr->holder.type))
		text = ctl_util_strdup("all that are registered");
	else if (ctl_pr_own(pr, pr->holder.key) == CTL_PR_UNSURE)
		text = ctl_util_printf("key %s", key);
	else
		text = ctl_util_printf("%s, key %s", own_words[ctl_pr_own(pr, pr->holder.key)],
				       key);
	free(key);
	return text;
}

#define NOTHING_REGISTERED "not known: vmpath has registered nothing since it was loaded"

static char *guest_text(const struct ctl_pr *pr)
{
	char *key, *text;
	size_t nr = ctl_pr_nr_own(pr);

	if (!pr->own_known)
		return ctl_util_strdup(NOTHING_REGISTERED);
	if (!pr->own_key)
		return ctl_util_strdup("not registered");
	key = key_text(pr->own_key);
	if (!nr)
		text = ctl_util_printf("key %s, which the array %s", key,
				       pr->nr_read == pr->nr_told ?
				       "has not: fenced, or lost by the array" : "has not told of");
	else
		text = ctl_util_printf("key %s, registered %zu time%s", key, nr,
				       nr == 1 ? "" : "s");
	free(key);
	return text;
}

static void print_words(const struct ctl_pr *pr)
{
	print_line("node", ctl_util_strdup(pr->head->label));
	print_line("reservation", pr->holder.held ? type_text(pr->holder.type) :
						    ctl_util_strdup("none"));
	if (pr->holder.held)
		print_line("held by", holder_text(pr));
	print_line("this guest", guest_text(pr));
	print_line("access", ctl_util_strdup(accesses[access_of(pr)].text));
	print_line("generation", ctl_util_printf("%u", pr->generation));
}

/* ---- JSON ---------------------------------------------------------------- */

static void json_bool(struct ctl_json *js, const char *key, bool value)
{
	ctl_json_literal(js, key, value ? "true" : "false");
}

/* null for 0, which is no key. */
static void json_key(struct ctl_json *js, const char *name, u64 key)
{
	char *text = key ? key_text(key) : NULL;

	ctl_json_string(js, name, text);
	free(text);
}

static void json_reservation(struct ctl_json *js, const struct ctl_pr *pr)
{
	const struct vmp_pr_holder *holder = &pr->holder;
	bool all = vmp_pr_all_hold(holder->type);

	if (!holder->held) {
		ctl_json_literal(js, "reservation", "null");
		return;
	}
	ctl_json_open(js, "reservation", '{');
	ctl_json_count(js, "type", holder->type & 0xf);
	ctl_json_count(js, "scope", holder->type >> 4);
	ctl_json_string(js, "type_name", ctl_prin_type_name(holder->type));
	json_key(js, "key", all ? 0 : holder->key);
	json_bool(js, "all_registrants", all);
	if (all && pr->own_known)
		json_bool(js, "own", ctl_pr_nr_own(pr));
	else
		ctl_json_literal(js, "own", own_json[ctl_pr_own(pr, holder->key)]);
	ctl_json_close(js, '}');
}

static void json_rows(struct ctl_json *js, const struct ctl_pr *pr)
{
	size_t i;

	ctl_json_open(js, "keys", '[');
	for (i = 0; i < pr->nr_keys; i++) {
		ctl_json_open(js, NULL, '{');
		json_key(js, "key", pr->keys[i].key);
		ctl_json_literal(js, "own", own_json[ctl_pr_own(pr, pr->keys[i].key)]);
		json_bool(js, "holder", ctl_pr_holds(pr, pr->keys[i].key));
		ctl_json_count(js, "nr_nexuses", pr->keys[i].nexuses);
		ctl_json_close(js, '}');
	}
	ctl_json_close(js, ']');
}

static void json_nexuses(struct ctl_json *js, const struct ctl_pr *pr)
{
	struct pr_row row = { .pr = pr };
	size_t i;

	if (!pr->full) {
		ctl_json_literal(js, "nexuses", "null");
		return;
	}
	ctl_json_open(js, "nexuses", '[');
	for (i = 0; i < pr->nr_nexuses; i++) {
		row.nexus = &pr->nexuses[i];
		row.key = row.nexus->told.key;
		ctl_json_open(js, NULL, '{');
		json_key(js, "key", row.key);
		ctl_json_literal(js, "own", own_json[ctl_pr_own(pr, row.key)]);
		json_bool(js, "holder", row.nexus->told.holder);
		if (row.nexus->told.all_ports)
			ctl_json_literal(js, "target_port", "null");
		else
			ctl_json_count(js, "target_port", row.nexus->told.port);
		json_bool(js, "all_target_ports", row.nexus->told.all_ports);
		ctl_json_string(js, "path", path_of(&row));
		ctl_json_string(js, "initiator",
				*row.nexus->initiator ? row.nexus->initiator : NULL);
		ctl_json_close(js, '}');
	}
	ctl_json_close(js, ']');
}

static int print_json(const struct ctl_pr *pr)
{
	struct ctl_object *path;
	struct ctl_json js;
	size_t i;

	ctl_json_begin(&js, stdout);
	ctl_json_string(&js, "node", pr->head->label);
	json_reservation(&js, pr);
	json_key(&js, "pr_key", pr->own_key);
	ctl_json_count(&js, "nr_registered", ctl_pr_nr_own(pr));
	ctl_json_string(&js, "access", accesses[access_of(pr)].name);
	ctl_json_count(&js, "generation", pr->generation);
	ctl_json_count(&js, "nr_keys", pr->nr_told);
	json_rows(&js, pr);
	json_nexuses(&js, pr);
	ctl_json_open(&js, "paths", '[');
	for (i = 0; i < pr->head->nr_children; i++) {
		path = pr->head->children[i];
		ctl_json_open(&js, NULL, '{');
		ctl_json_string(&js, "path", path->label);
		ctl_json_string(&js, "state", ctl_topo_attr(path, "state"));
		ctl_json_string(&js, "pr_state", ctl_topo_attr(path, "pr_state"));
		ctl_json_close(&js, '}');
	}
	ctl_json_close(&js, ']');
	ctl_json_end(&js);
	return CTL_OK;
}

int ctl_cmd_pr(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_object *head;
	struct ctl_topo topo;
	struct ctl_pr pr;
	int ret;

	ret = ctl_topo_read(ctl, &topo);
	if (!ret)
		ret = ctl_topo_find_head(&topo, argv[0], &head);
	if (ret)
		goto out_topo;
	ret = ctl_pr_read(ctl, head, &pr);
	if (ret)
		goto out_free;
	if (ctl->json) {
		ret = print_json(&pr);
		goto out_free;
	}
	print_words(&pr);
	ret = print_registrations(ctl, &pr);
	if (!ret)
		ret = print_paths(ctl, &topo, &pr);
out_free:
	ctl_pr_free(&pr);
out_topo:
	ctl_topo_free(&topo);
	return ret;
}
