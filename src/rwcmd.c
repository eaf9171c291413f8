// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the end of a READ or WRITE of ours means, and how one is made harmless.
 *
 * outcome.c knows what an answer says. Here is what it says of data that was asked
 * for: less of it than wanted is no success, whatever the answer.
 */
#ifdef __KERNEL__
#include <linux/compiler.h>
#include <scsi/scsi_status.h>
#endif
#include "rwcmd.h"

/* Not in all kernels' headers. */
#define VMP_PRE_FETCH_10	0x34
#define VMP_PRE_FETCH_16	0x90

static u8 rwcmd_host(const struct vmp_rwcmd_end *end)
{
	return end->result >> 16 & 0xff;
}

static u8 rwcmd_sam(const struct vmp_rwcmd_end *end)
{
	return end->result & 0xff;
}

/* What the answer says, if there is one, and what is to be said of the I/O. */
static enum vmp_outcome rwcmd_answer(struct vmp_rwcmd_end *end)
{
	const struct vmp_outcome_row *row;

	row = vmp_outcome_of_scsi(rwcmd_host(end), rwcmd_sam(end), &end->sense);
	if (row->outcome == VMP_DONE && !end->status && !end->resid)
		return VMP_DONE;
	if (!end->status)
		end->status = BLK_STS_IOERR;
	/* Less data than wanted, and nobody says why. */
	if (row->outcome == VMP_DONE)
		return VMP_SUSPECT;
	/* So that failover.c still knows when all paths have been tried. */
	if (row->outcome == VMP_RETRY)
		end->status = BLK_STS_DEV_RESOURCE;
	/* The mid-layer has tried this path for as long as it may. */
	end->spent = rwcmd_sam(end) == SAM_STAT_BUSY || rwcmd_sam(end) == SAM_STAT_TASK_SET_FULL;
	if (row->outcome != VMP_FAILOVER)
		return row->outcome;
	/* The path is in order, and its access state is alua.c's, who has heard it. */
	if (row->moved)
		return VMP_SUSPECT;
	end->status = BLK_STS_TRANSPORT;
	return VMP_FAILOVER;
}

/**
 * vmp_rwcmd_outcome() - what the end of a command means for its I/O
 * @end: how it has ended; @status and @spent are set
 *
 * Context: any.
 * Return: what to do with the I/O.
 */
enum vmp_outcome vmp_rwcmd_outcome(struct vmp_rwcmd_end *end)
{
	enum vmp_outcome outcome = vmp_outcome_of(end->status);

	end->spent = false;
	/* It has not come as far as the driver, whatever the result says. */
	if (end->status && (!end->result || outcome == VMP_FAILOVER))
		return outcome;
	return rwcmd_answer(end);
}

/**
 * vmp_rwcmd_attention() - was it met by a unit attention, which is no fault of anything?
 * @end: how it has ended
 *
 * Context: any.
 */
bool vmp_rwcmd_attention(const struct vmp_rwcmd_end *end)
{
	return rwcmd_host(end) == DID_OK && end->sense.valid && !end->sense.deferred &&
	       end->sense.key == UNIT_ATTENTION;
}

/**
 * vmp_rwcmd_blank() - make a command harmless that a driver may be reading
 * @cdb: of vmp_rwcmd_build(), or blank already
 *
 * One byte is written, which the driver reads before or after: there is no half of
 * a command. PRE-FETCH (SBC-3, 5.8 and 5.9) has the fields of READ and WRITE where these
 * have them, CONTROL as well, moves no data, and changes none.
 *
 * Context: any.
 */
void vmp_rwcmd_blank(u8 *cdb)
{
	WRITE_ONCE(cdb[0], cdb[0] == READ_16 || cdb[0] == WRITE_16 || cdb[0] == VMP_PRE_FETCH_16 ?
		   VMP_PRE_FETCH_16 : VMP_PRE_FETCH_10);
}
