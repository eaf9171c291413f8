// SPDX-License-Identifier: GPL-2.0-only
/*
 * The answer to REPORT TARGET PORT GROUPS: bytes in, structures out.
 *
 * alua.c asks for it and goes by it. Lengths are checked against the buffer,
 * never believed; what is cut short counts as far as it is whole.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include "compat/unaligned.h"
#endif
#include "rtpg.h"

#define RTPG_HEADER	4
#define RTPG_EXT_HEADER	8
#define GROUP_HEADER	8
#define PORT_LEN	4

static void take_group(struct vmp_rtpg_group *group, const u8 *desc, size_t len)
{
	size_t i, whole = (len - GROUP_HEADER) / PORT_LEN;

	group->state = desc[0] & 0xf;
	group->preferred = desc[0] & 0x80;
	group->supported = desc[1];
	group->id = get_unaligned_be16(desc + 2);
	group->status = desc[5];
	group->nr_ports = min_t(size_t, desc[7], whole);
	for (i = 0; i < VMP_RTPG_PORTS; i++)
		group->port[i] = i >= group->nr_ports ? 0 :
			get_unaligned_be16(desc + GROUP_HEADER + i * PORT_LEN + 2);
}

/**
 * vmp_rtpg_take() - take the answer to REPORT TARGET PORT GROUPS
 * @rtpg: filled in; groups beyond VMP_RTPG_GROUPS are left out
 * @data: the answer, in either format, with its header
 * @len: bytes in @data
 *
 * A group that ends beyond the answer is the last one, and has the ports that are
 * whole: LIO does not count the long header, and so cuts the last port.
 *
 * Context: any. SPC-4 6.37.
 * Return: how many groups there are in @rtpg, or -EINVAL without a header.
 */
int vmp_rtpg_take(struct vmp_rtpg *rtpg, const u8 *data, size_t len)
{
	size_t pos = RTPG_HEADER;

	rtpg->nr = 0;
	rtpg->transition_secs = 0;
	if (len < RTPG_HEADER)
		return -EINVAL;
	if (get_unaligned_be32(data) < len - RTPG_HEADER)
		len = RTPG_HEADER + get_unaligned_be32(data);
	/* In the short format these bits are the first group's, and reserved. */
	if (len >= RTPG_EXT_HEADER && (data[4] & 0x70) == 0x10) {
		rtpg->transition_secs = data[5];
		pos = RTPG_EXT_HEADER;
	}
	while (rtpg->nr < VMP_RTPG_GROUPS && pos + GROUP_HEADER <= len) {
		take_group(&rtpg->group[rtpg->nr++], data + pos, len - pos);
		pos += GROUP_HEADER + data[pos + 7] * PORT_LEN;
	}
	return rtpg->nr;
}

static bool group_has_port(const struct vmp_rtpg_group *group, u16 port)
{
	unsigned int i;

	for (i = 0; i < group->nr_ports && i < VMP_RTPG_PORTS; i++)
		if (group->port[i] == port)
			return true;
	return false;
}

/**
 * vmp_rtpg_find() - the target port group that a path goes through
 * @rtpg: what was taken
 * @id: the path's identity, with its group or its relative port
 *
 * Context: any.
 * Return: the group, or NULL if the target has not told.
 */
const struct vmp_rtpg_group *vmp_rtpg_find(const struct vmp_rtpg *rtpg,
					   const struct vmp_identity *id)
{
	unsigned int i;

	for (i = 0; i < rtpg->nr; i++)
		if (id->has_port_group ? rtpg->group[i].id == id->port_group :
		    id->relative_port &&
		    group_has_port(&rtpg->group[i], id->relative_port))
			return &rtpg->group[i];
	return NULL;
}

/**
 * vmp_rtpg_usable() - does a path in this access state carry data?
 * @access: enum vmp_rtpg_access
 *
 * One that is not known may; a READ tells.
 *
 * Context: any.
 */
bool vmp_rtpg_usable(u8 access)
{
	return access == VMP_ACCESS_OPTIMIZED || access == VMP_ACCESS_NONOPTIMIZED ||
	       access == VMP_ACCESS_LBA_DEPENDENT || access == VMP_ACCESS_UNKNOWN;
}

/**
 * vmp_rtpg_access_name() - an access state in words
 * @access: enum vmp_rtpg_access, or any other number
 *
 * Context: any.
 */
const char *vmp_rtpg_access_name(u8 access)
{
	static const char * const names[] = {
		[VMP_ACCESS_OPTIMIZED] = "optimized",
		[VMP_ACCESS_NONOPTIMIZED] = "non-optimized",
		[VMP_ACCESS_STANDBY] = "standby",
		[VMP_ACCESS_UNAVAILABLE] = "unavailable",
		[VMP_ACCESS_LBA_DEPENDENT] = "lba-dependent",
		[VMP_ACCESS_OFFLINE] = "offline",
		[VMP_ACCESS_TRANSITIONING] = "transitioning",
	};

	if (access >= ARRAY_SIZE(names) || !names[access])
		return "unknown";
	return names[access];
}
