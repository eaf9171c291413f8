/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Test Anything Protocol for the unit tests: ok() and friends print one
 * line for each check and, when it fails, where and why; tap_done() ends the
 * program with the plan. A program that dies before it has no plan, and that
 * is what tests/unit/run takes for a failure.
 */
#ifndef VMP_UNIT_TAP_H
#define VMP_UNIT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_nr, tap_failed;

static __attribute__((__format__(__printf__, 4, 5)))
bool tap_ok(const char *file, int line, bool good, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", good ? "" : "not ", ++tap_nr);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	if (!good) {
		tap_failed++;
		printf("# at %s:%d\n", file, line);
	}
	fflush(stdout);
	return good;
}

static inline void tap_is_str(const char *file, int line, const char *got, const char *want,
			      const char *what)
{
	bool same = got && want ? !strcmp(got, want) : got == want;

	if (!tap_ok(file, line, same, "%s", what))
		printf("#  got: %s\n# want: %s\n", got ? got : "(null)", want ? want : "(null)");
}

static inline void tap_is_int(const char *file, int line, long long got, long long want,
			      const char *what)
{
	if (!tap_ok(file, line, got == want, "%s", what))
		printf("#  got: %lld\n# want: %lld\n", got, want);
}

#define ok(cond, ...)			tap_ok(__FILE__, __LINE__, cond, __VA_ARGS__)
#define is_str(got, want, what)		tap_is_str(__FILE__, __LINE__, got, want, what)
#define is_int(got, want, what)		tap_is_int(__FILE__, __LINE__, got, want, what)

static inline int tap_done(void)
{
	printf("1..%d\n", tap_nr);
	return tap_failed ? 1 : 0;
}

#endif
