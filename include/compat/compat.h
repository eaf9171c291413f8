/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only place that knows kernel versions. Each shim has the meaning of the
 * newest kernel's function and is chosen by a compile probe (probes/); the
 * probe's comment names the commit that changed the kernel.
 */
#ifndef VMP_COMPAT_H
#define VMP_COMPAT_H

#include <linux/blkdev.h>
#include <linux/device/class.h>
#include <linux/file.h>
#include <linux/hdreg.h>

#ifndef BLK_STS_RESV_CONFLICT
#define BLK_STS_RESV_CONFLICT	BLK_STS_NEXUS
#endif

#ifndef VMP_HAVE_SCSI_IOCTL_WRITE
#define blk_mode_t	fmode_t
#define BLK_OPEN_WRITE	FMODE_WRITE
#endif

/* ---- an open block device --------------------------------------------- */

/**
 * struct vmp_bdev - a block device held open
 * @bdev: the block device; valid while the handle is open
 * @file: what has to be closed, on kernels that open files
 * @excl: opened exclusively, with the handle itself as the holder
 */
struct vmp_bdev {
	struct block_device *bdev;
	struct file *file;
	bool excl;
	bool write;
};

/**
 * vmp_compat_bdev_open() - open a block device by number
 * @handle: filled in; must stay where it is while open (it is the holder)
 * @devt: device number
 * @write: open for writing too
 * @excl: claim it, so that others' exclusive opens get -EBUSY
 *
 * Context: sleeps; takes the disk's open_mutex.
 * Return: 0, or -errno (-ENXIO: not there (yet), -EBUSY: somebody else's).
 */
static inline int vmp_compat_bdev_open(struct vmp_bdev *handle, dev_t devt,
				       bool write, bool excl)
{
	handle->excl = excl;
	handle->write = write;
#ifdef VMP_HAVE_BDEV_FILE
	handle->file = bdev_file_open_by_dev(devt, BLK_OPEN_READ |
					     (write ? BLK_OPEN_WRITE : 0),
					     excl ? handle : NULL, NULL);
	if (IS_ERR(handle->file))
		return PTR_ERR(handle->file);
	handle->bdev = file_bdev(handle->file);
#else
	handle->file = NULL;
	handle->bdev = blkdev_get_by_dev(devt, FMODE_READ |
					 (write ? FMODE_WRITE : 0) |
					 (excl ? FMODE_EXCL : 0),
					 excl ? handle : NULL);
	if (IS_ERR(handle->bdev))
		return PTR_ERR(handle->bdev);
#endif
	return 0;
}

/**
 * vmp_compat_bdev_close() - close what vmp_compat_bdev_open() opened
 * @handle: an open handle
 *
 * Context: sleeps; takes the disk's open_mutex.
 */
static inline void vmp_compat_bdev_close(struct vmp_bdev *handle)
{
#ifdef VMP_HAVE_BDEV_FILE
	bdev_fput(handle->file);
#else
	blkdev_put(handle->bdev, FMODE_READ |
		   (handle->write ? FMODE_WRITE : 0) |
		   (handle->excl ? FMODE_EXCL : 0));
#endif
	handle->bdev = NULL;
}

/* ---- gendisk and queue limits ------------------------------------------ */

/**
 * vmp_compat_alloc_disk() - allocate a bio-based gendisk
 *
 * Context: sleeps.
 * Return: the disk, or NULL.
 */
static inline struct gendisk *vmp_compat_alloc_disk(void)
{
#ifdef VMP_HAVE_LIMITS_UPDATE
	struct queue_limits lim = {
		.features = BLK_FEAT_NOWAIT | BLK_FEAT_IO_STAT,
	};
	struct gendisk *disk = blk_alloc_disk(&lim, NUMA_NO_NODE);

	return IS_ERR(disk) ? NULL : disk;
#else
	return blk_alloc_disk(NUMA_NO_NODE);
#endif
}

