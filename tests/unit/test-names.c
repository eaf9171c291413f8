// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names that documents and recorded trees show must be what array.c gives. Read
 * are Documentation/naming.rst, where a line of a table or example has a WWID
 * and a name, or an example of a family; the trees of tests/tool, each node of
 * which has a WWID and a name; and the examples of vmpathctl(8).
 */
#include "kernel.h"
#include <dirent.h>
#include "array.h"
#include "tap.h"

#define MAX_NAMES	100

static char array[VMP_ARRAY_LEN], name[VMP_NAME_LEN];

static const char *name_of(const char *vendor, const char *model, const char *wwid)
{
	struct vmp_identity id = { };

	snprintf(id.vendor, sizeof(id.vendor), "%.8s", vendor);
	snprintf(id.model, sizeof(id.model), "%.16s", model);
	snprintf(id.wwid, sizeof(id.wwid), "%s", wwid);
	vmp_array_name(&id, array, sizeof(array), name, sizeof(name));
	return name;
}

static FILE *open_file(const char *path)
{
	char full[512];
	FILE *file;

	snprintf(full, sizeof(full), "%s/%s", ROOT, path);
	file = fopen(full, "r");
	if (!file) {
		ok(false, "%s can be read", full);
		exit(1);
	}
	return file;
}

/*
 * "TEXT  WWID  NAME": a WWID as last word but one, and not an alias behind it,
 * which has no '_' here. Names of the tables, which have the WWID nowhere, are
 * in the next test.
 */
static void test_pairs(void)
{
	FILE *file = open_file("Documentation/naming.rst");
	char line[512], wwid[256], want[256];
	unsigned int lines = 0;

	while (fgets(line, sizeof(line), file)) {
		char *at = line + strlen(line), *end;
		unsigned int words = 0;

		for (; at > line && words < 2; words++) {
			for (end = at; end > line && isspace((u8)end[-1]);)
				end--;
			for (at = end; at > line && !isspace((u8)at[-1]);)
				at--;
			snprintf(words ? wwid : want, sizeof(wwid), "%.*s", (int)(end - at), at);
		}
		if (words < 2 || wwid[0] != '3' || !strchr(want, '_') ||
		    wwid[strspn(wwid, "0123456789abcdef")] ||
		    (strlen(wwid) != 33 && strlen(wwid) != 17))
			continue;
		is_str(name_of("", "", wwid), want, wwid);
		lines++;
	}
	fclose(file);
	ok(lines >= 3, "naming.rst: %u pairs of a WWID and a name", lines);
}

/* The LUs that the names of the tables belong to. */
static const struct {
	const char *vendor, *model, *wwid;
} known[] = {
	{ "", "", "36006016005041f00d8f65c69ec56df11" },
	{ "", "", "3600601604ca04a00a7cd0c2f5c34e812" },
	{ "", "", "36001405aaaaaaaaaaaaaaaaaaaaaaaa2" },
	{ "", "", "360000970000196701868533030303235" },
	{ "", "", "360060480000190300123533030314241" },
	{ "", "", "3600a098038303634495d475878384e61" },
	{ "", "", "360a98000567224396334493370345055" },
	{ "", "", "360002ac0000000000000006b0001ffeb" },
	{ "", "", "3624a937079ebbf3c903141360001149b" },
	{ "", "", "36005076810ca0166c00000000000019f" },
	{ "", "", "36005076303ffc48e0000000000000101" },
	{ "", "", "36005076a498b100a4800000002000047" },
	{ "", "", "360060e8006d2ad000000d2ad00000502" },
	{ "", "", "368ccf09800ac8ab0e2506d99bee29e40" },
	{ "", "", "36382028100c0772b109f1ce70000000a" },
	{ "", "", "36001405a5d2f0f6c1e24b0fb4c7d9e10" },
	{ "", "", "360000000000000000e00000000010001" },
	{ "", "", "35000c50015ea71a0" },
	{ "", "", "2001122fffe334455" },
	{ "QEMU", "QEMU HARDDISK", "0QEMU_QEMU_HARDDISK_lun-one" },
	{ "", "", "virtio-data-1" },
	{ "", "", "virtio-VMPLU1" },
	{ "", "", "virtio-vmplu1" },
	{ "ACME", "ARRAY1", "SACME_ARRAY1_vol-7" },
};

static bool is_known(const char *text)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(text, name_of(known[i].vendor, known[i].model, known[i].wwid)))
			return true;
	return false;
}

