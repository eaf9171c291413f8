// SPDX-License-Identifier: GPL-2.0-only
/*
 * REPORT TARGET PORT GROUPS of a host that lies, in memory of just its length.
 */
#include "fuzz.h"
#include "rtpg.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct vmp_identity id = { .relative_port = 1 };
	static struct vmp_rtpg rtpg;
	u8 *answer = malloc(size ? size : 1);
	int ret, i;

	memcpy(answer, data, size);
	memset(&rtpg, 0xa5, sizeof(rtpg));
	ret = vmp_rtpg_take(&rtpg, answer, size);
	free(answer);
	MUST(ret == -EINVAL || ret == rtpg.nr);
	MUST(rtpg.nr <= VMP_RTPG_GROUPS && rtpg.nr <= size / 8);
	vmp_rtpg_find(&rtpg, &id);
	id.has_port_group = true;
	vmp_rtpg_find(&rtpg, &id);
	for (i = 0; i < rtpg.nr; i++) {
		MUST(*vmp_rtpg_access_name(rtpg.group[i].state));
		MUST(rtpg.group[i].nr_ports * 4 <= size);
	}
	return 0;
}