/**
 * vmp_compat_limits_begin() - start a stack of limits from the top
 * @lim: filled in with the loosest limits there are
 *
 * Context: any.
 */
static inline void vmp_compat_limits_begin(struct queue_limits *lim)
{
	memset(lim, 0, sizeof(*lim));
	blk_set_stacking_limits(lim);
	/* The paths' own, not a sector: clones go down as they came. */
	lim->dma_alignment = 0;
#ifdef VMP_HAVE_LIMITS_UPDATE
	lim->features = BLK_FEAT_NOWAIT | BLK_FEAT_IO_STAT;
#endif
}

/**
 * vmp_compat_limits_stack() - tighten limits to what a path can take
 * @lim: the stack so far
 * @bdev: the path's disk
 *
 * Context: any.
 */
static inline void vmp_compat_limits_stack(struct queue_limits *lim,
					   struct block_device *bdev)
{
#ifdef VMP_HAVE_LIMITS_UPDATE
	queue_limits_stack_bdev(lim, bdev, 0, KBUILD_MODNAME);
#else
	blk_stack_limits(lim, &bdev_get_queue(bdev)->limits, 0);
#endif
}

/**
 * vmp_compat_limits_agree() - make stacked limits fit each other
 * @lim: the stack, complete
 *
 * A disk that has found out that it has no WRITE ZEROES keeps one limit of it,
 * with which no others are accepted.
 *
 * Context: any.
 */
static inline void vmp_compat_limits_agree(struct queue_limits *lim)
{
#ifdef VMP_HAVE_WZEROES_UNMAP
	if (lim->max_hw_wzeroes_unmap_sectors != lim->max_write_zeroes_sectors)
		lim->max_hw_wzeroes_unmap_sectors = 0;
#endif
}

/**
 * vmp_compat_limits_no_discard() - no discard, since a path cannot
 * @lim: the stack so far
 *
 * The kernel stacks discard limits with min_not_zero: without this a path
 * that has no discard would be sent some.
 *
 * Context: any.
 */
static inline void vmp_compat_limits_no_discard(struct queue_limits *lim)
{
	lim->max_discard_sectors = 0;
	lim->max_hw_discard_sectors = 0;
	lim->discard_granularity = 0;
	lim->discard_alignment = 0;
}

/**
 * struct vmp_features - what paths give their meta-node besides queue_limits
 * @write_cache: a path has a volatile one
 * @fua: every path takes FUA
 * @rotational: a path is a rotating disk
 * @stable: a path needs pages to stay as they are during a write
 */
struct vmp_features {
	bool write_cache;
	bool fua;
	bool rotational;
	bool stable;
};

/**
 * vmp_compat_limits_commit() - make limits and queue features the disk's own
 * @disk: the meta-node's disk
 * @lim: stacked limits
 * @can: stacked features
 *
 * Context: sleeps.
 * Return: 0 or -errno.
 */
static inline int vmp_compat_limits_commit(struct gendisk *disk,
					   struct queue_limits *lim,
					   const struct vmp_features *can)
{
	struct request_queue *q = disk->queue;
#ifdef VMP_HAVE_LIMITS_UPDATE
	queue_limits_start_update(q);
	lim->features &= ~(BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA |
			   BLK_FEAT_ROTATIONAL | BLK_FEAT_STABLE_WRITES |
			   BLK_FEAT_POLL | BLK_FEAT_ADD_RANDOM);
	lim->features |= (can->write_cache ? BLK_FEAT_WRITE_CACHE : 0) |
			 (can->fua ? BLK_FEAT_FUA : 0) |
			 (can->rotational ? BLK_FEAT_ROTATIONAL : 0) |
			 (can->stable ? BLK_FEAT_STABLE_WRITES : 0);
	return queue_limits_commit_update(q, lim);
#else
	q->limits = *lim;
	blk_queue_write_cache(q, can->write_cache, can->fua);
	blk_queue_flag_set(QUEUE_FLAG_NOWAIT, q);
	blk_queue_flag_set(QUEUE_FLAG_IO_STAT, q);
	blk_queue_flag_clear(QUEUE_FLAG_ADD_RANDOM, q);
	if (can->rotational)
		blk_queue_flag_clear(QUEUE_FLAG_NONROT, q);
	else
		blk_queue_flag_set(QUEUE_FLAG_NONROT, q);
	if (can->stable)
		blk_queue_flag_set(QUEUE_FLAG_STABLE_WRITES, q);
	else
		blk_queue_flag_clear(QUEUE_FLAG_STABLE_WRITES, q);
	disk_update_readahead(disk);
	return 0;
#endif
}

