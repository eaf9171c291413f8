/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an LU says of itself besides who it is: INQUIRY data, limits, how it is
 * provisioned. Pure.
 */
#ifndef VMP_VPD_H
#define VMP_VPD_H

#include "identity.h"

#define VMP_REVISION_LEN	4

/**
 * struct vmp_vpd_inquiry - standard INQUIRY data, SPC-4 6.6.2
 * @type: peripheral device type, 0 is a disk
 * @qualifier: 0 if the LU is there
 * @version: of SPC that the LU claims
 * @tpgs: VMP_TPGS_IMPLICIT, VMP_TPGS_EXPLICIT, both or none (rtpg.h)
 */
struct vmp_vpd_inquiry {
	u8 type, qualifier, version, tpgs;
	char vendor[VMP_VENDOR_LEN + 1];
	char model[VMP_MODEL_LEN + 1];
	char revision[VMP_REVISION_LEN + 1];
};

/**
 * struct vmp_vpd_limits - Block Limits, SBC-3 6.5.3; in blocks, 0: not told
 */
struct vmp_vpd_limits {
	u64 max_write_same;
	u32 max_transfer, opt_transfer;
	u32 max_unmap_blocks, max_unmap_ranges;
	u32 unmap_granularity, unmap_alignment;
	u16 opt_granularity;
	u8 max_compare_write;
	bool write_same_nonzero;
};

/**
 * struct vmp_vpd_medium - Block Device Characteristics, SBC-3 6.5.2
 * @rotation: turns a minute, 1: does not turn, 0: not told
 * @form_factor: nominal form factor
 * @zoned: 1: host aware, 2: device managed
 */
struct vmp_vpd_medium {
	u16 rotation;
	u8 form_factor, zoned;
};

/**
 * struct vmp_vpd_provisioning - Logical Block Provisioning, SBC-3 6.5.4
 * @type: 0: not told, 1: resource provisioned, 2: thin
 */
struct vmp_vpd_provisioning {
	u8 type, threshold_exponent;
	bool unmap, write_same16, write_same10, reads_zero, anchor;
};

/**
 * struct vmp_vpd - all of it, as one path has told it
 * @has_inquiry: and so on: the page was there and could be read
 */
struct vmp_vpd {
	struct vmp_vpd_inquiry inquiry;
	struct vmp_vpd_limits limits;
	struct vmp_vpd_medium medium;
	struct vmp_vpd_provisioning provisioning;
	u8 pages[256 / 8];	/* which VPD pages there are: a bit each */
	bool has_inquiry, has_pages, has_limits, has_medium, has_provisioning;
};

int vmp_vpd_take_inquiry(struct vmp_vpd *vpd, const u8 *data, size_t len);
int vmp_vpd_take_page(struct vmp_vpd *vpd, u8 number, const u8 *page, size_t len);
bool vmp_vpd_has_page(const struct vmp_vpd *vpd, u8 number);

#endif
