// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks come and go: a class interface on the block class sees each of them.
 *
 * The first link of the chain: what is eligible here becomes a struct vmp_disk,
 * whose own worker (disk.c) does everything that takes time. The callbacks run
 * under the class mutex and before the disk can be opened, so they only note
 * what happened.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/virtio.h>
#include <linux/virtio_ids.h>
#include <scsi/scsi.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>
#include "vmpath.h"

struct vmp_discovered {
	struct list_head node;
	struct vmp_disk *vdisk;
};

/* The callbacks alone touch it, and the class mutex serialises those. */
static LIST_HEAD(vmp_discovered);

/* Is this a whole disk that vmpath serves, and how is it attached? */
static bool vmp_discover_eligible(const struct device *dev,
				  enum vmp_transport *transport)
{
	const struct device *parent = dev->parent;
	const struct scsi_device *sdev;

	if (!dev->type || strcmp(dev->type->name, "disk") || !parent)
		return false;
	if (scsi_is_sdev_device(parent)) {
		sdev = to_scsi_device(parent);
		*transport = VMP_VIRTIO_SCSI;
		return sdev->type == TYPE_DISK && sdev->host->hostt->proc_name &&
		       !strcmp(sdev->host->hostt->proc_name, "virtio_scsi");
	}
	*transport = VMP_VIRTIO_BLK;
	return parent->bus && !strcmp(parent->bus->name, "virtio") &&
	       dev_to_virtio((struct device *)parent)->id.device == VIRTIO_ID_BLOCK;
}

static int vmp_discover_add(VMP_COMPAT_CLASS_ARGS)
{
	struct vmp_discovered *seen;
	enum vmp_transport transport;

	if (dev->type && !strcmp(dev->type->name, "disk") &&
	    vmp_node_is(dev_to_disk(dev)))
		/* Ours: its attributes have to be there before its uevent. */
		return vmp_sysfs_add_head(vmp_node_head(dev_to_disk(dev)));

	if (!vmp_discover_eligible(dev, &transport))
		return 0;
	seen = kzalloc(sizeof(*seen), GFP_KERNEL);
	if (!seen)
		goto no_memory;
	seen->vdisk = vmp_disk_add(dev, transport);
	if (!seen->vdisk)
		goto no_memory;
	list_add_tail(&seen->node, &vmp_discovered);
	return 0;

no_memory:
	kfree(seen);
	pr_err("%s: no memory, the disk is left alone\n", dev_name(dev));
	return 0;
}

static void vmp_discover_remove(VMP_COMPAT_CLASS_ARGS)
{
	struct vmp_discovered *seen;

	list_for_each_entry(seen, &vmp_discovered, node)
		if (vmp_disk_is(seen->vdisk, dev)) {
			list_del(&seen->node);
			vmp_disk_gone(seen->vdisk);
			kfree(seen);
			return;
		}
}

static struct class_interface vmp_discover_interface = {
	.add_dev = vmp_discover_add,
	.remove_dev = vmp_discover_remove,
};

/**
 * vmp_discover_start() - see the disks that are there and those to come
 *
 * The block class is not exported; a gendisk that is never added tells it.
 *
 * Context: sleeps; the callbacks run before this returns.
 * Return: 0 or -errno.
 */
int vmp_discover_start(void)
{
	struct gendisk *disk = vmp_compat_alloc_disk();
	int ret;

	if (!disk)
		return -ENOMEM;
	vmp_discover_interface.class = disk_to_dev(disk)->class;
	put_disk(disk);
	ret = class_interface_register(&vmp_discover_interface);
	if (ret)
		pr_err("cannot watch the block class: %d\n", ret);
	return ret;
}

/**
 * vmp_discover_stop() - let go of every disk
 *
 * Context: sleeps until each path is detached, so until its I/O has ended.
 */
void vmp_discover_stop(void)
{
	class_interface_unregister(&vmp_discover_interface);
	flush_workqueue(vmp_disk_wq);
}
