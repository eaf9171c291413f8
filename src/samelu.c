// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the LU behind a path the one that it should be? The checker asks.
 *
 * First by identity, read fresh. Since ids are forged and serials copied, then
 * by contents: the first and last 64 KiB, read through this path and through
 * one that is live. Others write there meanwhile, so a block counts as the
 * same if it is what the live path gave before or after.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/sched/mm.h>
#include <linux/slab.h>
#include "vmpath.h"

#define VMP_SAMELU_AREA		SZ_64K
#define VMP_SAMELU_PAGES	(VMP_SAMELU_AREA / PAGE_SIZE)
#define VMP_SAMELU_TRIES	8	/* while others write to the area */
#define VMP_SAMELU_TIMEOUT	(10 * HZ)	/* for a READ on another path */
#define VMP_SAMELU_NAP		(20 * HZ)	/* less than khungtaskd bears */

enum { VMP_READ_RUNS, VMP_READ_LEFT, VMP_READ_ENDED };

/* An area as read through one path. The READ and who waits for it hold it. */
struct vmp_samelu_read {
	struct bio bio;
	struct bio_vec vec[VMP_SAMELU_PAGES];
	struct work_struct work;	/* submits it, if on another path */
	struct vmp_path *other;		/* held by io_ref until the READ ends */
	struct completion done;
	refcount_t users;
	atomic_t state;			/* left by who waited, or ended */
	bool good;
	unsigned int len;
	struct page *page[VMP_SAMELU_PAGES];
};

/* What a look at an area says. */
enum vmp_samelu_area {
	VMP_AREA_SAME, VMP_AREA_BLANK, VMP_AREA_DIFFERS,
	VMP_AREA_UNSETTLED,	/* others write to it */
	VMP_AREA_UNREADABLE,	/* through our path or through each other one */
	VMP_AREA_NO_MEASURE,	/* no other path to read it through */
	VMP_AREA_NO_MEMORY,
};

static void vmp_samelu_put(struct vmp_samelu_read *read)
{
	unsigned int i;

	if (!refcount_dec_and_test(&read->users))
		return;
	for (i = 0; i < VMP_SAMELU_PAGES; i++)
		if (read->page[i])
			__free_page(read->page[i]);
	kfree(read);
}

static void vmp_samelu_end_io(struct bio *bio)
{
	struct vmp_samelu_read *read = bio->bi_private;
	struct vmp_path *other = read->other;

	read->good = !bio->bi_status;
	bio_uninit(bio);
	if (atomic_xchg(&read->state, VMP_READ_ENDED) == VMP_READ_LEFT)
		atomic_dec(&other->reads_left);
	complete(&read->done);
	vmp_samelu_put(read);
	/* Last: without it the path, and then the module, may go. */
	if (other)
		percpu_ref_put(&other->io_ref);
}

static void vmp_samelu_submit_work(struct work_struct *work)
{
	struct vmp_samelu_read *read = container_of(work, struct vmp_samelu_read,
						    work);

	submit_bio(&read->bio);
}

static struct vmp_samelu_read *vmp_samelu_alloc(struct block_device *bdev,
						sector_t sector, unsigned int len)
{
	struct vmp_samelu_read *read = kzalloc(sizeof(*read), GFP_NOIO);
	unsigned int i, part;

	if (!read)
		return NULL;
	refcount_set(&read->users, 1);
	for (i = 0; i * PAGE_SIZE < len; i++) {
		read->page[i] = alloc_page(GFP_NOIO | __GFP_NOWARN);
		if (!read->page[i]) {
			vmp_samelu_put(read);
			return NULL;
		}
	}
	init_completion(&read->done);
	INIT_WORK(&read->work, vmp_samelu_submit_work);
	read->len = len;
	bio_init(&read->bio, bdev, read->vec, VMP_SAMELU_PAGES,
		 REQ_OP_READ | REQ_META);
	read->bio.bi_iter.bi_sector = sector;
	read->bio.bi_end_io = vmp_samelu_end_io;
	read->bio.bi_private = read;
	for (i = 0, part = 0; len; i++, len -= part) {
		part = min_t(unsigned int, len, PAGE_SIZE);
		__bio_add_page(&read->bio, read->page[i], part, 0);
	}
	return read;
}

/*
 * Through another path, which may hang: so a worker submits it, it is not
 * waited for long, and it keeps what it needs when we leave, among it the
 * reference to the path. A path gets no second one while it keeps a first.
 */
