// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/tool/prin.c: READ FULL STATUS and TransportIDs. Each answer lies in a buffer of
 * just its length, so that AddressSanitizer sees every byte read beyond it.
 */
#include "kernel.h"
#include "tool/prin.h"
#include "tap.h"

#define DESC	24

/* An answer that grows. */
struct answer {
	u8 data[1024];
	size_t len;
};

static void begin(struct answer *a)
{
	memset(a, 0, sizeof(*a));
	put_unaligned_be32(7, a->data);
	a->len = 8;
}

static void add(struct answer *a, u64 key, u8 flags, u8 type, u16 port, const void *id, u32 len)
{
	u8 *desc = a->data + a->len;

	put_unaligned_be64(key, desc);
	desc[12] = flags;
	desc[13] = type;
	put_unaligned_be16(port, desc + 18);
	put_unaligned_be32(len, desc + 20);
	memcpy(desc + DESC, id, len);
	a->len += DESC + len;
	put_unaligned_be32(a->len - 8, a->data + 4);
}

static void *exact(const u8 *data, size_t len)
{
	u8 *copy = malloc(len ? len : 1);

	memcpy(copy, data, len);
	return copy;
}

/* How many there are, and how it ends. */
static int count(const u8 *data, size_t len, int *end)
{
	struct ctl_nexus nexus;
	char name[CTL_PRIN_ID_LEN];
	size_t pos = 0;
	int nr = 0;

	while ((*end = ctl_prin_next(data, len, &pos, &nexus)) == 1) {
		ctl_prin_initiator(&nexus, name, sizeof(name));
		nr++;
	}
	return nr;
}

static const char iscsi[] = "\x05\0\0\x18iqn.2026-11.org.x:guest1\0\0\0";

static void test_two(void)
{
	struct ctl_nexus nexus;
	struct answer a;
	size_t pos = 0, len;
	u8 *data;
	int end, nr;

	begin(&a);
	add(&a, 0x0102030405060708ULL, 1, 5, 1, iscsi, 28);
	add(&a, 0xb1, 2, 0, 9, "", 0);
	data = exact(a.data, a.len);
	is_int(ctl_prin_told(data, a.len), a.len, "what is told");
	is_int(ctl_prin_next(data, a.len, &pos, &nexus), 1, "a registration");
	ok(nexus.key == 0x0102030405060708ULL && nexus.holder && !nexus.all_ports &&
	   nexus.type == 5 && nexus.port == 1 && nexus.id_len == 28, "... all of it");
	is_int(ctl_prin_next(data, a.len, &pos, &nexus), 1, "another one");
	ok(nexus.key == 0xb1 && !nexus.holder && nexus.all_ports && !nexus.id_len,
	   "... all of it");
	is_int(ctl_prin_next(data, a.len, &pos, &nexus), 0, "and no more");
	free(data);
	for (len = 0; len < a.len; len++) {
		data = exact(a.data, len);
		nr = count(data, len, &end);
		ok(end == -EINVAL && nr == (len >= 8 + DESC + 28), "cut to %zu bytes", len);
		free(data);
	}
}

static void test_lies(void)
{
	struct answer a;
	int end;
	u8 *data;

	begin(&a);
	is_int(count(a.data, a.len, &end), 0, "nobody is registered");
	is_int(end, 0, "... and that is an answer");
	add(&a, 1, 0, 0, 1, iscsi, 28);
	a.len += 100;
	is_int(count(a.data, a.len, &end), 1, "what lies behind it is nothing");
	is_int(end, 0, "... to worry about");
	a.len -= 100;
	put_unaligned_be32(0xffffffff, a.data + 4);
	data = exact(a.data, a.len);
	is_int(count(data, a.len, &end), 1, "more is told than there is");
	is_int(end, -EINVAL, "... and not believed");
	put_unaligned_be32(0xffffffe8, data + 8 + 20);
	is_int(count(data, a.len, &end), 0, "an initiator longer than all of it");
	is_int(end, -EINVAL, "... is none");
	put_unaligned_be32(8 + DESC - 1, data + 4);
	is_int(count(data, a.len, &end), 0, "lengths that do not agree");
	is_int(end, -EINVAL, "... are none");
	free(data);
}

static void is_initiator(const void *id, size_t len, const char *want)
{
	struct ctl_nexus nexus = { .id = exact(id, len), .id_len = len };
	char name[CTL_PRIN_ID_LEN + 1];

	name[ctl_prin_initiator(&nexus, name, CTL_PRIN_ID_LEN)] = '\0';
	is_str(name, want, "its name");
	free((void *)nexus.id);
}

