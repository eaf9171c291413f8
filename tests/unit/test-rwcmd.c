// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/rwcmd.c: the bytes of READ and WRITE, against commands written from SBC-3;
 * what becomes of one that is called back; and what each end means. QEMU tells
 * a guest of no residual, so only here is less data than asked for seen.
 */
#include "kernel.h"
#include "cdb.h"
#include "outcome.h"
#include "rwcmd.h"
#include "sense.h"
#include "tap.h"

/* ---- bytes --------------------------------------------------------------- */

/* SBC-3, 5.10, 5.11, 5.32 and 5.33. */
static const struct {
	const char *name;
	u64 sector;
	u32 sectors;
	bool sixteen;
	unsigned int block, len;
	u8 cdb[16];		/* of READ */
} builds[] = {
	{ "the first block", 0, 1, false, 512, 10, { 0x28, 0, 0, 0, 0, 0, 0, 0, 1 } },
	{ "each byte has its place", 0x12345678, 0x9abc, false, 512, 10,
	  { 0x28, 0, 0x12, 0x34, 0x56, 0x78, 0, 0x9a, 0xbc } },
	{ "the last block of 32 bits", 0xffffffff, 8, false, 512, 10,
	  { 0x28, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 8 } },
	{ "the one after", 0x100000000, 8, false, 512, 16,
	  { 0x88, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 8 } },
	{ "the most blocks of 16 bits", 8, 0xffff, false, 512, 10,
	  { 0x28, 0, 0, 0, 0, 8, 0, 0xff, 0xff } },
	{ "one more", 8, 0x10000, false, 512, 16,
	  { 0x88, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 1, 0, 0 } },
	{ "each byte of a long one", 0x123456789abcde, 0xf1e2d3, false, 512, 16,
	  { 0x88, 0, 0, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0, 0xf1, 0xe2, 0xd3 } },
	{ "a disk that wants sixteen", 0x12345678, 0x9abc, true, 512, 16,
	  { 0x88, 0, 0, 0, 0, 0, 0x12, 0x34, 0x56, 0x78, 0, 0, 0x9a, 0xbc } },
	{ "4 KiB: one block", 8, 8, false, 4096, 10, { 0x28, 0, 0, 0, 0, 1, 0, 0, 1 } },
	{ "4 KiB: each byte", 0x12345678 * 8ULL, 0x9abc * 8, false, 4096, 10,
	  { 0x28, 0, 0x12, 0x34, 0x56, 0x78, 0, 0x9a, 0xbc } },
	{ "4 KiB: a sector beyond 32 bits is no block there", 0x100000000, 8, false, 4096, 10,
	  { 0x28, 0, 0x20, 0, 0, 0, 0, 0, 1 } },
	{ "4 KiB: the last block of 32 bits", 0xffffffff * 8ULL, 8, false, 4096, 10,
	  { 0x28, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 1 } },
	{ "4 KiB: the one after", 0x100000000 * 8, 8, false, 4096, 16,
	  { 0x88, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1 } },
	{ "4 KiB: the most blocks of 16 bits", 0, 0xffff * 8, false, 4096, 10,
	  { 0x28, 0, 0, 0, 0, 0, 0, 0xff, 0xff } },
	{ "4 KiB: one more", 0, 0x10000 * 8, false, 4096, 16,
	  { 0x88, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0 } },
	{ "4 KiB: a disk that wants sixteen", 16, 24, true, 4096, 16,
	  { 0x88, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3 } },
};

/* As the kernel has it: room for the longest command, and zeroes. */
static unsigned int build(u8 cdb[VMP_CDB_LEN], unsigned int i, bool write)
{
	memset(cdb, 0, VMP_CDB_LEN);
	return vmp_rwcmd_build(cdb, write, builds[i].sector, builds[i].sectors, builds[i].block,
			       builds[i].sixteen);
}

static void test_build(void)
{
	u8 cdb[VMP_CDB_LEN], want[VMP_CDB_LEN];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(builds); i++) {
		memset(want, 0, sizeof(want));
		memcpy(want, builds[i].cdb, sizeof(builds[i].cdb));
		is_int(build(cdb, i, false), builds[i].len, builds[i].name);
		ok(!memcmp(cdb, want, sizeof(want)), "its READ");
		want[0] += 2;
		is_int(build(cdb, i, true), builds[i].len, "a WRITE is as long");
		ok(!memcmp(cdb, want, sizeof(want)), "and the same but for its code");
	}
}

