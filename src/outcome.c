// SPDX-License-Identifier: GPL-2.0-only
/*
 * The outcome tables: what the end of an I/O means, and its name for people.
 *
 * failover.c asks what a block status means, which is all that remap mode sees;
 * who sends SCSI commands himself, or sees their sense data (attention.c), asks
 * the second table, which knows more and says nothing else. One place, so that
 * the tests can read it row by row.
 */
#ifdef __KERNEL__
#include <linux/minmax.h>
#include <scsi/scsi_proto.h>
#include <scsi/scsi_status.h>
#include "compat/compat.h"
#endif
#include "outcome.h"
#include "vmpath_names.h"

/*
 * An I/O error without a cause (IOERR) is what virtio-blk says of everything
 * and the mid-layer of ABORTED COMMAND: it may be the path or the LU, so it is
 * evidence alone. A status that no row names is treated likewise.
 */
static const struct {
	blk_status_t status;
	enum vmp_outcome outcome;
	const char *name;
} vmp_outcome_table[] = {
	{ BLK_STS_OK,		VMP_DONE,	"none" },
	{ BLK_STS_AGAIN,	VMP_DONE,	"again" },
	{ BLK_STS_RESOURCE,	VMP_RETRY,	"resource" },
	{ BLK_STS_DEV_RESOURCE,	VMP_RETRY,	"busy" },
	{ BLK_STS_IOERR,	VMP_SUSPECT,	"io" },
	{ BLK_STS_TIMEOUT,	VMP_SUSPECT,	"timeout" },
	{ BLK_STS_TRANSPORT,	VMP_FAILOVER,	"transport" },
	{ BLK_STS_OFFLINE,	VMP_FAILOVER,	"offline" },
	{ BLK_STS_NOTSUPP,	VMP_TARGET,	"not-supported" },
	{ BLK_STS_NOSPC,	VMP_TARGET,	"no-space" },
	{ BLK_STS_TARGET,	VMP_TARGET,	"target" },
	{ BLK_STS_MEDIUM,	VMP_TARGET,	"medium" },
	{ BLK_STS_PROTECTION,	VMP_TARGET,	"protection" },
	{ BLK_STS_RESV_CONFLICT, VMP_CONFLICT,	"reservation-conflict" },
#ifdef BLK_STS_INVAL
	{ BLK_STS_INVAL,	VMP_TARGET,	"invalid" },
#endif
#ifdef BLK_STS_DURATION_LIMIT
	{ BLK_STS_DURATION_LIMIT, VMP_TARGET,	"duration-limit" },
#endif
};

/**
 * vmp_outcome_of() - what the end of an I/O means
 * @status: as the path's disk gave it
 *
 * Context: any.
 * Return: what to do with the I/O.
 */
enum vmp_outcome vmp_outcome_of(blk_status_t status)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vmp_outcome_table); i++)
		if (vmp_outcome_table[i].status == status)
			return vmp_outcome_table[i].outcome;
	return VMP_SUSPECT;
}

static const char * const vmp_outcome_names[VMP_NR_OUTCOMES] = {
	[VMP_DONE] = "done",
	[VMP_RETRY] = VMP_NAME_CLASS_RETRY,
	[VMP_SUSPECT] = VMP_NAME_CLASS_SUSPECT,
	[VMP_FAILOVER] = VMP_NAME_CLASS_FAILOVER,
	[VMP_TARGET] = VMP_NAME_CLASS_TARGET,
	[VMP_CONFLICT] = VMP_NAME_CLASS_CONFLICT,
};

/**
 * vmp_outcome_name() - one word for what is done with an I/O
 * @outcome: the outcome
 *
 * Context: any.
 */
const char *vmp_outcome_name(enum vmp_outcome outcome)
{
	return vmp_outcome_names[outcome];
}

/**
 * vmp_outcome_status_name() - one word for a block status
 * @status: as the path's disk gave it
 *
 * Context: any.
 * Return: a constant string.
 */
const char *vmp_outcome_status_name(blk_status_t status)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vmp_outcome_table); i++)
		if (vmp_outcome_table[i].status == status)
			return vmp_outcome_table[i].name;
	return "unknown";
}

