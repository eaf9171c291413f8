/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the end of an I/O on a path means: one enum, a table for what the block
 * layer says and one for what SCSI says.
 */
#ifndef VMP_OUTCOME_H
#define VMP_OUTCOME_H

#ifdef __KERNEL__
#include <linux/blk_types.h>
#else
#include "kernel.h"
#endif
#include "sense.h"

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

/* What a row looks at: the host byte, the SAM status, or sense data. */
enum vmp_outcome_by {
	VMP_BY_HOST, VMP_BY_STATUS,
	VMP_BY_DEFERRED,	/* sense data of an earlier command */
	VMP_BY_KEY,		/* sense key */
	VMP_BY_ASC,		/* ... and additional sense code */
	VMP_BY_ASCQ,		/* ... and its qualifier */
	VMP_BY_RANGE,		/* ... or one of several in a row */
	VMP_BY_NOTHING,		/* fits all */
};

/**
 * struct vmp_outcome_row - what one end of a SCSI command means
 * @by: what of the end it looks at
 * @code: host byte, SAM status or sense key
 * @asc: additional sense code
 * @ascq: its qualifier, the first one of a range
 * @last: the last one of a range
 * @outcome: what to do with the I/O
 * @doubt: the path may lead to another LU now; it must be asked which
 * @moved: the access state of the path is another (ALUA), or will be
 * @reason: for people
 */
struct vmp_outcome_row {
	enum vmp_outcome_by by;
	u8 code, asc, ascq, last;
	enum vmp_outcome outcome;
	bool doubt, moved;
	const char *reason;
};

enum vmp_outcome vmp_outcome_of(blk_status_t status);
const char *vmp_outcome_name(enum vmp_outcome outcome);
const char *vmp_outcome_status_name(blk_status_t status);
const struct vmp_outcome_row *vmp_outcome_of_scsi(u8 host, u8 status,
						  const struct vmp_sense *sense);
unsigned int vmp_outcome_delay_ms(unsigned int retry);

#endif