/* The block and the length of what was built: SBC-3 has PRE-FETCH's where READ's are. */
static void test_blank_one(unsigned int i, bool write)
{
	u8 cdb[VMP_CDB_LEN], before[VMP_CDB_LEN];
	const struct vmp_cdb_row *row;
	unsigned int len = build(cdb, i, write);

	memcpy(before, cdb, sizeof(cdb));
	vmp_rwcmd_blank(cdb);
	is_int(cdb[0], len == 16 ? 0x90 : 0x34, builds[i].name);
	row = vmp_cdb_find(cdb, len);
	ok(row, "a command that changes nothing");
	is_str(row ? row->name : NULL, len == 16 ? "PRE-FETCH(16)" : "PRE-FETCH(10)",
	       "and moves no data");
	is_int(cdb[0] >> 5, before[0] >> 5, "of the same length");
	ok(!memcmp(cdb + 1, before + 1, sizeof(cdb) - 1), "block and length are as they were");
	memcpy(before, cdb, sizeof(cdb));
	vmp_rwcmd_blank(cdb);
	ok(!memcmp(cdb, before, sizeof(cdb)), "a second time it stays so");
}

static void test_blank(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(builds); i++) {
		test_blank_one(i, false);
		test_blank_one(i, true);
	}
}

/* ---- the end ------------------------------------------------------------- */

#define CHECK		.sam = SAM_STAT_CHECK_CONDITION
#define SENSE(k, a, q)	CHECK, .sense = { .valid = true, .key = k, .asc = a, .ascq = q }
#define LATE(k, a, q)	CHECK, .sense = { .valid = true, .deferred = true, .key = k, .asc = a, \
					  .ascq = q }

