/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmpathctl: what its files share. A command gets the options of its command
 * line (struct ctl), reads sysfs into objects (topo.c), and prints them by
 * way of the column table (column.c) as a table (table.c) or as JSON (json.c).
 * Everything read from sysfs is made printable on its way in (sysfs.c).
 */
#ifndef _CTL_H
#define _CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "vmpath_names.h"

#define CTL_VERSION		"0.1.0"
#define CTL_JSON_VERSION	1

#define __printf(a, b)		__attribute__((__format__(__printf__, a, b)))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

/* Exit codes: a contract with scripts. */
enum ctl_exit {
	CTL_OK = 0,
	CTL_FAILED = 1,
	CTL_USAGE = 2,
	CTL_NOT_FOUND = 3,
};

enum ctl_kind {
	CTL_HEAD,	/* a meta-node */
	CTL_PATH,	/* a path of a meta-node */
	CTL_DISK,	/* a disk that vmpath has looked at */
	CTL_NR_KINDS,
};

/* The options of one command line. */
struct ctl {
	const struct ctl_command *cmd;
	const char *sysroot;	/* "" or DIR; sysfs is at <sysroot>/sys */
	const char *columns;	/* -o */
	const char *file;	/* --output of metrics */
	const char *by;		/* --by */
	long count;		/* --count; 0: without end */
	long timeout_ms;	/* --timeout; 0: the command's own */
	bool all_columns;
	bool json;
	bool noheadings;
	bool raw;
	bool pairs;
	bool ascii;
	bool bytes;
	bool disks;
	bool force;
	bool apply;
	bool clear;
	bool runtime;
	bool qemu;
	bool libvirt;
	bool decode;
	bool histogram;
	bool help;
	bool version;
	int color;		/* -1: when on a terminal, 0: never, 1: always */
};

struct ctl_command {
	const char *name;
	const char *args;
	const char *help;	/* one line */
	const char *opts;	/* the letters of ctl_options[] that it takes */
	int min_args;
	int max_args;		/* -1: any number */
	int (*run)(struct ctl *ctl, int argc, char **argv);
	void (*more_help)(FILE *f);
};

struct ctl_attr {
	struct ctl_attr *next;
	char *value;		/* NULL: no such file, or it cannot be read */
	bool unreadable;
	char name[];
};

/* A meta-node, a path or a disk: a directory of attributes in sysfs. */
struct ctl_object {
	enum ctl_kind kind;
	char *name;			/* of the directory, as the kernel has it */
	char *label;			/* the same, made printable */
	char *dir;
	struct ctl_object *parent;	/* of a path: its meta-node */
	struct ctl_object *disk;	/* of a path: what vmpath says of the disk */
	struct ctl_object *path;	/* of a disk: the path that it is */
	struct ctl_object **children;	/* of a meta-node: its paths */
	size_t nr_children;
	struct ctl_attr *attrs;		/* those read so far */
	char *hba;			/* of a path: once asked for; empty: unknown */
	bool selected;
};

struct ctl_topo {
	struct ctl_object **heads;
	size_t nr_heads;
	struct ctl_object **disks;
	size_t nr_disks;
	char *module_version;		/* NULL: unknown */
};

enum ctl_type {
	CTL_STRING,
	CTL_NUMBER,
	CTL_BOOL,
};

/* What a column has to say of an object. */
struct ctl_value {
	const char *text;	/* NULL: there is no such attribute */
	char num[24];		/* the number, when it is one */
	char buf[64];		/* where text may live */
};

struct ctl_column {
	const char *name;
	double width;				/* hint to libsmartcols */
	int flags;				/* SCOLS_FL_* */
	enum ctl_type type;			/* in JSON */
	bool wanted;				/* by default */
	bool optional;				/* ... unless no object has a value */
	bool hidden;				/* not with all either, then */
	const char *key[CTL_NR_KINDS];		/* in JSON; NULL: not of this kind */
	void (*get)(const struct ctl *ctl, struct ctl_object *obj, struct ctl_value *val);
	const char *help;
};

/* Before the name of a line of stats, where it is an attribute. */
#define CTL_STATS	VMP_SYSFS_STATS "/"

