// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/rtpg.c: REPORT TARGET PORT GROUPS in, structures out. Each answer lies in a
 * buffer of just its length, so that AddressSanitizer sees every byte read beyond
 * it; it is tried cut short at every place, and then come bytes of chance.
 */
#include "kernel.h"
#include <time.h>
#include "rtpg.h"
#include "tap.h"

static struct vmp_rtpg rtpg;

/* Hand over a copy that ends where the data ends. */
static int take(const void *data, size_t len)
{
	u8 *exact = malloc(len ? len : 1);
	int ret;

	memcpy(exact, data, len);
	ret = vmp_rtpg_take(&rtpg, exact, len);
	free(exact);
	return ret;
}

/* Two groups: 1 optimized and preferred, port 1; 2 standby, ports 2 and 3. */
static const u8 groups[] = {
	0, 0, 0, 28,
	0x80, 0x8f, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1,
	0x02, 0x8f, 0, 2, 0, 2, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3,
};

static void test_groups(void)
{
	is_int(take(groups, sizeof(groups)), 2, "two target port groups");
	ok(rtpg.group[0].id == 1 && rtpg.group[0].preferred && !rtpg.group[0].state &&
	   rtpg.group[0].nr_ports == 1 && rtpg.group[0].port[0] == 1, "... the first");
	ok(rtpg.group[1].id == 2 && !rtpg.group[1].preferred && rtpg.group[1].state == 2 &&
	   rtpg.group[1].status == 2 && rtpg.group[1].supported == 0x8f &&
	   rtpg.group[1].nr_ports == 2 && rtpg.group[1].port[1] == 3, "... the second");
	is_int(rtpg.transition_secs, 0, "... and no time for transitions");
}

static void test_find(void)
{
	struct vmp_identity id = { .has_port_group = true, .port_group = 2 };

	take(groups, sizeof(groups));
	ok(vmp_rtpg_find(&rtpg, &id) == &rtpg.group[1], "a path's group by its number");
	id.port_group = 3;
	ok(!vmp_rtpg_find(&rtpg, &id), "... that was not told");
	id.has_port_group = false;
	id.relative_port = 1;
	ok(vmp_rtpg_find(&rtpg, &id) == &rtpg.group[0], "... by its port");
	id.relative_port = 9;
	ok(!vmp_rtpg_find(&rtpg, &id), "... of another port");
	id.relative_port = 0;
	ok(!vmp_rtpg_find(&rtpg, &id), "... not told");
}

static void test_lengths(void)
{
	u8 ext[sizeof(groups) + 4], many[4 + 40 * 8] = { };
	u8 liar[] = { 0xff, 0xff, 0xff, 0xff, 1, 1, 0, 1, 0, 0, 0, 255, 0, 0, 0, 7 };
	size_t len;
	int found, i;

	/* A header of 8 bytes at 4 and at 16. */
	for (len = 0; len < sizeof(groups); len++) {
		found = take(groups, len);
		if (found != (len < 4 ? -EINVAL : len < 12 ? 0 : len < 24 ? 1 : 2))
			break;
		if (found == 2 && rtpg.group[1].nr_ports != (len - 24) / 4)
			break;
	}
	is_int(len, sizeof(groups), "cut short there are as many as have a header");

	memcpy(ext, "\0\0\0\x20\x10\x2d\0\0", 8);
	memcpy(ext + 8, groups + 4, sizeof(groups) - 4);
	is_int(take(ext, sizeof(ext)), 2, "the format with the long header");
	is_int(rtpg.transition_secs, 45, "... has a time for transitions");
	ok(rtpg.group[1].id == 2 && rtpg.group[1].nr_ports == 2, "... and the groups");
	ext[3] = 16;
	is_int(take(ext, sizeof(ext)), 1, "an answer that says it is shorter");
	for (len = 4; len < 8; len++)
		take(ext, len);
	is_int(take(ext, 7), 0, "a long header cut short");
	is_int(rtpg.transition_secs, 0, "... tells no time");

	is_int(take(liar, sizeof(liar)), 1, "a group of 255 ports, one of which is there");
	is_int(rtpg.group[0].nr_ports, 1, "... has that one");
	many[2] = 1;
	many[3] = 0x40;
	for (i = 0; i < 40; i++)
		many[4 + 8 * i + 3] = i;
	is_int(take(many, sizeof(many)), VMP_RTPG_GROUPS, "of 40 groups as many as fit");
}

static void test_words(void)
{
	unsigned int access, usable = 0;

	is_str(vmp_rtpg_access_name(VMP_ACCESS_NONOPTIMIZED), "non-optimized", "a state in words");
	is_str(vmp_rtpg_access_name(7), "unknown", "a state that is none");
	is_str(vmp_rtpg_access_name(VMP_ACCESS_UNKNOWN), "unknown", "one that was not told");
	for (access = 0; access < 256; access++)
		usable += vmp_rtpg_usable(access);
	is_int(usable, 4, "four states are usable");
	ok(vmp_rtpg_usable(VMP_ACCESS_OPTIMIZED) && vmp_rtpg_usable(VMP_ACCESS_NONOPTIMIZED) &&
	   vmp_rtpg_usable(VMP_ACCESS_LBA_DEPENDENT) && vmp_rtpg_usable(VMP_ACCESS_UNKNOWN),
	   "... these");
}

static void test_random(void)
{
	struct vmp_identity id = { .relative_port = 1 };
	unsigned int i, bad = 0, good = 0;
	u8 data[300];
	size_t k;

	for (i = 0; i < 200000; i++) {
		for (k = 0; k < sizeof(data); k++)
			data[k] = random();
		if (random() % 4)
			memset(data, 0, 2);
		good += take(data, random() % (sizeof(data) + 1)) > 0;
		bad += rtpg.nr > VMP_RTPG_GROUPS;
		id.has_port_group = random() % 2;
		vmp_rtpg_find(&rtpg, &id);
	}
	is_int(bad, 0, "200,000 answers that chance has made");
	ok(good > 50000, "... %u of which have groups", good);
}

int main(void)
{
	const char *env = getenv("SEED");
	unsigned int seed = env ? strtoul(env, NULL, 0) : (unsigned int)time(NULL);

	printf("# SEED=%u\n", seed);
	srandom(seed);
	test_groups();
	test_find();
	test_lengths();
	test_words();
	test_random();
	return tap_done();
}
