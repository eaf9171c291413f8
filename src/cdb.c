// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of commands that passthrough.c may repeat, or must refuse.
 *
 * Only what is named here is ever sent a second time. The tests read it row by
 * row; Documentation/passthrough.rst shows the same.
 */
#ifdef __KERNEL__
#include "compat/compat.h"
#include "compat/unaligned.h"
#endif
#include "cdb.h"

#define REPEAT(code, what)						\
	{ .op = code, .action = VMP_CDB_NO_ACTION, .use = VMP_CDB_REPEAT,	\
	  .name = what }
#define REPEAT_ACTION(code, act, what)					\
	{ .op = code, .action = act, .use = VMP_CDB_REPEAT, .name = what }
#define RESERVE(code, what)						\
	{ .op = code, .action = VMP_CDB_NO_ACTION, .use = VMP_CDB_RESERVE,	\
	  .name = what }

#define PR(code, what)							\
	{ .op = code, .action = VMP_CDB_NO_ACTION, .use = VMP_CDB_PR,	\
	  .name = what }

#define VARIABLE_LENGTH	0x7f

/*
 * By SPC-5 and SBC-4. A command is here if a second one, by any path and however
 * far the first one came, does and says the same as if it had been the only one.
 * Not here, though they read:
 *
 * - REQUEST SENSE: the sense data is gone after the first one.
 * - READ BUFFER: some of its modes clear the error history, or depend on the nexus.
 * - RECEIVE COPY DATA and its like: what they tell belongs to the nexus that
 *   began the copy, and is gone after the first one.
 * - SECURITY PROTOCOL IN and MANAGEMENT PROTOCOL IN: parts of a conversation.
 *
 * And what writes, though it could be said twice (UNMAP, WRITE SAME): others may
 * have written to the same place in between.
 *
 * Reservations of both kinds, by PERSISTENT RESERVE OUT and RESERVE, belong to the
 * path that the command took. The former can be made to hold for all of them.
 */
static const struct vmp_cdb_row vmp_cdb_table[] = {
	REPEAT(0x00, "TEST UNIT READY"),
	REPEAT(0x08, "READ(6)"),
	REPEAT(0x12, "INQUIRY"),
	RESERVE(0x16, "RESERVE(6)"),
	RESERVE(0x17, "RELEASE(6)"),
	REPEAT(0x1a, "MODE SENSE(6)"),
	REPEAT(0x1c, "RECEIVE DIAGNOSTIC RESULTS"),
	REPEAT(0x25, "READ CAPACITY(10)"),
	REPEAT(0x28, "READ(10)"),
	REPEAT(0x2f, "VERIFY(10)"),
	REPEAT(0x34, "PRE-FETCH(10)"),
	REPEAT(0x35, "SYNCHRONIZE CACHE(10)"),
	REPEAT(0x37, "READ DEFECT DATA(10)"),
	REPEAT(0x3e, "READ LONG(10)"),
	REPEAT(0x4d, "LOG SENSE"),
	RESERVE(0x56, "RESERVE(10)"),
	RESERVE(0x57, "RELEASE(10)"),
	REPEAT(0x5a, "MODE SENSE(10)"),
	REPEAT_ACTION(0x5e, 0x00, "PERSISTENT RESERVE IN, READ KEYS"),
	REPEAT_ACTION(0x5e, 0x01, "PERSISTENT RESERVE IN, READ RESERVATION"),
	REPEAT_ACTION(0x5e, 0x02, "PERSISTENT RESERVE IN, REPORT CAPABILITIES"),
	REPEAT_ACTION(0x5e, 0x03, "PERSISTENT RESERVE IN, READ FULL STATUS"),
	PR(0x5f, "PERSISTENT RESERVE OUT"),
	REPEAT_ACTION(VARIABLE_LENGTH, 0x0009, "READ(32)"),
	REPEAT_ACTION(VARIABLE_LENGTH, 0x000a, "VERIFY(32)"),
	REPEAT_ACTION(VARIABLE_LENGTH, 0x0012, "GET LBA STATUS(32)"),
	REPEAT_ACTION(0x84, 0x03, "RECEIVE COPY OPERATING PARAMETERS"),
	REPEAT_ACTION(0x84, 0x08, "REPORT ALL ROD TOKENS"),
	REPEAT(0x88, "READ(16)"),
	REPEAT(0x8f, "VERIFY(16)"),
	REPEAT(0x90, "PRE-FETCH(16)"),
	REPEAT(0x91, "SYNCHRONIZE CACHE(16)"),
	REPEAT_ACTION(0x9e, 0x10, "READ CAPACITY(16)"),
	REPEAT_ACTION(0x9e, 0x11, "READ LONG(16)"),
	REPEAT_ACTION(0x9e, 0x12, "GET LBA STATUS(16)"),
	REPEAT_ACTION(0x9e, 0x13, "REPORT REFERRALS"),
	REPEAT_ACTION(0x9e, 0x16, "GET STREAM STATUS"),
	REPEAT_ACTION(0x9e, 0x17, "GET PHYSICAL ELEMENT STATUS"),
	REPEAT(0xa0, "REPORT LUNS"),
	REPEAT_ACTION(0xa3, 0x05, "REPORT IDENTIFYING INFORMATION"),
	REPEAT_ACTION(0xa3, 0x0a, "REPORT TARGET PORT GROUPS"),
	REPEAT_ACTION(0xa3, 0x0b, "REPORT ALIASES"),
	REPEAT_ACTION(0xa3, 0x0c, "REPORT SUPPORTED OPERATION CODES"),
	REPEAT_ACTION(0xa3, 0x0d, "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS"),
	REPEAT_ACTION(0xa3, 0x0e, "REPORT PRIORITY"),
	REPEAT_ACTION(0xa3, 0x0f, "REPORT TIMESTAMP"),
	REPEAT(0xa8, "READ(12)"),
	REPEAT_ACTION(0xab, 0x01, "READ MEDIA SERIAL NUMBER"),
	REPEAT(0xaf, "VERIFY(12)"),
	REPEAT(0xb7, "READ DEFECT DATA(12)"),
};

/* Its service action, or VMP_CDB_NO_ACTION if that is cut off. */
static u16 cdb_action(const u8 *cdb, size_t len)
{
	if (cdb[0] == VARIABLE_LENGTH)
		return len < 10 ? VMP_CDB_NO_ACTION : get_unaligned_be16(cdb + 8);
	return len < 2 ? VMP_CDB_NO_ACTION : cdb[1] & 0x1f;
}

/**
 * vmp_cdb_find() - is a command one that may be repeated, or a reservation?
 * @cdb: the command
 * @len: bytes in @cdb
 *
 * Context: any. SPC-5 4.2.5: where the service action is.
 * Return: its row, or NULL: it may be sent once.
 */
const struct vmp_cdb_row *vmp_cdb_find(const u8 *cdb, size_t len)
{
	u16 action;
	size_t i;

	if (!len)
		return NULL;
	action = cdb_action(cdb, len);
	for (i = 0; i < ARRAY_SIZE(vmp_cdb_table); i++) {
		const struct vmp_cdb_row *row = &vmp_cdb_table[i];

		if (row->op == cdb[0] && (row->action == VMP_CDB_NO_ACTION ||
					  row->action == action))
			return row;
	}
	return NULL;
}