/* Not in all kernels' headers; the former is EQUAL, obsolete since SPC-3. */
#define VMP_KEY_RESERVED	0x0c
#define VMP_KEY_COMPLETED	0x0f

#define BY_HOST(what, then, why)					\
	{ .by = VMP_BY_HOST, .code = what, .outcome = then, .reason = why }
#define BY_STATUS(what, then, why)					\
	{ .by = VMP_BY_STATUS, .code = what, .outcome = then, .reason = why }
#define BY_KEY(key, then, why)						\
	{ .by = VMP_BY_KEY, .code = key, .outcome = then, .reason = why }
#define BY_ASC(key, code1, then, why)					\
	{ .by = VMP_BY_ASC, .code = key, .asc = code1, .outcome = then,	\
	  .reason = why }
#define BY_ASCQ(key, code1, code2, then, why)				\
	{ .by = VMP_BY_ASCQ, .code = key, .asc = code1, .ascq = code2,	\
	  .outcome = then, .reason = why }
#define BY_RANGE(key, code1, from, to, then, why)			\
	{ .by = VMP_BY_RANGE, .code = key, .asc = code1, .ascq = from,	\
	  .last = to, .outcome = then, .reason = why }
#define MOVED_ASCQ(key, code1, code2, then, why)			\
	{ .by = VMP_BY_ASCQ, .code = key, .asc = code1, .ascq = code2,	\
	  .outcome = then, .moved = true, .reason = why }
#define DOUBT_ASC(key, code1, then, why)				\
	{ .by = VMP_BY_ASC, .code = key, .asc = code1, .outcome = then,	\
	  .doubt = true, .reason = why }
#define DOUBT_ASCQ(key, code1, code2, then, why)			\
	{ .by = VMP_BY_ASCQ, .code = key, .asc = code1, .ascq = code2,	\
	  .outcome = then, .doubt = true, .reason = why }

/*
 * The first row that fits, counts. Codes are SAM-5's and SPC-4's, and of a host
 * byte the kernel's. Where one row says the same as the key's own, it is there
 * for its reason, which is shown.
 *
 * What the mid-layer makes of the same answer (scsi_check_sense(),
 * scsi_io_completion_action()) is never another outcome of the table above, but
 * may be a plain IOERR; tests/unit/test-outcome-scsi.c holds each answer that
 * there can be against that. Three rules follow:
 *
 * - What it repeats by itself (BUSY, UNIT ATTENTION, becoming ready) is a retry.
 * - What it calls the LU's own fault (TARGET, MEDIUM, NOSPC, PROTECTION) goes to
 *   the caller. But a HARDWARE ERROR which a controller reports of itself
 *   may be gone on another: attention.c keeps the mid-layer from that verdict.
 * - What it repeats a few times and then calls IOERR (most of ABORTED COMMAND)
 *   is a retry, or suspect where the way to the LU is to blame.
 */