static const struct {
	const char *name;
	u8 host, sam;
	u32 resid;
	struct vmp_sense sense;
	blk_status_t status;
	enum vmp_outcome outcome;
	blk_status_t then;
	bool spent;
} ends[] = {
	/* All that was asked for, or less. */
	{ "good", .outcome = VMP_DONE },
	{ "good, a byte less", .resid = 1, .outcome = VMP_SUSPECT, .then = BLK_STS_IOERR },
	{ "good, nothing at all", .resid = 4096, .outcome = VMP_SUSPECT, .then = BLK_STS_IOERR },
	{ "good, more left than there was", .resid = U32_MAX, .outcome = VMP_SUSPECT,
	  .then = BLK_STS_IOERR },
	{ "condition met", .sam = SAM_STAT_CONDITION_MET, .outcome = VMP_DONE },
	{ "condition met, less", .sam = SAM_STAT_CONDITION_MET, .resid = 512,
	  .outcome = VMP_SUSPECT, .then = BLK_STS_IOERR },
	{ "recovered", SENSE(RECOVERED_ERROR, 0x17, 1), .outcome = VMP_DONE },
	{ "recovered, less", SENSE(RECOVERED_ERROR, 0x17, 1), .resid = 512,
	  .outcome = VMP_SUSPECT, .then = BLK_STS_IOERR },
	{ "good, but the block layer says no", .status = BLK_STS_IOERR, .sam = 0x04,
	  .outcome = VMP_SUSPECT, .then = BLK_STS_IOERR },
	{ "recovered, but the block layer says no", SENSE(RECOVERED_ERROR, 0x17, 1),
	  .status = BLK_STS_TIMEOUT, .outcome = VMP_SUSPECT, .then = BLK_STS_TIMEOUT },

	/* Of an earlier command: this one was not done, however much came. */
	{ "deferred", LATE(MEDIUM_ERROR, 0x0c, 0), .outcome = VMP_RETRY,
	  .then = BLK_STS_DEV_RESOURCE },
	{ "deferred, less", LATE(MEDIUM_ERROR, 0x0c, 0), .resid = 512, .outcome = VMP_RETRY,
	  .then = BLK_STS_DEV_RESOURCE },
	{ "deferred, of what was recovered", LATE(RECOVERED_ERROR, 0x17, 1),
	  .outcome = VMP_RETRY, .then = BLK_STS_DEV_RESOURCE },

	/* What the LU says stays so, whatever came. */
	{ "medium error", SENSE(MEDIUM_ERROR, 0x11, 0), .status = BLK_STS_MEDIUM,
	  .outcome = VMP_TARGET, .then = BLK_STS_MEDIUM },
	{ "medium error, less", SENSE(MEDIUM_ERROR, 0x11, 0), .status = BLK_STS_MEDIUM,
	  .resid = 512, .outcome = VMP_TARGET, .then = BLK_STS_MEDIUM },
	{ "medium error that the block layer has not heard", SENSE(MEDIUM_ERROR, 0x11, 0),
	  .outcome = VMP_TARGET, .then = BLK_STS_IOERR },
	{ "conflict", .sam = SAM_STAT_RESERVATION_CONFLICT, .status = BLK_STS_RESV_CONFLICT,
	  .outcome = VMP_CONFLICT, .then = BLK_STS_RESV_CONFLICT },
	{ "conflict that the host calls an error", .host = DID_ERROR,
	  .sam = SAM_STAT_RESERVATION_CONFLICT, .status = BLK_STS_RESV_CONFLICT, .resid = 4096,
	  .outcome = VMP_CONFLICT, .then = BLK_STS_RESV_CONFLICT },
	{ "conflict, after a reset", .host = DID_RESET, .sam = SAM_STAT_RESERVATION_CONFLICT,
	  .status = BLK_STS_IOERR, .outcome = VMP_RETRY, .then = BLK_STS_DEV_RESOURCE },

	/* Busy: the mid-layer has been patient already. */
	{ "busy", .sam = SAM_STAT_BUSY, .status = BLK_STS_IOERR, .spent = true,
	  .outcome = VMP_RETRY, .then = BLK_STS_DEV_RESOURCE },
	{ "queue full, less", .sam = SAM_STAT_TASK_SET_FULL, .status = BLK_STS_IOERR,
	  .resid = 4096, .spent = true, .outcome = VMP_RETRY, .then = BLK_STS_DEV_RESOURCE },
	{ "busy, and the host has failed", .host = DID_ERROR, .sam = SAM_STAT_BUSY,
	  .status = BLK_STS_IOERR, .spent = true, .outcome = VMP_SUSPECT, .then = BLK_STS_IOERR },
	{ "task aborted", .sam = SAM_STAT_TASK_ABORTED, .status = BLK_STS_IOERR,
	  .outcome = VMP_RETRY, .then = BLK_STS_DEV_RESOURCE },
	{ "attention", SENSE(UNIT_ATTENTION, 0x29, 0), .status = BLK_STS_IOERR,
	  .outcome = VMP_RETRY, .then = BLK_STS_DEV_RESOURCE },

	/* The path. */
	{ "no connection", .host = DID_NO_CONNECT, .status = BLK_STS_IOERR,
	  .outcome = VMP_FAILOVER, .then = BLK_STS_TRANSPORT },
	{ "no connection, and nobody says so", .host = DID_NO_CONNECT, .resid = 4096,
	  .outcome = VMP_FAILOVER, .then = BLK_STS_TRANSPORT },
	{ "no LU here", SENSE(ILLEGAL_REQUEST, 0x25, 0), .status = BLK_STS_IOERR,
	  .outcome = VMP_FAILOVER, .then = BLK_STS_TRANSPORT },
	{ "standby: the path is in order", SENSE(NOT_READY, 0x04, 0x0b), .status = BLK_STS_IOERR,
	  .outcome = VMP_SUSPECT, .then = BLK_STS_IOERR },
	{ "access state transition", SENSE(NOT_READY, 0x04, 0x0a), .status = BLK_STS_AGAIN,
	  .outcome = VMP_RETRY, .then = BLK_STS_DEV_RESOURCE },
	{ "timed out", .host = DID_TIME_OUT, .status = BLK_STS_TIMEOUT, .resid = 4096,
	  .outcome = VMP_SUSPECT, .then = BLK_STS_TIMEOUT },
	{ "check condition, and no sense data", CHECK, .status = BLK_STS_IOERR,
	  .outcome = VMP_SUSPECT, .then = BLK_STS_IOERR },

	/* It has not come as far as the driver. */
	{ "the disk is gone", .status = BLK_STS_OFFLINE, .outcome = VMP_FAILOVER,
	  .then = BLK_STS_OFFLINE },
	{ "an old result of a disk that is gone", .status = BLK_STS_OFFLINE, .sam = SAM_STAT_BUSY,
	  .outcome = VMP_FAILOVER, .then = BLK_STS_OFFLINE },
	{ "no room", .status = BLK_STS_RESOURCE, .outcome = VMP_RETRY, .then = BLK_STS_RESOURCE },
	{ "an error without a result", .status = BLK_STS_IOERR, .resid = 4096,
	  .outcome = VMP_SUSPECT, .then = BLK_STS_IOERR },
};

static struct vmp_rwcmd_end end_of(unsigned int i)
{
	return (struct vmp_rwcmd_end) {
		.result = ends[i].host << 16 | ends[i].sam, .resid = ends[i].resid,
		.sense = ends[i].sense, .status = ends[i].status, .spent = true,
	};
}

