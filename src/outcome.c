// SPDX-License-Identifier: GPL-2.0-only
/*
 * The outcome table: block status -> what to do, and its name for people.
 *
 * failover.c asks here what the end of an I/O on a path means. One place, so
 * that the tests can read it row by row.
 */
#include "outcome.h"
#ifdef __KERNEL__
#include "compat/compat.h"
#endif

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
