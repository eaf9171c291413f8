/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmpathctl: the file of aliases, line by line; read and edited by alias.c,
 * applied and listed by cmd-alias.c.
 */
#ifndef _CTL_ALIAS_H
#define _CTL_ALIAS_H

#define CTL_ALIAS_MAX	63

/* Blank and comment lines have neither key nor reason. */
struct ctl_alias_line {
	unsigned int nr;
	size_t start;		/* in the text, with the newline at its end */
	size_t end;
	size_t comment;		/* where one begins; end if there is none */
	char *key;		/* WWID or name; NULL: none, or it is no key */
	char *alias;		/* NULL: none, or it is no alias */
	char *bad;		/* why the line does not count; NULL: it does */
	struct ctl_object *head;	/* the meta-node, if it is there */
};

struct ctl_alias_file {
	char *path;
	char *text;
	size_t len;
	struct ctl_alias_line *lines;
	size_t nr;
};

const char *ctl_alias_check(const char *alias);
struct ctl_object *ctl_alias_taken(const struct ctl_topo *topo, const struct ctl_object *head,
				   const char *alias);
int ctl_alias_read(const struct ctl *ctl, struct ctl_alias_file *file);
void ctl_alias_free(struct ctl_alias_file *file);
void ctl_alias_resolve(struct ctl_alias_file *file, const struct ctl_topo *topo);
void ctl_alias_complain(const struct ctl_alias_file *file, const struct ctl_alias_line *line,
			const char *why);
int ctl_alias_reserved(const struct ctl *ctl, const struct ctl_topo *topo,
		       const struct ctl_object *head, const char *alias);
int ctl_alias_edit(const struct ctl *ctl, const struct ctl_topo *topo, struct ctl_object *head,
		   const char *word, const char *alias, bool *changed);

#endif /* _CTL_ALIAS_H */