#define CTL_MAX_COLUMNS 64
#define CTL_NAA_LEN	16

struct ctl_column_set {
	const struct ctl_column *col[CTL_MAX_COLUMNS];
	size_t nr;
};

/* A column of a plain table: see grid.c. */
struct ctl_field {
	const char *name;
	const char *key;	/* in JSON */
	int id;			/* the command's own */
	enum ctl_type type;
	double width;		/* hint to libsmartcols */
	bool wanted;		/* by default */
	const char *help;
};

struct ctl_grid {
	const struct ctl_field *col[CTL_MAX_COLUMNS];
	size_t nr;
};

typedef void ctl_grid_get(const struct ctl *ctl, const struct ctl_field *field, void *row,
			  struct ctl_value *val);

struct ctl_json {
	FILE *f;
	bool compact;		/* all on one line */
	int depth;
	bool first;		/* nothing yet in the innermost object or array */
};

/* main.c */
extern const struct ctl_command ctl_commands[];

/* options.c */
int ctl_options_parse(struct ctl *ctl, const struct ctl_command *cmd, int *argc, char ***argv);
void ctl_options_help(const struct ctl_command *cmd, FILE *f);

/* util.c */
void ctl_error(const char *fmt, ...) __printf(1, 2);
void ctl_error_to_syslog(void);
void *ctl_util_alloc(size_t size);
void *ctl_util_grow(void *array, size_t nr, size_t size);
char *ctl_util_strdup(const char *s);
char *ctl_util_printf(const char *fmt, ...) __printf(1, 2);
char *ctl_util_clean(const char *raw, size_t len);
bool ctl_util_number(const char *text, char *num, size_t size);
bool ctl_util_seconds(const char *text, long *ms);
void ctl_util_human(unsigned long long bytes, char *buf, size_t size);
int ctl_util_natcmp(const char *a, const char *b);

/* wait.c */
void ctl_wait_start(void);
long long ctl_wait_now(void);
int ctl_wait_until(int fd, long long when);

/* file.c */
int ctl_file_read(const char *path, char **text, size_t *len);
int ctl_file_replace(const char *path, const char *text, size_t len);
int ctl_file_lock(const char *dir);

/* sysfs.c */
int ctl_sysfs_read(const char *path, char **value);
int ctl_sysfs_write(const char *path, const char *value);
int ctl_sysfs_list(const char *dir, bool (*want)(const char *name), char ***names, size_t *nr);
bool ctl_sysfs_exists(const char *path);
bool ctl_sysfs_is_dir(const char *path);

/* topo.c */
extern const char *const ctl_unreadable;	/* the value of a file that cannot be read */
bool ctl_topo_is_node(const char *name);
bool ctl_topo_loaded(const struct ctl *ctl);
int ctl_topo_read(const struct ctl *ctl, struct ctl_topo *topo);
void ctl_topo_free(struct ctl_topo *topo);
const char *ctl_topo_attr(struct ctl_object *obj, const char *name);
bool ctl_topo_is(struct ctl_object *obj, const char *name, const char *value);
const char *ctl_topo_hba(const struct ctl *ctl, struct ctl_object *path);
bool ctl_topo_usable(struct ctl_object *path);
size_t ctl_topo_nr_usable(const struct ctl_object *head);
int ctl_topo_find(const struct ctl_topo *topo, const char *word, struct ctl_object **found);
struct ctl_object *ctl_topo_lookup_head(const struct ctl_topo *topo, const char *word);
int ctl_topo_find_head(const struct ctl_topo *topo, const char *word, struct ctl_object **found);
char *ctl_topo_wwid(const char *word);
int ctl_topo_find_path(const struct ctl_topo *topo, const char *word, struct ctl_object **found);
const char *ctl_topo_strip(const char *word);

/* column.c */
extern const struct ctl_column ctl_columns[];
extern const size_t ctl_nr_columns;
int ctl_column_select(const struct ctl *ctl, const struct ctl_topo *topo,
		      struct ctl_column_set *set);
void ctl_column_get(const struct ctl_column *col, const struct ctl *ctl,
		    struct ctl_object *obj, struct ctl_value *val);
