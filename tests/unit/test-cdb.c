// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/cdb.c: which commands may be sent twice, against a list written from SPC-5
 * and SBC-4 and not from the table; every other operation code and service action
 * is sent once. Documentation/passthrough.rst shows the same.
 */
#include "kernel.h"
#include "cdb.h"
#include "tap.h"

#define DOC	ROOT "/Documentation/passthrough.rst"

/* As the documentation writes them: operation code, service action. */
static const struct {
	const char *code;
	enum vmp_cdb_use use;
	const char *name;
} rows[] = {
	{ "00", VMP_CDB_REPEAT, "TEST UNIT READY" },
	{ "08", VMP_CDB_REPEAT, "READ(6)" },
	{ "12", VMP_CDB_REPEAT, "INQUIRY" },
	{ "16", VMP_CDB_RESERVE, "RESERVE(6)" },
	{ "17", VMP_CDB_RESERVE, "RELEASE(6)" },
	{ "1a", VMP_CDB_REPEAT, "MODE SENSE(6)" },
	{ "1c", VMP_CDB_REPEAT, "RECEIVE DIAGNOSTIC RESULTS" },
	{ "25", VMP_CDB_REPEAT, "READ CAPACITY(10)" },
	{ "28", VMP_CDB_REPEAT, "READ(10)" },
	{ "2f", VMP_CDB_REPEAT, "VERIFY(10)" },
	{ "34", VMP_CDB_REPEAT, "PRE-FETCH(10)" },
	{ "35", VMP_CDB_REPEAT, "SYNCHRONIZE CACHE(10)" },
	{ "37", VMP_CDB_REPEAT, "READ DEFECT DATA(10)" },
	{ "3e", VMP_CDB_REPEAT, "READ LONG(10)" },
	{ "4d", VMP_CDB_REPEAT, "LOG SENSE" },
	{ "56", VMP_CDB_RESERVE, "RESERVE(10)" },
	{ "57", VMP_CDB_RESERVE, "RELEASE(10)" },
	{ "5a", VMP_CDB_REPEAT, "MODE SENSE(10)" },
	{ "5e/00", VMP_CDB_REPEAT, "PERSISTENT RESERVE IN, READ KEYS" },
	{ "5e/01", VMP_CDB_REPEAT, "PERSISTENT RESERVE IN, READ RESERVATION" },
	{ "5e/02", VMP_CDB_REPEAT, "PERSISTENT RESERVE IN, REPORT CAPABILITIES" },
	{ "5e/03", VMP_CDB_REPEAT, "PERSISTENT RESERVE IN, READ FULL STATUS" },
	{ "5f", VMP_CDB_PR, "PERSISTENT RESERVE OUT" },
	{ "7f/0009", VMP_CDB_REPEAT, "READ(32)" },
	{ "7f/000a", VMP_CDB_REPEAT, "VERIFY(32)" },
	{ "7f/0012", VMP_CDB_REPEAT, "GET LBA STATUS(32)" },
	{ "84/03", VMP_CDB_REPEAT, "RECEIVE COPY OPERATING PARAMETERS" },
	{ "84/08", VMP_CDB_REPEAT, "REPORT ALL ROD TOKENS" },
	{ "88", VMP_CDB_REPEAT, "READ(16)" },
	{ "8f", VMP_CDB_REPEAT, "VERIFY(16)" },
	{ "90", VMP_CDB_REPEAT, "PRE-FETCH(16)" },
	{ "91", VMP_CDB_REPEAT, "SYNCHRONIZE CACHE(16)" },
	{ "9e/10", VMP_CDB_REPEAT, "READ CAPACITY(16)" },
	{ "9e/11", VMP_CDB_REPEAT, "READ LONG(16)" },
	{ "9e/12", VMP_CDB_REPEAT, "GET LBA STATUS(16)" },
	{ "9e/13", VMP_CDB_REPEAT, "REPORT REFERRALS" },
	{ "9e/16", VMP_CDB_REPEAT, "GET STREAM STATUS" },
	{ "9e/17", VMP_CDB_REPEAT, "GET PHYSICAL ELEMENT STATUS" },
	{ "a0", VMP_CDB_REPEAT, "REPORT LUNS" },
	{ "a3/05", VMP_CDB_REPEAT, "REPORT IDENTIFYING INFORMATION" },
	{ "a3/0a", VMP_CDB_REPEAT, "REPORT TARGET PORT GROUPS" },
	{ "a3/0b", VMP_CDB_REPEAT, "REPORT ALIASES" },
	{ "a3/0c", VMP_CDB_REPEAT, "REPORT SUPPORTED OPERATION CODES" },
	{ "a3/0d", VMP_CDB_REPEAT, "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS" },
	{ "a3/0e", VMP_CDB_REPEAT, "REPORT PRIORITY" },
	{ "a3/0f", VMP_CDB_REPEAT, "REPORT TIMESTAMP" },
	{ "a8", VMP_CDB_REPEAT, "READ(12)" },
	{ "ab/01", VMP_CDB_REPEAT, "READ MEDIA SERIAL NUMBER" },
	{ "af", VMP_CDB_REPEAT, "VERIFY(12)" },
	{ "b7", VMP_CDB_REPEAT, "READ DEFECT DATA(12)" },
};

#define VARIABLE	0x7f

/* Has the list that command? Where an action is no part of it, any will do. */
static int listed(unsigned int op, unsigned int action)
{
	unsigned int i, row_op, row_action;
	int n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		n = sscanf(rows[i].code, "%x/%x", &row_op, &row_action);
		if (row_op == op && (n == 1 || row_action == action))
			return i;
	}
	return -1;
}

