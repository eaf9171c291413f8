// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: the option table. A command names the letters of the options
 * that it takes; the parser and its --help are both made from that.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

enum option_type { FLAG, TEXT, NUMBER, SECONDS, COLOR, SYSROOT };

#define LONG_ONLY	true
#define FIELD(f)	offsetof(struct ctl, f)

static const struct ctl_option {
	char letter;		/* how commands name it; its short form too ... */
	bool long_only;		/* ... unless it has none */
	const char *name;
	const char *arg;
	const char *help;
	enum option_type type;
	size_t field;		/* of struct ctl */
} ctl_options[] = {
	{ 'A', LONG_ONLY, "apply", NULL, "set what the file of aliases says",
	  FLAG, FIELD(apply) },
	{ 'a', false, "disks", NULL, "show the disks that are not claimed too, and why",
	  FLAG, FIELD(disks) },
	{ 'B', LONG_ONLY, "by", "WHAT", "path (default), node, hba, target-port or array",
	  TEXT, FIELD(by) },
	{ 'b', false, "bytes", NULL, "print sizes in bytes", FLAG, FIELD(bytes) },
	{ 'C', LONG_ONLY, "clear", NULL, "take the alias away", FLAG, FIELD(clear) },
	{ 'D', LONG_ONLY, "decode", NULL, "say which WWID a serial stands for",
	  FLAG, FIELD(decode) },
	{ 'f', false, "force", NULL, "do it even if no usable path is left", FLAG, FIELD(force) },
	{ 'H', LONG_ONLY, "histogram", NULL, "draw how long READs and WRITEs took",
	  FLAG, FIELD(histogram) },
	{ 'i', false, "ascii", NULL, "draw the tree with ASCII only", FLAG, FIELD(ascii) },
	{ 'J', false, "json", NULL, "print JSON", FLAG, FIELD(json) },
	{ 'L', LONG_ONLY, "libvirt", NULL, "print it as an element of libvirt's XML",
	  FLAG, FIELD(libvirt) },
	{ 'N', LONG_ONLY, "count", "N", "end after so many events", NUMBER, FIELD(count) },
	{ 'n', false, "noheadings", NULL, "print no headings", FLAG, FIELD(noheadings) },
	{ 'o', false, "output", "COLS", "print these columns; +COLS adds to the default",
	  TEXT, FIELD(columns) },
	{ 'F', LONG_ONLY, "output", "FILE", "write to this file, all at once",
	  TEXT, FIELD(file) },
	{ 'O', false, "output-all", NULL, "print all columns", FLAG, FIELD(all_columns) },
	{ 'P', false, "pairs", NULL, "print KEY=\"value\" pairs", FLAG, FIELD(pairs) },
	{ 'Q', LONG_ONLY, "qemu", NULL, "print it as a property of QEMU's -device",
	  FLAG, FIELD(qemu) },
	{ 'R', LONG_ONLY, "runtime", NULL, "leave the file of aliases as it is",
	  FLAG, FIELD(runtime) },
	{ 'r', false, "raw", NULL, "print columns with one blank between, no tree",
	  FLAG, FIELD(raw) },
	{ 'T', LONG_ONLY, "timeout", "SECS", "wait no longer than this",
	  SECONDS, FIELD(timeout_ms) },
	{ 'X', LONG_ONLY, "color", "WHEN", "auto (default), always or never",
	  COLOR, FIELD(color) },
	{ 'Y', LONG_ONLY, "sysroot", "DIR", "use DIR/sys and DIR/etc, not /sys and /etc",
	  SYSROOT, FIELD(sysroot) },
	{ 'h', false, "help", NULL, "show this help", FLAG, FIELD(help) },
	{ 'V', false, "version", NULL, "show the version", FLAG, FIELD(version) },
};

static int set_color(int *color, const char *when)
{
	if (!strcmp(when, "auto")) {
		*color = -1;
	} else if (!strcmp(when, "always")) {
		*color = 1;
	} else if (!strcmp(when, "never")) {
		*color = 0;
	} else {
		ctl_error("--color: '%s' is none of auto, always, never", when);
		return CTL_USAGE;
	}
	return CTL_OK;
}

