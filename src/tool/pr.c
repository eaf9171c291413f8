// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: ask an LU's array for its persistent reservations, and vmpath for the
 * key of this guest. Three commands: keys, holder, and, where the array knows it, all of
 * each I_T nexus. What they say belongs together only if nobody has registered meanwhile,
 * which the generation tells: else all is asked again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pr.h"
#include "sgio.h"

#define PR_FIRST_LEN	4096	/* some five hundred keys */
#define PR_TRIES	5	/* until nothing happens meanwhile */

/* An answer to PERSISTENT RESERVE IN. */
struct pr_answer {
	u8 *data;
	size_t len;
};

static void say_why(const struct ctl_pr *pr, int err)
{
	const char *node = pr->head->label, *ms = ctl_topo_attr(pr->head, "no_path_timeout_ms");

	if (err == -EIO || err == -ENXIO)
		ctl_error("%s: the array cannot be asked: %s (no_path_timeout_ms is %s)", node,
			  "no path could carry the command", ms ? ms : "unknown");
	else if (err == -EPERM || err == -EACCES)
		ctl_error("%s: to ask the array takes CAP_SYS_RAWIO: %s", node, strerror(-err));
	else if (err == -ENOTTY)
		ctl_error("%s: the array cannot be asked: it takes no SCSI commands", node);
	else
		ctl_error("%s: the array cannot be asked: %s", node, strerror(-err));
}

/*
 * Ask, and again with more room if there is more to tell. Return: 0, 1 if the target
 * has refused, or -errno; @cmd has how it ended.
 */
static int ask(int fd, u8 action, struct ctl_sgio *cmd, struct pr_answer *answer)
{
	u8 cdb[VMP_PR_CDB_LEN];
	u64 told;
	int ret;

	answer->data = NULL;
	for (cmd->len = PR_FIRST_LEN;; cmd->len = told < CTL_PRIN_MAX ? told : CTL_PRIN_MAX) {
		free(answer->data);
		answer->data = ctl_util_alloc(cmd->len);
		vmp_pr_put_in(cdb, (enum vmp_pr_in)action, cmd->len);
		cmd->cdb = cdb;
		cmd->cdb_len = sizeof(cdb);
		cmd->data = answer->data;
		ret = ctl_sgio_read(fd, cmd);
		if (ret)
			break;
		answer->len = cmd->got;
		told = ctl_prin_told(answer->data, answer->len);
		if (told <= cmd->len || cmd->len == CTL_PRIN_MAX)
			break;
	}
	cmd->cdb = NULL;
	cmd->data = NULL;
	return ret;
}

/* Ask for what every target with reservations must tell. Return: false with a message. */
static bool must_tell(const struct ctl_pr *pr, int fd, enum vmp_pr_in action,
		      struct pr_answer *answer)
{
	struct ctl_sgio cmd = { 0 };
	int ret = ask(fd, action, &cmd, answer);
	char *why;

	if (ret > 0) {
		why = ctl_sgio_refusal(&cmd);
		ctl_error("%s: %s", pr->head->label, why);
		free(why);
	} else if (ret < 0) {
		say_why(pr, ret);
	}
	return !ret;
}

