// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gendisk of a head, which users see as the meta-node /dev/vmpN.
 *
 * head.c has it allocated; the first live path has it published here, with its
 * attributes and the holder links of its paths. From then on the block layer
 * hands bios straight to io.c, and SG_IO to passthrough.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include "passthrough.h"
#include "vmpath.h"

#define VMP_NODE_RETRY		(HZ / 2)	/* after a publication that failed */
#define VMP_NODE_TYPE		"blkext-vmpath"	/* in /proc/devices */

static int vmp_node_major;		/* const after load */

static int vmp_node_getgeo(VMP_COMPAT_GETGEO_OF, struct hd_geometry *geo)
{
	/* What the kernel invents for any SCSI disk without a BIOS table. */
	geo->heads = 64;
	geo->sectors = 32;
	geo->cylinders = get_capacity(vmp_compat_getgeo_disk(of)) >> 11;
	return 0;
}

static void vmp_node_free_disk(struct gendisk *disk)
{
	struct vmp_head *head = disk->private_data;

	kobject_put(&head->kobj);
}

static const struct block_device_operations vmp_node_fops = {
	.owner = THIS_MODULE,
	.submit_bio = vmp_io_submit_bio,
	.ioctl = vmp_passthrough_ioctl,
	.compat_ioctl = blkdev_compat_ptr_ioctl,
	.pr_ops = &vmp_pr_ops,
	.getgeo = vmp_node_getgeo,
	.free_disk = vmp_node_free_disk,
};

/**
 * vmp_node_init() - have a major number for meta-nodes
 *
 * Not the one that disks without have in common: sg3_utils takes all of that for
 * NVMe, and sends them no SCSI command. LVM uses disks of the types it knows alone,
 * by the beginning of their name in /proc/devices: ours is VMP_NODE_TYPE.
 *
 * Context: sleeps.
 * Return: 0 or -errno.
 */
int vmp_node_init(void)
{
	int ret = register_blkdev(0, VMP_NODE_TYPE);

	if (ret < 0)
		return ret;
	vmp_node_major = ret;
	return 0;
}

/**
 * vmp_node_exit() - give the number back; no meta-node may be left
 *
 * Context: sleeps.
 */
void vmp_node_exit(void)
{
	unregister_blkdev(vmp_node_major, VMP_NODE_TYPE);
}

/**
 * vmp_node_is() - is this disk a meta-node?
 * @disk: any disk
 *
 * Context: any.
 */
bool vmp_node_is(const struct gendisk *disk)
{
	return disk->fops == &vmp_node_fops;
}

/**
 * vmp_node_head() - the head of a meta-node
 * @disk: a disk that vmp_node_is()
 *
 * Context: any.
 */
struct vmp_head *vmp_node_head(struct gendisk *disk)
{
	return disk->private_data;
}

/**
 * vmp_node_alloc() - make the gendisk of a head
 * @head: has its node_name and instance
 *
 * Context: sleeps.
 * Return: the disk, not added yet, or NULL.
 */
struct gendisk *vmp_node_alloc(struct vmp_head *head)
{
	struct gendisk *disk = vmp_compat_alloc_disk();

	if (!disk)
		return NULL;
	strscpy(disk->disk_name, head->node_name, DISK_NAME_LEN);
	disk->major = vmp_node_major;
	disk->first_minor = head->instance * VMP_NODE_MINORS;
	disk->minors = VMP_NODE_MINORS;
	disk->fops = &vmp_node_fops;
	disk->private_data = head;
	return disk;
}

/**
 * vmp_node_link() - make the holder links of a path, if the node is there
 * @path: attached; linked before is fine
 *
 * The links need the gendisk in sysfs. They take its open_mutex, which a
 * partition scan holds while its I/O runs, so head->mutex must not be held.
 *
 * Context: sleeps; takes head->link_mutex.
 */
