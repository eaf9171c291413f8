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

/* Keys of ours and of others, after so many changes; what lies beyond 8 keys is cut off. */
static u8 *put_keys(struct vmp_pr_keys *keys, u32 generation, u32 ours, u32 others)
{
	u32 i, n = ours + others, nr = n < 8 ? n : 8;
	u8 *data = calloc(1, 8 + 8 * nr);

	data[3] = generation;
	data[7] = n * 8;
	for (i = 0; i < nr; i++)
		data[8 + 8 * i + 7] = i < ours ? 0xa1 : 0xb1;
	vmp_pr_take_keys(keys, data, 8 + 8 * nr);
	return data;
}

static void test_only_added(void)
{
	static const struct {
		u32 before[3], after[3];	/* generation, ours, others */
		bool all_ports, only;
		const char *what;
	} rows[] = {
		{ { 5, 1, 1 }, { 6, 2, 1 }, false, true, "one registration" },
		{ { 5, 1, 1 }, { 7, 3, 1 }, false, true, "two paths at once" },
		{ { 5, 1, 1 }, { 6, 2, 0 }, false, true, "an old key changed to ours" },
		{ { 5, 1, 1 }, { 5, 1, 1 }, false, false, "nothing" },
		{ { 5, 1, 1 }, { 7, 2, 2 }, false, false, "another's beside it" },
		{ { 5, 1, 1 }, { 7, 1, 1 }, false, false, "a PREEMPT before it" },
		{ { 5, 1, 1 }, { 6, 1, 1 }, false, false, "... not yet counted" },
		{ { 5, 2, 1 }, { 6, 2, 1 }, false, false, "... and half done" },
		{ { 5, 2, 0 }, { 6, 2, 1 }, false, false, "... while another came" },
		{ { 5, 1, 1 }, { 7, 2, 1 }, false, false, "a change of another kind" },
		{ { 5, 1, 1 }, { 6, 3, 1 }, false, false, "two keys, counted once" },
		{ { 5, 1, 1 }, { 6, 3, 1 }, true, true, "... for all ports" },
		{ { 5, 1, 1 }, { 7, 3, 1 }, true, true, "... counted for each" },
		{ { 255, 4, 9 }, { 0, 5, 9 }, false, false, "the array has restarted" },
		{ { 5, 4, 9 }, { 6, 5, 9 }, false, false, "more keys than fit" },
		{ { 5, 4, 4 }, { 6, 5, 4 }, false, false, "... now" },
	};
	struct vmp_pr_keys before, after;
	size_t i;
	u8 *a, *b;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		a = put_keys(&before, rows[i].before[0], rows[i].before[1], rows[i].before[2]);
		b = put_keys(&after, rows[i].after[0], rows[i].after[1], rows[i].after[2]);
		is_int(vmp_pr_only_added(&before, &after, 0xa1, rows[i].all_ports),
		       rows[i].only, rows[i].what);
		free(a);
		free(b);
	}
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

int main(void)
{
	u8 type;

	test_keys();
	test_only_added();
	test_holder();
	test_commands();
	for (type = 0; type < 16; type++)
		is_int(vmp_pr_one_holds(type), type == 1 || type == 3, "who may, of each type");
	return tap_done();
}
