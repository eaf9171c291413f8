// SPDX-License-Identifier: GPL-2.0-only
/*
 * One eligible disk of the guest, from its arrival to its removal: identify,
 * judge by the rules, claim, hand over as a path; and the way back.
 *
 * Each disk has a work item of its own, so one that hangs in INQUIRY holds up
 * nobody else. The verdict, with its reason, is in /sys/module/vmpath/disks/.
 * Comes from discover.c, goes to path.c and head.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blk-integrity.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>
#include "vmpath.h"

#define VMP_DISK_RETRY		(HZ / 20)	/* first retry, then doubled */
#define VMP_DISK_RETRY_MAX	(30 * HZ)
#define VMP_DISK_RESERVED	(2 * HZ)	/* between looks at what we have reserved */
#define VMP_DISK_TRIES		5	/* for what may pass, but seldom does */

enum vmp_verdict { VMP_PENDING, VMP_CLAIMED, VMP_REFUSED };

static const char * const vmp_verdict_names[] = {
	[VMP_PENDING] = VMP_NAME_DISK_PENDING,
	[VMP_CLAIMED] = VMP_NAME_DISK_CLAIMED,
	[VMP_REFUSED] = VMP_NAME_DISK_REFUSED,
};

enum vmp_disk_flag {
	VMP_DISK_GONE,		/* it leaves the guest, or the module does */
	VMP_DISK_FORCED,	/* the administrator wants it, whatever the rules say */
	VMP_DISK_RELEASED,	/* the administrator does not want it */
	VMP_DISK_ANEW,		/* he has just asked: earlier errors do not count */
};

struct vmp_disk {
	struct device *dev;		/* held: the name stays ours until the end */
	enum vmp_transport transport;	/* const */
	struct delayed_work work;
	unsigned long flags;		/* enum vmp_disk_flag, bitops */
	struct vmp_path *path;		/* work writes under lock; lock reads */
	unsigned long retry;		/* work: delay, in jiffies */
	unsigned int tries;		/* work: that ended with @error, in a row */
	int error;			/* work */

	spinlock_t lock;		/* what the work tells and sysfs shows */
	enum vmp_verdict verdict;	/* lock */
	char reason[VMP_REASON_LEN];	/* lock */
	char *wwid;			/* lock; NULL if not told */
	struct kernfs_node *verdict_kn;	/* const after add; held, may be NULL */
	struct kobject kobj;
};

static struct kmem_cache *vmp_disk_cache;
static struct kobject *vmp_disks_kobj;
static atomic_t vmp_disks_alive = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(vmp_disks_wait);

static struct gendisk *vmp_disk_gendisk(const struct vmp_disk *vdisk)
{
	return dev_to_disk(vdisk->dev);
}

/*
 * udev may have looked at the disk before it was ours, or while it still was:
 * let those who wait for the verdict go on, and have udev look again.
 */
static void vmp_disk_announce(struct vmp_disk *vdisk, const char *verdict)
{
	char text[32];
	char *env[] = { text, NULL };

	if (vdisk->verdict_kn)
		sysfs_notify_dirent(vdisk->verdict_kn);
	if (test_bit(GD_DEAD, &vmp_disk_gendisk(vdisk)->state))
		return;
	snprintf(text, sizeof(text), "VMPATH_VERDICT=%s", verdict);
	kobject_uevent_env(&vdisk->dev->kobj, KOBJ_CHANGE, env);
}

static __printf(3, 4) void vmp_disk_say(struct vmp_disk *vdisk,
					enum vmp_verdict verdict,
					const char *fmt, ...)
{
	char reason[VMP_REASON_LEN];
	bool news;
	va_list args;

	va_start(args, fmt);
	vscnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);

	spin_lock(&vdisk->lock);
	news = verdict != vdisk->verdict || strcmp(reason, vdisk->reason);
	vdisk->verdict = verdict;
	strscpy(vdisk->reason, reason, sizeof(vdisk->reason));
	spin_unlock(&vdisk->lock);
	if (!news || verdict == VMP_PENDING)
		return;
	pr_info("%s %s: %s\n", dev_name(vdisk->dev),
		vmp_verdict_names[verdict], reason);
	vmp_disk_announce(vdisk, vmp_verdict_names[verdict]);
}