static int set_count(const struct ctl_option *opt, long *count, const char *arg)
{
	char num[24];

	if (ctl_util_number(arg, num, sizeof(num)) && strlen(num) < 10 && atol(num) > 0) {
		*count = atol(num);
		return CTL_OK;
	}
	ctl_error("--%s: '%s' is no number from 1 to 999999999", opt->name, arg);
	return CTL_USAGE;
}

static int set_option(struct ctl *ctl, int letter, const char *arg)
{
	const struct ctl_option *opt = ctl_options;
	void *field;

	while (opt < ctl_options + ARRAY_SIZE(ctl_options) && opt->letter != letter)
		opt++;
	if (opt == ctl_options + ARRAY_SIZE(ctl_options))
		return CTL_USAGE;
	field = (char *)ctl + opt->field;
	switch (opt->type) {
	case FLAG:
		*(bool *)field = true;
		break;
	case TEXT:
		*(const char **)field = arg;
		break;
	case NUMBER:
		return set_count(opt, field, arg);
	case SECONDS:
		if (ctl_util_seconds(arg, field))
			break;
		ctl_error("--%s: '%s' is no number of seconds above 0", opt->name, arg);
		return CTL_USAGE;
	case COLOR:
		return set_color(field, arg);
	case SYSROOT:
		*(const char **)field = strcmp(arg, "/") ? arg : "";
		break;
	}
	return CTL_OK;
}

/**
 * ctl_options_parse() - take the options off a command line.
 * @ctl: gets what they say
 * @cmd: the command, or NULL for the options before it
 * @argc: in: all words; out: those that are left
 * @argv: likewise; the first is the program's or the command's name
 *
 * Return: CTL_OK, or CTL_USAGE with a message.
 */
int ctl_options_parse(struct ctl *ctl, const struct ctl_command *cmd, int *argc, char ***argv)
{
	struct option longs[ARRAY_SIZE(ctl_options) + 1] = { };
	char shorts[2 * ARRAY_SIZE(ctl_options) + 2];
	const char *takes = cmd ? cmd->opts : "XYhV";
	char *s = shorts, *argv0 = (*argv)[0];
	const struct ctl_option *opt;
	size_t i, nr = 0;
	int c, ret = CTL_OK;

	if (!cmd)
		*s++ = '+';	/* stop at the command */
	for (i = 0; i < ARRAY_SIZE(ctl_options); i++) {
		opt = &ctl_options[i];
		if (!strchr(takes, opt->letter))
			continue;
		longs[nr].name = opt->name;
		longs[nr].has_arg = opt->arg ? required_argument : no_argument;
		longs[nr++].val = opt->letter;
		if (opt->long_only)
			continue;
		*s++ = opt->letter;
		if (opt->arg)
			*s++ = ':';
	}
	*s = '\0';

	/* getopt puts this before its messages */
	(*argv)[0] = ctl_util_printf("vmpathctl%s%s", cmd ? ": " : "", cmd ? cmd->name : "");
	optind = 0;
	while (!ret && (c = getopt_long(*argc, *argv, shorts, longs, NULL)) != -1)
		ret = set_option(ctl, c, optarg);
	free((*argv)[0]);
	(*argv)[0] = argv0;
	*argc -= optind;
	*argv += optind;
	return ret;
}

void ctl_options_help(const struct ctl_command *cmd, FILE *f)
{
	const struct ctl_option *opt;
	size_t i;

	fputs("\nOptions:\n", f);
	for (i = 0; i < ARRAY_SIZE(ctl_options); i++) {
		opt = &ctl_options[i];
		if (!strchr(cmd ? cmd->opts : "XYhV", opt->letter))
			continue;
		fputs("  ", f);
		if (opt->long_only)
			fputs("    ", f);
		else
			fprintf(f, "-%c, ", opt->letter);
		fprintf(f, "--%s%s%-*s %s\n", opt->name, opt->arg ? " " : "",
			(int)(16 - strlen(opt->name) - !!opt->arg), opt->arg ? opt->arg : "",
			opt->help);
	}
}
