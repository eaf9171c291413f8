// SPDX-License-Identifier: GPL-2.0-only
/*
 * PERSISTENT RESERVE IN of a host that lies, in memory of just its length: the answers
 * to READ KEYS, READ RESERVATION and READ FULL STATUS begin alike.
 */
#include "fuzz.h"
#include "tool/prin.h"

static void fuzz_nexuses(const u8 *answer, size_t size)
{
	struct ctl_nexus nexus;
	char name[CTL_PRIN_ID_LEN];
	size_t pos = 0, was = 0, len;
	int ret;

	while ((ret = ctl_prin_next(answer, size, &pos, &nexus)) == 1) {
		MUST(pos > was && pos <= size && pos <= ctl_prin_told(answer, size));
		MUST(nexus.id + nexus.id_len == answer + pos);
		was = pos;
		len = ctl_prin_initiator(&nexus, name, sizeof(name));
		MUST(len <= sizeof(name));
		MUST(ctl_prin_initiator(&nexus, name, 1) <= 1);
		ctl_prin_type_name(nexus.type);
	}
	MUST(!ret || ret == -EINVAL);
	MUST(ret || pos == ctl_prin_told(answer, size));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct vmp_pr_holder holder;
	u8 *answer = malloc(size ? size : 1);
	struct vmp_pr_keys keys;
	u32 i;

	memcpy(answer, data, size);
	if (!vmp_pr_take_keys(&keys, answer, size)) {
		MUST(keys.nr <= keys.told && keys.nr * 8 <= size);
		for (i = 0; i < keys.nr; i++)
			MUST(vmp_pr_count_key(&keys, vmp_pr_key(&keys, i)));
	}
	if (!vmp_pr_take_holder(&holder, answer, size))
		MUST(!holder.held || size >= 24);
	fuzz_nexuses(answer, size);
	free(answer);
	return 0;
}
