// SPDX-License-Identifier: GPL-2.0-only
/*
 * VPD pages 83 and 80 of a host that lies. The input is one byte of choices,
 * 24 bytes of vendor and product, and then the page; it is copied to memory of
 * just its length. Whatever comes, the WWID and the names are clean, all text
 * ends, and the same bytes say the same again.
 */
#include "fuzz.h"

#define INQUIRY		(VMP_VENDOR_LEN + VMP_MODEL_LEN)

static int parse(struct vmp_identity *id, u8 choice, const u8 *data, size_t size)
{
	size_t len = size - INQUIRY;
	u8 *page = malloc(len ? len : 1);
	int ret;

	memcpy(page, data + INQUIRY, len);
	if (choice & 2 && len >= 4) {	/* deeper: a header that is right */
		page[1] = choice & 1 ? 0x80 : 0x83;
		page[2] = (len - 4) >> 8;
		page[3] = len - 4;
	}
	memset(id, 0, sizeof(*id));
	vmp_identity_inquiry(id, (const char *)data,
			     (const char *)data + VMP_VENDOR_LEN);
	ret = choice & 1 ? vmp_identity_vpd80(id, page, len) :
			   vmp_identity_vpd83(id, page, len);
	free(page);
	return ret;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct vmp_identity id, again;
	int ret;

	if (size < 1 + INQUIRY)
		return 0;
	ret = parse(&id, data[0], data + 1, size - 1);
	MUST(ret == parse(&again, data[0], data + 1, size - 1));
	MUST(!memcmp(&id, &again, sizeof(id)));
	MUST(ret == 0 || ret == -ENODATA || ret == -EINVAL);
	MUST(strnlen(id.target_port, VMP_PORT_LEN) < VMP_PORT_LEN);
	MUST(strnlen(id.target_device, VMP_PORT_LEN) < VMP_PORT_LEN);
	MUST(strnlen(id.serial, VMP_SERIAL_LEN) < VMP_SERIAL_LEN);
	MUST(!vmp_identity_differs(&id, &again));
	if (ret)
		return 0;
	fuzz_wwid(id.wwid);
	fuzz_names(&id);
	return 0;
}