static const struct vmp_outcome_row vmp_outcome_scsi_table[] = {
	BY_HOST(DID_NO_CONNECT, VMP_FAILOVER, "no connection"),
	BY_HOST(DID_BUS_BUSY, VMP_RETRY, "host busy"),
	BY_HOST(DID_TIME_OUT, VMP_SUSPECT, "timed out"),
	BY_HOST(DID_BAD_TARGET, VMP_SUSPECT, "no such target, or its failure"),
	BY_HOST(DID_ABORT, VMP_RETRY, "aborted by the host"),
	BY_HOST(DID_PARITY, VMP_RETRY, "parity error"),
	BY_HOST(DID_ERROR, VMP_SUSPECT, "host failure"),
	BY_HOST(DID_RESET, VMP_RETRY, "reset"),
	BY_HOST(DID_BAD_INTR, VMP_SUSPECT, "unexpected interrupt"),
	BY_HOST(DID_SOFT_ERROR, VMP_RETRY, "soft error"),
	BY_HOST(DID_IMM_RETRY, VMP_RETRY, "host wants it again"),
	BY_HOST(DID_REQUEUE, VMP_RETRY, "host wants it again later"),
	BY_HOST(DID_TRANSPORT_DISRUPTED, VMP_FAILOVER, "transport disrupted"),
	BY_HOST(DID_TRANSPORT_FAILFAST, VMP_FAILOVER, "transport down"),
	BY_HOST(DID_TRANSPORT_MARGINAL, VMP_FAILOVER, "transport marginal"),

	BY_STATUS(SAM_STAT_GOOD, VMP_DONE, "good"),
	BY_STATUS(SAM_STAT_CONDITION_MET, VMP_DONE, "condition met"),
	BY_STATUS(SAM_STAT_BUSY, VMP_RETRY, "busy"),
	BY_STATUS(SAM_STAT_RESERVATION_CONFLICT, VMP_CONFLICT,
		  "reservation conflict"),
	BY_STATUS(SAM_STAT_TASK_SET_FULL, VMP_RETRY, "queue full"),
	BY_STATUS(SAM_STAT_ACA_ACTIVE, VMP_RETRY, "ACA active"),
	BY_STATUS(SAM_STAT_TASK_ABORTED, VMP_RETRY, "task aborted"),

	/* A deferred error: the command that it came with was not done. */
	{ .by = VMP_BY_DEFERRED, .outcome = VMP_RETRY, .reason = "deferred error" },

	BY_KEY(NO_SENSE, VMP_RETRY, "no sense key"),
	BY_KEY(RECOVERED_ERROR, VMP_DONE, "recovered"),

	BY_ASCQ(NOT_READY, 0x04, 0x01, VMP_RETRY, "becoming ready"),
	BY_RANGE(NOT_READY, 0x04, 0x04, 0x09, VMP_RETRY,
		 "operation in progress"),
	MOVED_ASCQ(NOT_READY, 0x04, 0x0a, VMP_RETRY, "access state transition"),
	MOVED_ASCQ(NOT_READY, 0x04, 0x0b, VMP_FAILOVER, "standby"),
	MOVED_ASCQ(NOT_READY, 0x04, 0x0c, VMP_FAILOVER, "unavailable"),
	BY_ASCQ(NOT_READY, 0x04, 0x11, VMP_RETRY, "spin-up not enabled yet"),
	MOVED_ASCQ(NOT_READY, 0x04, 0x12, VMP_FAILOVER, "offline"),
	BY_ASCQ(NOT_READY, 0x04, 0x14, VMP_RETRY, "allocating space"),
	BY_RANGE(NOT_READY, 0x04, 0x1a, 0x1b, VMP_RETRY,
		 "starting, stopping or sanitizing"),
	BY_ASCQ(NOT_READY, 0x04, 0x1d, VMP_RETRY, "being configured"),
	BY_ASC(NOT_READY, 0x04, VMP_SUSPECT, "not ready"),
	BY_ASC(NOT_READY, 0x08, VMP_SUSPECT, "LU does not talk to its port"),
	BY_ASCQ(NOT_READY, 0x3e, 0x00, VMP_RETRY, "not configured itself yet"),
	BY_KEY(NOT_READY, VMP_SUSPECT, "not ready for another reason"),

	BY_ASC(MEDIUM_ERROR, 0x11, VMP_TARGET, "unrecovered read error"),
	BY_ASC(MEDIUM_ERROR, 0x13, VMP_TARGET, "address mark not found"),
	BY_ASC(MEDIUM_ERROR, 0x14, VMP_TARGET, "record not found"),
	BY_KEY(MEDIUM_ERROR, VMP_TARGET, "medium error"),

	/* What a controller says of itself, or of its way to the LU: another may do. */
	BY_ASC(HARDWARE_ERROR, 0x08, VMP_SUSPECT, "controller lost the LU"),
	BY_ASCQ(HARDWARE_ERROR, 0x3e, 0x02, VMP_SUSPECT,
		"LU too late for its controller"),
	BY_ASC(HARDWARE_ERROR, 0x44, VMP_SUSPECT, "controller failure"),
	BY_ASC(HARDWARE_ERROR, 0x47, VMP_SUSPECT, "hardware: CRC or parity"),
	BY_ASC(HARDWARE_ERROR, 0x4b, VMP_SUSPECT, "hardware: data phase"),
	BY_ASCQ(HARDWARE_ERROR, 0x67, 0x0a, VMP_TARGET,
		"set target port groups failed"),
	BY_KEY(HARDWARE_ERROR, VMP_TARGET, "hardware error"),

	BY_ASC(ILLEGAL_REQUEST, 0x10, VMP_TARGET,
	       "protection information of the host"),
	BY_ASC(ILLEGAL_REQUEST, 0x20, VMP_TARGET, "invalid command"),
	BY_ASC(ILLEGAL_REQUEST, 0x21, VMP_TARGET, "address out of range"),
	BY_ASC(ILLEGAL_REQUEST, 0x22, VMP_TARGET, "invalid function"),
	BY_ASC(ILLEGAL_REQUEST, 0x24, VMP_TARGET,
	       "invalid field in the command"),
	DOUBT_ASCQ(ILLEGAL_REQUEST, 0x25, 0x00, VMP_FAILOVER, "no LU here"),
	DOUBT_ASC(ILLEGAL_REQUEST, 0x25, VMP_SUSPECT, "LU not served"),
	BY_ASC(ILLEGAL_REQUEST, 0x26, VMP_TARGET,
	       "invalid field in the parameters"),
	BY_ASC(ILLEGAL_REQUEST, 0x27, VMP_TARGET, "write protected"),
	BY_KEY(ILLEGAL_REQUEST, VMP_SUSPECT, "illegal request"),

	MOVED_ASCQ(UNIT_ATTENTION, 0x04, 0x0a, VMP_RETRY,
		   "access state is changing"),
	DOUBT_ASC(UNIT_ATTENTION, 0x28, VMP_RETRY, "medium may have changed"),
	DOUBT_ASC(UNIT_ATTENTION, 0x29, VMP_RETRY, "power on or reset"),
	BY_ASCQ(UNIT_ATTENTION, 0x2a, 0x01, VMP_RETRY,
		"mode parameters changed"),
	BY_RANGE(UNIT_ATTENTION, 0x2a, 0x03, 0x05, VMP_RETRY,
		 "reservations or registrations gone"),
	MOVED_ASCQ(UNIT_ATTENTION, 0x2a, 0x06, VMP_RETRY, "access state changed"),
	MOVED_ASCQ(UNIT_ATTENTION, 0x2a, 0x07, VMP_RETRY,
		   "implicit access state change failed"),
	BY_ASCQ(UNIT_ATTENTION, 0x2a, 0x09, VMP_RETRY, "capacity changed"),
	BY_ASC(UNIT_ATTENTION, 0x2f, VMP_RETRY, "commands cleared"),
	BY_ASCQ(UNIT_ATTENTION, 0x38, 0x07, VMP_RETRY,
		"space is getting short"),
	DOUBT_ASCQ(UNIT_ATTENTION, 0x3f, 0x03, VMP_RETRY,
		   "INQUIRY data changed"),
	DOUBT_ASCQ(UNIT_ATTENTION, 0x3f, 0x0e, VMP_RETRY,
		   "reported LUNs changed"),
	BY_KEY(UNIT_ATTENTION, VMP_RETRY, "unit attention"),

	BY_ASCQ(DATA_PROTECT, 0x27, 0x07, VMP_TARGET, "out of space"),
	BY_KEY(DATA_PROTECT, VMP_TARGET, "data protected"),
	BY_KEY(BLANK_CHECK, VMP_TARGET, "blank check"),
	BY_KEY(VENDOR_SPECIFIC, VMP_SUSPECT, "vendor specific"),
	BY_KEY(COPY_ABORTED, VMP_TARGET, "copy aborted"),

	/* 00/06 is what QEMU makes of any error of the host's own I/O. */
	BY_ASCQ(ABORTED_COMMAND, 0x00, 0x06, VMP_SUSPECT, "I/O terminated"),
	BY_ASC(ABORTED_COMMAND, 0x08, VMP_SUSPECT,
	       "aborted: LU does not talk to its port"),
	BY_ASC(ABORTED_COMMAND, 0x10, VMP_TARGET,
	       "protection information of the target"),
	BY_RANGE(ABORTED_COMMAND, 0x2e, 0x01, 0x03, VMP_TARGET,
		 "duration limit"),
	BY_ASCQ(ABORTED_COMMAND, 0x3e, 0x02, VMP_SUSPECT,
		"aborted: LU timed out"),
	BY_ASC(ABORTED_COMMAND, 0x44, VMP_SUSPECT,
	       "aborted: controller failure"),
	BY_ASC(ABORTED_COMMAND, 0x47, VMP_RETRY, "aborted: CRC or parity"),
	BY_ASC(ABORTED_COMMAND, 0x4b, VMP_RETRY, "aborted: data phase"),
	BY_KEY(ABORTED_COMMAND, VMP_RETRY, "aborted"),

	BY_KEY(VMP_KEY_RESERVED, VMP_SUSPECT, "reserved sense key"),
	BY_KEY(VOLUME_OVERFLOW, VMP_TARGET, "volume overflow"),
	BY_KEY(MISCOMPARE, VMP_TARGET, "miscompare"),
	BY_ASCQ(VMP_KEY_COMPLETED, 0x55, 0x0a, VMP_TARGET,
		"data not available in time"),
	BY_KEY(VMP_KEY_COMPLETED, VMP_SUSPECT,
	       "completed, with a check condition"),

	BY_STATUS(SAM_STAT_CHECK_CONDITION, VMP_SUSPECT, "no sense data"),
	{ .by = VMP_BY_NOTHING, .outcome = VMP_SUSPECT, .reason = "unknown answer" },
};