/* The high bits of byte 1 are others': they must not matter. */
static const struct vmp_cdb_row *find(unsigned int op, unsigned int action)
{
	u8 cdb[VMP_CDB_LEN] = { op, 0xe0 | action };

	if (op == VARIABLE) {
		cdb[1] = 0;
		cdb[7] = 24;
		cdb[8] = action >> 8;
		cdb[9] = action;
	}
	return vmp_cdb_find(cdb, sizeof(cdb));
}

static bool as_listed(const struct vmp_cdb_row *row, int i)
{
	if (i < 0 || !row)
		return i < 0 && !row;
	return row->use == rows[i].use && !strcmp(row->name, rows[i].name);
}

/* All there can be: none more than the list, none less, none otherwise. */
static void test_all(void)
{
	unsigned int op, action, wrong = 0, found = 0;

	for (op = 0; op < 256; op++) {
		for (action = 0; action < (op == VARIABLE ? 0x10000 : 32); action++) {
			const struct vmp_cdb_row *row = find(op, action);

			found += !!row;
			if (as_listed(row, listed(op, action)))
				continue;
			wrong++;
			printf("# %02x/%02x is %s\n", op, action, row ? row->name : "none");
		}
	}
	is_int(wrong, 0, "each operation code and service action is what the list says");
	ok(found > ARRAY_SIZE(rows), "and there are some");
}

/* What would be harmful twice, by its full CDB. */
static void test_never(void)
{
	static const struct { u8 cdb[16]; const char *name; } never[] = {
		{ { 0x03 }, "REQUEST SENSE" },
		{ { 0x04 }, "FORMAT UNIT" },
		{ { 0x0a }, "WRITE(6)" },
		{ { 0x15 }, "MODE SELECT(6)" },
		{ { 0x1b }, "START STOP UNIT" },
		{ { 0x1d }, "SEND DIAGNOSTIC" },
		{ { 0x2a }, "WRITE(10)" },
		{ { 0x3b }, "WRITE BUFFER" },
		{ { 0x3c }, "READ BUFFER" },
		{ { 0x41 }, "WRITE SAME(10)" },
		{ { 0x42 }, "UNMAP" },
		{ { 0x4c }, "LOG SELECT" },
		{ { 0x53 }, "XDWRITEREAD(10)" },
		{ { 0x7f, 0, 0, 0, 0, 0, 0, 24, 0, 0x0b }, "WRITE(32)" },
		{ { 0x83 }, "EXTENDED COPY" },
		{ { 0x84, 0x01 }, "RECEIVE COPY DATA" },
		{ { 0x85 }, "ATA PASS-THROUGH(16)" },
		{ { 0x89 }, "COMPARE AND WRITE" },
		{ { 0x8a }, "WRITE(16)" },
		{ { 0x93 }, "WRITE SAME(16)" },
		{ { 0x9e, 0x14 }, "STREAM CONTROL" },
		{ { 0x9e, 0x15 }, "BACKGROUND CONTROL" },
		{ { 0x9e, 0x18 }, "REMOVE ELEMENT AND TRUNCATE" },
		{ { 0xa2 }, "SECURITY PROTOCOL IN" },
		{ { 0xa3, 0x10 }, "MANAGEMENT PROTOCOL IN" },
		{ { 0xa4, 0x0a }, "SET TARGET PORT GROUPS" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(never); i++)
		ok(!vmp_cdb_find(never[i].cdb, sizeof(never[i].cdb)), "%s is sent once",
		   never[i].name);
}

static void test_lengths(void)
{
	static const u8 capacity[] = { 0x9e, 0x10 };
	static const u8 read32[] = { 0x7f, 0, 0, 0, 0, 0, 0, 24, 0, 0x09 };
	static const u8 inquiry[] = { 0x12 };
	const struct vmp_cdb_row *row;

	ok(!vmp_cdb_find(inquiry, 0), "a command without a byte is none");
	ok(vmp_cdb_find(inquiry, 1), "an operation code alone is one");
	ok(!vmp_cdb_find(capacity, 1), "without its service action it is not");
	row = vmp_cdb_find(capacity, 2);
	ok(row, "with it, it is");
	is_str(row->name, "READ CAPACITY(16)", "that one");
	ok(!vmp_cdb_find(read32, 9), "half a service action is none");
	ok(vmp_cdb_find(read32, 10), "a whole one is one");
}

/* Lines "CODE  NAME" of the three tables, in the order of the list. */
static void test_documentation(void)
{
	static const char * const has[] = {
		[VMP_CDB_REPEAT] = "may be repeated", [VMP_CDB_RESERVE] = "reserve",
		[VMP_CDB_PR] = "is done for all paths",
	};
	unsigned int i[4] = {}, use;
	FILE *f = fopen(DOC, "r");
	char line[256], want[256];

	ok(f, "the documentation is there");
	for (use = VMP_CDB_REPEAT; f && use <= VMP_CDB_PR; use++) {
		bool found = false;
		unsigned int n;

		rewind(f);
		for (n = 0; n < ARRAY_SIZE(rows); n++) {
			if (rows[n].use != use)
				continue;
			snprintf(want, sizeof(want), "%-7s  %s\n", rows[n].code, rows[n].name);
			found = false;
			while (!found && fgets(line, sizeof(line), f))
				found = !strcmp(line, want);
			if (!found)
				break;
			i[use]++;
		}
		if (!ok(found, "it has all that %s, in this order", has[use]))
			printf("# not after those before it: %s\n", rows[n].name);
	}
	is_int(i[VMP_CDB_REPEAT] + i[VMP_CDB_RESERVE] + i[VMP_CDB_PR], ARRAY_SIZE(rows), "in all");
	if (f)
		fclose(f);
}

int main(void)
{
	test_all();
	test_never();
	test_lengths();
	test_documentation();
	return tap_done();
}
