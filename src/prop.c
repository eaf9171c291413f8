// SPDX-License-Identifier: GPL-2.0-only
/*
 * An operation on reservations: it begins, has the paths in use, sends by them, and ends.
 *
 * What it is about is for pr.c, prregister.c and prwatch.c.
 */
#include <linux/slab.h>
#include "vmpath.h"

/**
 * vmp_pr_alloc() - make an operation
 * @head: the head
 * @answer: what the target says, set to -EIO until it does
 *
 * Context: sleeps. kfree() frees it.
 */
struct vmp_pr_op *vmp_pr_alloc(struct vmp_head *head, struct vmp_pr_answer *answer)
{
	struct vmp_pr_op *op = kzalloc(sizeof(*op), GFP_NOIO);

	if (op) {
		op->head = head;
		op->answer = answer;
		answer->result = -EIO;
	}
	return op;
}

/**
 * vmp_pr_collect() - take hold of the paths in use, the holder's first
 * @op: has its head
 *
 * Context: any. vmp_pr_put() lets go of them.
 * Return: 0, or -EOPNOTSUPP if the LU is reached over virtio-blk, too.
 */
int vmp_pr_collect(struct vmp_pr_op *op)
{
	struct vmp_head *head = op->head;
	const struct vmp_set *set;
	unsigned int i;
	int ret = 0;

	op->nr = 0;
	op->gone = READ_ONCE(head->pr.gone);
	rcu_read_lock();
	set = rcu_dereference(head->set);
	for (i = 0; i < set->nr; i++) {
		struct vmp_path *path = set->path[i];

		/* One that came while we were registered is not in use. */
		if (!path->sdev && (READ_ONCE(path->rank) != VMP_RANK_UNUSABLE ||
				    !READ_ONCE(head->pr.key)))
			ret = -EOPNOTSUPP;
		else if (path->sdev && READ_ONCE(path->rank) != VMP_RANK_UNUSABLE &&
			 !READ_ONCE(path->unsettled) &&
			 percpu_ref_tryget_live(&path->io_ref))
			op->path[op->nr++] = path;
	}
	rcu_read_unlock();
	for (i = 1; i < op->nr; i++)
		if (op->path[i]->born == READ_ONCE(head->pr.holder))
			swap(op->path[0], op->path[i]);
	return ret;
}

/**
 * vmp_pr_put() - let go of the paths
 * @op: of vmp_pr_collect()
 *
 * Context: any.
 */
void vmp_pr_put(struct vmp_pr_op *op)
{
	while (op->nr)
		percpu_ref_put(&op->path[--op->nr]->io_ref);
}

/**
 * vmp_pr_begin() - begin with an operation
 * @op: has its head
 *
 * From here on no path becomes live, and conflicts of I/O are our own doing.
 *
 * Context: sleeps until another operation has ended. vmp_pr_end() ends it.
 * Return: 0, or -EOPNOTSUPP if the LU is reached over virtio-blk, too.
 */
int vmp_pr_begin(struct vmp_pr_op *op)
{
	struct vmp_head *head = op->head;

	mutex_lock(&head->pr.mutex);
	spin_lock_irq(&head->state_lock);
	WRITE_ONCE(head->pr.busy, true);
	spin_unlock_irq(&head->state_lock);
	return vmp_pr_collect(op);
}

/**
 * vmp_pr_end() - an operation has ended
 * @op: of vmp_pr_begin()
 *
 * Context: process.
 */
void vmp_pr_end(struct vmp_pr_op *op)
{
	struct vmp_head *head = op->head;

	vmp_pr_put(op);
	WRITE_ONCE(head->pr.ended_at, ktime_get_ns());
	spin_lock_irq(&head->state_lock);
	WRITE_ONCE(head->pr.busy, false);
	spin_unlock_irq(&head->state_lock);
	/* See vmp_pr_stop(). */
	if (!test_bit(VMP_HEAD_DYING, &head->flags))
		vmp_failover_kick(head);
	mutex_unlock(&head->pr.mutex);
}

/**
 * vmp_pr_has_holder() - is the path in use by which the reservation is held?
 * @op: has its paths
 *
 * Context: any.
 */
bool vmp_pr_has_holder(const struct vmp_pr_op *op)
{
	return op->nr && op->path[0]->born == READ_ONCE(op->head->pr.holder) &&
	       READ_ONCE(op->path[0]->state) == VMP_PATH_LIVE;
}

/**
 * vmp_pr_drop() - take a path out of use that does not answer, or has failed to
 * @path: with a reference on its io_ref
 *
 * It has to come back by the checker.
 *
 * Context: process.
 */
void vmp_pr_drop(struct vmp_path *path)
{
	vmp_path_fail(path, BLK_STS_TIMEOUT, NULL);
}

/**
 * vmp_pr_send() - send PERSISTENT RESERVE OUT by a path
 * @op: has its paths; its answer is written, see vmp_prcmd_out()
 * @path: one of them; taken out of use if it has no answer
 * @out: op->out, or what it takes
 *
 * Context: sleeps, for ten seconds and a little at most.
 */
enum vmp_pr_end vmp_pr_send(struct vmp_pr_op *op, struct vmp_path *path,
			    const struct vmp_pr_out *out)
{
	bool own = out == op->out;
	enum vmp_pr_end end = vmp_prcmd_out(path, out, own ? op->param : NULL,
					    op->len, op->answer);

	if (end == VMP_PR_NO_ANSWER)
		vmp_pr_drop(path);
	return end;
}

/**
 * vmp_pr_unsure() - the array has to be asked
 * @head: an operation of its is under way
 *
 * Context: process.
 */
void vmp_pr_unsure(struct vmp_head *head)
{
	xchg(&head->pr.unsure, 1);
	if (!test_bit(VMP_HEAD_DYING, &head->flags))
		queue_delayed_work(vmp_path_wq, &head->pr.work, 1);
}

/**
 * vmp_pr_send_any() - send what the caller wants by the first path that has an answer
 * @op: has its paths
 * @end: set
 *
 * Context: sleeps, for ten seconds for each path that does not answer.
 * Return: the path's place, or op->nr.
 */
unsigned int vmp_pr_send_any(struct vmp_pr_op *op, enum vmp_pr_end *end)
{
	unsigned int i;

	*end = VMP_PR_NO_ANSWER;
	for (i = 0; i < op->nr; i++) {
		*end = vmp_pr_send(op, op->path[i], op->out);
		if (op->answer->maybe)
			op->silent = op->silent ? VMP_PR_NO_PATH : op->path[i]->born;
		if (*end != VMP_PR_NO_ANSWER)
			break;
	}
	return i;
}