static int compare_keys(const void *a, const void *b)
{
	const struct ctl_pr_key *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static bool read_keys(struct ctl_pr *pr, int fd)
{
	struct pr_answer answer;
	struct vmp_pr_keys keys;
	bool good = must_tell(pr, fd, VMP_PR_READ_KEYS, &answer);
	size_t i, nr = 0;

	if (good && vmp_pr_take_keys(&keys, answer.data, answer.len)) {
		ctl_error("%s: the target's answer to READ KEYS is cut short", pr->head->label);
		good = false;
	}
	if (good) {
		pr->generation = keys.generation;
		pr->nr_told = keys.told;
		pr->nr_read = keys.nr;
		pr->keys = ctl_util_alloc((keys.nr + 1) * sizeof(*pr->keys));
		for (i = 0; i < keys.nr; i++)
			pr->keys[i] = (struct ctl_pr_key){ vmp_pr_key(&keys, i), 1 };
		qsort(pr->keys, keys.nr, sizeof(*pr->keys), compare_keys);
		for (i = 0; i < keys.nr; i++)
			if (nr && pr->keys[nr - 1].key == pr->keys[i].key)
				pr->keys[nr - 1].nexuses++;
			else
				pr->keys[nr++] = pr->keys[i];
		pr->nr_keys = nr;
	}
	free(answer.data);
	return good;
}

static bool read_holder(struct ctl_pr *pr, int fd)
{
	struct pr_answer answer;
	bool good = must_tell(pr, fd, VMP_PR_READ_RESERVATION, &answer);

	if (good && vmp_pr_take_holder(&pr->holder, answer.data, answer.len)) {
		ctl_error("%s: the target's answer to READ RESERVATION is cut short",
			  pr->head->label);
		good = false;
	}
	free(answer.data);
	return good;
}

static void free_nexuses(struct ctl_pr *pr)
{
	while (pr->nr_nexuses)
		free(pr->nexuses[--pr->nr_nexuses].initiator);
	free(pr->nexuses);
	pr->nexuses = NULL;
}

static void add_nexus(struct ctl_pr *pr, const struct ctl_nexus *told)
{
	struct ctl_pr_nexus *nexus;
	char raw[CTL_PRIN_ID_LEN];
	size_t len = ctl_prin_initiator(told, raw, sizeof(raw));

	pr->nexuses = ctl_util_grow(pr->nexuses, pr->nr_nexuses, sizeof(*pr->nexuses));
	nexus = &pr->nexuses[pr->nr_nexuses++];
	nexus->told = *told;
	nexus->told.id = NULL;
	nexus->initiator = ctl_util_clean(raw, len);
}

/*
 * Many targets do not tell this, and one that tells nonsense is not believed: keys and
 * holder are known without. Return: the generation that it was of, if pr->full.
 */
static unsigned int read_nexuses(struct ctl_pr *pr, int fd)
{
	struct ctl_sgio cmd = { 0 };
	struct pr_answer answer;
	struct ctl_nexus told;
	unsigned int generation = 0;
	size_t pos = 0;
	int ret = ask(fd, CTL_PRIN_FULL_STATUS, &cmd, &answer);

	pr->full = !ret;
	while (!ret && (ret = ctl_prin_next(answer.data, answer.len, &pos, &told)) == 1) {
		add_nexus(pr, &told);
		ret = 0;
	}
	if (pr->full && ret) {
		ctl_error("%s: the target's answer to READ FULL STATUS makes no sense: left out",
			  pr->head->label);
		free_nexuses(pr);
		pr->full = false;
	}
	if (pr->full)
		generation = get_unaligned_be32(answer.data);
	free(answer.data);
	return generation;
}

/* All at one time. Return: CTL_OK, or CTL_FAILED with a message. */
static int read_all(struct ctl_pr *pr, int fd)
{
	unsigned int i, generation;

	for (i = 0; i < PR_TRIES; i++) {
		ctl_pr_free(pr);
		if (!read_keys(pr, fd) || !read_holder(pr, fd))
			return CTL_FAILED;
		generation = read_nexuses(pr, fd);
		if (pr->holder.generation == pr->generation &&
		    (!pr->full || generation == pr->generation))
			break;
	}
	return CTL_OK;
}

/* With virtio-blk among the paths in use vmpath itself answers EOPNOTSUPP. */
static const struct ctl_object *find_blk(const struct ctl_pr *pr)
{
	struct ctl_object *path;
	size_t i;

	for (i = 0; i < pr->head->nr_children; i++) {
		path = pr->head->children[i];
		if (ctl_topo_is(path, "transport", VMP_NAME_TRANSPORT_BLK) &&
		    (ctl_topo_usable(path) || !pr->own_key))
			return path;
	}
	return NULL;
}

static void say_waiting(const struct ctl_pr *pr)
{
	const char *ms = ctl_topo_attr(pr->head, "no_path_timeout_ms");

	if (!ctl_topo_nr_usable(pr->head) && ms && strcmp(ms, "0"))
		ctl_error("%s: no path can be used; %s: no_path_timeout_ms is %s", pr->head->label,
			  "this waits for one as an I/O does", ms);
}

/**
 * ctl_pr_read() - ask for all of it.
 * @ctl: where /dev is
 * @head: the meta-node
 * @pr: filled in; ctl_pr_free() frees it, whatever has come of it
 *
 * Return: CTL_OK, or CTL_FAILED with a message.
 */
int ctl_pr_read(const struct ctl *ctl, struct ctl_object *head, struct ctl_pr *pr)
{
	const struct ctl_object *blk;
	const char *key;
	char *dev;
	int fd, ret;

	memset(pr, 0, sizeof(*pr));
	pr->head = head;
	key = ctl_topo_attr(head, "pr_key");
	if (key && !strncmp(key, "0x", 2))
		pr->own_key = strtoull(key, NULL, 16);
	pr->own_known = pr->own_key || ctl_topo_is(head, "pr_key", VMP_NAME_PR_NONE);
	blk = find_blk(pr);
	if (blk) {
		ctl_error("%s: no persistent reservations: its path %s is over %s: %s", head->label,
			  blk->label, "virtio-blk, which knows none", strerror(EOPNOTSUPP));
		return CTL_FAILED;
	}
	dev = ctl_util_printf("%s/dev/%s", ctl->sysroot, head->name);
	say_waiting(pr);
	fd = ctl_sgio_open(dev);
	free(dev);
	if (fd < 0) {
		say_why(pr, fd);
		return CTL_FAILED;
	}
	ret = read_all(pr, fd);
	close(fd);
	return ret;
}

/* What the array has told; what vmpath has stays. */
void ctl_pr_free(struct ctl_pr *pr)
{
	free_nexuses(pr);
	free(pr->keys);
	pr->keys = NULL;
	pr->nr_keys = 0;
}

/**
 * ctl_pr_own() - is a key that of this guest?
 * @pr: of ctl_pr_read()
 * @key: registered
 *
 * Return: CTL_PR_UNSURE if vmpath has registered none since it was loaded: the array may
 * have one of this guest from before.
 */
enum ctl_pr_own ctl_pr_own(const struct ctl_pr *pr, u64 key)
{
	if (!pr->own_known)
		return CTL_PR_UNSURE;
	return pr->own_key && key == pr->own_key ? CTL_PR_OWN : CTL_PR_OTHER;
}

/* Does one who is registered with the key hold the reservation? */
bool ctl_pr_holds(const struct ctl_pr *pr, u64 key)
{
	return pr->holder.held && (vmp_pr_all_hold(pr->holder.type) || key == pr->holder.key);
}

/* I_T nexuses that are registered with this guest's key. */
size_t ctl_pr_nr_own(const struct ctl_pr *pr)
{
	size_t i;

	for (i = 0; pr->own_key && i < pr->nr_keys; i++)
		if (pr->keys[i].key == pr->own_key)
			return pr->keys[i].nexuses;
	return 0;
}
