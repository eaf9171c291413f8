// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sense data of a host that lies, and what the outcome table makes of it. The
 * first two bytes are the host byte and the SAM status, the rest is the sense
 * data, in memory of just its length. What the kernel's scsi_normalize_sense()
 * makes of the same bytes must be the same.
 */
#include "fuzz.h"
#include "outcome.h"

/* drivers/scsi/scsi_common.c, for the response codes of SPC-4. */
static void normalize(const u8 *data, size_t len, struct vmp_sense *want)
{
	memset(want, 0, sizeof(*want));
	if ((data[0] & 0x7f) >= 0x72) {
		want->key = len > 1 ? data[1] & 0xf : 0;
		want->asc = len > 2 ? data[2] : 0;
		want->ascq = len > 3 ? data[3] : 0;
		return;
	}
	want->key = len > 2 ? data[2] & 0xf : 0;
	if (len <= 7)
		return;
	if (len > data[7] + 8)
		len = data[7] + 8;
	want->asc = len > 12 ? data[12] : 0;
	want->ascq = len > 13 ? data[13] : 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const struct vmp_outcome_row *row;
	struct vmp_sense sense, want;
	u8 *answer;
	size_t len;
	int ret;

	if (size < 2)
		return 0;
	len = size - 2;
	answer = malloc(len ? len : 1);
	memcpy(answer, data + 2, len);
	ret = vmp_sense_parse(&sense, answer, len);
	MUST(ret == 0 || ret == -EINVAL);
	MUST(sense.valid == !ret);
	MUST(sense.valid || !(sense.deferred || sense.has_info || sense.key || sense.asc));
	MUST(sense.has_info || !sense.info);
	if (sense.valid) {
		normalize(answer, len, &want);
		MUST(sense.key == want.key && sense.asc == want.asc && sense.ascq == want.ascq);
		MUST(sense.deferred == (answer[0] & 1));
	}
	free(answer);
	row = vmp_outcome_of_scsi(data[0], data[1], &sense);
	MUST(row && row->reason && *row->reason && row->outcome < VMP_NR_OUTCOMES);
	/* Success is not made of rubbish. */
	MUST(row->outcome != VMP_DONE || !data[0]);
	row = vmp_outcome_of_scsi(0, 2, &sense);
	MUST(row->outcome != VMP_DONE || (sense.valid && sense.key == 1));
	return 0;
}
