// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sense data: bytes in, structure out.
 *
 * outcome.c tells what it means. The host made these bytes and the array before
 * it; lengths are checked against the buffer, never believed.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "compat/unaligned.h"
#endif
#include "sense.h"

#define SENSE_HEADER	8	/* in both formats; byte 7 counts what follows */
#define DESC_HEADER	2
#define DESC_INFO	0	/* type of the information descriptor */
#define DESC_INFO_LEN	12
#define SENSE_VALID	0x80	/* the information was told */

static void sense_take_fixed(struct vmp_sense *sense, const u8 *data, size_t len)
{
	sense->key = data[2] & 0xf;
	if (len >= 7 && data[0] & SENSE_VALID) {
		sense->has_info = true;
		sense->info = get_unaligned_be32(data + 3);
	}
	if (len < SENSE_HEADER)
		return;
	len = min_t(size_t, len, SENSE_HEADER + data[7]);
	if (len > 12)
		sense->asc = data[12];
	if (len > 13)
		sense->ascq = data[13];
}

static void sense_take_info(struct vmp_sense *sense, const u8 *desc, size_t len)
{
	if (len < DESC_INFO_LEN || !(desc[2] & SENSE_VALID))
		return;
	sense->has_info = true;
	sense->info = get_unaligned_be64(desc + 4);
}

static void sense_take_descriptors(struct vmp_sense *sense, const u8 *data,
				   size_t len)
{
	size_t pos = SENSE_HEADER, size;

	sense->key = data[1] & 0xf;
	if (len > 2)
		sense->asc = data[2];
	if (len > 3)
		sense->ascq = data[3];
	if (len < SENSE_HEADER)
		return;
	len = min_t(size_t, len, SENSE_HEADER + data[7]);
	while (pos + DESC_HEADER <= len && !sense->has_info) {
		size = DESC_HEADER + data[pos + 1];
		if (size > len - pos)
			return;
		if (data[pos] == DESC_INFO)
			sense_take_info(sense, data + pos, size);
		pos += size;
	}
}

/**
 * vmp_sense_parse() - take sense data in either format
 * @sense: filled in; all of it, also without any
 * @data: as the host handed it over
 * @len: bytes in @data
 *
 * An additional sense code that did not fit is 00/00, as for the kernel's
 * scsi_normalize_sense(). Response codes that SPC-4 does not define are no
 * sense data here.
 *
 * Context: any. SPC-4 4.5.2 and 4.5.3.
 * Return: 0, or -EINVAL if that is no sense data or ends before the key.
 */
int vmp_sense_parse(struct vmp_sense *sense, const u8 *data, size_t len)
{
	memset(sense, 0, sizeof(*sense));
	if (!len)
		return -EINVAL;
	switch (data[0] & 0x7f) {
	case 0x71:
		sense->deferred = true;
		fallthrough;
	case 0x70:
		if (len < 3)
			break;
		sense_take_fixed(sense, data, len);
		sense->valid = true;
		return 0;
	case 0x73:
		sense->deferred = true;
		fallthrough;
	case 0x72:
		if (len < 2)
			break;
		sense_take_descriptors(sense, data, len);
		sense->valid = true;
		return 0;
	}
	sense->deferred = false;
	return -EINVAL;
}
