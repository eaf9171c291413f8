// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/outcome.c: every block status has the outcome that the design gives it,
 * read row by row. What is nobody's proof against a path must not fail it, and
 * what the LU itself says must not be sent down another path.
 */
#include "outcome.h"
#include "tap.h"

static const struct {
	blk_status_t status;
	enum vmp_outcome outcome;
	const char *name;
} rows[] = {
	{ BLK_STS_OK, VMP_DONE, "none" },
	{ BLK_STS_AGAIN, VMP_DONE, "again" },
	{ BLK_STS_RESOURCE, VMP_RETRY, "resource" },
	{ BLK_STS_DEV_RESOURCE, VMP_RETRY, "busy" },
	{ BLK_STS_IOERR, VMP_SUSPECT, "io" },
	{ BLK_STS_TIMEOUT, VMP_SUSPECT, "timeout" },
	{ BLK_STS_TRANSPORT, VMP_FAILOVER, "transport" },
	{ BLK_STS_OFFLINE, VMP_FAILOVER, "offline" },
	{ BLK_STS_NOTSUPP, VMP_TARGET, "not-supported" },
	{ BLK_STS_NOSPC, VMP_TARGET, "no-space" },
	{ BLK_STS_TARGET, VMP_TARGET, "target" },
	{ BLK_STS_MEDIUM, VMP_TARGET, "medium" },
	{ BLK_STS_PROTECTION, VMP_TARGET, "protection" },
	{ BLK_STS_RESV_CONFLICT, VMP_CONFLICT, "reservation-conflict" },
	{ BLK_STS_INVAL, VMP_TARGET, "invalid" },
	{ BLK_STS_DURATION_LIMIT, VMP_TARGET, "duration-limit" },
};

static bool known(unsigned int status)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].status == status)
			return true;
	return false;
}

int main(void)
{
	static const char * const names[VMP_NR_OUTCOMES] = {
		"done", "retry", "suspect", "failover", "target", "conflict",
	};
	unsigned int i, others = 0;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ok(vmp_outcome_of(rows[i].status) == rows[i].outcome, "outcome of %s",
		   rows[i].name);
		is_str(vmp_outcome_status_name(rows[i].status), rows[i].name, "its name");
	}
	for (i = 0; i < VMP_NR_OUTCOMES; i++)
		is_str(vmp_outcome_name(i), names[i], "name of an outcome");
	for (i = 0; i < 256; i++)
		if (!known(i) && (vmp_outcome_of(i) != VMP_SUSPECT ||
				  strcmp(vmp_outcome_status_name(i), "unknown")))
			others++;
	is_int(others, 0, "a status without a row is suspect and unknown");
	return tap_done();
}
