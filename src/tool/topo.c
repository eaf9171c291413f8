// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: meta-nodes, their paths and the disks that vmpath has looked at,
 * as sysfs shows them at this moment. Attributes are read when they are first
 * asked for. Paths come and go meanwhile: one whose directory is gone is left
 * out, an attribute that is gone counts as not there.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"

const char *const ctl_unreadable = "?";

static struct ctl_object *new_object(enum ctl_kind kind, const char *name, char *dir)
{
	struct ctl_object *obj = ctl_util_alloc(sizeof(*obj));

	obj->kind = kind;
	obj->name = ctl_util_strdup(name);
	obj->label = ctl_util_clean(name, strlen(name));
	obj->dir = dir;
	return obj;
}

static void free_object(struct ctl_object *obj)
{
	struct ctl_attr *attr;

	while ((attr = obj->attrs)) {
		obj->attrs = attr->next;
		free(attr->value);
		free(attr);
	}
	while (obj->nr_children)
		free_object(obj->children[--obj->nr_children]);
	free(obj->children);
	free(obj->hba);
	free(obj->name);
	free(obj->label);
	free(obj->dir);
	free(obj);
}

static struct ctl_attr *find_attr(const struct ctl_object *obj, const char *name)
{
	struct ctl_attr *attr;

	for (attr = obj->attrs; attr; attr = attr->next)
		if (!strcmp(attr->name, name))
			return attr;
	return NULL;
}

static struct ctl_attr *add_attr(struct ctl_object *obj, const char *dir, const char *name,
				 size_t len)
{
	struct ctl_attr *attr = ctl_util_alloc(sizeof(*attr) + strlen(dir) + len + 1);

	sprintf(attr->name, "%s%.*s", dir, (int)len, name);
	attr->next = obj->attrs;
	obj->attrs = attr;
	return attr;
}

/* Each line of the file becomes an attribute, "stats/NAME". */
static void split_stats(struct ctl_object *obj, const char *text)
{
	static const char newline[] = "\\x0a";	/* as ctl_util_clean() has it */
	const char *end, *blank;

	for (; *text; text = end + (*end ? strlen(newline) : 0)) {
		end = strstr(text, newline);
		if (!end)
			end = text + strlen(text);
		blank = memchr(text, ' ', end - text);
		if (blank)
			add_attr(obj, CTL_STATS, text, blank - text)->value =
				ctl_util_printf("%.*s", (int)(end - blank - 1), blank + 1);
	}
}

static struct ctl_attr *get_attr(struct ctl_object *obj, const char *name)
{
	struct ctl_attr *attr = find_attr(obj, name);
	char *path;
	int ret;

	if (attr)
		return attr;
	if (!strncmp(name, CTL_STATS, strlen(CTL_STATS))) {
		get_attr(obj, VMP_SYSFS_STATS);
		attr = find_attr(obj, name);
		return attr ? attr : add_attr(obj, "", name, strlen(name));
	}

	attr = add_attr(obj, "", name, strlen(name));
	path = ctl_util_printf("%s/%s", obj->dir, name);
	ret = ctl_sysfs_read(path, &attr->value);
	free(path);
	attr->unreadable = ret && ret != -ENOENT && ret != -ENODEV && ret != -ENOTDIR;
	if (attr->value && !strcmp(name, VMP_SYSFS_STATS))
		split_stats(obj, attr->value);
	return attr;
}

/**
 * ctl_topo_attr() - the value of an attribute.
 * @obj: meta-node, path or disk
 * @name: the file below its directory, or "stats/NAME": what a line of stats has
 *
 * Return: the text, ctl_unreadable if it cannot be read, NULL if there is none.
 */
const char *ctl_topo_attr(struct ctl_object *obj, const char *name)
{
	struct ctl_attr *attr = get_attr(obj, name);

	return attr->unreadable ? ctl_unreadable : attr->value;
}

bool ctl_topo_is(struct ctl_object *obj, const char *name, const char *value)
{
	const struct ctl_attr *attr = get_attr(obj, name);

	return attr->value && !strcmp(attr->value, value);
}

