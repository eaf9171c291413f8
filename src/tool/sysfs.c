// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: reads and writes single files of sysfs. Nothing else is ever
 * opened here, no block device above all (sgio.c does): a hung path hangs whoever
 * opens it, but not those who read its attributes. What is read leaves here printable.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"

/* sysfs gives one page at most. */
#define SYSFS_MAX 4096

/**
 * ctl_sysfs_read() - read one attribute.
 * @path: the file
 * @value: its content without the newline at the end, printable; caller frees
 *
 * Return: 0, or -errno. A path that goes away between readdir and read gives
 * -ENOENT, or -ENODEV when the file was open already.
 */
int ctl_sysfs_read(const char *path, char **value)
{
	char buf[SYSFS_MAX];
	size_t len = 0;
	ssize_t n;
	int fd;

	/* O_NONBLOCK: --sysroot may hold anything, a FIFO too. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	do {
		n = read(fd, buf + len, sizeof(buf) - len);
		if (n > 0)
			len += n;
	} while ((n > 0 && len < sizeof(buf)) || (n < 0 && errno == EINTR));
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return n;
	if (len && buf[len - 1] == '\n')
		len--;
	*value = ctl_util_clean(buf, len);
	return 0;
}

/**
 * ctl_sysfs_write() - write one attribute, by one write().
 * @path: the file
 * @value: what to write; a newline is added
 *
 * Return: 0, or -errno: what the module answers.
 */
int ctl_sysfs_write(const char *path, const char *value)
{
	char *line;
	size_t len;
	ssize_t n;
	int fd;

	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	line = ctl_util_printf("%s\n", value);
	len = strlen(line);
	do {
		n = write(fd, line, len);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		n = -errno;
	else
		n = (size_t)n == len ? 0 : -EIO;
	free(line);
	close(fd);
	return n;
}

static int compare_names(const void *a, const void *b)
{
	return ctl_util_natcmp(*(char *const *)a, *(char *const *)b);
}

/**
 * ctl_sysfs_list() - the names in a directory, in natural order.
 * @dir: the directory
 * @want: which names, or NULL for all but dot-files
 * @names: the names; caller frees each and the array
 * @nr: how many
 *
 * Return: 0, or -errno.
 */
int ctl_sysfs_list(const char *dir, bool (*want)(const char *name), char ***names, size_t *nr)
{
	struct dirent *de;
	DIR *d;

	*names = NULL;
	*nr = 0;
	d = opendir(dir);
	if (!d)
		return -errno;
	while ((de = readdir(d))) {
		if (de->d_name[0] == '.' || (want && !want(de->d_name)))
			continue;
		*names = ctl_util_grow(*names, *nr, sizeof(**names));
		(*names)[(*nr)++] = ctl_util_strdup(de->d_name);
	}
	closedir(d);
	if (*nr)
		qsort(*names, *nr, sizeof(**names), compare_names);
	return 0;
}

bool ctl_sysfs_exists(const char *path)
{
	return faccessat(AT_FDCWD, path, F_OK, 0) == 0;
}

bool ctl_sysfs_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}
