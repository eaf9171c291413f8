// SPDX-License-Identifier: GPL-2.0-only
/*
 * Failure domains: what shares an HBA or a target port fails together.
 *
 * head.c has a path join its domains and leave them. When a path fails or stalls,
 * path.c says so here, and the live paths of its domains, of whatever LU, are in
 * doubt: they are checked at once, and I/O prefers others until they have read. An
 * HBA's domain also says how many checks a second its paths get; that is rate.c's.
 */
#include <linux/device.h>
#include <linux/slab.h>
#include "vmpath.h"
#include "rate.h"

#define VMP_DOMAIN_PAUSE	HZ	/* between two rounds of doubt */
#define VMP_DOMAIN_CHECKS	64	/* at a time, for an HBA */

struct vmp_domain {
	struct list_head node;		/* vmp_domains_lock */
	unsigned int users;		/* vmp_domains_lock */
	struct device *hba;		/* const, held; NULL if it is a target port */
	char port[VMP_PORT_LEN];	/* const */

	struct mutex mutex;		/* before head->state_lock */
	struct list_head members;	/* mutex */
	unsigned long round_at;		/* jiffies: no round before; read/write once */
	unsigned long since;		/* jiffies: read/write once; see doubt() */
	struct delayed_work doubt_work;

	spinlock_t lock;		/* irq-safe; inside none, and none inside */
	struct vmp_rate rate;		/* lock */
	unsigned int checks;		/* lock: that have begun and not ended */
};

static LIST_HEAD(vmp_domains);
static DEFINE_MUTEX(vmp_domains_lock);	/* inside none, and none inside */

/* The virtio device that a disk is, or that its SCSI host is. */
static struct device *vmp_domain_hba(struct device *dev)
{
	while (dev && !(dev->bus && !strcmp(dev->bus->name, "virtio")))
		dev = dev->parent;
	return dev;
}

static void vmp_domain_work(struct work_struct *work)
{
	struct vmp_domain *domain = container_of(to_delayed_work(work),
						 struct vmp_domain, doubt_work);
	unsigned long since = READ_ONCE(domain->since);
	struct vmp_member *member;

	WRITE_ONCE(domain->round_at, jiffies + VMP_DOMAIN_PAUSE);
	mutex_lock(&domain->mutex);
	list_for_each_entry(member, &domain->members, node)
		vmp_path_doubt(member->path, since);
	mutex_unlock(&domain->mutex);
}

static struct vmp_domain *vmp_domain_find(const struct device *hba,
					  const char *port)
{
	struct vmp_domain *domain;

	lockdep_assert_held(&vmp_domains_lock);
	list_for_each_entry(domain, &vmp_domains, node)
		if (domain->hba == hba && !strcmp(domain->port, port))
			return domain;
	return NULL;
}

static struct vmp_domain *vmp_domain_alloc(struct device *hba, const char *port)
{
	struct vmp_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);

	if (!domain)
		return NULL;
	domain->hba = get_device(hba);
	strscpy(domain->port, port, sizeof(domain->port));
	mutex_init(&domain->mutex);
	spin_lock_init(&domain->lock);
	INIT_LIST_HEAD(&domain->members);
	INIT_DELAYED_WORK(&domain->doubt_work, vmp_domain_work);
	domain->round_at = jiffies;
	return domain;
}

/* What whoever joined has made of it is complete. */
static struct vmp_domain *vmp_domain_of(struct vmp_path *path,
					enum vmp_domain_kind kind)
{
	return smp_load_acquire(&path->member[kind].domain);	/* as in _add() */
}

/* The domain of an HBA, or of a port with @hba NULL; counted, or NULL. */
static struct vmp_domain *vmp_domain_get(struct device *hba, const char *port)
{
	struct vmp_domain *domain;

	mutex_lock(&vmp_domains_lock);
	domain = vmp_domain_find(hba, port);
	if (!domain) {
		domain = vmp_domain_alloc(hba, port);
		if (domain)
			list_add(&domain->node, &vmp_domains);
	}
	if (domain)
		domain->users++;
	mutex_unlock(&vmp_domains_lock);
	return domain;
}

static void vmp_domain_put(struct vmp_domain *domain)
{
	bool last;

	mutex_lock(&vmp_domains_lock);
	last = !--domain->users;
	if (last)
		list_del(&domain->node);
	mutex_unlock(&vmp_domains_lock);
	if (!last)
		return;
	cancel_delayed_work_sync(&domain->doubt_work);
	put_device(domain->hba);
	kfree(domain);
}

