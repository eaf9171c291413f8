// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/vpd.c: INQUIRY data and VPD pages in, structures out. Each page lies in a
 * buffer of just its length, so that AddressSanitizer sees every byte read beyond
 * it; each is tried cut short at every place, and then come bytes of chance.
 */
#include "kernel.h"
#include <time.h>
#include "tap.h"
#include "vpd.h"

static struct vmp_vpd vpd;

enum { INQUIRY = 0x100 };

/* Hand over a copy that ends where the data ends. */
static int take(unsigned int what, const void *data, size_t len)
{
	u8 *exact = malloc(len ? len : 1);
	int ret;

	memcpy(exact, data, len);
	if (what == INQUIRY)
		ret = vmp_vpd_take_inquiry(&vpd, exact, len);
	else
		ret = vmp_vpd_take_page(&vpd, what, exact, len);
	free(exact);
	return ret;
}

static void fresh(void)
{
	memset(&vpd, 0, sizeof(vpd));
}

/* QEMU 7.2, scsi_disk_emulate_inquiry(): 36 bytes, SPC-3. */
static const u8 inquiry_qemu[] =
	"\x00\x00\x05\x12\x1f\x00\x10\x02QEMU    QEMU HARDDISK   2.5+";

/* LIO, drivers/target/target_core_spc.c, spc_emulate_inquiry_std(): TPGS 3. */
static const u8 inquiry_lio[96] =
	"\x00\x00\x06\x12\x5b\x30\x10\x02LIO-ORG data0           4.0 ";

static void test_inquiry(void)
{
	u8 odd[36];
	size_t len;
	int bad = 0;

	fresh();
	is_int(take(INQUIRY, inquiry_qemu, 36), 0, "INQUIRY of QEMU");
	is_str(vpd.inquiry.vendor, "QEMU", "... vendor");
	is_str(vpd.inquiry.model, "QEMU HARDDISK", "... product");
	is_str(vpd.inquiry.revision, "2.5+", "... revision");
	ok(!vpd.inquiry.type && !vpd.inquiry.qualifier && vpd.inquiry.version == 5 &&
	   !vpd.inquiry.tpgs && vpd.has_inquiry, "... a disk, SPC-3, no ALUA");
	is_int(take(INQUIRY, inquiry_lio, 96), 0, "INQUIRY of LIO");
	is_int(vpd.inquiry.tpgs, 3, "... implicit and explicit ALUA");
	is_str(vpd.inquiry.revision, "4.0", "... a revision with a blank");

	for (len = 0; len < 36; len++)
		bad += take(INQUIRY, inquiry_qemu, len) != -EINVAL;
	is_int(bad, 0, "INQUIRY cut short is none");
	memcpy(odd, inquiry_qemu, sizeof(odd));
	odd[4] = 30;
	is_int(take(INQUIRY, odd, sizeof(odd)), -EINVAL, "INQUIRY that says it is shorter");
	odd[4] = 31;
	odd[3] = 1;
	is_int(take(INQUIRY, odd, sizeof(odd)), -EINVAL, "INQUIRY of another format");
	odd[3] = 2;
	memcpy(odd + 32, "\x1b\xff  ", 4);
	odd[0] = 0x7f;
	is_int(take(INQUIRY, odd, sizeof(odd)), 0, "INQUIRY with odd bytes");
	is_str(vpd.inquiry.revision, "\?\?", "... has none left in the revision");
	ok(vpd.inquiry.type == 0x1f && vpd.inquiry.qualifier == 3, "... and no LU there");
}

/* QEMU 7.2, scsi_disk_emulate_vpd_page(), of a disk with discard. */
static const u8 page_00[] = { 0, 0, 0, 6, 0x00, 0x80, 0x83, 0xb0, 0xb1, 0xb2 };
static const u8 page_b0[64] = {
	0, 0xb0, 0, 60, 1, 0, 0, 8, 0, 0x1f, 0xff, 0xff, 0, 0, 0, 0x40,
	0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0xff, 0, 0, 0, 8,
	0x80, 0, 0, 4, 0, 0, 0, 0, 0, 0x1f, 0xff, 0xff,
};

static const u8 page_b1[64] = { 0, 0xb1, 0, 60, 0, 1, 0, 3, 0x10 };
static const u8 page_b2[8] = { 0, 0xb2, 0, 4, 3, 0xe4, 2, 0 };