/* ``<family>[-serial]_<volume>``, in the tables and in the text. */
static void test_names(void)
{
	FILE *file = open_file("Documentation/naming.rst");
	unsigned int names = 0, lines = 0;
	char line[512], *at, *end;

	while (fgets(line, sizeof(line), file)) {
		lines++;
		for (at = line; (at = strstr(at, "``")) != NULL; at = end + 2) {
			at += 2;
			end = strstr(at, "``");
			if (!end)
				break;
			*end = '\0';
			if (!strchr(at, '_') || strstr(at, "...") || !islower((u8)*at) ||
			    at[strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_-")] ||
			    !strcmp(at, "wwid_") || strncmp(at, "vpd_unit", 8) == 0)
				continue;
			ok(is_known(at), "naming.rst:%u: %s is a name of an LU", lines, at);
			names++;
		}
	}
	fclose(file);
	ok(names >= 20 && names < MAX_NAMES, "naming.rst: %u names", names);
}

/* A word of vmpathctl(8) that is made like a name must be one of an LU. */
static void test_manual(void)
{
	FILE *file = open_file("Documentation/man/vmpathctl.8");
	static const char * const heads[] = { "lio", "naa", "vnx", "pure", "symm" };
	unsigned int names = 0, lines = 0, i;
	static const char blanks[] = " \t\n";
	char line[512], *word, *from, *to, *rest;

	while (fgets(line, sizeof(line), file)) {
		lines++;
		for (from = to = line; *from; from++)
			if (*from != '\\')
				*to++ = *from;
		*to = '\0';
		for (word = strtok_r(line, blanks, &rest); word;
		     word = strtok_r(NULL, blanks, &rest))
			for (i = 0; i < ARRAY_SIZE(heads); i++) {
				size_t len = strlen(heads[i]);

				if (strncmp(word, heads[i], len) || !word[len] ||
				    !strchr("-_", word[len]) || !strchr(word, '_'))
					continue;
				ok(is_known(word), "vmpathctl.8:%u: %s is a name of an LU", lines,
				   word);
				names++;
			}
	}
	fclose(file);
	ok(names >= 3, "vmpathctl.8: %u names", names);
}

enum { WWID, NODE_NAME, ARRAY, VENDOR, MODEL, NR_KEYS };

/* sys/block/vmpN/vmpath/KEY:VALUE, the keys of one node in any order. */
static unsigned int tree_nodes(const char *path)
{
	static const char * const keys[] = { "wwid", "name", "array", "vendor", "model" };
	struct node { char node[32], value[NR_KEYS][256]; };
	struct node *nodes = calloc(MAX_NAMES, sizeof(*nodes)), *n;
	char line[4096], node[32], key[32], value[256];
	FILE *file = open_file(path);
	unsigned int k, used = 0, seen = 0;

	while (fgets(line, sizeof(line), file)) {
		value[0] = '\0';
		if (sscanf(line, "sys/block/%31[^/]/vmpath/%31[a-z]:%255[^\n]", node, key,
			   value) < 2)
			continue;
		for (n = nodes; n < nodes + used && strcmp(n->node, node); n++)
			;
		used += n == nodes + used;
		if (used == MAX_NAMES)
			break;
		strcpy(n->node, node);
		for (k = 0; k < NR_KEYS; k++)
			if (!strcmp(key, keys[k]))
				strcpy(n->value[k], value);
	}
	fclose(file);
	for (n = nodes; n < nodes + used; n++) {
		if (!n->value[WWID][0] || !n->value[NODE_NAME][0])
			continue;
		name_of(n->value[VENDOR], n->value[MODEL], n->value[WWID]);
		ok(!strcmp(n->value[NODE_NAME], name), "%s: %s is %s, is named %s", path, n->node,
		   name, n->value[NODE_NAME]);
		ok(!n->value[ARRAY][0] || !strcmp(n->value[ARRAY], array), "... and of %s, not %s",
		   array, n->value[ARRAY]);
		seen++;
	}
	free(nodes);
	return seen;
}

/* garbled has names that no module makes, answers two nodes of one LU. */
static void test_trees(void)
{
	DIR *dir = opendir(ROOT "/tests/tool/trees");
	unsigned int nodes = 0;
	struct dirent *entry;
	char path[512];

	while (dir && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' || !strcmp(entry->d_name, "garbled.tree") ||
		    !strcmp(entry->d_name, "answers.tree"))
			continue;
		snprintf(path, sizeof(path), "tests/tool/trees/%s", entry->d_name);
		nodes += tree_nodes(path);
	}
	if (dir)
		closedir(dir);
	ok(nodes >= 20, "%u nodes of recorded trees", nodes);
}

int main(void)
{
	test_pairs();
	test_names();
	test_manual();
	test_trees();
	return tap_done();
}
