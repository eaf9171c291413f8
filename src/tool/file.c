// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: files of its own, as opposed to those of sysfs: read whole, and
 * written so that a reader, or a machine that loses power, finds either the
 * old content or the new one.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"

#define FILE_MAX	(1024 * 1024)

static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = read(fd, buf + len, size - len);
		if (n > 0)
			len += n;
	} while ((n > 0 && len < size) || (n < 0 && errno == EINTR));
	return n < 0 ? -errno : (ssize_t)len;
}

/**
 * ctl_file_read() - read a whole file.
 * @path: a regular file of at most 1 MiB
 * @text: its content, with a zero byte behind; the caller frees it
 * @len: of the content
 *
 * Return: 0 or -errno, -EFBIG if it is larger.
 */
int ctl_file_read(const char *path, char **text, size_t *len)
{
	struct stat st;
	ssize_t n;
	int fd, ret;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	*text = ctl_util_alloc(FILE_MAX + 2);
	if (fstat(fd, &st))
		ret = -errno;
	else if (!S_ISREG(st.st_mode))
		ret = S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	else
		ret = 0;
	n = ret ? ret : read_all(fd, *text, FILE_MAX + 1);
	close(fd);
	if (n > FILE_MAX)
		n = -EFBIG;
	if (n < 0) {
		free(*text);
		*text = NULL;
		return n;
	}
	*len = n;
	return 0;
}

static int write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, text, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= n;
	}
	return fsync(fd) ? -errno : 0;
}

/* The new file looks like the old one to everybody but its readers. */
static int copy_mode(int fd, const char *path)
{
	struct stat st;
	mode_t mask;

	if (lstat(path, &st)) {
		mask = umask(0);
		umask(mask);
		return fchmod(fd, 0644 & ~mask) ? -errno : 0;
	}
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (fchown(fd, st.st_uid, st.st_gid) && errno != EPERM)
		return -errno;
	return fchmod(fd, st.st_mode & 07777) ? -errno : 0;
}

static int replace(const char *dir, const char *path, const char *text, size_t len)
{
	char *temp = ctl_util_printf("%s/.vmpathctl-XXXXXX", dir);
	int fd, ret;

	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0) {
		ret = -errno;
		goto out_free;
	}
	ret = copy_mode(fd, path);
	if (!ret)
		ret = write_all(fd, text, len);
	close(fd);
	if (!ret && rename(temp, path))
		ret = -errno;
	if (ret)
		unlink(temp);
out_free:
	free(temp);
	return ret;
}

/**
 * ctl_file_replace() - give a file a new content, all at once.
 * @path: the file; it need not be there. What a symbolic link leads to is
 *	replaced, not the link
 * @text: the content
 * @len: its length
 *
 * Owner and mode of the old file are kept.
 *
 * Return: 0, or -errno and the old file is as it was; -EINVAL if it is no
 * regular file.
 */
int ctl_file_replace(const char *path, const char *text, size_t len)
{
	char real[PATH_MAX], *copy, *dir;
	int fd, ret;

	if (!realpath(path, real)) {
		if (errno != ENOENT || strlen(path) >= sizeof(real))
			return errno == ENOENT ? -ENAMETOOLONG : -errno;
		strcpy(real, path);
	}
	copy = ctl_util_strdup(real);
	dir = dirname(copy);
	ret = replace(dir, real, text, len);
	fd = ret ? -1 : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
	return ret;
}

/**
 * ctl_file_lock() - keep other vmpathctl from the files of a directory.
 * @dir: the directory
 *
 * Return: what to close() to let them, or -errno.
 */
int ctl_file_lock(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX)) {
		err = errno;
		if (err == EINTR)
			continue;
		close(fd);
		return -err;
	}
	return fd;
}
