// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/sense.c: sense data in, structure out. Each lies in a buffer of just its
 * length, so that AddressSanitizer sees every byte read beyond it; each is tried
 * cut short at every place, and then come bytes of chance.
 */
#include "kernel.h"
#include <time.h>
#include "sense.h"
#include "tap.h"

static struct vmp_sense sense;

/* Hand over a copy that ends where the data ends. */
static int take(const void *data, size_t len)
{
	u8 *exact = malloc(len ? len : 1);
	int ret;

	memset(&sense, 0xa5, sizeof(sense));
	memcpy(exact, data, len);
	ret = vmp_sense_parse(&sense, exact, len);
	free(exact);
	return ret;
}

static bool is(u8 key, u8 asc, u8 ascq)
{
	return sense.valid && sense.key == key && sense.asc == asc && sense.ascq == ascq;
}

/* SPC-4 table 53: MEDIUM ERROR, UNRECOVERED READ ERROR at block 0x12345678. */
static const u8 fixed[18] = {
	0xf0, 0, 0x03, 0x12, 0x34, 0x56, 0x78, 10, 0, 0, 0, 0, 0x11, 0x0b,
};

static void test_fixed(void)
{
	u8 odd[18];

	is_int(take(fixed, sizeof(fixed)), 0, "fixed format");
	ok(is(3, 0x11, 0x0b) && !sense.deferred, "... what it says");
	ok(sense.has_info && sense.info == 0x12345678, "... and of which block");
	memcpy(odd, fixed, sizeof(odd));
	odd[0] = 0x71;
	ok(!take(odd, sizeof(odd)) && is(3, 0x11, 0x0b) && sense.deferred, "a deferred error");
	ok(!sense.has_info, "... that does not say where");
	odd[2] = 0xf6;
	ok(!take(odd, sizeof(odd)) && is(6, 0x11, 0x0b), "other bits beside the key");
	odd[7] = 5;
	ok(!take(odd, sizeof(odd)) && is(6, 0x11, 0), "it says that it ends before the qualifier");
	odd[7] = 4;
	ok(!take(odd, sizeof(odd)) && is(6, 0, 0), "it says that it ends before the code");
	odd[7] = 0xff;
	ok(!take(odd, sizeof(odd)) && is(6, 0x11, 0x0b), "it says that it is longer than it is");
	ok(!take(odd, 3) && is(6, 0, 0), "just the key");
	ok(take(odd, 2) == -EINVAL && !sense.valid, "not even the key");
	ok(!take(fixed, 7) && sense.info == 0x12345678, "it ends after the block");
	ok(!take(fixed, 6) && !sense.has_info && !sense.info, "it ends within the block");
}

/* SPC-4 4.5.2: two descriptors; block 0x123456789abcdef0 is in the second. */
static const u8 descriptors[] = {
	0x72, 0x0b, 0x4b, 0x03, 0, 0, 0, 8 + 12,
	0x02, 6, 0, 0, 0x80, 0, 1, 0,
	0x00, 10, 0x80, 0, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0,
};

static void test_descriptors(void)
{
	u8 odd[sizeof(descriptors)];
	size_t len;
	int bad = 0;

	is_int(take(descriptors, sizeof(descriptors)), 0, "descriptor format");
	ok(is(0xb, 0x4b, 3) && !sense.deferred, "... what it says");
	ok(sense.has_info && sense.info == 0x123456789abcdef0, "... and of which block");
	for (len = 8; len < sizeof(descriptors); len++)
		bad += take(descriptors, len) || !is(0xb, 0x4b, 3) || sense.has_info;
	is_int(bad, 0, "a descriptor cut short is none");
	ok(!take(descriptors, 3) && is(0xb, 0x4b, 0), "cut before the qualifier");
	ok(!take(descriptors, 2) && is(0xb, 0, 0), "cut before the code");
	is_int(take(descriptors, 1), -EINVAL, "cut before the key");

	memcpy(odd, descriptors, sizeof(odd));
	odd[0] = 0x73;
	ok(!take(odd, sizeof(odd)) && sense.deferred && sense.has_info, "a deferred error");
	odd[7]--;
	ok(!take(odd, sizeof(odd)) && !sense.has_info, "it says that it ends within the block");
	odd[7] = 0xff;
	ok(!take(odd, sizeof(odd)) && sense.has_info, "it says that it is longer than it is");
	odd[17] = 9;
	ok(!take(odd, sizeof(odd)) && !sense.has_info, "a descriptor too short for a block");
	odd[17] = 11;
	ok(!take(odd, sizeof(odd)) && !sense.has_info, "one that ends beyond the end");
	odd[17] = 10;
	odd[18] = 0x7f;
	ok(!take(odd, sizeof(odd)) && !sense.has_info, "one without a valid block");
	odd[18] = 0x80;
	odd[9] = 0xff;
	ok(!take(odd, sizeof(odd)) && !sense.has_info, "the one before it swallows it");
}

static void test_none(void)
{
	u8 odd[18];
	unsigned int i, good = 0;

	is_int(take("", 0), -EINVAL, "nothing");
	memcpy(odd, fixed, sizeof(odd));
	for (i = 0; i < 256; i++) {
		odd[0] = i;
		if (!take(odd, sizeof(odd)))
			good++;
		else if (sense.valid || sense.deferred || sense.has_info || sense.key)
			good += 100;
	}
	is_int(good, 8, "four response codes with VALID or not, and else nothing");
}

static void test_chance(void)
{
	const char *given = getenv("SEED");
	unsigned int seed = given ? atoi(given) : time(NULL), i, j;
	u8 data[256];
	int bad = 0;

	printf("# SEED=%u\n", seed);
	srand(seed);
	for (i = 0; i < 200000; i++) {
		size_t len = rand() % sizeof(data);

		for (j = 0; j < len; j++)
			data[j] = rand();
		if (len && rand() % 4)
			data[0] = (data[0] & 0x80) | (0x70 + rand() % 4);
		bad += take(data, len) ? sense.valid : !sense.valid || sense.key > 15;
	}
	is_int(bad, 0, "bytes of chance");
}

int main(void)
{
	test_fixed();
	test_descriptors();
	test_none();
	test_chance();
	return tap_done();
}