static void test_pages(void)
{
	fresh();
	is_int(take(0x00, page_00, sizeof(page_00)), 0, "page 00");
	ok(vmp_vpd_has_page(&vpd, 0x83) && vmp_vpd_has_page(&vpd, 0xb2) &&
	   vmp_vpd_has_page(&vpd, 0) && !vmp_vpd_has_page(&vpd, 0xb3) &&
	   !vmp_vpd_has_page(&vpd, 0x8f), "... names what it names");
	is_int(take(0xb0, page_b0, sizeof(page_b0)), 0, "page b0");
	ok(vpd.limits.max_transfer == 0x1fffff && vpd.limits.opt_transfer == 64 &&
	   vpd.limits.opt_granularity == 8 && vpd.limits.write_same_nonzero,
	   "... transfer lengths");
	ok(vpd.limits.max_unmap_blocks == 0x200000 && vpd.limits.max_unmap_ranges == 255 &&
	   vpd.limits.unmap_granularity == 8 && vpd.limits.unmap_alignment == 4 &&
	   vpd.limits.max_write_same == 0x1fffff, "... UNMAP and WRITE SAME");
	is_int(take(0xb1, page_b1, sizeof(page_b1)), 0, "page b1");
	ok(vpd.medium.rotation == 1 && vpd.medium.form_factor == 3 && vpd.medium.zoned == 1,
	   "... a disk that does not turn");
	is_int(take(0xb2, page_b2, sizeof(page_b2)), 0, "page b2");
	ok(vpd.provisioning.type == 2 && vpd.provisioning.unmap &&
	   vpd.provisioning.write_same16 && vpd.provisioning.write_same10 &&
	   vpd.provisioning.reads_zero && !vpd.provisioning.anchor &&
	   vpd.provisioning.threshold_exponent == 3, "... thin, UNMAP, reads zeros");
	ok(vpd.has_pages && vpd.has_limits && vpd.has_medium && vpd.has_provisioning,
	   "all are there");
}

static void test_bad_pages(void)
{
	u8 page[64] = { };
	size_t len;
	int bad = 0;

	fresh();
	for (len = 0; len < 16; len++)
		bad += take(0xb0, page_b0, len) != -EINVAL;
	for (len = 0; len < 8; len++)
		bad += take(0xb1, page_b1, len) != -EINVAL || take(0xb2, page_b2, len) != -EINVAL;
	for (len = 0; len < 4; len++)
		bad += take(0x00, page_00, len) != -EINVAL;
	is_int(bad, 0, "pages cut short are none");
	ok(!vpd.has_pages && !vpd.has_limits && !vpd.has_medium && !vpd.has_provisioning,
	   "... and none is there");
	is_int(take(0xb0, page_b0, 16), 0, "page b0 of SBC-2 is shorter");
	ok(vpd.limits.max_transfer == 0x1fffff && !vpd.limits.max_unmap_blocks,
	   "... and has no UNMAP");
	is_int(take(0x00, page_00, 6), 0, "page 00 that claims more than was read");
	ok(vmp_vpd_has_page(&vpd, 0x80) && !vmp_vpd_has_page(&vpd, 0x83),
	   "... has what was read");
	is_int(take(0xb1, page_b0, sizeof(page_b0)), -EINVAL, "another page is refused");
	page[1] = 0xb7;
	page[3] = 60;
	is_int(take(0xb7, page, sizeof(page)), -EINVAL, "a page that nobody asks for");
	page[1] = 0xb0;
	page[3] = 3;
	is_int(take(0xb0, page, sizeof(page)), -EINVAL, "a page that says it is shorter");
}

static void test_random(void)
{
	static const unsigned int what[] = { INQUIRY, 0x00, 0xb0, 0xb1, 0xb2 };
	unsigned int i, bad = 0, good = 0;
	u8 data[300];
	size_t k;

	for (i = 0; i < 200000; i++) {
		unsigned int w = what[i % ARRAY_SIZE(what)];

		for (k = 0; k < sizeof(data); k++)
			data[k] = random();
		if (random() % 4)
			memset(data, 0, 3);
		data[1] = random() % 4 ? w : data[1];
		if (w == INQUIRY)
			data[3] = 2;
		good += take(w, data, random() % (sizeof(data) + 1)) >= 0;
		bad += strlen(vpd.inquiry.vendor) > 8 || strlen(vpd.inquiry.revision) > 4;
	}
	is_int(bad, 0, "200,000 answers that chance has made");
	ok(good > 50000, "... %u of which say something", good);
}

int main(void)
{
	const char *env = getenv("SEED");
	unsigned int seed = env ? strtoul(env, NULL, 0) : (unsigned int)time(NULL);

	printf("# SEED=%u\n", seed);
	srandom(seed);
	test_inquiry();
	test_pages();
	test_bad_pages();
	test_random();
	return tap_done();
}
