// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/reservation.c: PERSISTENT RESERVE IN and OUT as bytes. Each answer lies in a
 * buffer of just its length, so that AddressSanitizer sees every byte read beyond it.
 */
#include "kernel.h"
#include "reservation.h"
#include "tap.h"

static const u8 two_keys[] = {
	0, 0, 0, 7, 0, 0, 0, 16,
	0, 0, 0, 0, 0, 0, 0xab, 0xc1, 1, 2, 3, 4, 5, 6, 7, 8,
};

static const u8 reserved[] = {
	0, 0, 0, 9, 0, 0, 0, 16,
	0, 0, 0, 0, 0, 0, 0xab, 0xc1, 0, 0, 0, 0, 0, 0x05, 0, 0,
};

static void *exact(const u8 *data, size_t len)
{
	u8 *copy = malloc(len ? len : 1);

	memcpy(copy, data, len);
	return copy;
}

static void test_keys(void)
{
	struct vmp_pr_keys keys;
	size_t len;
	u8 *data;

	for (len = 0; len < sizeof(two_keys); len++) {
		data = exact(two_keys, len);
		if (len < 8) {
			is_int(vmp_pr_take_keys(&keys, data, len), -EINVAL, "no header");
		} else {
			is_int(vmp_pr_take_keys(&keys, data, len), 0, "cut short");
			ok(keys.told == 2 && keys.nr == (len - 8) / 8, "... whole keys alone");
			vmp_pr_count_key(&keys, 0xabc1);
		}
		free(data);
	}
	data = exact(two_keys, sizeof(two_keys));
	is_int(vmp_pr_take_keys(&keys, data, sizeof(two_keys)), 0, "two keys");
	ok(keys.generation == 7 && keys.told == 2 && keys.nr == 2, "... both are there");
	ok(vmp_pr_key(&keys, 0) == 0xabc1 && vmp_pr_key(&keys, 1) == 0x0102030405060708ULL,
	   "... as they are");
	is_int(vmp_pr_count_key(&keys, 0xabc1), 1, "... each once");
	is_int(vmp_pr_count_key(&keys, 1), 0, "... and no other");
	free(data);
	data = exact((const u8[]) { 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 1 }, 9);
	is_int(vmp_pr_take_keys(&keys, data, 9), 0, "more is told than there is");
	is_int(keys.nr, 0, "... and not believed");
	free(data);
}

static void test_holder(void)
{
	struct vmp_pr_holder holder;
	size_t len;
	u8 *data;

	for (len = 0; len < sizeof(reserved); len++) {
		data = exact(reserved, len);
		is_int(vmp_pr_take_holder(&holder, data, len), -EINVAL, "cut short");
		free(data);
	}
	data = exact(reserved, sizeof(reserved));
	is_int(vmp_pr_take_holder(&holder, data, sizeof(reserved)), 0, "a reservation");
	ok(holder.held && holder.generation == 9 && holder.key == 0xabc1 && holder.type == 5,
	   "... who, and of what type");
	free(data);
	data = exact((const u8[]) { 0, 0, 0, 3, 0, 0, 0, 0 }, 8);
	is_int(vmp_pr_take_holder(&holder, data, 8), 0, "no reservation");
	ok(!holder.held && holder.generation == 3, "... is none");
	free(data);
	data = exact((const u8[]) { 0, 0, 0, 3, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1 }, 16);
	is_int(vmp_pr_take_holder(&holder, data, 16), -EINVAL, "half a reservation");
	free(data);
}

static void test_commands(void)
{
	const struct vmp_pr_out out = {
		.action = VMP_PR_PREEMPT, .type = 0x05, .key = 0x0102030405060708ULL,
		.sa_key = 0x1112131415161718ULL, .flags = VMP_PR_APTPL,
	};
	u8 cdb[VMP_PR_CDB_LEN], param[VMP_PR_PARAM_LEN];
	struct vmp_pr_out back;

	vmp_pr_put_in(cdb, VMP_PR_READ_RESERVATION, 0x1234);
	ok(!memcmp(cdb, (const u8[]) { 0x5e, 1, 0, 0, 0, 0, 0, 0x12, 0x34, 0 }, sizeof(cdb)),
	   "PERSISTENT RESERVE IN");
	vmp_pr_put_out(cdb, param, &out);
	ok(!memcmp(cdb, (const u8[]) { 0x5f, 4, 5, 0, 0, 0, 0, 0, 24, 0 }, sizeof(cdb)),
	   "PERSISTENT RESERVE OUT");
	ok(param[0] == 1 && param[7] == 8 && param[8] == 0x11 && param[15] == 0x18 &&
	   param[20] == 1, "... its parameters");
	is_int(vmp_pr_take_out(&back, cdb, sizeof(cdb), param, sizeof(param)), 0,
	       "it is understood");
	ok(back.action == out.action && back.type == out.type && back.key == out.key &&
	   back.sa_key == out.sa_key && back.flags == out.flags, "... as it was meant");
	is_int(vmp_pr_take_out(&back, cdb, 9, param, sizeof(param)), -EINVAL, "a short command");
	is_int(vmp_pr_take_out(&back, cdb, sizeof(cdb), param, 23), -EINVAL, "short parameters");
}

