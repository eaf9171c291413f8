// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: the file of aliases, /etc/vmpath/aliases: on each line the WWID or
 * name of a logical unit and its alias, '#' begins a comment. A line that is
 * wrong spoils no other. An edit changes the lines of one logical unit and
 * leaves all others as they are, to the byte.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"
#include "alias.h"

#define ALIAS_DIR	"etc/vmpath"
#define ALIAS_FILE	ALIAS_DIR "/aliases"
#define ALIAS_HEADING	"# WWID or name of a logical unit, and its alias; see vmpathctl(8)\n"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static bool is_partition(const char *alias)
{
	const char *part = strstr(alias, "-part"), *next;

	while (part && (next = strstr(part + 1, "-part")))
		part = next;
	return part && part[5] && !part[5 + strspn(part + 5, "0123456789")];
}

/**
 * ctl_alias_check() - can this be an alias at all?
 * @alias: what the administrator gave
 *
 * Return: NULL, or why it cannot.
 */
const char *ctl_alias_check(const char *alias)
{
	const char *p;

	if (!*alias)
		return "it is empty";
	if (strlen(alias) > CTL_ALIAS_MAX)
		return "it has more than 63 characters";
	for (p = alias; *p; p++)
		if (!isascii((unsigned char)*p) ||
		    (!isalnum((unsigned char)*p) && !strchr("_.-", *p)))
			return "only letters, digits, _ . and - can be in it";
	if (!isalnum((unsigned char)*alias))
		return "it does not begin with a letter or digit";
	if (ctl_topo_is_node(alias))
		return "it would look like a meta-node itself";
	if (is_partition(alias))
		return "it would look like a partition";
	return NULL;
}

/* The other meta-node that goes by this name, or NULL. */
struct ctl_object *ctl_alias_taken(const struct ctl_topo *topo, const struct ctl_object *head,
				   const char *alias)
{
	struct ctl_object *other;
	size_t i;

	for (i = 0; *alias && i < topo->nr_heads; i++) {
		other = topo->heads[i];
		if (other != head && (ctl_topo_is(other, "alias", alias) ||
				      ctl_topo_is(other, "name", alias) ||
				      !strcmp(other->name, alias)))
			return other;
	}
	return NULL;
}

/* The next word from *@at on, before the end of the line or a comment; NULL: none. */
static char *next_word(const char *text, size_t *at, size_t end)
{
	size_t start;

	while (*at < end && is_blank(text[*at]))
		++*at;
	if (*at == end || text[*at] == '#')
		return NULL;
	for (start = *at; *at < end && !is_blank(text[*at]);)
		++*at;
	return ctl_util_clean(text + start, *at - start);
}

static void set_bad(struct ctl_alias_line *line, char *why)
{
	if (line->bad)
		free(why);
	else
		line->bad = why;
}

/* Words as they are cleaned: one with a strange byte in it has a backslash. */
static void check_words(struct ctl_alias_line *line, const char *extra)
{
	const char *why;

	if (strchr(line->key, '\\')) {
		set_bad(line, ctl_util_printf("'%s' has bytes that are in no WWID", line->key));
		free(line->key);
		line->key = NULL;
	} else if (ctl_topo_is_node(line->key)) {
		set_bad(line, ctl_util_printf("'%s' may be another one after the next boot: %s",
					      line->key, "use its WWID or name"));
	} else if (!line->alias) {
		set_bad(line, ctl_util_printf("no alias for '%s'", line->key));
	} else if (extra) {
		set_bad(line, ctl_util_printf("'%s' behind the alias; comments have a #", extra));
	} else {
		why = ctl_alias_check(line->alias);
		if (why)
			set_bad(line, ctl_util_printf("'%s' is no alias: %s", line->alias, why));
	}
}

static void parse_line(const char *text, struct ctl_alias_line *line)
{
	size_t end = line->end, at = line->start;
	char *extra = NULL;

	if (end > at && text[end - 1] == '\n')
		end--;
	line->key = next_word(text, &at, end);
	line->alias = line->key ? next_word(text, &at, end) : NULL;
	if (line->alias)
		extra = next_word(text, &at, end);
	if (line->key)
		check_words(line, extra);
	while (!extra && at < end && is_blank(text[at]))
		at++;
	line->comment = !extra && at < end && text[at] == '#' ? at : line->end;
	free(extra);
}