static bool vmp_samelu_run_other(struct vmp_samelu_read *read,
				 struct vmp_path *other)
{
	bool good = false;

	read->other = other;
	refcount_inc(&read->users);
	percpu_ref_get(&other->io_ref);		/* ours; the first is the READ's */
	queue_work(vmp_send_wq, &read->work);
	if (wait_for_completion_io_timeout(&read->done, VMP_SAMELU_TIMEOUT)) {
		good = read->good;
	} else {
		atomic_inc(&other->reads_left);
		if (atomic_cmpxchg(&read->state, VMP_READ_RUNS,
				   VMP_READ_LEFT) != VMP_READ_RUNS)
			atomic_dec(&other->reads_left);
	}
	percpu_ref_put(&other->io_ref);
	return good;
}

/* Through the checker's own path: as long as that takes. */
static bool vmp_samelu_run_own(struct vmp_samelu_read *read, struct vmp_path *path)
{
	refcount_inc(&read->users);
	vmp_stall_asking(path);
	submit_bio(&read->bio);
	while (!wait_for_completion_io_timeout(&read->done, VMP_SAMELU_NAP))
		;
	vmp_stall_asking(path);
	return read->good;
}

/* A live path other than this one; @turn tells which, if there are several. */
static struct vmp_path *vmp_samelu_other(const struct vmp_set *set,
					 const struct vmp_path *path,
					 unsigned int turn)
{
	struct vmp_path *other;
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		other = set->path[(i + turn) % set->nr];
		if (other != path &&
		    READ_ONCE(other->rank) != VMP_RANK_UNUSABLE)
			return other;
	}
	return NULL;
}

/* Likewise, held by io_ref, and none that keeps a READ of ours, or old I/O. */
static struct vmp_path *vmp_samelu_get_other(struct vmp_path *path,
					     unsigned int turn)
{
	const struct vmp_set *set;
	struct vmp_path *other = NULL;
	unsigned int i;

	rcu_read_lock();
	set = rcu_dereference(path->head->set);
	for (i = 0; i < set->nr && !other; i++) {
		other = vmp_samelu_other(set, path, turn + i);
		if (!other)
			break;
		if (atomic_read(&other->reads_left) || vmp_stall_overdue(other) ||
		    !percpu_ref_tryget_live(&other->io_ref))
			other = NULL;
	}
	rcu_read_unlock();
	return other;
}

/* Read an area through another path. NULL and why, if that cannot be. */
static struct vmp_samelu_read *vmp_samelu_measure(struct vmp_path *path,
						  sector_t sector, unsigned int len,
						  enum vmp_samelu_area *why)
{
	struct vmp_path *other = vmp_samelu_get_other(path, path->turn);
	struct vmp_samelu_read *read;

	*why = VMP_AREA_NO_MEASURE;
	if (!other)
		return NULL;
	*why = VMP_AREA_NO_MEMORY;
	read = vmp_samelu_alloc(other->bdev, sector, len);
	if (!read) {
		percpu_ref_put(&other->io_ref);
		return NULL;
	}
	*why = VMP_AREA_UNREADABLE;
	if (vmp_samelu_run_other(read, other))
		return read;
	vmp_samelu_put(read);
	return NULL;
}

static const u8 *vmp_samelu_at(const struct vmp_samelu_read *read,
			       unsigned int offset)
{
	return (u8 *)page_address(read->page[offset / PAGE_SIZE]) +
	       offset % PAGE_SIZE;
}

/* Each block of @own as it was before, or as it was after? */
static enum vmp_samelu_area vmp_samelu_blocks(const struct vmp_samelu_read *own,
					      const struct vmp_samelu_read *before,
					      const struct vmp_samelu_read *after)
{
	enum vmp_samelu_area verdict = VMP_AREA_SAME;
	const u8 *o, *b, *a;
	unsigned int i;

	for (i = 0; i < own->len; i += SECTOR_SIZE) {
		o = vmp_samelu_at(own, i);
		b = vmp_samelu_at(before, i);
		a = vmp_samelu_at(after, i);
		if (!memcmp(o, b, SECTOR_SIZE) || !memcmp(o, a, SECTOR_SIZE))
			continue;
		if (!memcmp(b, a, SECTOR_SIZE))
			return VMP_AREA_DIFFERS;
		verdict = VMP_AREA_UNSETTLED;
	}
	return verdict;
}

