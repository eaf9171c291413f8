/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * At most so many of something within any second. Pure: domain.c brings the
 * clock and the lock.
 */
#ifndef VMP_RATE_H
#define VMP_RATE_H

#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/time64.h>
#else
#include "kernel.h"
#define NSEC_PER_SEC	1000000000L
#endif

#define VMP_RATE_PER_SEC	64

/**
 * struct vmp_rate - when the last ones were
 * @at: nanoseconds, in a ring; 0: never
 * @oldest: where in the ring
 *
 * All zeroes to begin with. Its owner's lock protects it.
 */
struct vmp_rate {
	u64 at[VMP_RATE_PER_SEC];
	unsigned int oldest;
};

bool vmp_rate_take(struct vmp_rate *rate, u64 now, bool urgent);

#endif
