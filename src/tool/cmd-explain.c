// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl explain: one sentence on why a disk is or is not claimed. The
 * module's own words where it has looked at the disk, and the state of the
 * path that it became; else what the kernel's view of the disk says about why
 * the module has not looked at it.
 */
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"

struct explanation {
	const char *disk;
	const char *verdict;
	const char *reason;
	const char *wwid;	/* NULL: not known */
	const char *node;	/* NULL: a path of none */
	const char *state;	/* of the path */
};

static void print_explanation(const struct ctl *ctl, const struct explanation *what)
{
	struct ctl_json js;

	if (!ctl->json) {
		printf("%s: %s: %s\n", what->disk, what->verdict, what->reason);
		return;
	}
	ctl_json_begin(&js, stdout);
	ctl_json_string(&js, "disk", what->disk);
	ctl_json_string(&js, "verdict", what->verdict);
	ctl_json_string(&js, "reason", what->reason);
	ctl_json_string(&js, "wwid", what->wwid);
	ctl_json_string(&js, "node", what->node);
	ctl_json_string(&js, "state", what->state);
	ctl_json_end(&js);
}

/* What keeps a claimed disk from carrying I/O, if its reason does not say it. */
static const char *path_trouble(struct ctl_object *path, const char *reason)
{
	static const struct { const char *state, *text; } troubles[] = {
		{ VMP_NAME_PATH_PROBING, ", which is being checked before it takes I/O" },
		{ VMP_NAME_PATH_STALLED, ", avoided because I/O on it is overdue" },
		{ VMP_NAME_PATH_FAILED, ", failed; it is tried until it works again" },
		{ VMP_NAME_PATH_HELD, ", held for a while: it failed again soon after its return" },
		{ VMP_NAME_PATH_MISMATCH, ", kept out of use: it is not the same logical unit" },
		{ VMP_NAME_PATH_DISABLED, ", disabled by the administrator" },
		{ VMP_NAME_PATH_REMOVING, ", and being removed" },
	};
	size_t i;

	if (path && !strstr(reason, "kept out of use"))
		for (i = 0; i < ARRAY_SIZE(troubles); i++)
			if (ctl_topo_is(path, "state", troubles[i].state))
				return troubles[i].text;
	return "";
}

static int explain_known(const struct ctl *ctl, struct ctl_object *disk)
{
	const char *verdict = ctl_topo_attr(disk, "verdict");
	const char *reason = ctl_topo_attr(disk, "reason");
	struct explanation what = { .disk = disk->label };
	char *sentence;

	if (!reason || !*reason)
		reason = "the module gives no reason";
	sentence = ctl_util_printf("%s%s", reason, path_trouble(disk->path, reason));
	what.verdict = verdict ? verdict : "unknown";
	what.reason = sentence;
	what.wwid = ctl_topo_attr(disk, "wwid");
	if (what.wwid && !*what.wwid)
		what.wwid = NULL;
	if (disk->path) {
		what.node = disk->path->parent->label;
		what.state = ctl_topo_attr(disk->path, "state");
	}
	print_explanation(ctl, &what);
	free(sentence);
	return CTL_OK;
}

/* "…/host2/target2:0:0/…": the driver of that SCSI host; the caller frees it. */
static char *host_driver(const struct ctl *ctl, const char *link)
{
	const char *host = strstr(link, "/host");
	char *file, *driver = NULL;
	size_t len;

	while (host && !isdigit((unsigned char)host[5]))
		host = strstr(host + 1, "/host");
	if (!host)
		return NULL;
	len = 4 + strspn(host + 5, "0123456789");
	file = ctl_util_printf("%s/sys/class/scsi_host/%.*s/proc_name", ctl->sysroot, (int)len,
			       host + 1);
	if (ctl_sysfs_read(file, &driver))
		driver = NULL;
	free(file);
	return driver;
}