static bool vmp_samelu_blank(const struct vmp_samelu_read *read)
{
	u8 first = *vmp_samelu_at(read, 0);
	unsigned int i;

	if (first && first != 0xff)
		return false;
	for (i = 0; i < read->len; i += SECTOR_SIZE)
		if (memchr_inv(vmp_samelu_at(read, i), first, SECTOR_SIZE))
			return false;
	return true;
}

/* One look at an area through both paths. */
static enum vmp_samelu_area vmp_samelu_look(struct vmp_path *path,
					    sector_t sector, unsigned int len)
{
	struct vmp_samelu_read *before, *own, *after;
	enum vmp_samelu_area verdict;

	before = vmp_samelu_measure(path, sector, len, &verdict);
	if (!before)
		return verdict;
	own = vmp_samelu_alloc(path->bdev, sector, len);
	verdict = VMP_AREA_NO_MEMORY;
	if (!own)
		goto out_before;
	verdict = VMP_AREA_UNREADABLE;
	if (!vmp_samelu_run_own(own, path))
		goto out_own;
	verdict = vmp_samelu_blocks(own, before, before);
	if (verdict == VMP_AREA_SAME) {
		if (vmp_samelu_blank(own))
			verdict = VMP_AREA_BLANK;
		goto out_own;
	}
	after = vmp_samelu_measure(path, sector, len, &verdict);
	if (!after)
		goto out_own;
	verdict = vmp_samelu_blocks(own, before, after);
	vmp_samelu_put(after);
out_own:
	vmp_samelu_put(own);
out_before:
	vmp_samelu_put(before);
	return verdict;
}

/*
 * It differs if it does so at each look; it is the same if it is so once. What
 * one path cannot read another may.
 */
static enum vmp_samelu_area vmp_samelu_area(struct vmp_path *path,
					    sector_t sector, unsigned int len)
{
	enum vmp_samelu_area look = VMP_AREA_NO_MEASURE;
	unsigned int i, differs = 0;

	for (i = 0; i < VMP_SAMELU_TRIES; i++, path->turn++) {
		look = vmp_samelu_look(path, sector, len);
		if (look == VMP_AREA_DIFFERS)
			differs++;
		else if (look != VMP_AREA_UNSETTLED && look != VMP_AREA_UNREADABLE)
			return look;
	}
	if (!differs)
		return look;
	return differs == VMP_SAMELU_TRIES ? VMP_AREA_DIFFERS : VMP_AREA_UNSETTLED;
}

static const char vmp_samelu_is_other[] = "other contents";
static const char vmp_samelu_memory[] = "no memory to compare its contents";
static const char vmp_samelu_busy[] =
	"its first or last 64 KiB change too fast to be compared";
static const char vmp_samelu_no_measure[] =
	"its contents were in doubt, and no path is live to compare them with";
static const char vmp_samelu_unread[] =
	"its first and last 64 KiB cannot be compared";
static const char vmp_samelu_is_blank[] =
	"blank: nothing tells it from another blank LU until its first or last 64 KiB are written";

/*
 * Neither the same nor another: blank, or it cannot be read. The designators of
 * SCSI are proof enough then, and so is a comparison with what the LU has been
 * since; the serial of virtio-blk, which people copy with a guest, is not.
 */
static enum vmp_same vmp_samelu_no_proof(struct vmp_path *path, bool blank,
					 const char **why)
{
	if (!path->doubted &&
	    (path->transport == VMP_VIRTIO_SCSI ||
	     (path->proven && path->proven == READ_ONCE(path->head->measure))))
		return VMP_LU_SAME;
	*why = blank ? vmp_samelu_is_blank : vmp_samelu_unread;
	path->doubted |= blank;
	return VMP_LU_UNKNOWN;
}