static int vmp_disk_identify(struct vmp_disk *vdisk, struct vmp_identity *id)
{
	int ret = vmp_inquiry(vdisk->dev, vdisk->transport, id);
	char *wwid = ret ? NULL : kstrdup(id->wwid, GFP_KERNEL);

	spin_lock(&vdisk->lock);
	swap(wwid, vdisk->wwid);
	spin_unlock(&vdisk->lock);
	kfree(wwid);
	return ret;
}

/* What no LU may be, whoever it is. NULL if it is fit. */
static const char *vmp_disk_unfit(struct vmp_disk *vdisk,
				  struct block_device *bdev)
{
	if (!vmp_params.claim && !test_bit(VMP_DISK_FORCED, &vdisk->flags))
		return "the module was loaded with claim=none";
	if (bdev_is_zoned(bdev))
		return "a zoned disk: not supported";
	if (blk_get_integrity(vmp_disk_gendisk(vdisk)))
		return "a disk with integrity data (T10 PI): not supported";
	if (bdev_logical_block_size(bdev) > PAGE_SIZE)
		return "its blocks are larger than a page: not supported";
	return NULL;
}

static bool vmp_disk_ruled_out(struct vmp_disk *vdisk,
			       const struct vmp_identity *id)
{
	const char *transport = vmp_path_transport_name(vdisk->transport);

	if (test_bit(VMP_DISK_FORCED, &vdisk->flags))
		return false;
	if (vmp_rules_match(&vmp_params.deny, id, transport)) {
		vmp_disk_say(vdisk, VMP_REFUSED, "denied by a rule of deny=");
		return true;
	}
	if (vmp_params.allow.nr &&
	    !vmp_rules_match(&vmp_params.allow, id, transport)) {
		vmp_disk_say(vdisk, VMP_REFUSED, "no rule of allow= names it");
		return true;
	}
	return false;
}

/*
 * Look at the disk without claiming it. Returns 0 if it may be claimed, -EPERM
 * if it is refused (and says why), another error to try again.
 */
static int vmp_disk_inspect(struct vmp_disk *vdisk, struct vmp_identity *id)
{
	const char *unfit;
	struct vmp_bdev look;
	int ret;

	ret = vmp_compat_bdev_open(&look, disk_devt(vmp_disk_gendisk(vdisk)),
				   false, false);
	if (ret)
		return ret;
	unfit = vmp_disk_unfit(vdisk, look.bdev);
	if (unfit) {
		vmp_disk_say(vdisk, VMP_REFUSED, "%s", unfit);
		ret = -EPERM;
		goto out_close;
	}
	/* An LU that is not ready yet has none. */
	ret = bdev_nr_sectors(look.bdev) ? vmp_disk_identify(vdisk, id) :
					   -ENOMEDIUM;
	if (!ret && vmp_disk_ruled_out(vdisk, id))
		ret = -EPERM;
out_close:
	vmp_compat_bdev_close(&look);
	return ret;
}

/*
 * No capacity: the LU was not ready when the kernel asked, which asks once, or it is
 * reserved. Try anew what may have changed: at once, and then less and less often.
 */
static void vmp_disk_knock(struct vmp_disk *vdisk, struct vmp_path *path)
{
	bool reserved;

	if (vdisk->transport != VMP_VIRTIO_SCSI)
		return;
	path->sdev = to_scsi_device(vdisk->dev->parent);
	reserved = !vmp_disk_identify(vdisk, &path->id) &&
		   !vmp_disk_ruled_out(vdisk, &path->id) && vmp_pradmit_disk(path);
	if (reserved || is_power_of_2(vdisk->tries + 1))
		scsi_rescan_device(path->sdev);
	if (reserved)
		vdisk->retry = min(vdisk->retry, (unsigned long)VMP_DISK_RESERVED);
	path->sdev = NULL;
}

static int vmp_disk_claim(struct vmp_disk *vdisk, struct vmp_path *path)
{
	struct gendisk *disk = vmp_disk_gendisk(vdisk);
	int ret;

	ret = vmp_disk_inspect(vdisk, &path->id);
	if (ret == -ENOMEDIUM)
		vmp_disk_knock(vdisk, path);
	if (ret)
		return ret;
	if (vdisk->transport == VMP_VIRTIO_SCSI)
		path->sdev = to_scsi_device(vdisk->dev->parent);
	ret = vmp_path_open(path, disk_devt(disk), get_disk_ro(disk));
	if (ret)
		return ret;
	ret = vmp_head_attach(path);
	if (ret == -E2BIG)
		vmp_disk_say(vdisk, VMP_REFUSED, "its LU has %d paths already",
			     VMP_MAX_PATHS);
	if (ret) {
		vmp_path_close(path);
		return ret == -E2BIG ? -EPERM : ret;
	}
	vmp_disk_say(vdisk, VMP_CLAIMED, "a path of %s",
		     path->head->node_name);
	return 0;
}

