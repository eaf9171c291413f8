// SPDX-License-Identifier: GPL-2.0-only
/*
 * INQUIRY data and VPD pages 00, b0, b1, b2 of a host that lies. The first byte
 * chooses which, the rest is the answer, in memory of just its length.
 */
#include "fuzz.h"
#include "vpd.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const u8 page[] = { 0x00, 0xb0, 0xb1, 0xb2 };
	static struct vmp_vpd vpd;
	u8 *answer, choice;
	size_t len;
	int ret;

	if (!size)
		return 0;
	choice = data[0] % 5;
	len = size - 1;
	answer = malloc(len ? len : 1);
	memcpy(answer, data + 1, len);
	memset(&vpd, 0, sizeof(vpd));
	if (choice == 4)
		ret = vmp_vpd_take_inquiry(&vpd, answer, len);
	else
		ret = vmp_vpd_take_page(&vpd, page[choice], answer, len);
	free(answer);
	MUST(ret == 0 || ret == -EINVAL);
	MUST(ret || vpd.has_inquiry || vpd.has_pages || vpd.has_limits ||
	     vpd.has_medium || vpd.has_provisioning);
	MUST(strnlen(vpd.inquiry.vendor, sizeof(vpd.inquiry.vendor)) <= VMP_VENDOR_LEN);
	MUST(strnlen(vpd.inquiry.model, sizeof(vpd.inquiry.model)) <= VMP_MODEL_LEN);
	MUST(strnlen(vpd.inquiry.revision, sizeof(vpd.inquiry.revision)) <= VMP_REVISION_LEN);
	return 0;
}
