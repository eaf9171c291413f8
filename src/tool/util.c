// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: messages, memory and strings. ctl_util_clean() is what stands
 * between a host that is not trusted and the administrator's terminal: only
 * printable ASCII passes, any other byte becomes \xNN.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "ctl.h"

static bool printable(unsigned char c)
{
	return c >= 0x20 && c < 0x7f;
}

static bool error_to_syslog;

/*
 * Until the daemon of the log is there, and in an initramfs, the kernel keeps the
 * message; the daemon takes it from there.
 */
static void log_message(const char *msg)
{
	char *line;
	int fd;

	if (!access("/dev/log", F_OK)) {
		syslog(LOG_WARNING, "%s", msg);
		return;
	}
	fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	line = ctl_util_printf("<%d>vmpathctl[%d]: %.800s\n", LOG_DAEMON | LOG_WARNING,
			       (int)getpid(), msg);
	if (write(fd, line, strlen(line)) < 0)
		error_to_syslog = false;	/* there is no other place */
	free(line);
	close(fd);
}

/* From here on messages go to the system's log too. */
void ctl_error_to_syslog(void)
{
	openlog("vmpathctl", LOG_PID, LOG_DAEMON);
	error_to_syslog = true;
}

/**
 * ctl_error() - say on stderr what went wrong.
 * @fmt: object, what failed, why
 *
 * The message may quote the command line, so it is made printable too; values
 * from sysfs are already, which is why a backslash is left alone here.
 */
void ctl_error(const char *fmt, ...)
{
	char msg[2048];
	va_list ap;
	char *p;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);

	if (error_to_syslog) {
		p = ctl_util_clean(msg, strlen(msg));
		log_message(p);
		free(p);
	}
	fflush(stdout);
	fputs("vmpathctl: ", stderr);
	for (p = msg; *p; p++) {
		if (printable(*p))
			fputc(*p, stderr);
		else
			fprintf(stderr, "\\x%02x", (unsigned char)*p);
	}
	fputc('\n', stderr);
}

static void *or_die(void *p)
{
	if (!p) {
		fputs("vmpathctl: out of memory\n", stderr);
		exit(CTL_FAILED);
	}
	return p;
}

void *ctl_util_alloc(size_t size)
{
	return or_die(calloc(1, size));
}

/* Make room for one more element; grows at powers of two. */
void *ctl_util_grow(void *array, size_t nr, size_t size)
{
	if (nr & (nr - 1))
		return array;
	return or_die(reallocarray(array, nr ? nr * 2 : 1, size));
}

char *ctl_util_strdup(const char *s)
{
	return or_die(strdup(s));
}

char *ctl_util_printf(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return or_die(s);
}

/**
 * ctl_util_clean() - a printable copy of @len bytes.
 * @raw: bytes from sysfs, of any value
 * @len: how many
 *
 * A backslash is escaped as well, so that two different values never look
 * the same.
 */
char *ctl_util_clean(const char *raw, size_t len)
{
	char *out = ctl_util_alloc(4 * len + 1), *o = out;
	size_t i;

	for (i = 0; i < len; i++) {
		if (printable(raw[i]) && raw[i] != '\\')
			*o++ = raw[i];
		else
			o += sprintf(o, "\\x%02x", (unsigned char)raw[i]);
	}
	return out;
}

/**
 * ctl_util_number() - is @text a decimal integer?
 * @text: as read
 * @num: the number as JSON has it (no leading zeros, no sign but minus)
 * @size: of @num
 */
bool ctl_util_number(const char *text, char *num, size_t size)
{
	const char *digits = text + (*text == '-');
	unsigned long long n;
	char *end;

	if (!isdigit((unsigned char)*digits))
		return false;
	errno = 0;
	n = strtoull(digits, &end, 10);
	if (errno || *end)
		return false;
	snprintf(num, size, "%s%llu", *text == '-' && n ? "-" : "", n);
	return true;
}

/**
 * ctl_util_seconds() - is @text a time, as 5 or 0.25?
 * @text: digits, perhaps a point and up to three digits more
 * @ms: the time in milliseconds, 1 ms to about 11 days
 */
bool ctl_util_seconds(const char *text, long *ms)
{
	size_t whole = strspn(text, "0123456789"), part = 0, i;
	const char *point = text + whole;
	long n;

	if (*point == '.')
		part = strspn(point + 1, "0123456789");
	if (!whole || whole > 6 || part > 3 || (*point && (!part || point[part + 1])))
		return false;
	n = atol(text) * 1000;
	for (i = 0; i < part; i++)
		n += (point[i + 1] - '0') * (i == 0 ? 100 : i == 1 ? 10 : 1);
	*ms = n;
	return n > 0;
}

/* 21474836480 -> 20G, as lsblk does; never depends on the locale. */
void ctl_util_human(unsigned long long bytes, char *buf, size_t size)
{
	static const char unit[] = "BKMGTPE";
	unsigned int shift = 0;
	unsigned long long tenths;

	while (shift < 60 && bytes >> shift >= 1024)
		shift += 10;
	/* tenths of the unit, rounded; the fraction alone so as not to overflow */
	tenths = shift ? ((bytes & ((1ULL << shift) - 1)) >> (shift - 10)) * 10 : 0;
	tenths = (bytes >> shift) * 10 + (tenths + 512) / 1024;
	if (tenths % 10)
		snprintf(buf, size, "%llu.%llu%c", tenths / 10, tenths % 10, unit[shift / 10]);
	else
		snprintf(buf, size, "%llu%c", tenths / 10, unit[shift / 10]);
}

/* vmp2 before vmp10, sdz before sdaa. */
int ctl_util_natcmp(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);

	if (la != lb)
		return la < lb ? -1 : 1;
	return strcmp(a, b);
}