/*
 * Who does not answer today may tomorrow, but two errors are final once they
 * have stood for a moment: no id, since virtio-blk says so of a failed request
 * too, and busy, since udev's helpers hold a new disk for an instant.
 */
static void vmp_disk_failed(struct vmp_disk *vdisk, int error)
{
	bool final;

	vdisk->tries = error == vdisk->error ? vdisk->tries + 1 : 1;
	vdisk->error = error;
	final = vdisk->tries >= VMP_DISK_TRIES;
	if (error == -EPERM || test_bit(VMP_DISK_GONE, &vdisk->flags))
		return;
	if (final && error == -ENODATA) {
		vmp_disk_say(vdisk, VMP_REFUSED, vdisk->transport == VMP_VIRTIO_BLK ?
			     "no id: the virtio-blk disk has no serial" :
			     "no id: neither VPD page 83 nor 80 names the LU");
		return;
	}
	if (final && error == -EBUSY) {
		vmp_disk_say(vdisk, VMP_REFUSED,
			     "in use: it, or a partition of it, is mounted or held by LVM, md or another driver");
		return;
	}
	/* -ENXIO right after arrival: the disk cannot be opened yet. */
	if (error == -ENODEV)
		vmp_disk_say(vdisk, VMP_PENDING,
			     "the target says that there is no LU, will be tried again");
	else
		vmp_disk_say(vdisk, VMP_PENDING, error == -ENOMEDIUM ?
			     "it has no capacity (error %d), will be tried again" :
			     "error %d, will be tried again", error);
	vdisk->retry = min(vdisk->retry * 2, (unsigned long)VMP_DISK_RETRY_MAX);
	queue_delayed_work(vmp_disk_wq, &vdisk->work, vdisk->retry);
}

static void vmp_disk_set_path(struct vmp_disk *vdisk, struct vmp_path *path)
{
	spin_lock(&vdisk->lock);
	vdisk->path = path;
	spin_unlock(&vdisk->lock);
}

static void vmp_disk_try(struct vmp_disk *vdisk)
{
	struct vmp_path *path;
	int ret = -ENOMEM;

	path = vmp_path_alloc(dev_name(vdisk->dev), vdisk->transport);
	if (path)
		ret = vmp_disk_claim(vdisk, path);
	if (!ret) {
		vmp_disk_set_path(vdisk, path);
		return;
	}
	if (path)
		kobject_put(&path->kobj);
	vmp_disk_failed(vdisk, ret);
}

static void vmp_disk_forget_path(struct vmp_disk *vdisk)
{
	struct vmp_path *path = vdisk->path;

	vmp_disk_set_path(vdisk, NULL);
	vmp_path_close(path);
	kobject_put(&path->kobj);
}

/* The administrator wants the disk back. */
static void vmp_disk_give_back(struct vmp_disk *vdisk)
{
	if (vdisk->path && vmp_head_detach(vdisk->path, "administrator", false)) {
		clear_bit(VMP_DISK_RELEASED, &vdisk->flags);
		vmp_disk_say(vdisk, VMP_CLAIMED,
			     "a path of %s, and not given back: it is the last one, and that is open",
			     vdisk->path->head->node_name);
		return;
	}
	if (vdisk->path)
		vmp_disk_forget_path(vdisk);
	vmp_disk_say(vdisk, VMP_REFUSED, "released by the administrator");
}

/* The disk leaves the guest, or the module does. The object goes with it. */
static void vmp_disk_end(struct vmp_disk *vdisk)
{
	if (vdisk->path) {
		vmp_head_detach(vdisk->path, "its disk is removed", true);
		vmp_disk_forget_path(vdisk);
		vmp_disk_announce(vdisk, "none");
	}
	put_device(vdisk->dev);
	kobject_put(&vdisk->kobj);
}

