// SPDX-License-Identifier: GPL-2.0-only
/*
 * INQUIRY data and VPD pages 00, b0, b1, b2: bytes in, structures out.
 *
 * inquiry.c reads the bytes when a path is claimed. None of this says who the
 * LU is (identity.c), so a page that is missing or garbled costs nothing but
 * itself. Lengths are checked against the buffer, never believed.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "compat/unaligned.h"
#endif
#include "vpd.h"

#define INQUIRY_MIN	36	/* up to and with the revision */
#define PAGE_HEADER	4

static void put_ascii(char *out, size_t size, const u8 *in)
{
	size_t i;

	for (i = 0; i < size - 1 && in[i]; i++)
		out[i] = in[i] >= ' ' && in[i] < 0x7f ? in[i] : '?';
	while (i && out[i - 1] == ' ')
		i--;
	out[i] = '\0';
}

/**
 * vmp_vpd_take_inquiry() - take the standard INQUIRY data
 * @vpd: filled in
 * @data: what INQUIRY has returned
 * @len: bytes in @data
 *
 * Context: any. SPC-4 6.6.2.
 * Return: 0, or -EINVAL if it is too short or of another format.
 */
int vmp_vpd_take_inquiry(struct vmp_vpd *vpd, const u8 *data, size_t len)
{
	struct vmp_vpd_inquiry *inq = &vpd->inquiry;

	/* Byte 4 counts what follows it; byte 3 has the format, always 2. */
	if (len < INQUIRY_MIN || data[4] + 5 < INQUIRY_MIN || (data[3] & 0xf) != 2)
		return -EINVAL;
	inq->type = data[0] & 0x1f;
	inq->qualifier = data[0] >> 5;
	inq->version = data[2];
	inq->tpgs = data[5] >> 4 & 3;
	put_ascii(inq->vendor, sizeof(inq->vendor), data + 8);
	put_ascii(inq->model, sizeof(inq->model), data + 16);
	put_ascii(inq->revision, sizeof(inq->revision), data + 32);
	vpd->has_inquiry = true;
	return 0;
}

static int take_pages(struct vmp_vpd *vpd, const u8 *page, size_t len)
{
	size_t i;

	memset(vpd->pages, 0, sizeof(vpd->pages));
	for (i = PAGE_HEADER; i < len; i++)
		vpd->pages[page[i] / 8] |= 1 << page[i] % 8;
	vpd->has_pages = true;
	return 0;
}

static int take_limits(struct vmp_vpd *vpd, const u8 *page, size_t len)
{
	struct vmp_vpd_limits *lim = &vpd->limits;

	/* Of SBC-2 it has 16 bytes, of SBC-3 and later 64. */
	if (len < 16)
		return -EINVAL;
	memset(lim, 0, sizeof(*lim));
	lim->write_same_nonzero = page[4] & 1;
	lim->max_compare_write = page[5];
	lim->opt_granularity = get_unaligned_be16(page + 6);
	lim->max_transfer = get_unaligned_be32(page + 8);
	lim->opt_transfer = get_unaligned_be32(page + 12);
	if (len >= 44) {
		lim->max_unmap_blocks = get_unaligned_be32(page + 20);
		lim->max_unmap_ranges = get_unaligned_be32(page + 24);
		lim->unmap_granularity = get_unaligned_be32(page + 28);
		if (page[32] & 0x80)
			lim->unmap_alignment = get_unaligned_be32(page + 32) & 0x7fffffff;
		lim->max_write_same = get_unaligned_be64(page + 36);
	}
	vpd->has_limits = true;
	return 0;
}

static int take_medium(struct vmp_vpd *vpd, const u8 *page, size_t len)
{
	if (len < 8)
		return -EINVAL;
	vpd->medium.rotation = get_unaligned_be16(page + 4);
	vpd->medium.form_factor = page[7] & 0xf;
	vpd->medium.zoned = len > 8 ? page[8] >> 4 & 3 : 0;
	vpd->has_medium = true;
	return 0;
}

static int take_provisioning(struct vmp_vpd *vpd, const u8 *page, size_t len)
{
	struct vmp_vpd_provisioning *prov = &vpd->provisioning;

	if (len < 8)
		return -EINVAL;
	prov->threshold_exponent = page[4];
	prov->unmap = page[5] & 0x80;
	prov->write_same16 = page[5] & 0x40;
	prov->write_same10 = page[5] & 0x20;
	prov->reads_zero = page[5] & 0x1c;
	prov->anchor = page[5] & 0x02;
	prov->type = page[6] & 7;
	vpd->has_provisioning = true;
	return 0;
}

/**
 * vmp_vpd_take_page() - take a VPD page
 * @vpd: filled in
 * @number: the page that was asked for: 0x00, 0xb0, 0xb1 or 0xb2
 * @page: the page, with its header
 * @len: bytes in @page
 *
 * Context: any. SPC-4 7.8, SBC-3 6.5.
 * Return: 0, or -EINVAL if it is another page, too short, or not served.
 */
int vmp_vpd_take_page(struct vmp_vpd *vpd, u8 number, const u8 *page, size_t len)
{
	if (len < PAGE_HEADER || page[1] != number)
		return -EINVAL;
	len = min_t(size_t, len, PAGE_HEADER + get_unaligned_be16(page + 2));
	switch (number) {
	case 0x00:
		return take_pages(vpd, page, len);
	case 0xb0:
		return take_limits(vpd, page, len);
	case 0xb1:
		return take_medium(vpd, page, len);
	case 0xb2:
		return take_provisioning(vpd, page, len);
	}
	return -EINVAL;
}

/**
 * vmp_vpd_has_page() - does VPD page 0 name that page?
 * @vpd: what was taken
 * @number: a VPD page
 *
 * Context: any.
 */
bool vmp_vpd_has_page(const struct vmp_vpd *vpd, u8 number)
{
	return vpd->pages[number / 8] & 1 << number % 8;
}