/**
 * vmp_compat_disable_discard() - a disk has found out that it has no discard
 * @q: the meta-node's queue
 *
 * Context: any, also in the completion of the discard.
 */
static inline void vmp_compat_disable_discard(struct request_queue *q)
{
#ifdef VMP_HAVE_LIMITS_UPDATE
	blk_queue_disable_discard(q);
#else
	q->limits.max_discard_sectors = 0;
#endif
}

/**
 * vmp_compat_disable_write_zeroes() - the same for WRITE ZEROES
 * @q: the meta-node's queue
 *
 * Context: any, also in the completion of the write zeroes.
 */
static inline void vmp_compat_disable_write_zeroes(struct request_queue *q)
{
#ifdef VMP_HAVE_LIMITS_UPDATE
	blk_queue_disable_write_zeroes(q);
#else
	q->limits.max_write_zeroes_sectors = 0;
#endif
}

#ifndef VMP_HAVE_BDEV_ROT
static inline bool bdev_rot(struct block_device *bdev)
{
	return !bdev_nonrot(bdev);
}
#endif

/* ---- callbacks whose arguments changed --------------------------------- */

/**
 * vmp_compat_link_holder() - show a disk as held by another, in sysfs
 * @bdev: the path's disk
 * @disk: the meta-node's disk
 *
 * Before 6.9 bd_link_disk_holder() looks at a directory that del_gendisk() may
 * just have let go; it does so with the disk's open_mutex let go before.
 *
 * Context: sleeps; takes both disks' open_mutex, one after the other.
 * Return: 0 or -errno.
 */
static inline int vmp_compat_link_holder(struct block_device *bdev,
					 struct gendisk *disk)
{
#ifdef VMP_HAVE_BDEV_FILE
	return bd_link_disk_holder(bdev, disk);
#else
	struct kobject *dir = NULL;
	int ret = -ENODEV;

	mutex_lock(&bdev->bd_disk->open_mutex);
	if (disk_live(bdev->bd_disk))
		dir = kobject_get(bdev->bd_holder_dir);
	mutex_unlock(&bdev->bd_disk->open_mutex);
	if (dir)
		ret = bd_link_disk_holder(bdev, disk);
	kobject_put(dir);
	return ret;
#endif
}

/* What a class_interface callback is given; dev is the one to use. */
#ifdef VMP_HAVE_CLASS_INTERFACE_DEV
#define VMP_COMPAT_CLASS_ARGS	struct device *dev
#else
#define VMP_COMPAT_CLASS_ARGS	struct device *dev, struct class_interface *ci
#endif

/* What ->getgeo() is given for its disk, and the disk of that. */
#ifdef VMP_HAVE_GETGEO_DISK
#define VMP_COMPAT_GETGEO_OF	struct gendisk *of
static inline struct gendisk *vmp_compat_getgeo_disk(VMP_COMPAT_GETGEO_OF)
{
	return of;
}
#else
#define VMP_COMPAT_GETGEO_OF	struct block_device *of
static inline struct gendisk *vmp_compat_getgeo_disk(VMP_COMPAT_GETGEO_OF)
{
	return of->bd_disk;
}
#endif

#endif