static bool outcome_fits_sense(const struct vmp_outcome_row *row,
			       const struct vmp_sense *sense)
{
	if (row->by == VMP_BY_DEFERRED || sense->deferred)
		return row->by == VMP_BY_DEFERRED && sense->deferred;
	if (sense->key != row->code)
		return false;
	if (row->by == VMP_BY_KEY)
		return true;
	if (sense->asc != row->asc)
		return false;
	if (row->by == VMP_BY_ASCQ)
		return sense->ascq == row->ascq;
	return row->by == VMP_BY_ASC ||
	       (sense->ascq >= row->ascq && sense->ascq <= row->last);
}

static bool outcome_fits(const struct vmp_outcome_row *row, u8 host, u8 status,
			 const struct vmp_sense *sense)
{
	switch (row->by) {
	case VMP_BY_HOST:
		return host == row->code;
	case VMP_BY_STATUS:
		return host == DID_OK && status == row->code;
	case VMP_BY_NOTHING:
		return true;
	default:
		return host == DID_OK && status == SAM_STAT_CHECK_CONDITION &&
		       sense && sense->valid && outcome_fits_sense(row, sense);
	}
}

/**
 * vmp_outcome_of_scsi() - what the end of a SCSI command means
 * @host: host byte of the result
 * @status: SAM status
 * @sense: sense data, or NULL
 *
 * Context: any.
 * Return: a row of the table, always.
 */
const struct vmp_outcome_row *vmp_outcome_of_scsi(u8 host, u8 status,
						  const struct vmp_sense *sense)
{
	const struct vmp_outcome_row *row = vmp_outcome_scsi_table;

	/* As in scsi_decide_disposition(). */
	if (host == DID_ERROR && status == SAM_STAT_RESERVATION_CONFLICT)
		host = DID_OK;
	/* The last one fits all. */
	while (!outcome_fits(row, host, status, sense))
		row++;
	return row;
}

#define VMP_DELAY_MS		20
#define VMP_DELAY_DOUBLINGS	4

/**
 * vmp_outcome_delay_ms() - how long a retry waits
 * @retry: 1 for the first one
 *
 * Context: any.
 * Return: 20 ms, twice that for each further one, at most 320 ms.
 */
unsigned int vmp_outcome_delay_ms(unsigned int retry)
{
	return VMP_DELAY_MS << min(retry - 1, VMP_DELAY_DOUBLINGS + 0U);
}