/* ".../0000:00:05.0/virtio2/host0/...": what stands before virtio2. */
static char *hba_of_link(const char *target)
{
	static const char virtio[] = "/virtio";
	const char *end, *digits, *start;

	for (end = strstr(target, virtio); end; end = strstr(end + 1, virtio)) {
		digits = end + strlen(virtio);
		if (!isdigit((unsigned char)*digits) ||
		    digits[strspn(digits, "0123456789")] != '/')
			continue;
		for (start = end; start > target && start[-1] != '/'; start--)
			;
		return start == end ? NULL : ctl_util_clean(start, end - start);
	}
	return NULL;
}

/**
 * ctl_topo_hba() - the device of the guest's bus that a path hangs on.
 * @ctl: where sysfs is
 * @path: a path
 *
 * Paths of one virtio-scsi HBA have it in common and fail with it; a
 * virtio-blk disk is its own.
 *
 * Return: its address, "0000:00:05.0"; "host2" if only the SCSI host is known;
 * NULL if nothing is.
 */
const char *ctl_topo_hba(const struct ctl *ctl, struct ctl_object *path)
{
	char target[PATH_MAX], *link;
	const char *hctl;
	ssize_t len;

	if (path->hba)
		return *path->hba ? path->hba : NULL;
	link = ctl_util_printf("%s/sys/block/%s", ctl->sysroot, path->name);
	len = readlink(link, target, sizeof(target) - 1);
	free(link);
	if (len > 0) {
		target[len] = '\0';
		path->hba = hba_of_link(target);
	}
	hctl = path->hba ? NULL : ctl_topo_attr(path, "hctl");
	if (hctl && isdigit((unsigned char)*hctl) && hctl[strspn(hctl, "0123456789")] == ':')
		path->hba = ctl_util_printf("host%.*s", (int)strcspn(hctl, ":"), hctl);
	if (!path->hba)
		path->hba = ctl_util_strdup("");
	return *path->hba ? path->hba : NULL;
}

/* Can new I/O go down this path? */
bool ctl_topo_usable(struct ctl_object *path)
{
	return ctl_topo_is(path, "state", VMP_NAME_PATH_LIVE) ||
	       ctl_topo_is(path, "state", VMP_NAME_PATH_STANDBY);
}

size_t ctl_topo_nr_usable(const struct ctl_object *head)
{
	size_t i, nr = 0;

	for (i = 0; i < head->nr_children; i++)
		nr += ctl_topo_usable(head->children[i]);
	return nr;
}

/* vmp0, vmp12; not its partitions, not somebody else's vmpfoo. */
bool ctl_topo_is_node(const char *name)
{
	if (strncmp(name, VMP_HEAD_PREFIX, strlen(VMP_HEAD_PREFIX)))
		return false;
	name += strlen(VMP_HEAD_PREFIX);
	return *name && name[strspn(name, "0123456789")] == '\0';
}

/*
 * Make an object of each directory below @dir. One that is gone again by now
 * is dropped: asking for @first tells, and the answer is kept.
 */
static int read_objects(const char *dir, const char *below, enum ctl_kind kind, const char *first,
			bool (*want)(const char *name),
			struct ctl_object ***objs, size_t *nr)
{
	struct ctl_object *obj;
	char **names;
	size_t i, nr_names;
	int ret;

	ret = ctl_sysfs_list(dir, want, &names, &nr_names);
	if (ret)
		return ret;
	for (i = 0; i < nr_names; i++) {
		obj = new_object(kind, names[i], ctl_util_printf("%s/%s%s", dir, names[i], below));
		free(names[i]);
		if (!ctl_topo_attr(obj, first) && !ctl_sysfs_is_dir(obj->dir)) {
			free_object(obj);
			continue;
		}
		*objs = ctl_util_grow(*objs, *nr, sizeof(**objs));
		(*objs)[(*nr)++] = obj;
	}
	free(names);
	return 0;
}

static void read_paths(struct ctl_object *head)
{
	char *dir = ctl_util_printf("%s/" VMP_SYSFS_PATHS_DIR, head->dir);
	size_t i;

	/* No such directory: the last path is gone, or the meta-node is going. */
	read_objects(dir, "", CTL_PATH, "state", NULL, &head->children, &head->nr_children);
	free(dir);
	for (i = 0; i < head->nr_children; i++)
		head->children[i]->parent = head;
}

