// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpath-udev: what the rules in 54-vmpath.rules cannot say themselves.
 *
 * may-load: exit 0 if this system wants vmpath.ko and it may be loaded now.
 * wait DISK [SECONDS]: wait, with a bound, for the module's verdict on a disk,
 * and print it as properties for IMPORT{program}. Needs nothing but libc, so
 * that it works in an initramfs, too. --root DIR looks there instead of at /.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "vmpath_names.h"

#define WAIT_SECONDS	10
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MODULE		"/sys/module/" VMP_MODULE_NAME
#define DISKS		MODULE "/" VMP_SYSFS_DISKS_DIR
/* Put there by the initramfs hook, and only into the initramfs. */
#define IN_INITRAMFS	"/etc/vmpath/in-initramfs"

static const char *root = "";

static int open_file(const char *name, const char *disk, const char *file)
{
	char path[PATH_MAX];
	int len;

	len = snprintf(path, sizeof(path), "%s%s%s%s%s%s", root, name,
		       disk ? "/" : "", disk ?: "", file ? "/" : "", file ?: "");
	if (len < 0 || (size_t)len >= sizeof(path))
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The first bytes of a file without the newline; -1 if it cannot be read. */
static int read_fd(int fd, char *buf, size_t size)
{
	ssize_t len = pread(fd, buf, size - 1, 0);

	if (len < 0)
		return -1;
	while (len > 0 && buf[len - 1] == '\n')
		len--;
	buf[len] = '\0';
	return 0;
}

static int read_file(const char *name, const char *disk, const char *file,
		     char *buf, size_t size)
{
	int fd = open_file(name, disk, file);
	int ret;

	if (fd < 0)
		return -1;
	ret = read_fd(fd, buf, size);
	close(fd);
	return ret;
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000L + ts.tv_nsec / 1000000;
}

/* ---- may-load ------------------------------------------------------------ */

static bool names_module(FILE *f)
{
	char line[256];
	bool found = false;

	while (fgets(line, sizeof(line), f)) {
		char *word = strtok(line, " \t\r\n");

		if (word && !strcmp(word, VMP_MODULE_NAME))
			found = true;
	}
	return found;
}

/* As systemd reads modules-load.d: the first directory that has the file wins. */
static bool configured(void)
{
	static const char * const dirs[] = {
		"/etc/modules-load.d", "/run/modules-load.d",
		"/usr/local/lib/modules-load.d", "/usr/lib/modules-load.d",
		"/lib/modules-load.d",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		int fd = open_file(dirs[i], VMP_MODULE_NAME ".conf", NULL);
		bool found = false;
		FILE *f;

		if (fd < 0)
			continue;
		f = fdopen(fd, "r");
		if (!f) {
			close(fd);
			return false;
		}
		found = names_module(f);
		fclose(f);
		return found;
	}
	return false;
}

/*
 * A root that is named as a disk of the guest, root=/dev/vda1, could not be
 * mounted once that disk is claimed: then the initramfs leaves the module out,
 * and it comes after the root is mounted, when that disk is in use and stays.
 */
static bool root_is_a_disk(void)
{
	char line[4096], *word;

	if (read_file("/proc/cmdline", NULL, NULL, line, sizeof(line)))
		return false;
	for (word = strtok(line, "\n "); word; word = strtok(NULL, "\n "))
		if (!strncmp(word, "root=/dev/sd", 12) ||
		    !strncmp(word, "root=/dev/vd", 12))
			return true;
	return false;
}

static int may_load(void)
{
	char byte[2];

	if (!configured())
		return 1;
	if (!read_file(IN_INITRAMFS, NULL, NULL, byte, sizeof(byte)) &&
	    root_is_a_disk())
		return 1;
	return 0;
}

/* ---- wait ---------------------------------------------------------------- */

/* From the start of its loading to the end of it there is no directory yet. */
static bool module_is_coming(void)
{
	char state[16];

	return !read_file(MODULE, "initstate", NULL, state, sizeof(state)) &&
	       !strcmp(state, "coming");
}

/* The disk's verdict, opened; -1 if the module does not have that disk. */
static int open_verdict(const char *disk, long end)
{
	for (;;) {
		bool coming = module_is_coming();
		int fd = open_file(DISKS, disk, "verdict");

		/* Looked for after the state: it may have ended in between. */
		if (fd >= 0 || !coming || now_ms() >= end)
			return fd;
		poll(NULL, 0, 10);
	}
}

/*
 * sysfs wakes who polls a file for POLLPRI, if the module says that it has
 * changed; a look now and then serves where it does not.
 */
static int await_verdict(int fd, long end, char *verdict, size_t size)
{
	for (;;) {
		struct pollfd pfd = { .fd = fd, .events = POLLPRI };
		long left = end - now_ms();

		if (read_fd(fd, verdict, size))
			return -1;	/* the disk or the module has gone */
		if (strcmp(verdict, VMP_NAME_DISK_PENDING) || left <= 0)
			return 0;
		poll(&pfd, 1, left < 50 ? left : 50);
	}
}

/* Only what needs no quoting: the words go to udev line by line. */
static void print_property(const char *key, const char *value)
{
	printf("%s=", key);
	for (; *value; value++)
		putchar(isalnum((unsigned char)*value) || strchr("#+-.:=@_", *value) ?
			*value : '_');
	putchar('\n');
}

static int wait_disk(const char *disk, long seconds)
{
	long end = now_ms() + seconds * 1000;
	char verdict[16], wwid[256];
	int fd, ret;

	if (!*disk || *disk == '.' || strchr(disk, '/'))
		return 1;
	fd = open_verdict(disk, end);
	if (fd < 0)
		return 1;
	ret = await_verdict(fd, end, verdict, sizeof(verdict));
	close(fd);
	if (ret)
		return 1;
	print_property("VMPATH_VERDICT", verdict);
	if (!read_file(DISKS, disk, "wwid", wwid, sizeof(wwid)) && *wwid)
		print_property("VMPATH_WWID", wwid);
	return fflush(stdout) ? 1 : 0;
}

static int bad_usage(void)
{
	fputs("usage: vmpath-udev [--root DIR] may-load\n"
	      "       vmpath-udev [--root DIR] wait DISK [SECONDS]\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	long seconds = WAIT_SECONDS;
	char none[] = "", *end = none;

	if (argc > 2 && !strcmp(argv[1], "--root")) {
		root = argv[2];
		argc -= 2;
		argv += 2;
	}
	if (argc == 2 && !strcmp(argv[1], "may-load"))
		return may_load();
	if (argc < 3 || argc > 4 || strcmp(argv[1], "wait"))
		return bad_usage();
	if (argc == 4)
		seconds = strtol(argv[3], &end, 10);
	if (*end || seconds < 0 || seconds > 150)
		return bad_usage();
	return wait_disk(argv[2], seconds);
}