static void vmp_disk_work(struct work_struct *work)
{
	struct vmp_disk *vdisk = container_of(to_delayed_work(work),
					      struct vmp_disk, work);

	bool gone, again;

	/* Gone, and on its way already: the run that follows is the last one. */
	spin_lock(&vdisk->lock);
	gone = test_bit(VMP_DISK_GONE, &vdisk->flags);
	again = delayed_work_pending(&vdisk->work);
	spin_unlock(&vdisk->lock);
	if (gone && again)
		return;
	if (gone) {
		vmp_disk_end(vdisk);
		return;
	}
	if (test_and_clear_bit(VMP_DISK_ANEW, &vdisk->flags)) {
		vdisk->tries = 0;
		vdisk->retry = VMP_DISK_RETRY / 2;
	}
	if (test_bit(VMP_DISK_RELEASED, &vdisk->flags))
		vmp_disk_give_back(vdisk);
	else if (!vdisk->path)
		vmp_disk_try(vdisk);
	else
		vmp_disk_say(vdisk, VMP_CLAIMED, "a path of %s",
			     vdisk->path->head->node_name);
}

/* ---- /sys/module/vmpath/disks/<disk>/ ----------------------------------- */

static ssize_t verdict_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	struct vmp_disk *vdisk = container_of(kobj, struct vmp_disk, kobj);

	return sysfs_emit(buf, "%s\n",
			  vmp_verdict_names[READ_ONCE(vdisk->verdict)]);
}

static ssize_t reason_show(struct kobject *kobj, struct kobj_attribute *attr,
			   char *buf)
{
	struct vmp_disk *vdisk = container_of(kobj, struct vmp_disk, kobj);
	const char *mismatch;
	ssize_t len;

	spin_lock(&vdisk->lock);
	mismatch = vdisk->path ? READ_ONCE(vdisk->path->mismatch) : NULL;
	len = sysfs_emit(buf, "%s%s%s\n", vdisk->reason,
			 mismatch ? ", kept out of use: " : "", mismatch ?: "");
	spin_unlock(&vdisk->lock);
	return len;
}

static ssize_t wwid_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	struct vmp_disk *vdisk = container_of(kobj, struct vmp_disk, kobj);
	ssize_t len;

	spin_lock(&vdisk->lock);
	len = sysfs_emit(buf, "%s\n", vdisk->wwid ?: "");
	spin_unlock(&vdisk->lock);
	return len;
}

static ssize_t claim_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	struct vmp_disk *vdisk = container_of(kobj, struct vmp_disk, kobj);

	return sysfs_emit(buf, "%d\n",
			  READ_ONCE(vdisk->verdict) == VMP_CLAIMED);
}

/* An application must not lose the last path that it has to a slip. */
static bool vmp_disk_needed(struct vmp_disk *vdisk)
{
	bool needed;

	spin_lock(&vdisk->lock);
	needed = vdisk->path && vmp_head_needs(vdisk->path);
	spin_unlock(&vdisk->lock);
	return needed;
}

/* Only asks: the disk's own work does it, one thing after the other. */
static ssize_t claim_store(struct kobject *kobj, struct kobj_attribute *attr,
			   const char *buf, size_t count)
{
	struct vmp_disk *vdisk = container_of(kobj, struct vmp_disk, kobj);
	bool claim, claimed;
	int ret = kstrtobool(buf, &claim);

	if (ret)
		return ret;
	if (!claim && vmp_disk_needed(vdisk))
		return -EBUSY;
	spin_lock(&vdisk->lock);
	if (claim) {
		set_bit(VMP_DISK_FORCED, &vdisk->flags);
		set_bit(VMP_DISK_ANEW, &vdisk->flags);
		clear_bit(VMP_DISK_RELEASED, &vdisk->flags);
	} else {
		clear_bit(VMP_DISK_FORCED, &vdisk->flags);
		set_bit(VMP_DISK_RELEASED, &vdisk->flags);
	}
	claimed = vdisk->verdict == VMP_CLAIMED;
	if (claimed != claim) {
		vdisk->verdict = VMP_PENDING;
		strscpy(vdisk->reason, "the administrator's wish is being carried out",
			sizeof(vdisk->reason));
	}
	spin_unlock(&vdisk->lock);
	mod_delayed_work(vmp_disk_wq, &vdisk->work, 0);
	return count;
}

static struct kobj_attribute claim_attr = __ATTR_RW(claim);
static struct kobj_attribute verdict_attr = __ATTR_RO(verdict);
static struct kobj_attribute reason_attr = __ATTR_RO(reason);
static struct kobj_attribute wwid_attr = __ATTR_RO(wwid);

