// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: plain tables of text, for what is no meta-node, path or disk.
 * Columns are described by a table of struct ctl_field; -o picks from it,
 * JSON takes its keys and types.
 */
#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <string.h>
#include <strings.h>

#include "ctl.h"

/**
 * ctl_grid_select() - the fields that the options ask for.
 * @ctl: options
 * @fields: all there are, ended by one without a name
 * @grid: gets those that are wanted, in order
 *
 * Return: CTL_OK, or CTL_USAGE with a message.
 */
int ctl_grid_select(const struct ctl *ctl, const struct ctl_field *fields, struct ctl_grid *grid)
{
	const char *word = ctl->columns;
	const struct ctl_field *field;
	bool all = ctl->all_columns || (ctl->json && !word);
	bool add = !word || *word == '+';
	size_t len;

	memset(grid, 0, sizeof(*grid));
	for (field = fields; field->name; field++)
		if (all || (add && field->wanted))
			grid->col[grid->nr++] = field;
	if (word && *word == '+')
		word++;
	for (; word; word = word[len] ? word + len + 1 : NULL) {
		len = strcspn(word, ",");
		for (field = fields; field->name; field++)
			if (ctl_column_same_name(field->name, word, len))
				break;
		if (!field->name) {
			ctl_error("no such column: '%.*s'; vmpathctl %s --help names them",
				  (int)len, word, ctl->cmd->name);
			return CTL_USAGE;
		}
		if (grid->nr < CTL_MAX_COLUMNS)
			grid->col[grid->nr++] = field;
	}
	return CTL_OK;
}

void ctl_grid_help(const struct ctl_field *fields, FILE *f)
{
	fputs("\nColumns (* by default):\n", f);
	for (; fields->name; fields++)
		fprintf(f, "  %-10s %c %s\n", fields->name, fields->wanted ? '*' : ' ',
			fields->help);
}

static int fill(const struct ctl *ctl, struct libscols_table *tb, const struct ctl_grid *grid,
		ctl_grid_get *get, void *const *rows, size_t nr)
{
	struct libscols_line *line;
	struct ctl_value val;
	const struct ctl_field *field;
	size_t i, c;

	for (c = 0; c < grid->nr; c++) {
		field = grid->col[c];
		if (!scols_table_new_column(tb, field->name, field->width,
					    field->type == CTL_STRING ? 0 : SCOLS_FL_RIGHT))
			return -ENOMEM;
	}
	for (i = 0; i < nr; i++) {
		line = scols_table_new_line(tb, NULL);
		if (!line)
			return -ENOMEM;
		for (c = 0; c < grid->nr; c++) {
			memset(&val, 0, sizeof(val));
			get(ctl, grid->col[c], rows[i], &val);
			if (scols_line_set_data(line, c, val.text ? val.text : "-"))
				return -ENOMEM;
		}
	}
	return 0;
}

/**
 * ctl_grid_print() - print rows as a table.
 * @ctl: options
 * @grid: the columns
 * @get: what a field says of a row
 * @rows: the rows
 * @nr: how many
 *
 * Return: CTL_OK, or CTL_FAILED with a message.
 */
int ctl_grid_print(const struct ctl *ctl, const struct ctl_grid *grid, ctl_grid_get *get,
		   void *const *rows, size_t nr)
{
	struct libscols_table *tb;
	int ret;

	scols_init_debug(0);
	tb = scols_new_table();
	ret = tb ? fill(ctl, tb, grid, get, rows, nr) : -ENOMEM;
	if (!ret) {
		scols_table_enable_noencoding(tb, 1);
		scols_table_enable_noheadings(tb, ctl->noheadings);
		scols_table_enable_raw(tb, ctl->raw);
		scols_table_enable_export(tb, ctl->pairs);
		ret = scols_print_table(tb);
	}
	scols_unref_table(tb);
	if (!ret)
		return CTL_OK;
	ctl_error("cannot print the table: %s", strerror(-ret));
	return CTL_FAILED;
}

/* One row as the members of the object that is open. */
void ctl_grid_json(const struct ctl *ctl, const struct ctl_grid *grid, ctl_grid_get *get,
		   void *row, struct ctl_json *js)
{
	const struct ctl_field *field;
	struct ctl_value val;
	size_t c;

	for (c = 0; c < grid->nr; c++) {
		field = grid->col[c];
		memset(&val, 0, sizeof(val));
		get(ctl, field, row, &val);
		if (field->type == CTL_STRING)
			ctl_json_string(js, field->key, val.text);
		else
			ctl_json_literal(js, field->key, val.num[0] ? val.num : "null");
	}
}