/* ---- READ FULL STATUS ----------------------------------------------------- */

#define OURS		"iqn.2026-11.org.vmpath:guest0"
#define OTHER		"iqn.2026-11.org.vmpath:guest01"

/* An answer that grows. */
struct answer {
	u8 data[1024];
	size_t len;
};

static void add(struct answer *a, u64 key, const u8 *id, size_t len)
{
	u8 *desc = a->data + a->len;

	memset(desc, 0, 24);
	put_unaligned_be64(key, desc);
	put_unaligned_be32(len, desc + 20);
	memcpy(desc + 24, id, len);
	a->len += 24 + len;
	put_unaligned_be32(a->len - 8, a->data + 4);
}

/* By the name of its iSCSI initiator, with or without a session. */
static void add_iscsi(struct answer *a, u64 key, const char *name)
{
	size_t len = (strlen(name) + 1 + 3) & ~(size_t)3;
	u8 id[128] = { strchr(name, ',') ? 0x45 : 0x05 };

	put_unaligned_be16(len, id + 2);
	memcpy(id + 4, name, strlen(name));
	add(a, key, id, 4 + len);
}

static struct vmp_pr_whose whose(const struct answer *a, size_t len, u64 initiator)
{
	struct vmp_pr_whose found;
	u8 *data = exact(a->data, len);

	if (vmp_pr_take_whose(&found, data, len, 0xa1, initiator))
		memset(&found, 0xff, sizeof(found));
	free(data);
	return found;
}

static void test_whose(void)
{
	struct answer a = { .data = { 0, 0, 0, 9 }, .len = 8 };
	struct vmp_pr_whose w = whose(&a, a.len, 1);
	u64 ours;

	ok(w.generation == 9 && w.all && !w.ours && !w.others && !w.sole, "nobody is registered");
	is_int(whose(&a, 7, 1).generation, 0xffffffff, "no header");
	add_iscsi(&a, 0xa1, OURS ",i,0x8083016e0000");
	add_iscsi(&a, 0xb1, OTHER ",i,0x8083016e0000");
	add_iscsi(&a, 0xa1, OURS ",i,0x80279b1c0000");
	w = whose(&a, a.len, 0);
	ours = w.sole;
	ok(ours && w.all && !w.ours && w.others == 2, "one initiator has the key, by two sessions");
	w = whose(&a, a.len, ours);
	ok(w.all && w.ours == 2 && !w.others, "... which is known now");
	w = whose(&a, a.len - 1, ours);
	ok(!w.all && w.ours == 1 && !w.sole, "cut short: what has come counts, and is not all");
	add_iscsi(&a, 0xa1, OTHER);
	w = whose(&a, a.len, ours);
	ok(w.ours == 2 && w.others == 1 && !w.sole, "another one has the same key");
	a.len = 8;
	add_iscsi(&a, 0xa1, OTHER ",i,0x8083016e0000");
	w = whose(&a, a.len, ours);
	ok(w.all && !w.ours && w.others == 1 && w.sole && w.sole != ours,
	   "another one alone has it");
	add(&a, 0xa1, a.data, 0);
	w = whose(&a, a.len, ours);
	ok(w.others == 2 && !w.sole, "... and one without a TransportID");
}

static void test_initiator(void)
{
	u8 fc[24] = { 0, [8] = 0x50, [15] = 1 }, iscsi[16] = { 0x45, 0, 0xff, 0xff, 'i', 'q', 'n' };
	u64 one = vmp_pr_initiator(fc, sizeof(fc));
	size_t len;

	fc[15] = 2;
	ok(one && one != vmp_pr_initiator(fc, sizeof(fc)), "two ports are two initiators");
	is_int(vmp_pr_initiator(fc, 0), 0, "no TransportID");
	for (len = 1; len <= sizeof(iscsi); len++) {
		u8 *id = exact(iscsi, len);

		vmp_pr_initiator(id, len);
		free(id);
	}
	ok(vmp_pr_initiator(iscsi, sizeof(iscsi)) == vmp_pr_initiator(iscsi, 8),
	   "a length beyond the end");
	memset(iscsi + 4, 0, sizeof(iscsi) - 4);
	is_int(vmp_pr_initiator(iscsi, sizeof(iscsi)), 0, "no name");
}

int main(void)
{
	u8 type;

	test_keys();
	test_holder();
	test_commands();
	test_whose();
	test_initiator();
	for (type = 0; type < 16; type++)
		is_int(vmp_pr_one_holds(type), type == 1 || type == 3, "who may, of each type");
	return tap_done();
}
