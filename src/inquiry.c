// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ask a disk who the LU behind it is: INQUIRY over virtio-scsi, the serial of
 * virtio-blk. The bytes go to identity.c, which makes a WWID of them; those
 * that tell other things go to vpd.c, and alua.c asks for the access states.
 *
 * disk.c asks when a disk comes, the checker whenever a path comes back. Fresh
 * from the disk each time, never from the mid-layer's copy.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/slab.h>
#include <linux/sizes.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_proto.h>
#include "compat/scsi.h"
#include "compat/unaligned.h"
#include "vmpath.h"

#define VMP_INQUIRY_LEN		SZ_4K
#define VMP_VPD_HEADER		4
#define VMP_VPD_TRIES		3
#define VMP_DETAIL_TIMEOUT	(30 * HZ)
#define VMP_DETAIL_RETRIES	3

/*
 * Ask the virtio-blk driver for the serial, through the one door it has: the
 * show function of its "serial" attribute, which sends a GET_ID request.
 */
static int vmp_inquiry_blk_serial(struct device *dev, char *page)
{
	const struct attribute_group **group;
	struct device_attribute *serial;
	struct attribute **attr;

	for (group = dev->groups; group && *group; group++)
		for (attr = (*group)->attrs; attr && *attr; attr++)
			if (!strcmp((*attr)->name, "serial")) {
				serial = container_of(*attr,
						      struct device_attribute,
						      attr);
				return serial->show(dev, serial, page);
			}
	return -ENODATA;
}

static int vmp_inquiry_blk(struct device *dev, struct vmp_identity *id)
{
	char *page = (char *)get_zeroed_page(GFP_KERNEL);
	int ret;

	if (!page)
		return -ENOMEM;
	ret = vmp_inquiry_blk_serial(dev, page);
	if (ret >= 0)
		ret = vmp_identity_blk_serial(id, page, VMP_BLK_SERIAL);
	free_page((unsigned long)page);
	return ret;
}

/*
 * Where there is no LU a target may answer with pages of its own; the peripheral
 * qualifier tells (SPC-4, 6.6.2).
 */
static int vmp_inquiry_page(struct scsi_device *sdev, u8 number, u8 *page)
{
	if (scsi_get_vpd_page(sdev, number, page, VMP_INQUIRY_LEN))
		return -EIO;
	return page[0] >> 5 ? -ENODEV : 0;
}

/* Does page 0, the list of pages, name this one? */
static int vmp_inquiry_has_vpd(struct scsi_device *sdev, u8 number, u8 *page)
{
	int ret = vmp_inquiry_page(sdev, 0, page);
	size_t len;

	if (ret)
		return ret;
	len = min_t(size_t, get_unaligned_be16(page + 2),
		    VMP_INQUIRY_LEN - VMP_VPD_HEADER);
	return memchr(page + VMP_VPD_HEADER, number, len) ? 0 : -ENODATA;
}

/*
 * Read a VPD page that the LU says it has. scsi_get_vpd_page() has one error
 * for "no such page", "an empty page" and "could not ask", and to take the last
 * for another would give the LU another name, and another meta-node, for a
 * passing fault. A page that does not come while page 0 does is empty.
 */
static int vmp_inquiry_vpd(struct scsi_device *sdev, u8 number, u8 *page)
{
	int ret = vmp_inquiry_has_vpd(sdev, number, page), got;
	unsigned int i;

	for (i = 0; !ret && i < VMP_VPD_TRIES; i++) {
		got = vmp_inquiry_page(sdev, number, page);
		if (got != -EIO)
			return got;
		ret = vmp_inquiry_has_vpd(sdev, number, page);
	}
	return ret ?: -ENODATA;
}

static int vmp_inquiry_scsi(struct scsi_device *sdev, struct vmp_identity *id,
			    u8 *page)
{
	int no_id = -ENODATA, ret;

	if (!scsi_device_supports_vpd(sdev))
		return -ENODATA;
	vmp_identity_inquiry(id, sdev->vendor, sdev->model);
	ret = vmp_inquiry_vpd(sdev, 0x83, page);
	if (ret && ret != -ENODATA)
		return ret;
	if (!ret)
		no_id = vmp_identity_vpd83(id, page, VMP_INQUIRY_LEN);
	ret = vmp_inquiry_vpd(sdev, 0x80, page);
	if (ret && ret != -ENODATA)
		return ret;
	if (!ret && !vmp_identity_vpd80(id, page, VMP_INQUIRY_LEN))
		no_id = 0;
	/* A page 83 that is none, or garbled, is as good as no id. */
	return no_id ? -ENODATA : 0;
}