/* Why vmpath does not look at a disk that hangs there; NULL: it should. */
static char *not_eligible(const struct ctl *ctl, const char *name, const char *link)
{
	static const struct { const char *part, *what; } kinds[] = {
		{ "/virtual/block/dm-", "a device-mapper device" },
		{ "/virtual/block/md", "an md array" },
		{ "/virtual/block/loop", "a loop device" },
		{ "/virtual/", "a virtual device" },
		{ "/nvme", "an NVMe disk" },
	};
	char *driver = host_driver(ctl, link), *type, *why;
	size_t i;
	int ret;

	if (!driver) {
		if (strstr(link, "/virtio") && !strncmp(name, "vd", 2))
			return NULL;
		for (i = 0; i < ARRAY_SIZE(kinds); i++)
			if (strstr(link, kinds[i].part))
				return ctl_util_printf("%s, neither a virtio-scsi nor a %s",
						       kinds[i].what, "virtio-blk disk");
		return ctl_util_strdup("neither a virtio-scsi nor a virtio-blk disk");
	}
	if (strcmp(driver, "virtio_scsi")) {
		why = ctl_util_printf("a SCSI disk of the driver %s, not of virtio-scsi", driver);
		free(driver);
		return why;
	}
	free(driver);
	why = ctl_util_printf("%s/sys/block/%s/device/type", ctl->sysroot, name);
	ret = ctl_sysfs_read(why, &type);
	free(why);
	if (ret)
		return NULL;
	why = strcmp(type, "0") ?
	      ctl_util_printf("a SCSI device of type %s, not a disk", type) : NULL;
	free(type);
	return why;
}

/* A whole disk, or what counts as one, that the module does not list. */
static void explain_disk(const struct ctl *ctl, const char *name, const char *block, bool loaded)
{
	struct explanation what = { .disk = name, .verdict = "not eligible" };
	char link[PATH_MAX], *reason;
	ssize_t len;

	len = readlink(block, link, sizeof(link) - 1);
	link[len > 0 ? len : 0] = '\0';
	reason = not_eligible(ctl, name, link);
	what.reason = reason;
	if (!reason) {
		what.verdict = "not looked at";
		what.reason = loaded ? "it came just now, or there was no memory for it" :
				       "vmpath is not loaded; try: modprobe vmpath";
	}
	print_explanation(ctl, &what);
	free(reason);
}

/* A disk that the module has not looked at, or something that is no disk. */
static int explain_unknown(const struct ctl *ctl, const char *name, bool loaded)
{
	char *block = ctl_util_printf("%s/sys/block/%s", ctl->sysroot, name);
	char *class = ctl_util_printf("%s/sys/class/block/%s", ctl->sysroot, name);
	char *head = ctl_util_printf("%s/" VMP_SYSFS_HEAD_DIR, block);
	struct explanation what = { .disk = name, .verdict = "not eligible" };
	int ret = CTL_OK;

	if (!*name || strchr(name, '/') || *name == '.') {
		ret = CTL_NOT_FOUND;
	} else if (ctl_sysfs_exists(head)) {
		what.reason = "a meta-node of vmpath itself";
		print_explanation(ctl, &what);
	} else if (ctl_sysfs_exists(block)) {
		explain_disk(ctl, name, block, loaded);
	} else if (ctl_sysfs_exists(class)) {
		what.reason = "a partition; vmpath takes whole disks only";
		print_explanation(ctl, &what);
	} else {
		ret = CTL_NOT_FOUND;
	}
	if (ret)
		ctl_error("%s: no such disk", name);
	free(head);
	free(class);
	free(block);
	return ret;
}

int ctl_cmd_explain(struct ctl *ctl, int argc, char **argv)
{
	const char *name = ctl_topo_strip(argv[0]);
	struct ctl_topo topo;
	size_t i;
	int ret;

	if (!ctl_topo_loaded(ctl))
		return explain_unknown(ctl, name, false);
	ret = ctl_topo_read(ctl, &topo);
	if (ret)
		goto out_free;
	for (i = 0; i < topo.nr_disks; i++)
		if (!strcmp(topo.disks[i]->name, name))
			break;
	if (i < topo.nr_disks)
		ret = explain_known(ctl, topo.disks[i]);
	else
		ret = explain_unknown(ctl, name, true);
out_free:
	ctl_topo_free(&topo);
	return ret;
}