void ctl_column_help(FILE *f);
bool ctl_column_same_name(const char *name, const char *word, size_t len);

/* table.c */
int ctl_table_print(const struct ctl *ctl, const struct ctl_topo *topo,
		    const struct ctl_column_set *set);
const char *ctl_table_color(const char *state);
bool ctl_table_use_color(const struct ctl *ctl);

/* grid.c */
int ctl_grid_select(const struct ctl *ctl, const struct ctl_field *fields, struct ctl_grid *grid);
void ctl_grid_help(const struct ctl_field *fields, FILE *f);
int ctl_grid_print(const struct ctl *ctl, const struct ctl_grid *grid, ctl_grid_get *get,
		   void *const *rows, size_t nr);
void ctl_grid_json(const struct ctl *ctl, const struct ctl_grid *grid, ctl_grid_get *get,
		   void *row, struct ctl_json *js);

/* counts.c */
extern const char *const ctl_kinds[];		/* of I/O; NULL at the end */
extern const char *const ctl_classes[];		/* of errors */
extern const char *const ctl_path_states[];
extern const char *const ctl_head_states[];
const char *const *ctl_counts_states(const struct ctl_object *obj);
bool ctl_counts_number(struct ctl_object *obj, const char *prefix, const char *word,
		       unsigned long long *n);
bool ctl_counts_latency(struct ctl_object *obj, const char *kind,
			unsigned long long counts[VMP_NR_BUCKETS]);
unsigned long long ctl_counts_bound(unsigned int bucket);
void ctl_counts_print(struct ctl_object *obj);
void ctl_counts_json(struct ctl_json *js, struct ctl_object *obj);

/* json.c */
void ctl_json_begin(struct ctl_json *js, FILE *f);
void ctl_json_begin_line(struct ctl_json *js, FILE *f);
void ctl_json_end(struct ctl_json *js);
void ctl_json_open(struct ctl_json *js, const char *key, char bracket);
void ctl_json_close(struct ctl_json *js, char bracket);
void ctl_json_string(struct ctl_json *js, const char *key, const char *value);
void ctl_json_literal(struct ctl_json *js, const char *key, const char *literal);
void ctl_json_count(struct ctl_json *js, const char *key, unsigned long long n);
void ctl_json_counts(struct ctl_json *js, const char *key, const unsigned long long *n,
		     size_t nr);
void ctl_json_fields(struct ctl_json *js, const struct ctl *ctl,
		     const struct ctl_column_set *set, struct ctl_object *obj);

/* cmd-serial.c */
size_t ctl_serial_parse(const char *word, unsigned char naa[CTL_NAA_LEN]);

/* cmd-*.c */
int ctl_cmd_list(struct ctl *ctl, int argc, char **argv);
int ctl_cmd_show(struct ctl *ctl, int argc, char **argv);
int ctl_cmd_set(struct ctl *ctl, int argc, char **argv);
void ctl_cmd_set_help(FILE *f);
int ctl_cmd_disable(struct ctl *ctl, int argc, char **argv);
int ctl_cmd_enable(struct ctl *ctl, int argc, char **argv);
int ctl_cmd_probe(struct ctl *ctl, int argc, char **argv);
int ctl_cmd_explain(struct ctl *ctl, int argc, char **argv);
int ctl_cmd_alias(struct ctl *ctl, int argc, char **argv);
void ctl_cmd_alias_help(FILE *f);
int ctl_cmd_claim(struct ctl *ctl, int argc, char **argv);
int ctl_cmd_release(struct ctl *ctl, int argc, char **argv);
int ctl_cmd_pr(struct ctl *ctl, int argc, char **argv);
int ctl_cmd_serial(struct ctl *ctl, int argc, char **argv);
int ctl_cmd_stats(struct ctl *ctl, int argc, char **argv);
void ctl_cmd_stats_help(FILE *f);
int ctl_cmd_metrics(struct ctl *ctl, int argc, char **argv);
int ctl_cmd_monitor(struct ctl *ctl, int argc, char **argv);
void ctl_cmd_monitor_help(FILE *f);

#endif /* _CTL_H */
