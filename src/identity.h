/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who an LU is: its WWID and INQUIRY strings, and the port a path comes
 * through. Pure: bytes in, strings out; also built in user space for tests.
 */
#ifndef VMP_IDENTITY_H
#define VMP_IDENTITY_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "kernel.h"
#endif

/* A SCSI name string has at most 255 bytes; in hex, and with its type digit. */
#define VMP_WWID_LEN	520
#define VMP_VENDOR_LEN	8
#define VMP_MODEL_LEN	16
#define VMP_SERIAL_LEN	64
#define VMP_PORT_LEN	256	/* the longest name that a port has, iSCSI's */
#define VMP_NAME_LEN	64
#define VMP_BLK_SERIAL	20	/* VIRTIO_BLK_ID_BYTES */

/**
 * struct vmp_identity - what a disk says of the LU behind it and of itself
 * @wwid: equal to what scsi_id prints, with its white space replaced
 * @vendor: INQUIRY vendor, trimmed; empty for virtio-blk
 * @model: INQUIRY product, trimmed; empty for virtio-blk
 * @serial: unit serial number (VPD 80) or virtio-blk serial, trimmed
 * @scsi: INQUIRY data was there: virtio-blk has none, and no designators
 * @nr_desigs: designators of the LU
 * @desigs: digest of them all, whatever their order
 * @relative_port: relative target port identifier, 0 if not told
 * @has_port_group: @port_group is told; it may be 0
 * @target_port: id of the target port: NAA or EUI in hex, else its SCSI name
 * @target_device: the same of the target device
 */
struct vmp_identity {
	char wwid[VMP_WWID_LEN];
	char vendor[VMP_VENDOR_LEN + 1];
	char model[VMP_MODEL_LEN + 1];
	char serial[VMP_SERIAL_LEN];
	bool scsi;
	bool has_port_group;
	u16 port_group;
	u16 relative_port;
	u16 nr_desigs;
	u64 desigs;
	char target_port[VMP_PORT_LEN];
	char target_device[VMP_PORT_LEN];
};

void vmp_identity_inquiry(struct vmp_identity *id, const char *vendor,
			  const char *model);
int vmp_identity_vpd83(struct vmp_identity *id, const u8 *page, size_t len);
int vmp_identity_vpd80(struct vmp_identity *id, const u8 *page, size_t len);
int vmp_identity_blk_serial(struct vmp_identity *id, const char *serial,
			    size_t len);
const char *vmp_identity_differs(const struct vmp_identity *a,
				 const struct vmp_identity *b);

#endif