static void find_duplicates(struct ctl_alias_file *file)
{
	struct ctl_alias_line *line, *before;
	size_t i, j;

	for (i = 0; i < file->nr; i++) {
		line = &file->lines[i];
		for (j = 0; line->key && !line->bad && j < i; j++) {
			before = &file->lines[j];
			if (!before->key || before->bad)
				continue;
			if (!strcmp(before->key, line->key))
				set_bad(line, ctl_util_printf("line %u is about '%s' already",
							      before->nr, line->key));
			else if (!strcmp(before->alias, line->alias))
				set_bad(line, ctl_util_printf("line %u has the alias '%s' already",
							      before->nr, line->alias));
		}
	}
}

/**
 * ctl_alias_read() - read the file of aliases.
 * @ctl: where it is
 * @file: filled in; ctl_alias_free() it, on failure too. No file is no line
 *
 * Return: CTL_OK, or CTL_FAILED with a message.
 */
int ctl_alias_read(const struct ctl *ctl, struct ctl_alias_file *file)
{
	struct ctl_alias_line *line;
	const char *newline;
	size_t at = 0;
	int ret;

	memset(file, 0, sizeof(*file));
	file->path = ctl_util_printf("%s/" ALIAS_FILE, ctl->sysroot);
	ret = ctl_file_read(file->path, &file->text, &file->len);
	if (ret && ret != -ENOENT) {
		ctl_error("%s: cannot be read: %s", file->path, ret == -EINVAL ?
			  "not a regular file" : strerror(-ret));
		return CTL_FAILED;
	}
	while (at < file->len) {
		file->lines = ctl_util_grow(file->lines, file->nr, sizeof(*line));
		line = &file->lines[file->nr];
		memset(line, 0, sizeof(*line));
		line->nr = ++file->nr;
		line->start = at;
		newline = memchr(file->text + at, '\n', file->len - at);
		at = newline ? (size_t)(newline - file->text) + 1 : file->len;
		line->end = at;
		parse_line(file->text, line);
	}
	find_duplicates(file);
	return CTL_OK;
}

void ctl_alias_free(struct ctl_alias_file *file)
{
	struct ctl_alias_line *line;

	while (file->nr) {
		line = &file->lines[--file->nr];
		free(line->key);
		free(line->alias);
		free(line->bad);
	}
	free(file->lines);
	free(file->text);
	free(file->path);
}

static struct ctl_object *head_of_key(const struct ctl_topo *topo, const char *key)
{
	char *wwid = ctl_topo_wwid(key);
	struct ctl_object *head = NULL;
	size_t i;

	for (i = 0; !head && i < topo->nr_heads; i++)
		if (ctl_topo_is(topo->heads[i], "wwid", key) ||
		    ctl_topo_is(topo->heads[i], "name", key) ||
		    (wwid && ctl_topo_is(topo->heads[i], "wwid", wwid)))
			head = topo->heads[i];
	free(wwid);
	return head;
}

/**
 * ctl_alias_resolve() - which lines are about which meta-nodes?
 * @file: the file
 * @topo: what there is
 *
 * A logical unit may be in the file by its WWID and by its name: the first
 * line counts.
 */
void ctl_alias_resolve(struct ctl_alias_file *file, const struct ctl_topo *topo)
{
	struct ctl_alias_line *line, *before;
	size_t i, j;

	for (i = 0; i < file->nr; i++) {
		line = &file->lines[i];
		line->head = line->key ? head_of_key(topo, line->key) : NULL;
		for (j = 0; line->head && !line->bad && j < i; j++) {
			before = &file->lines[j];
			if (before->head == line->head && !before->bad)
				set_bad(line, ctl_util_printf("line %u is about %s already",
							      before->nr, line->head->label));
		}
	}
}

void ctl_alias_complain(const struct ctl_alias_file *file, const struct ctl_alias_line *line,
			const char *why)
{
	ctl_error("%s:%u: %s; the line is skipped", file->path, line->nr, why);
}

/* ---- edit ------------------------------------------------------------------- */

/* Is it a line of this logical unit, or, if that is not there, of that word? */
static bool is_ours(const struct ctl_alias_line *line, const struct ctl_object *head,
		    const char *word)
{
	if (!line->key)
		return false;
	if (head)
		return line->head == head;
	return !strcmp(line->key, word) || (line->alias && !strcmp(line->alias, word));
}

