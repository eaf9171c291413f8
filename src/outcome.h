/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the end of an I/O on a path means: one enum, one table.
 */
#ifndef VMP_OUTCOME_H
#define VMP_OUTCOME_H

#ifdef __KERNEL__
#include <linux/blk_types.h>
#else
#include "kernel.h"
#endif

/**
 * enum vmp_outcome - what to do with an I/O that ended on a path
 * @VMP_DONE: give the status to the caller
 * @VMP_RETRY: the path is busy; send again in a moment
 * @VMP_SUSPECT: evidence against the path, not proof; try another one
 * @VMP_FAILOVER: the path is gone for sure; try another one
 * @VMP_TARGET: the LU itself says no; to the caller, no other path
 * @VMP_CONFLICT: a reservation; to the caller, no other path
 */
enum vmp_outcome {
	VMP_DONE, VMP_RETRY, VMP_SUSPECT, VMP_FAILOVER, VMP_TARGET,
	VMP_CONFLICT, VMP_NR_OUTCOMES,
};

enum vmp_outcome vmp_outcome_of(blk_status_t status);
const char *vmp_outcome_status_name(blk_status_t status);

#endif