static void link_disks(struct ctl_topo *topo)
{
	struct ctl_object *path, *disk;
	size_t h, p, d;

	for (h = 0; h < topo->nr_heads; h++) {
		for (p = 0; p < topo->heads[h]->nr_children; p++) {
			path = topo->heads[h]->children[p];
			for (d = 0; d < topo->nr_disks; d++) {
				disk = topo->disks[d];
				if (strcmp(path->name, disk->name))
					continue;
				path->disk = disk;
				disk->path = path;
				break;
			}
		}
	}
}

bool ctl_topo_loaded(const struct ctl *ctl)
{
	char *module = ctl_util_printf("%s/sys/module/" VMP_MODULE_NAME, ctl->sysroot);
	bool loaded = ctl_sysfs_exists(module);

	free(module);
	return loaded;
}

/**
 * ctl_topo_read() - read what there is.
 * @ctl: where sysfs is
 * @topo: filled in; ctl_topo_free() it, on failure too
 *
 * Return: CTL_OK, or CTL_FAILED with a message: the module is not loaded, or
 * sysfs cannot be read.
 */
int ctl_topo_read(const struct ctl *ctl, struct ctl_topo *topo)
{
	char *module = ctl_util_printf("%s/sys/module/" VMP_MODULE_NAME, ctl->sysroot);
	char *block = ctl_util_printf("%s/sys/block", ctl->sysroot);
	char *disks = ctl_util_printf("%s/" VMP_SYSFS_DISKS_DIR, module);
	char *version = ctl_util_printf("%s/version", module);
	int ret = CTL_FAILED, err;
	size_t i;

	memset(topo, 0, sizeof(*topo));
	if (!ctl_sysfs_exists(module)) {
		ctl_error("vmpath is not loaded (there is no %s); try: modprobe vmpath", module);
		goto out_free;
	}
	if (ctl_sysfs_read(version, &topo->module_version))
		topo->module_version = NULL;

	err = read_objects(block, "/" VMP_SYSFS_HEAD_DIR, CTL_HEAD, "state", ctl_topo_is_node,
			   &topo->heads, &topo->nr_heads);
	if (err && err != -ENOENT) {
		ctl_error("%s: cannot list meta-nodes: %s", block, strerror(-err));
		goto out_free;
	}
	for (i = 0; i < topo->nr_heads; i++)
		read_paths(topo->heads[i]);

	err = read_objects(disks, "", CTL_DISK, "verdict", NULL, &topo->disks, &topo->nr_disks);
	if (err && err != -ENOENT) {
		ctl_error("%s: cannot list disks: %s", disks, strerror(-err));
		goto out_free;
	}
	link_disks(topo);
	ret = CTL_OK;
out_free:
	free(version);
	free(disks);
	free(block);
	free(module);
	return ret;
}

void ctl_topo_free(struct ctl_topo *topo)
{
	while (topo->nr_heads)
		free_object(topo->heads[--topo->nr_heads]);
	while (topo->nr_disks)
		free_object(topo->disks[--topo->nr_disks]);
	free(topo->heads);
	free(topo->disks);
	free(topo->module_version);
}

/* /dev/vmp0, /dev/vmpath/<name> and the by-id link are names as well. */
const char *ctl_topo_strip(const char *word)
{
	static const char *const prefix[] = {
		"/dev/disk/by-id/vmpath-", "/dev/vmpath/", "/dev/",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(prefix); i++)
		if (!strncmp(word, prefix[i], strlen(prefix[i])))
			return word + strlen(prefix[i]);
	return word;
}

/* By what the kernel calls it: there is one at most. */
static struct ctl_object *find_kernel_name(const struct ctl_topo *topo, const char *word)
{
	struct ctl_object *head;
	size_t i, p;

	for (i = 0; i < topo->nr_heads; i++) {
		head = topo->heads[i];
		if (!strcmp(head->name, word))
			return head;
		for (p = 0; p < head->nr_children; p++)
			if (!strcmp(head->children[p]->name, word))
				return head->children[p];
	}
	for (i = 0; i < topo->nr_disks; i++)
		if (!strcmp(topo->disks[i]->name, word))
			return topo->disks[i];
	return NULL;
}

/* "naa.600...", "0x600...": the WWID that is meant; the caller frees it. */
char *ctl_topo_wwid(const char *word)
{
	unsigned char naa[CTL_NAA_LEN];
	char hex[2 * CTL_NAA_LEN + 1];
	size_t bytes = ctl_serial_parse(word, naa), i;

	for (i = 0; i < bytes; i++)
		sprintf(hex + 2 * i, "%02x", naa[i]);
	return bytes ? ctl_util_printf("3%s", hex) : NULL;
}

