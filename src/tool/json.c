// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: writes JSON. Every document is one object that begins with
 * "version"; it changes when a key goes or changes its meaning, not when one
 * is added. What is not known is null, numbers are numbers, so the output is
 * valid whatever sysfs held.
 */
#include <string.h>

#include "ctl.h"

static void new_item(struct ctl_json *js, const char *key)
{
	if (js->compact)
		fputs(js->first ? "" : ", ", js->f);
	else
		fprintf(js->f, "%s\n%*s", js->first ? "" : ",", 2 * js->depth, "");
	if (key)
		fprintf(js->f, "\"%s\": ", key);
	js->first = false;
}

void ctl_json_open(struct ctl_json *js, const char *key, char bracket)
{
	new_item(js, key);
	fputc(bracket, js->f);
	js->depth++;
	js->first = true;
}

void ctl_json_close(struct ctl_json *js, char bracket)
{
	js->depth--;
	if (!js->first && !js->compact)
		fprintf(js->f, "\n%*s", 2 * js->depth, "");
	fputc(bracket, js->f);
	js->first = false;
}

static void begin(struct ctl_json *js, FILE *f, bool compact)
{
	char version[24];

	js->f = f;
	js->compact = compact;
	js->depth = 1;
	js->first = true;
	fputc('{', f);
	snprintf(version, sizeof(version), "%d", CTL_JSON_VERSION);
	ctl_json_literal(js, "version", version);
}

void ctl_json_begin(struct ctl_json *js, FILE *f)
{
	begin(js, f, false);
}

/* A document on a line of its own, one of a stream. */
void ctl_json_begin_line(struct ctl_json *js, FILE *f)
{
	begin(js, f, true);
}

void ctl_json_end(struct ctl_json *js)
{
	ctl_json_close(js, '}');
	fputc('\n', js->f);
}

/* @value is printable ASCII; what is not there or cannot be read is null. */
void ctl_json_string(struct ctl_json *js, const char *key, const char *value)
{
	new_item(js, key);
	if (!value || value == ctl_unreadable) {
		fputs("null", js->f);
		return;
	}
	fputc('"', js->f);
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			fputc('\\', js->f);
		fputc(*value, js->f);
	}
	fputc('"', js->f);
}

/* A number, true, false or null. */
void ctl_json_literal(struct ctl_json *js, const char *key, const char *literal)
{
	new_item(js, key);
	fputs(literal, js->f);
}

void ctl_json_count(struct ctl_json *js, const char *key, unsigned long long n)
{
	char num[24];

	snprintf(num, sizeof(num), "%llu", n);
	ctl_json_literal(js, key, num);
}

/* An array of numbers, on one line; null if @n is NULL. */
void ctl_json_counts(struct ctl_json *js, const char *key, const unsigned long long *n,
		     size_t nr)
{
	bool compact = js->compact;
	size_t i;

	if (!n) {
		ctl_json_literal(js, key, "null");
		return;
	}
	ctl_json_open(js, key, '[');
	js->compact = true;
	for (i = 0; i < nr; i++)
		ctl_json_count(js, NULL, n[i]);
	ctl_json_close(js, ']');
	js->compact = compact;
}

static const char *bool_literal(const char *num)
{
	if (!strcmp(num, "0"))
		return "false";
	return !strcmp(num, "1") ? "true" : "null";
}

/**
 * ctl_json_fields() - what the columns say of an object, as key and value.
 * @js: inside the object that takes them
 * @ctl: options
 * @set: the columns; those that are not of this kind are passed over
 * @obj: meta-node, path or disk
 */
void ctl_json_fields(struct ctl_json *js, const struct ctl *ctl,
		     const struct ctl_column_set *set, struct ctl_object *obj)
{
	const struct ctl_column *col;
	struct ctl_value val;
	const char *key;
	size_t i;

	for (i = 0; i < set->nr; i++) {
		col = set->col[i];
		key = col->key[obj->kind];
		if (!key)
			continue;
		ctl_column_get(col, ctl, obj, &val);
		if (col->type == CTL_STRING)
			ctl_json_string(js, key, val.text);
		else if (col->type == CTL_BOOL)
			ctl_json_literal(js, key, bool_literal(val.num));
		else
			ctl_json_literal(js, key, val.num[0] ? val.num : "null");
	}
}