static void vmp_domain_add(struct vmp_path *path, struct vmp_member *member,
			   struct vmp_domain *domain)
{
	if (!domain)
		return;
	member->path = path;
	mutex_lock(&domain->mutex);
	list_add_tail(&member->node, &domain->members);
	mutex_unlock(&domain->mutex);
	/* Whoever sees it finds it complete; it stays until the path leaves. */
	smp_store_release(&member->domain, domain);
}

/**
 * vmp_domain_join() - a path's failures concern its domains from now on
 * @path: attached
 *
 * Without memory it is in none: no sibling is doubted for it, and its checks are
 * not counted, nor is one that begins before this.
 *
 * Context: sleeps.
 */
void vmp_domain_join(struct vmp_path *path)
{
	struct device *hba = vmp_domain_hba(disk_to_dev(path->bdev->bd_disk));

	if (hba)
		vmp_domain_add(path, &path->member[VMP_DOMAIN_HBA],
			       vmp_domain_get(hba, ""));
	if (path->id.target_port[0])
		vmp_domain_add(path, &path->member[VMP_DOMAIN_PORT],
			       vmp_domain_get(NULL, path->id.target_port));
}

/**
 * vmp_domain_leave() - the last word on a path has been said
 * @path: removing, and no check of it is to come
 *
 * Context: sleeps.
 */
void vmp_domain_leave(struct vmp_path *path)
{
	unsigned int i;

	for (i = 0; i < VMP_NR_DOMAINS; i++) {
		struct vmp_domain *domain = path->member[i].domain;

		if (!domain)
			continue;
		mutex_lock(&domain->mutex);
		list_del(&path->member[i].node);
		mutex_unlock(&domain->mutex);
		path->member[i].domain = NULL;
		vmp_domain_put(domain);
	}
}

/**
 * vmp_domain_doubt() - a path has failed or stalled: what about its siblings?
 * @path: attached, not removing
 *
 * One round a second for each domain; a failure soon after a round has another one
 * follow when its time has come. What has read well since the failure is not asked.
 *
 * Context: any; head->state_lock held.
 */
void vmp_domain_doubt(struct vmp_path *path)
{
	unsigned long now = jiffies, at;
	unsigned int i;

	lockdep_assert_held(&path->head->state_lock);
	for (i = 0; i < VMP_NR_DOMAINS; i++) {
		struct vmp_domain *domain = vmp_domain_of(path, i);

		if (!domain)
			continue;
		WRITE_ONCE(domain->since, now);
		at = READ_ONCE(domain->round_at);
		queue_delayed_work(vmp_wq, &domain->doubt_work,
				   time_after(at, now) ?
				   min(at - now, VMP_DOMAIN_PAUSE + 0UL) : 0);
	}
}

/**
 * vmp_domain_may_check() - may a check of a path begin now?
 * @path: attached
 * @urgent: it is waited for: it may in any case, and counts
 * @new: it comes with the path's disk: as many a second as there are, and counts
 *
 * Not if too many of the HBA's have not ended: the checks of a silent HBA never do,
 * and each keeps a worker that others need.
 *
 * Context: the path's check, which calls vmp_domain_checked() when it ends.
 */
bool vmp_domain_may_check(struct vmp_path *path, bool urgent, bool new)
{
	struct vmp_domain *hba = vmp_domain_of(path, VMP_DOMAIN_HBA);
	unsigned long flags;
	bool may;

	if (!hba)
		return true;
	spin_lock_irqsave(&hba->lock, flags);
	may = (urgent || hba->checks < VMP_DOMAIN_CHECKS) &&
	      vmp_rate_take(&hba->rate, ktime_get_ns(), urgent || new);
	hba->checks += may;
	spin_unlock_irqrestore(&hba->lock, flags);
	path->check_counted = may;
	return may;
}

/**
 * vmp_domain_checked() - a check that might begin has ended
 * @path: attached
 *
 * Context: the path's check.
 */
void vmp_domain_checked(struct vmp_path *path)
{
	struct vmp_domain *hba = vmp_domain_of(path, VMP_DOMAIN_HBA);
	unsigned long flags;

	if (!path->check_counted)
		return;
	path->check_counted = false;
	spin_lock_irqsave(&hba->lock, flags);
	hba->checks--;
	spin_unlock_irqrestore(&hba->lock, flags);
}