static int find_by_attr(const struct ctl_topo *topo, const char *attr, const char *name,
			const char *word, struct ctl_object **found)
{
	struct ctl_object *head;
	size_t i;

	for (i = 0; i < topo->nr_heads; i++) {
		head = topo->heads[i];
		if (!ctl_topo_is(head, attr, name))
			continue;
		if (*found) {
			ctl_error("%s: ambiguous: %s of %s and of %s; use the node",
				  word, attr, (*found)->label, head->label);
			return CTL_FAILED;
		}
		*found = head;
	}
	return CTL_OK;
}

/**
 * ctl_topo_find() - the object that the user means.
 * @topo: to look in
 * @word: NODE, PATH, disk, ALIAS, NAME, WWID or NAA id, with or without its
 *	/dev/ place
 * @found: the object
 *
 * Return: CTL_OK; else, with a message, CTL_NOT_FOUND, or CTL_FAILED if two
 * meta-nodes go by that name.
 */
int ctl_topo_find(const struct ctl_topo *topo, const char *word, struct ctl_object **found)
{
	static const char *const attrs[] = { "alias", "name", "wwid" };
	const char *name = ctl_topo_strip(word);
	char *wwid;
	size_t a;
	int ret = CTL_OK;

	*found = *name ? find_kernel_name(topo, name) : NULL;
	for (a = 0; *name && !*found && !ret && a < ARRAY_SIZE(attrs); a++)
		ret = find_by_attr(topo, attrs[a], name, word, found);
	wwid = ret || *found ? NULL : ctl_topo_wwid(name);
	if (wwid)
		ret = find_by_attr(topo, "wwid", wwid, word, found);
	free(wwid);
	if (ret || *found)
		return ret;
	ctl_error("%s: no such meta-node, path or disk; see: vmpathctl list --disks", word);
	return CTL_NOT_FOUND;
}

/* The meta-node that the user means, or NULL without a word. */
struct ctl_object *ctl_topo_lookup_head(const struct ctl_topo *topo, const char *word)
{
	static const char *const attrs[] = { "alias", "name", "wwid" };
	const char *name = ctl_topo_strip(word);
	struct ctl_object *found = NULL;
	char *wwid;
	size_t i;

	if (!*name)
		return NULL;
	for (i = 0; i < topo->nr_heads; i++)
		if (!strcmp(topo->heads[i]->name, name))
			return topo->heads[i];
	for (i = 0; !found && i < ARRAY_SIZE(attrs); i++)
		if (find_by_attr(topo, attrs[i], name, word, &found))
			return NULL;
	wwid = found ? NULL : ctl_topo_wwid(name);
	if (wwid && find_by_attr(topo, "wwid", wwid, word, &found))
		found = NULL;
	free(wwid);
	return found;
}

/* Like ctl_topo_find(), for what must be a meta-node. */
int ctl_topo_find_head(const struct ctl_topo *topo, const char *word, struct ctl_object **found)
{
	int ret = ctl_topo_find(topo, word, found);

	if (ret || (*found)->kind == CTL_HEAD)
		return ret;
	ctl_error("%s: a disk, not a meta-node; see: vmpathctl list", word);
	*found = NULL;
	return CTL_NOT_FOUND;
}

/**
 * ctl_topo_find_path() - the path that the user means.
 * @topo: to look in
 * @word: PATH, as sda or /dev/sda
 * @found: the path
 *
 * Return: CTL_OK; else, with a message, CTL_NOT_FOUND.
 */
int ctl_topo_find_path(const struct ctl_topo *topo, const char *word, struct ctl_object **found)
{
	struct ctl_object *obj = NULL;

	if (*ctl_topo_strip(word))
		obj = find_kernel_name(topo, ctl_topo_strip(word));
	*found = obj;
	if (obj && obj->kind == CTL_PATH)
		return CTL_OK;
	if (obj && obj->kind == CTL_DISK)
		ctl_error("%s: not a path of any meta-node; see: vmpathctl explain %s",
			  word, obj->label);
	else if (obj)
		ctl_error("%s: a meta-node, not a path; see: vmpathctl list %s", word, obj->label);
	else
		ctl_error("%s: no such path; see: vmpathctl list --disks", word);
	return CTL_NOT_FOUND;
}
