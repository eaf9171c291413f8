// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sliding second: the times of the last so many are kept, and the next may be
 * a second after the oldest of them. domain.c asks here.
 */
#include "rate.h"

/**
 * vmp_rate_take() - is there room for one more within the last second?
 * @rate: counts it, if it may
 * @now: in nanoseconds, not 0 and never less than before
 * @urgent: it may in any case; then the others have to wait for longer
 *
 * Context: any; the owner's lock held.
 */
bool vmp_rate_take(struct vmp_rate *rate, u64 now, bool urgent)
{
	u64 *oldest = &rate->at[rate->oldest];

	if (!urgent && *oldest && now - *oldest < NSEC_PER_SEC)
		return false;
	*oldest = now;
	rate->oldest = (rate->oldest + 1) % VMP_RATE_PER_SEC;
	return true;
}