static struct attribute *vmp_disk_attrs[] = {
	&verdict_attr.attr,
	&reason_attr.attr,
	&wwid_attr.attr,
	&claim_attr.attr,
	NULL,
};
ATTRIBUTE_GROUPS(vmp_disk);

static void vmp_disk_release(struct kobject *kobj)
{
	struct vmp_disk *vdisk = container_of(kobj, struct vmp_disk, kobj);

	sysfs_put(vdisk->verdict_kn);
	kfree(vdisk->wwid);
	kmem_cache_free(vmp_disk_cache, vdisk);
	if (atomic_dec_and_test(&vmp_disks_alive))
		wake_up(&vmp_disks_wait);
}

static const struct kobj_type vmp_disk_ktype = {
	.release = vmp_disk_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = vmp_disk_groups,
};

/**
 * vmp_disk_add() - a disk has come
 * @dev: the disk; a reference is taken
 * @transport: how it is attached
 *
 * Context: sleeps; class mutex held. The rest happens in the disk's own work.
 * Return: the object, or NULL without memory.
 */
struct vmp_disk *vmp_disk_add(struct device *dev, enum vmp_transport transport)
{
	struct vmp_disk *vdisk = kmem_cache_zalloc(vmp_disk_cache, GFP_KERNEL);

	if (!vdisk)
		return NULL;
	vdisk->dev = get_device(dev);
	vdisk->transport = transport;
	vdisk->retry = VMP_DISK_RETRY / 2;
	spin_lock_init(&vdisk->lock);
	strscpy(vdisk->reason, "not looked at yet", sizeof(vdisk->reason));
	INIT_DELAYED_WORK(&vdisk->work, vmp_disk_work);
	atomic_inc(&vmp_disks_alive);
	/* Without its directory a disk is served all the same. */
	if (kobject_init_and_add(&vdisk->kobj, &vmp_disk_ktype, vmp_disks_kobj,
				 "%s", dev_name(dev)))
		pr_warn("%s: no sysfs directory\n", dev_name(dev));
	else
		vdisk->verdict_kn = sysfs_get_dirent(vdisk->kobj.sd, "verdict");
	queue_delayed_work(vmp_disk_wq, &vdisk->work, 0);
	return vdisk;
}

/**
 * vmp_disk_gone() - a disk is going, or the module is
 * @vdisk: not to be used by the caller any more
 *
 * Context: sleeps shortly; class mutex held. The path is detached later, in
 * the disk's own work, since that waits for I/O.
 */
void vmp_disk_gone(struct vmp_disk *vdisk)
{
	if (vdisk->kobj.state_in_sysfs)
		kobject_del(&vdisk->kobj);
	spin_lock(&vdisk->lock);
	set_bit(VMP_DISK_GONE, &vdisk->flags);
	mod_delayed_work(vmp_disk_wq, &vdisk->work, 0);
	spin_unlock(&vdisk->lock);
}

/**
 * vmp_disk_is() - does this object stand for that device?
 * @vdisk: an object
 * @dev: a device
 *
 * Context: any.
 */
bool vmp_disk_is(const struct vmp_disk *vdisk, const struct device *dev)
{
	return vdisk->dev == dev;
}

/**
 * vmp_disk_init() - make /sys/module/vmpath/disks, and the cache of the objects
 *
 * Context: sleeps.
 * Return: 0 or -ENOMEM.
 */
int vmp_disk_init(void)
{
	vmp_disk_cache = KMEM_CACHE(vmp_disk, 0);
	if (!vmp_disk_cache)
		return -ENOMEM;
	vmp_disks_kobj = kobject_create_and_add("disks", &THIS_MODULE->mkobj.kobj);
	if (!vmp_disks_kobj)
		kmem_cache_destroy(vmp_disk_cache);
	return vmp_disks_kobj ? 0 : -ENOMEM;
}

/**
 * vmp_disk_exit() - wait for the last disk object, then remove the directory
 *
 * Context: sleeps. Every disk must be gone (vmp_discover_stop()).
 */
void vmp_disk_exit(void)
{
	wait_event(vmp_disks_wait, !atomic_read(&vmp_disks_alive));
	kobject_put(vmp_disks_kobj);
	kmem_cache_destroy(vmp_disk_cache);
}