void vmp_node_link(struct vmp_path *path)
{
	struct vmp_head *head = path->head;

	mutex_lock(&head->link_mutex);
	if (test_bit(VMP_HEAD_PUBLISHED, &head->flags) && !path->linked &&
	    READ_ONCE(path->state) != VMP_PATH_REMOVING) {
		if (!vmp_compat_link_holder(path->bdev, head->disk)) {
			path->linked = true;
		} else if (!vmp_path_gone(path)) {
			pr_warn("%s: no holder link for %s, will be tried again\n",
				head->node_name, path->name);
			set_bit(VMP_HEAD_INCOMPLETE, &head->flags);
		}
	}
	mutex_unlock(&head->link_mutex);
}

/**
 * vmp_node_unlink() - remove the holder links of a path
 * @path: in state removing, so that they are not made again
 *
 * Context: sleeps; takes head->link_mutex.
 */
void vmp_node_unlink(struct vmp_path *path)
{
	struct vmp_head *head = path->head;

	mutex_lock(&head->link_mutex);
	if (path->linked)
		bd_unlink_disk_holder(path->bdev, head->disk);
	path->linked = false;
	mutex_unlock(&head->link_mutex);
}

/*
 * A gendisk that could not be added cannot be added again: the next attempt
 * gets a fresh one. Nobody but us knows the old one.
 */
static bool vmp_node_replace(struct vmp_head *head)
{
	struct gendisk *disk = vmp_node_alloc(head);

	if (!disk)
		return false;
	mutex_lock(&head->mutex);
	set_capacity(disk, head->geo.sectors);
	set_disk_ro(disk, head->geo.read_only);
	swap(disk, head->disk);
	memset(&head->stacked, 0, sizeof(head->stacked));
	vmp_limits_update(head);
	mutex_unlock(&head->mutex);
	clear_bit(VMP_HEAD_BROKEN, &head->flags);
	put_disk(disk);
	return true;
}

static int vmp_node_publish(struct vmp_head *head)
{
	int ret;

	if (test_bit(VMP_HEAD_PUBLISHED, &head->flags))
		return 0;
	if (test_bit(VMP_HEAD_BROKEN, &head->flags) && !vmp_node_replace(head))
		return -ENOMEM;
	/* The gendisk's; ->free_disk() comes only to disks that were added. */
	kobject_get(&head->kobj);
	ret = device_add_disk(NULL, head->disk, NULL);
	if (!ret)
		return 0;
	set_bit(VMP_HEAD_BROKEN, &head->flags);
	kobject_put(&head->kobj);
	vmp_sysfs_del_head(head);
	return ret;
}

/**
 * vmp_node_publish_work() - add the gendisk, once there is a live path
 * @work: the head's publish_work
 *
 * Later runs complete what could not be made at the time.
 *
 * Context: sleeps until the partitions have been searched for; that may wait
 * for I/O.
 */
void vmp_node_publish_work(struct work_struct *work)
{
	struct vmp_head *head = container_of(to_delayed_work(work),
					     struct vmp_head, publish_work);
	int ret;

	if (test_bit(VMP_HEAD_DYING, &head->flags))
		return;
	/* The search for partitions would wait; the next live path is back here. */
	if (!test_bit(VMP_HEAD_PUBLISHED, &head->flags) && !vmp_head_usable(head))
		return;
	ret = vmp_node_publish(head);
	if (ret) {
		pr_err_ratelimited("%s: cannot add the disk: error %d, will be tried again\n",
				   head->node_name, ret);
		queue_delayed_work(vmp_disk_wq, &head->publish_work,
				   VMP_NODE_RETRY);
		return;
	}
	set_bit(VMP_HEAD_PUBLISHED, &head->flags);
	clear_bit(VMP_HEAD_INCOMPLETE, &head->flags);
	vmp_sysfs_add_head(head);
	vmp_head_each_path(head, vmp_node_link);
	queue_work(vmp_disk_wq, &head->event_work);
}
