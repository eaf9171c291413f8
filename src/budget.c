// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many checks an HBA gets: so many a second for all the paths behind it.
 *
 * The checker asks before each check. Thousands of LUs behind one HBA that is
 * gone, or slow, would else be read every second each. An object for each HBA
 * (the virtio device), which the open paths hold; the counting is rate.c's.
 */
#include <linux/device.h>
#include <linux/slab.h>
#include "vmpath.h"
#include "rate.h"

struct vmp_budget {
	struct list_head node;		/* vmp_budgets_lock */
	unsigned int users;		/* vmp_budgets_lock */
	struct device *hba;		/* const, held */
	spinlock_t lock;		/* irq-safe */
	struct vmp_rate rate;		/* lock */
};

static LIST_HEAD(vmp_budgets);
static DEFINE_MUTEX(vmp_budgets_lock);

/* The virtio device that a disk is, or that its SCSI host is. */
static struct device *vmp_budget_hba(struct device *dev)
{
	while (dev && !(dev->bus && !strcmp(dev->bus->name, "virtio")))
		dev = dev->parent;
	return dev;
}

static struct vmp_budget *vmp_budget_find(const struct device *hba)
{
	struct vmp_budget *budget;

	lockdep_assert_held(&vmp_budgets_lock);
	list_for_each_entry(budget, &vmp_budgets, node)
		if (budget->hba == hba)
			return budget;
	return NULL;
}

/**
 * vmp_budget_get() - the budget of the HBA that a disk is behind
 * @dev: the disk, open
 *
 * Context: sleeps.
 * Return: for vmp_budget_put(); NULL, which is no bound, for want of memory.
 */
struct vmp_budget *vmp_budget_get(struct device *dev)
{
	struct device *hba = vmp_budget_hba(dev);
	struct vmp_budget *budget;

	if (!hba)
		return NULL;
	mutex_lock(&vmp_budgets_lock);
	budget = vmp_budget_find(hba);
	if (!budget) {
		budget = kzalloc(sizeof(*budget), GFP_KERNEL);
		if (budget) {
			budget->hba = get_device(hba);
			spin_lock_init(&budget->lock);
			list_add(&budget->node, &vmp_budgets);
		}
	}
	if (budget)
		budget->users++;
	mutex_unlock(&vmp_budgets_lock);
	return budget;
}

/**
 * vmp_budget_put() - a path is closed
 * @budget: from vmp_budget_get(); may be NULL
 *
 * Context: sleeps.
 */
void vmp_budget_put(struct vmp_budget *budget)
{
	bool last;

	if (!budget)
		return;
	mutex_lock(&vmp_budgets_lock);
	last = !--budget->users;
	if (last)
		list_del(&budget->node);
	mutex_unlock(&vmp_budgets_lock);
	if (!last)
		return;
	put_device(budget->hba);
	kfree(budget);
}

/**
 * vmp_budget_take() - may a check begin now?
 * @budget: the path's; NULL is no bound
 * @urgent: it is waited for: it may in any case, and counts
 *
 * Context: any.
 */
bool vmp_budget_take(struct vmp_budget *budget, bool urgent)
{
	unsigned long flags;
	bool may;

	if (!budget)
		return true;
	spin_lock_irqsave(&budget->lock, flags);
	may = vmp_rate_take(&budget->rate, ktime_get_ns(), urgent);
	spin_unlock_irqrestore(&budget->lock, flags);
	return may;
}