/**
 * vmp_inquiry() - ask a disk for the identity of the LU behind it
 * @dev: the disk, open
 * @transport: how it is attached
 * @id: filled in
 *
 * Context: sleeps until the disk answers, which may be never.
 * Return: 0, -ENODATA if the LU has no id, -ENODEV if there is no LU, or another
 * error if it cannot be told now. SPC-4 6.6, 7.8.
 */
int vmp_inquiry(struct device *dev, enum vmp_transport transport,
		struct vmp_identity *id)
{
	u8 *page;
	int ret;

	memset(id, 0, sizeof(*id));
	if (transport == VMP_VIRTIO_BLK)
		return vmp_inquiry_blk(dev, id);
	page = kmalloc(VMP_INQUIRY_LEN, GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	ret = vmp_inquiry_scsi(to_scsi_device(dev->parent), id, page);
	kfree(page);
	return ret;
}

/* ---- what does not say who the LU is --------------------------------------- */

static void vmp_inquiry_standard(struct scsi_device *sdev, struct vmp_vpd *vpd,
				 u8 *page)
{
	static const u8 cdb[] = { INQUIRY, 0, 0, 0, 255, 0 };
	int len = vmp_compat_scsi_read(sdev, cdb, page, 255, VMP_DETAIL_TIMEOUT,
				       VMP_DETAIL_RETRIES);

	if (len > 0)
		vmp_vpd_take_inquiry(vpd, page, len);
}

static void vmp_inquiry_pages(struct scsi_device *sdev, struct vmp_vpd *vpd,
			      u8 *page)
{
	static const u8 numbers[] = { 0xb0, 0xb1, 0xb2 };
	unsigned int i;

	if (!scsi_device_supports_vpd(sdev) ||
	    scsi_get_vpd_page(sdev, 0, page, VMP_INQUIRY_LEN))
		return;
	vmp_vpd_take_page(vpd, 0, page, VMP_INQUIRY_LEN);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (vmp_vpd_has_page(vpd, numbers[i]) &&
		    !scsi_get_vpd_page(sdev, numbers[i], page, VMP_INQUIRY_LEN))
			vmp_vpd_take_page(vpd, numbers[i], page, VMP_INQUIRY_LEN);
}

static void vmp_inquiry_tell(const struct vmp_path *path)
{
	const struct vmp_vpd *vpd = path->vpd;

	pr_debug("%s: revision %s, TPGS %u, pages%s%s%s, %u designators, target device %s\n",
		 path->name, vpd->inquiry.revision, vpd->inquiry.tpgs,
		 vpd->has_limits ? " b0" : "", vpd->has_medium ? " b1" : "",
		 vpd->has_provisioning ? " b2" : "", path->id.nr_desigs,
		 path->id.target_device[0] ? path->id.target_device : "unknown");
}

/**
 * vmp_inquiry_details() - ask what is good to know of a path, and can be missed
 * @path: open; its identity is known
 *
 * Fills in path->vpd, or leaves it NULL.
 *
 * Context: sleeps until the disk answers, which may be never.
 */
void vmp_inquiry_details(struct vmp_path *path)
{
	struct vmp_vpd *vpd;
	u8 *page;

	if (!path->sdev || path->vpd)
		return;
	vpd = kzalloc(sizeof(*vpd), GFP_KERNEL);
	page = kzalloc(VMP_INQUIRY_LEN, GFP_KERNEL);
	if (!vpd || !page) {
		kfree(vpd);
		kfree(page);
		return;
	}
	vmp_inquiry_standard(path->sdev, vpd, page);
	vmp_inquiry_pages(path->sdev, vpd, page);
	kfree(page);
	path->vpd = vpd;
	vmp_inquiry_tell(path);
	vmp_alua_begin(path);
}

/**
 * vmp_inquiry_ready() - TEST UNIT READY
 * @path: open
 *
 * A unit attention that waits is told here first (attention.c).
 *
 * Context: sleeps until the disk answers, which may be never.
 * Return: is it ready? True for virtio-blk, which has no such question. SPC-4
 * 6.47.
 */
bool vmp_inquiry_ready(const struct vmp_path *path)
{
	static const u8 cdb[] = { TEST_UNIT_READY, 0, 0, 0, 0, 0 };

	return !path->sdev ||
	       !vmp_compat_scsi_read(path->sdev, cdb, NULL, 0, VMP_DETAIL_TIMEOUT,
				     VMP_DETAIL_RETRIES);
}
