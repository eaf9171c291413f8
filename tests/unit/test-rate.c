// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/rate.c: no more than 64 within any second, however they come; an urgent
 * one is never refused, and those behind it wait the longer for it.
 */
#include "rate.h"
#include "tap.h"

#define MSEC	1000000ULL
#define SEC	(1000 * MSEC)

/* How many of those that are asked for, one each millisecond, may. */
static unsigned int taken(struct vmp_rate *rate, u64 from, unsigned int ms)
{
	unsigned int i, n = 0;

	for (i = 0; i < ms; i++)
		n += vmp_rate_take(rate, from + i * MSEC, false);
	return n;
}

/* The most that there were in a second, when one is asked for each @step. */
static unsigned int densest(u64 step)
{
	static u64 when[100000];
	struct vmp_rate rate = {};
	unsigned int n = 0, first = 0, most = 0;
	u64 now;

	for (now = SEC; now < 11 * SEC; now += step) {
		if (!vmp_rate_take(&rate, now, false))
			continue;
		when[n++] = now;
		while (now - when[first] >= SEC)
			first++;
		most = max(most, n - first);
	}
	return most;
}

int main(void)
{
	struct vmp_rate rate = {};
	unsigned int i;

	ok(taken(&rate, SEC, 1000) == 64, "64 in the first second");
	ok(taken(&rate, 2 * SEC, 1000) == 64, "and in the next");
	ok(taken(&rate, 2 * SEC + 500 * MSEC, 499) == 0, "none more within it");
	ok(densest(MSEC) == 64, "64 within any second, asked for each millisecond");
	ok(densest(7 * MSEC) == 64, "each 7 ms");
	ok(densest(100 * MSEC) == 10, "who asks for less gets it all");
	rate = (struct vmp_rate){};
	for (i = 0; i < 200; i++)
		if (!vmp_rate_take(&rate, SEC, true))
			break;
	ok(i == 200, "an urgent one is never refused");
	ok(taken(&rate, SEC + MSEC, 999) == 0, "and counts");
	ok(taken(&rate, 2 * SEC, 1) == 1, "for a second");
	return tap_done();
}
