// SPDX-License-Identifier: GPL-2.0-only
/*
 * virtio-blk serials of a host that lies, and names of whatever WWID. A serial
 * that carries an id carries one alone: encoded again it decodes to the same,
 * and in the plain form it is the same letter by letter.
 */
#include "fuzz.h"
#include "serial.h"

static void fuzz_serial(const char *serial, size_t len)
{
	u8 naa[VMP_NAA6_LEN], back[VMP_NAA6_LEN];
	char again[VMP_SERIAL_SIZE];
	struct vmp_identity id = { };

	if (!vmp_serial_decode(serial, len, naa)) {
		MUST(naa[0] >> 4 == 6);
		MUST(!vmp_serial_encode(naa, false, again));
		MUST(!vmp_serial_decode(again, VMP_SERIAL_CHARS, back));
		MUST(!memcmp(naa, back, sizeof(naa)));
		if (serial[0] == '+')
			MUST(!memcmp(serial, again, VMP_SERIAL_CHARS));
	}
	if (!vmp_identity_blk_serial(&id, serial, len)) {
		fuzz_wwid(id.wwid);
		fuzz_names(&id);
	}
}

/* Any bytes for a WWID: identity.c gives cleaner ones. */
static void fuzz_any_wwid(const u8 *data, size_t size)
{
	struct vmp_identity id = { };
	size_t vendor = size > VMP_VENDOR_LEN ? VMP_VENDOR_LEN : 0;

	memcpy(id.vendor, data, vendor);
	data += vendor;
	size = min_t(size_t, size - vendor, VMP_WWID_LEN - 1);
	memcpy(id.wwid, data, size);
	fuzz_names(&id);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	char *serial;
	size_t len;

	if (!size)
		return 0;
	if (data[0] & 1) {
		fuzz_any_wwid(data + 1, size - 1);
		return 0;
	}
	len = min_t(size_t, size - 1, 2 * VMP_SERIAL_CHARS);
	serial = malloc(len ? len : 1);
	memcpy(serial, data + 1, len);
	fuzz_serial(serial, len);
	free(serial);
	return 0;
}
