// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: shows and steers vmpath's meta-nodes. Here is the command table
 * and what is common to all commands; each lives in a cmd-*.c of its own.
 * Options may stand before and after the command.
 */
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

const struct ctl_command ctl_commands[] = {
	{ "list", "[NODE|NAME|WWID|PATH...]", "list meta-nodes and their paths",
	  "abiJnoOPrXYh", 0, -1, ctl_cmd_list, ctl_column_help },
	{ "show", "NODE|NAME|WWID|PATH", "show everything about one",
	  "bJXYh", 1, 1, ctl_cmd_show, NULL },
	{ "set", "NODE|NAME|WWID|PATH ATTR=VALUE...", "change attributes",
	  "Yh", 2, -1, ctl_cmd_set, ctl_cmd_set_help },
	{ "disable", "PATH...", "take paths out of use",
	  "fYh", 1, -1, ctl_cmd_disable, NULL },
	{ "enable", "PATH...", "take disabled or held paths into use again",
	  "Yh", 1, -1, ctl_cmd_enable, NULL },
	{ "probe", "PATH...", "check now whether paths work",
	  "Yh", 1, -1, ctl_cmd_probe, NULL },
	{ "alias", "[NODE ALIAS]", "give a meta-node a name of one's own, or list these",
	  "ACRJnoOPrYh", 0, 2, ctl_cmd_alias, ctl_cmd_alias_help },
	{ "claim", "DISK", "have a disk looked at again and claimed, against all rules",
	  "TYh", 1, 1, ctl_cmd_claim, NULL },
	{ "release", "DISK", "have a disk given back",
	  "TYh", 1, 1, ctl_cmd_release, NULL },
	{ "explain", "DISK", "say why a disk is claimed or not",
	  "JYh", 1, 1, ctl_cmd_explain, NULL },
	{ "monitor", "", "print events of meta-nodes as they come",
	  "JNnTYh", 0, 0, ctl_cmd_monitor, ctl_cmd_monitor_help },
	{ "stats", "[INTERVAL [COUNT]]", "print I/O of paths, HBAs, ports or arrays",
	  "BbHJnoOPrYh", 0, 2, ctl_cmd_stats, ctl_cmd_stats_help },
	{ "pr", "NODE|NAME|WWID", "ask the array for keys and reservations, and say whose they are",
	  "JXYh", 1, 1, ctl_cmd_pr, NULL },
	{ "serial", "WWID|SERIAL", "print the virtio-blk serial that carries a WWID",
	  "DLQYh", 1, 1, ctl_cmd_serial, NULL },
	{ "metrics", "", "print all numbers as OpenMetrics text",
	  "FYh", 0, 0, ctl_cmd_metrics, NULL },
	{ }
};

static const struct ctl_command *find_command(const char *name)
{
	const struct ctl_command *cmd;

	for (cmd = ctl_commands; cmd->name; cmd++)
		if (!strcmp(cmd->name, name))
			return cmd;
	return NULL;
}

static void print_help(FILE *f)
{
	const struct ctl_command *cmd;

	fputs("Usage: vmpathctl [OPTION...] COMMAND [ARGUMENT...]\n"
	      "Show and steer the meta-nodes of vmpath.\n"
	      "\nCommands:\n", f);
	for (cmd = ctl_commands; cmd->name; cmd++)
		fprintf(f, "  %-8s %s\n", cmd->name, cmd->help);
	ctl_options_help(NULL, f);
	fputs("\nvmpathctl COMMAND --help says more; so does vmpathctl(8).\n"
	      "Exit status: 0 done, 1 failed, 2 wrong usage, 3 no such object.\n", f);
}

static void print_command_help(const struct ctl_command *cmd, FILE *f)
{
	fprintf(f, "Usage: vmpathctl %s [OPTION...]%s%s\n%c%s.\n", cmd->name,
		*cmd->args ? " " : "", cmd->args, cmd->help[0] - 'a' + 'A', cmd->help + 1);
	ctl_options_help(cmd, f);
	if (cmd->more_help)
		cmd->more_help(f);
}

static int usage_hint(const struct ctl_command *cmd)
{
	fprintf(stderr, "Try: vmpathctl %s%s--help\n", cmd ? cmd->name : "", cmd ? " " : "");
	return CTL_USAGE;
}

static int run_command(struct ctl *ctl, int argc, char **argv)
{
	const struct ctl_command *cmd = find_command(argv[0]);

	if (!cmd) {
		ctl_error("no such command: %s", argv[0]);
		return usage_hint(NULL);
	}
	ctl->cmd = cmd;
	if (ctl_options_parse(ctl, cmd, &argc, &argv))
		return usage_hint(cmd);
	if (ctl->help) {
		print_command_help(cmd, stdout);
		return CTL_OK;
	}
	if (argc < cmd->min_args) {
		ctl_error("%s: too few arguments: %s", cmd->name, cmd->args);
		return usage_hint(cmd);
	}
	if (cmd->max_args >= 0 && argc > cmd->max_args) {
		ctl_error("%s: too many arguments, from '%s' on", cmd->name, argv[cmd->max_args]);
		return usage_hint(cmd);
	}
	return cmd->run(ctl, argc, argv);
}

/* A full disk or a closed pipe must not look like success. */
static int close_stdout(int ret)
{
	int err = fflush(stdout) ? errno : 0;

	if (!err && ferror(stdout))
		err = EIO;
	if (!err)
		return ret;
	ctl_error("cannot write the output: %s", strerror(err));
	return ret ? ret : CTL_FAILED;
}

int main(int argc, char **argv)
{
	struct ctl ctl = { .sysroot = "", .color = -1 };
	int ret;

	setlocale(LC_ALL, "");
	if (ctl_options_parse(&ctl, NULL, &argc, &argv))
		return usage_hint(NULL);
	if (ctl.version) {
		puts("vmpathctl " CTL_VERSION);
		ret = CTL_OK;
	} else if (ctl.help && !argc) {
		print_help(stdout);
		ret = CTL_OK;
	} else if (!argc) {
		print_help(stderr);
		ret = CTL_USAGE;
	} else {
		ret = run_command(&ctl, argc, argv);
	}
	return close_stdout(ret);
}
