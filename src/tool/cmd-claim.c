// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl claim, release: have a disk taken or given back. The module is
 * asked and does it in its own time, the verdict says when it has: while the
 * disk is identified, or its last I/O waited for, it is pending.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

#define CLAIM_TIMEOUT	10000	/* ms; "no id" and "in use" take it 1.5 s */
#define CLAIM_POLL	20	/* ms */
#define CLAIM_LAG	500	/* ms in which an old reason may still stand */

/* What is asked for, of one disk. */
struct wish {
	const char *disk;
	const char *dir;
	bool claim;
	const char *before;	/* the reason as it was */
};

static int read_attr(const struct wish *wish, const char *attr, char **value)
{
	char *file = ctl_util_printf("%s/%s", wish->dir, attr);
	int ret = ctl_sysfs_read(file, value);

	free(file);
	return ret;
}

static int went_away(const struct wish *wish)
{
	ctl_error("%s: not %s: the disk has just gone away", wish->disk,
		  wish->claim ? "claimed" : "released");
	return CTL_NOT_FOUND;
}

/* The answer of the module to the write itself. */
static int refused(const struct wish *wish, struct ctl_object *disk, int err)
{
	struct ctl_object *head = disk->path ? disk->path->parent : NULL;

	if (err == -ENODEV || (err == -ENOENT && !ctl_sysfs_is_dir(wish->dir)))
		return went_away(wish);
	if (err == -EBUSY && !wish->claim && head)
		ctl_error("%s: not released: it is the last path that takes I/O of %s, %s /dev/%s",
			  wish->disk, head->label, "which is open; see: lsblk", head->label);
	else if (err == -ENOENT)
		ctl_error("%s: not %s: this version of the module cannot do it", wish->disk,
			  wish->claim ? "claimed" : "released");
	else
		ctl_error("%s: not %s: %s", wish->disk, wish->claim ? "claimed" : "released",
			  strerror(-err));
	return CTL_FAILED;
}

static int report(const struct wish *wish, const char *verdict, const char *reason)
{
	bool claimed = !strcmp(verdict, VMP_NAME_DISK_CLAIMED);

	if (claimed == wish->claim) {
		printf("%s: %s: %s\n", wish->disk, verdict, reason);
		return CTL_OK;
	}
	ctl_error("%s: not %s: %s", wish->disk, wish->claim ? "claimed" : "released", reason);
	return CTL_FAILED;
}

/* Has the module answered, and not just left what stood there before? */
static bool settled(const struct wish *wish, const char *verdict, const char *reason,
		    bool was_pending, long long waited)
{
	if (!strcmp(verdict, VMP_NAME_DISK_PENDING))
		return false;
	if (!strcmp(verdict, VMP_NAME_DISK_CLAIMED))
		return wish->claim;
	return was_pending || strcmp(reason, wish->before) || waited > CLAIM_LAG;
}

/* A verdict and the reason that belongs to it: the module may change both meanwhile. */
static int read_verdict(const struct wish *wish, char **verdict, char **reason)
{
	char *again = NULL;
	bool same;

	do {
		free(*verdict);
		free(*reason);
		*verdict = NULL;
		*reason = NULL;
		if (read_attr(wish, "verdict", verdict) || read_attr(wish, "reason", reason) ||
		    read_attr(wish, "verdict", &again))
			return -ENOENT;
		same = !strcmp(*verdict, again);
		free(again);
	} while (!same);
	return 0;
}

static int await(const struct ctl *ctl, const struct wish *wish)
{
	long timeout = ctl->timeout_ms ? ctl->timeout_ms : CLAIM_TIMEOUT;
	long long start = ctl_wait_now(), waited;
	char *verdict = NULL, *reason = NULL;
	bool pending = false;
	int ret;

	for (;;) {
		if (read_verdict(wish, &verdict, &reason)) {
			ret = went_away(wish);
			break;
		}
		waited = ctl_wait_now() - start;
		if (settled(wish, verdict, reason, pending, waited)) {
			ret = report(wish, verdict, reason);
			break;
		}
		pending |= !strcmp(verdict, VMP_NAME_DISK_PENDING);
		if (waited < timeout && !ctl_wait_until(-1, ctl_wait_now() + CLAIM_POLL))
			continue;
		ctl_error("%s: not %s within %ld.%03ld s: %s: %s", wish->disk,
			  wish->claim ? "claimed" : "released", timeout / 1000, timeout % 1000,
			  verdict, reason);
		ret = CTL_FAILED;
		break;
	}
	free(verdict);
	free(reason);
	return ret;
}

static int act(const struct ctl *ctl, struct ctl_object *disk, bool claim)
{
	const char *before = ctl_topo_attr(disk, "reason");
	struct wish wish = { .disk = disk->label, .dir = disk->dir, .claim = claim,
			     .before = before ? before : "" };
	char *file = ctl_util_printf("%s/claim", disk->dir);
	int ret;

	/* not made by the write: nothing may be left in a recorded tree */
	ret = ctl_sysfs_exists(file) ? ctl_sysfs_write(file, claim ? "1" : "0") : -ENOENT;
	free(file);
	return ret ? refused(&wish, disk, ret) : await(ctl, &wish);
}

static int claim_disk(const struct ctl *ctl, const char *word, bool claim)
{
	const char *name = ctl_topo_strip(word);
	struct ctl_topo topo;
	size_t i;
	int ret;

	ret = ctl_topo_read(ctl, &topo);
	if (ret)
		goto out_free;
	for (i = 0; i < topo.nr_disks; i++)
		if (!strcmp(topo.disks[i]->name, name))
			break;
	if (i < topo.nr_disks) {
		ret = act(ctl, topo.disks[i], claim);
	} else {
		ctl_error("%s: no disk that vmpath has looked at; see: vmpathctl explain %s",
			  word, word);
		ret = CTL_NOT_FOUND;
	}
out_free:
	ctl_topo_free(&topo);
	return ret;
}

int ctl_cmd_claim(struct ctl *ctl, int argc, char **argv)
{
	ctl_wait_start();
	return claim_disk(ctl, argv[0], true);
}

int ctl_cmd_release(struct ctl *ctl, int argc, char **argv)
{
	ctl_wait_start();
	return claim_disk(ctl, argv[0], false);
}