static void test_ends(void)
{
	struct vmp_rwcmd_end end;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		end = end_of(i);
		is_int(vmp_rwcmd_outcome(&end), ends[i].outcome, ends[i].name);
		is_int(end.status, ends[i].then, "what is said of the I/O");
		is_int(end.spent, ends[i].spent, "has the path been tried for long");
	}
}

static void test_done(void)
{
	ok(vmp_rwcmd_done(0, 0, 0), "all done, without a word");
	ok(!vmp_rwcmd_done(0, 0, 1), "but for a byte");
	ok(!vmp_rwcmd_done(0, 0, 0x80000000), "or many");
	ok(!vmp_rwcmd_done(0, SAM_STAT_CHECK_CONDITION, 0), "with sense data");
	ok(!vmp_rwcmd_done(0, DID_ERROR << 16, 0), "with a word of the host");
	ok(!vmp_rwcmd_done(BLK_STS_IOERR, 0, 0), "with one of the block layer");
}

/* Is that what the tables say, where all the data came, or else no success? */
static bool agrees(struct vmp_rwcmd_end end)
{
	struct vmp_rwcmd_end whole = end;
	const struct vmp_outcome_row *row;
	enum vmp_outcome outcome = vmp_rwcmd_outcome(&end), want;

	row = vmp_outcome_of_scsi(whole.result >> 16, whole.result, &whole.sense);
	want = row->outcome == VMP_FAILOVER && row->moved ? VMP_SUSPECT : row->outcome;
	if (want == VMP_DONE && whole.resid)
		return outcome == VMP_SUSPECT && end.status == BLK_STS_IOERR;
	return outcome == want && (outcome == VMP_DONE) == !end.status;
}

/* Each host byte and SAM status, then each sense data, with all the data and with less. */
static void test_all(void)
{
	struct vmp_rwcmd_end end = { };
	unsigned int i, wrong = 0;

	for (i = 0; i < 0x20000; i++) {
		end.result = (i & 0xff00) << 8 | (i & 0xff);
		end.resid = i >> 16;
		wrong += !agrees(end);
	}
	end.result = SAM_STAT_CHECK_CONDITION;
	end.sense.valid = true;
	for (i = 0; i < 0x400000; i++) {
		end.sense.ascq = i;
		end.sense.asc = i >> 8;
		end.sense.key = i >> 16 & 0xf;
		end.sense.deferred = i >> 20 & 1;
		end.resid = i >> 21;
		wrong += !agrees(end);
	}
	is_int(wrong, 0, "each answer is what the table says, and less data is no success");
}

/* Bytes as a target sends them, on their whole way. */
static void test_bytes(void)
{
	static const u8 late[] = { 0x71, 0, 3, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x0c, 0, 0, 0, 0, 0 };
	static const u8 healed[] = { 0x72, 1, 0x17, 1, 0, 0, 0, 0 };
	struct vmp_rwcmd_end end = { .result = SAM_STAT_CHECK_CONDITION };

	vmp_sense_parse(&end.sense, late, sizeof(late));
	is_int(vmp_rwcmd_outcome(&end), VMP_RETRY, "deferred: sent again");
	end = (struct vmp_rwcmd_end) { .result = SAM_STAT_CHECK_CONDITION };
	vmp_sense_parse(&end.sense, healed, sizeof(healed));
	is_int(vmp_rwcmd_outcome(&end), VMP_DONE, "recovered: done");
	is_int(end.status, BLK_STS_OK, "without an error");
	end.resid = 512;
	is_int(vmp_rwcmd_outcome(&end), VMP_SUSPECT, "recovered, but less: sent again");
}

static void test_attention(void)
{
	struct vmp_rwcmd_end end = {
		.result = SAM_STAT_CHECK_CONDITION,
		.sense = { .valid = true, .key = UNIT_ATTENTION, .asc = 0x29 },
	};

	ok(vmp_rwcmd_attention(&end), "a unit attention");
	end.sense.deferred = true;
	ok(!vmp_rwcmd_attention(&end), "one of an earlier command is none");
	end.sense.deferred = false;
	end.result |= DID_RESET << 16;
	ok(!vmp_rwcmd_attention(&end), "nor what a host that failed left behind");
	end.result = SAM_STAT_CHECK_CONDITION;
	end.sense.key = ABORTED_COMMAND;
	ok(!vmp_rwcmd_attention(&end), "nor another key");
	end.sense = (struct vmp_sense) { .key = UNIT_ATTENTION };
	ok(!vmp_rwcmd_attention(&end), "nor without sense data");
}

int main(void)
{
	test_build();
	test_blank();
	test_ends();
	test_done();
	test_all();
	test_bytes();
	test_attention();
	return tap_done();
}