/* The text with the lines of @head replaced by one, or by none. */
static bool edit_text(const struct ctl_alias_file *file, struct ctl_object *head,
		      const char *word, const char *alias, FILE *f)
{
	const struct ctl_alias_line *line;
	bool found = false, done = !alias;
	size_t i;

	for (i = 0; i < file->nr; i++) {
		line = &file->lines[i];
		if (!is_ours(line, head, word)) {
			fwrite(file->text + line->start, 1, line->end - line->start, f);
			continue;
		}
		found = true;
		if (done)
			continue;
		fprintf(f, "%s %s", ctl_topo_attr(head, "wwid"), alias);
		if (line->comment < line->end)
			fprintf(f, " %.*s", (int)(line->end - line->comment),
				file->text + line->comment);
		if (line->comment == line->end || file->text[line->end - 1] != '\n')
			fputc('\n', f);
		done = true;
	}
	if (done)
		return found;
	if (!file->len)
		fputs(ALIAS_HEADING, f);
	else if (file->text[file->len - 1] != '\n')
		fputc('\n', f);
	fprintf(f, "%s %s\n", ctl_topo_attr(head, "wwid"), alias);
	return true;
}

/* Does the file have it just so already? */
static bool is_kept(const struct ctl_alias_file *file, const struct ctl_object *head,
		    const char *alias)
{
	const struct ctl_alias_line *line;
	size_t i, ours = 0, same = 0;

	for (i = 0; alias && i < file->nr; i++) {
		line = &file->lines[i];
		ours += is_ours(line, head, "");
		same += is_ours(line, head, "") && !line->bad && !strcmp(line->alias, alias);
	}
	return ours == 1 && same == 1;
}

static int edit_locked(const struct ctl *ctl, const struct ctl_topo *topo,
		       struct ctl_object *head, const char *word, const char *alias, bool *changed)
{
	struct ctl_alias_file file;
	char *text = NULL;
	size_t len = 0;
	int ret, err;
	FILE *f;

	ret = ctl_alias_read(ctl, &file);
	if (ret)
		goto out_free;
	ctl_alias_resolve(&file, topo);
	ret = CTL_FAILED;
	f = open_memstream(&text, &len);
	if (!f)
		goto out_free;
	*changed = !is_kept(&file, head, alias) && edit_text(&file, head, word, alias, f);
	fclose(f);
	err = *changed ? ctl_file_replace(file.path, text, len) : 0;
	free(text);
	if (err)
		ctl_error("%s: not written: %s", file.path, err == -EINVAL ?
			  "not a regular file" : strerror(-err));
	else
		ret = CTL_OK;
out_free:
	ctl_alias_free(&file);
	return ret;
}

/**
 * ctl_alias_reserved() - is an alias another logical unit's, by the file?
 * @ctl: where the file is
 * @topo: what there is
 * @head: who wants it
 * @alias: the alias
 *
 * Return: CTL_OK; CTL_FAILED with a message if it is, or if the file cannot be
 * read.
 */
int ctl_alias_reserved(const struct ctl *ctl, const struct ctl_topo *topo,
		       const struct ctl_object *head, const char *alias)
{
	const struct ctl_alias_line *line;
	struct ctl_alias_file file;
	size_t i;
	int ret;

	ret = ctl_alias_read(ctl, &file);
	ctl_alias_resolve(&file, topo);
	for (i = 0; !ret && i < file.nr; i++) {
		line = &file.lines[i];
		if (line->bad || !line->key || line->head == head || strcmp(line->alias, alias))
			continue;
		ctl_error("%s: alias not set: '%s' is taken by %s (%s:%u)", head->label, alias,
			  line->key, file.path, line->nr);
		ret = CTL_FAILED;
	}
	ctl_alias_free(&file);
	return ret;
}

/**
 * ctl_alias_edit() - keep an alias in the file, or drop it from there.
 * @ctl: where the file is
 * @topo: what there is
 * @head: the meta-node; NULL to drop lines whose logical unit is not there
 * @word: then, the key or the alias of those lines
 * @alias: the alias, or NULL to drop the lines
 * @changed: set to whether there was anything to change
 *
 * Return: CTL_OK; CTL_FAILED with a message: the file cannot be read or
 * written.
 */
int ctl_alias_edit(const struct ctl *ctl, const struct ctl_topo *topo, struct ctl_object *head,
		   const char *word, const char *alias, bool *changed)
{
	char *dir = ctl_util_printf("%s/" ALIAS_DIR, ctl->sysroot);
	int lock, ret;

	*changed = false;
	if (alias)
		mkdir(dir, 0755);
	lock = ctl_file_lock(dir);
	if (lock == -ENOENT && !alias) {
		ret = CTL_OK;
	} else if (lock < 0) {
		ctl_error("%s: cannot be used: %s", dir, strerror(-lock));
		ret = CTL_FAILED;
	} else {
		ret = edit_locked(ctl, topo, head, word, alias, changed);
		close(lock);
	}
	free(dir);
	return ret;
}