/* Compare the contents with those seen through a live path. */
static enum vmp_same vmp_samelu_contents(struct vmp_path *path,
					 const char **why)
{
	unsigned int block = bdev_logical_block_size(path->bdev) >> SECTOR_SHIFT;
	unsigned int measure = READ_ONCE(path->head->measure);
	sector_t end = round_down(bdev_nr_sectors(path->bdev), block);
	unsigned int len = min_t(sector_t, end << SECTOR_SHIFT, VMP_SAMELU_AREA);
	enum vmp_samelu_area first, last;

	if (!len || vmp_path_gone(path))
		return VMP_LU_UNKNOWN;
	first = vmp_samelu_area(path, 0, len);
	last = vmp_samelu_area(path, end - (len >> SECTOR_SHIFT), len);
	if (first == VMP_AREA_DIFFERS || last == VMP_AREA_DIFFERS) {
		path->doubted = true;
		path->proven = 0;
		*why = vmp_samelu_is_other;
		return VMP_LU_OTHER;
	}
	if (first == VMP_AREA_UNSETTLED || last == VMP_AREA_UNSETTLED)
		*why = vmp_samelu_busy;
	else if (first == VMP_AREA_NO_MEMORY || last == VMP_AREA_NO_MEMORY)
		*why = vmp_samelu_memory;
	if (first == VMP_AREA_SAME || last == VMP_AREA_SAME) {
		*why = NULL;
		path->doubted = false;
		path->proven = measure;
		return VMP_LU_SAME;
	}
	if (*why)
		return VMP_LU_UNKNOWN;
	return vmp_samelu_no_proof(path, first == VMP_AREA_BLANK ||
				   last == VMP_AREA_BLANK, why);
}

static bool vmp_samelu_alone(struct vmp_path *path)
{
	bool alone;

	rcu_read_lock();
	alone = !vmp_samelu_other(rcu_dereference(path->head->set), path, 0);
	rcu_read_unlock();
	return alone;
}

static const char *vmp_samelu_id_differs(struct vmp_path *path,
					 const struct vmp_identity *id)
{
	struct vmp_head *head = path->head;
	const char *why = vmp_identity_differs(id, &path->id);

	spin_lock_irq(&head->state_lock);
	if (!why)
		why = vmp_identity_differs(id, &head->id);
	spin_unlock_irq(&head->state_lock);
	return why;
}

/**
 * vmp_samelu_identity() - does a path lead to the LU that it did, by its ids?
 * @path: attached; its checker calls, nobody else
 * @why: set to a constant string for people if the answer is VMP_LU_OTHER
 *
 * Sends no command that moves data.
 *
 * Context: sleeps, as long as @path keeps its own commands.
 * Return: VMP_LU_SAME, VMP_LU_OTHER, or VMP_LU_UNKNOWN if it does not answer.
 */
enum vmp_same vmp_samelu_identity(struct vmp_path *path, const char **why)
{
	unsigned int noio = memalloc_noio_save();
	struct vmp_identity *id = kmalloc(sizeof(*id), GFP_NOIO);
	enum vmp_same same = VMP_LU_UNKNOWN;
	int ret = -ENOMEM;

	vmp_stall_asking(path);
	if (id)
		ret = vmp_inquiry(disk_to_dev(path->bdev->bd_disk),
				  path->transport, id);
	vmp_stall_asking(path);
	if (!ret)
		*why = vmp_samelu_id_differs(path, id);
	else if (ret == -ENODATA && path->transport == VMP_VIRTIO_SCSI)
		*why = "no id any more";	/* virtio-blk says so of a failed request too */
	if (*why)
		same = VMP_LU_OTHER;
	else if (!ret)
		same = VMP_LU_SAME;
	kfree(id);
	memalloc_noio_restore(noio);
	return same;
}

/**
 * vmp_samelu_check() - does a path lead to the LU of its meta-node?
 * @path: attached; its checker calls, nobody else
 * @alone: set if there was no live path to compare the contents with
 * @why: set to a constant string for people if the answer is not VMP_LU_SAME
 *	and there is something to say
 *
 * Without a live path the first that comes is the measure for the others, but
 * for one whose contents were found to differ: that must be compared again.
 *
 * Context: sleeps, as long as @path keeps its own I/O.
 * Return: VMP_LU_SAME, VMP_LU_OTHER, or VMP_LU_UNKNOWN if it cannot be told now.
 */
enum vmp_same vmp_samelu_check(struct vmp_path *path, bool *alone,
			       const char **why)
{
	enum vmp_same same = vmp_samelu_identity(path, why);

	*alone = false;
	if (same != VMP_LU_SAME)
		return same;
	*alone = vmp_samelu_alone(path);
	if (!*alone)
		return vmp_samelu_contents(path, why);
	if (!path->doubted)
		return VMP_LU_SAME;
	*why = vmp_samelu_no_measure;
	return VMP_LU_UNKNOWN;
}