static void test_initiators(void)
{
	static const u8 port[24] = { 0, 0, 0xab, 0xcd, 0x50, 1, 2, 3, 4, 5, 6, 7,
				     8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 };
	u8 id[24];

	is_initiator(iscsi, 28, "iqn.2026-11.org.x:guest1");
	is_initiator("\x45\0\0\x0ciqn.x,i,0x12", 16, "iqn.x,i,0x12");
	is_initiator("\x05\0\0\x04iqn.x\0\0", 11, "iqn.");
	is_initiator("\x05\0\xff\xffiqn.x", 9, "iqn.x");
	is_initiator("\x05\0\0\x08iq\0n.x\0\0", 12, "iq");
	is_initiator("\x05\0\0\x04\x1b[1m", 8, "\x1b[1m");
	is_initiator("\x05\0\0\x04", 4, "protocol5.05000004");
	memcpy(id, port, sizeof(id));
	is_initiator(id, 24, "fc.0405060708090a0b");
	is_initiator(id, 23, "protocol0.0000abcd500102030405060708090a0b0c0d0e0f101112");
	id[0] = 3;
	is_initiator(id, 24, "sbp.0405060708090a0b");
	id[0] = 4;
	is_initiator(id, 24, "srp.0405060708090a0b0c0d0e0f10111213");
	id[0] = 6;
	is_initiator(id, 24, "sas.5001020304050607");
	id[0] = 0x0a;
	is_initiator(id, 24, "pcie.abcd");
	is_initiator("\x0f\x01", 2, "protocol15.0f01");
	is_initiator("", 0, "");
}

static void test_bounds(void)
{
	struct ctl_nexus nexus = { .id_len = 4 + 600 };
	u8 *id = malloc(nexus.id_len);
	char *name = malloc(CTL_PRIN_ID_LEN);

	memset(id, 'x', nexus.id_len);
	memcpy(id, "\x05\0\x02\x58", 4);
	nexus.id = id;
	is_int(ctl_prin_initiator(&nexus, name, CTL_PRIN_ID_LEN), CTL_PRIN_ID_LEN,
	       "a name is cut to what has room");
	id[0] = 0x0e;
	ok(ctl_prin_initiator(&nexus, name, CTL_PRIN_ID_LEN) < CTL_PRIN_ID_LEN,
	   "so is one of no known protocol");
	free(name);
	free(id);
}

/* The answer of a real target. */
static void test_page(void)
{
	FILE *f = fopen(PAGES "/lio-prfull.hex", "r");
	struct ctl_nexus nexus;
	char line[256], name[CTL_PRIN_ID_LEN + 1];
	unsigned int byte, i;
	size_t len = 0, pos = 0;
	u8 data[512];

	while (f && fgets(line, sizeof(line), f))
		for (i = 0; *line != '#' && sscanf(line + i, "%2x", &byte) == 1; i += 2)
			data[len++] = byte;
	if (f)
		fclose(f);
	is_int(ctl_prin_next(data, len, &pos, &nexus), 1, "LIO: a nexus");
	ok(nexus.key == 0xabc1 && nexus.holder && nexus.type == 3 && nexus.port == 2, "... holds it");
	name[ctl_prin_initiator(&nexus, name, CTL_PRIN_ID_LEN)] = '\0';
	is_str(name, "iqn.2026-11.org.vmpath:guest0,i,0x80492e640000", "... its name and session");
	is_int(ctl_prin_next(data, len, &pos, &nexus), 1, "LIO: another one");
	ok(nexus.key == 0xabc1 && !nexus.holder && nexus.port == 1, "... does not");
	is_int(ctl_prin_next(data, len, &pos, &nexus), 0, "LIO: and no more");
}

static void test_types(void)
{
	static const struct { u8 type; bool all; enum ctl_access other, member; } types[] = {
		{ 1, false, CTL_ACCESS_READ, CTL_ACCESS_READ },
		{ 3, false, CTL_ACCESS_NONE, CTL_ACCESS_NONE },
		{ 5, false, CTL_ACCESS_READ, CTL_ACCESS_ALL },
		{ 6, false, CTL_ACCESS_NONE, CTL_ACCESS_ALL },
		{ 7, true, CTL_ACCESS_READ, CTL_ACCESS_ALL },
		{ 8, true, CTL_ACCESS_NONE, CTL_ACCESS_ALL },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		ok(ctl_prin_type_name(types[i].type), "a type has a name");
		is_int(vmp_pr_all_hold(types[i].type), types[i].all, "who holds it");
		is_int(ctl_prin_access(types[i].type, false, false), types[i].other,
		       "what a stranger may do");
		is_int(ctl_prin_access(types[i].type, false, true), types[i].member,
		       "what who is registered may do");
		is_int(ctl_prin_access(types[i].type, true, true), CTL_ACCESS_ALL,
		       "what the holder may do");
	}
	ok(!ctl_prin_type_name(0) && !ctl_prin_type_name(2) && !ctl_prin_type_name(0xf),
	   "what is no type has no name");
	is_int(ctl_prin_access(2, true, true), CTL_ACCESS_UNKNOWN, "nor is it known who may");
}

int main(void)
{
	test_two();
	test_lies();
	test_initiators();
	test_bounds();
	test_page();
	test_types();
	return tap_done();
}
