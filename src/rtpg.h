/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * REPORT TARGET PORT GROUPS: how the target lets an LU be reached through each
 * group of its ports (ALUA, SPC-4 5.15 and 6.37). Pure.
 */
#ifndef VMP_RTPG_H
#define VMP_RTPG_H

#include "identity.h"

#define VMP_RTPG_GROUPS		32	/* target port groups that are kept */
#define VMP_RTPG_PORTS		8	/* ports of a group that are kept */

/* In TPGS of INQUIRY: who changes access states. */
#define VMP_TPGS_IMPLICIT	1	/* the target */
#define VMP_TPGS_EXPLICIT	2	/* whoever sends SET TARGET PORT GROUPS */

/* Access states of a target port group, SPC-4 table 293. */
enum vmp_rtpg_access {
	VMP_ACCESS_OPTIMIZED = 0, VMP_ACCESS_NONOPTIMIZED = 1,
	VMP_ACCESS_STANDBY = 2, VMP_ACCESS_UNAVAILABLE = 3,
	VMP_ACCESS_LBA_DEPENDENT = 4, VMP_ACCESS_OFFLINE = 14,
	VMP_ACCESS_TRANSITIONING = 15,
	VMP_ACCESS_UNKNOWN = 255,	/* ours: it could not be told */
};

/**
 * struct vmp_rtpg_group - a target port group
 * @nr_ports: that were told; the first VMP_RTPG_PORTS are in @port
 */
struct vmp_rtpg_group {
	u16 id;
	u8 state;		/* enum vmp_rtpg_access */
	u8 supported;		/* which states there may be */
	u8 status;		/* why it is what it is */
	u8 nr_ports;
	bool preferred;
	u16 port[VMP_RTPG_PORTS];
};

/**
 * struct vmp_rtpg - what the target has answered
 * @transition_secs: how long an implicit transition takes at most; 0: not told
 * @nr: target port groups in @group
 */
struct vmp_rtpg {
	u8 transition_secs;
	u8 nr;
	struct vmp_rtpg_group group[VMP_RTPG_GROUPS];
};

int vmp_rtpg_take(struct vmp_rtpg *rtpg, const u8 *data, size_t len);
const struct vmp_rtpg_group *vmp_rtpg_find(const struct vmp_rtpg *rtpg,
					   const struct vmp_identity *id);
bool vmp_rtpg_usable(u8 access);
const char *vmp_rtpg_access_name(u8 access);

#endif
