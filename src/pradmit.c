// SPDX-License-Identifier: GPL-2.0-only
/*
 * A path that comes, or comes back, while the LU's other paths are registered: it is
 * registered before it carries I/O, or it would get conflicts.
 *
 * The path's own check does this. It waits for no operation of a user: it puts the path
 * off while there is one. What the array says counts; a guest that has been fenced
 * meanwhile is not registered again.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <scsi/scsi_host.h>
#include "vmpath.h"

#define VMP_PRADMIT_TRIES	5	/* others register, too */

/* What is to be done for a path, as its check has found it. */
struct vmp_pradmit {
	struct vmp_path *path;
	struct vmp_pr_answer answer;	/* of no interest */
	unsigned int change;
	u64 key;
	u64 former, older;	/* what it may be registered with instead, or 0 */
	u8 flags, type;
	u64 holder;
	bool lost;		/* nobody of ours is registered */
	bool doubt;		/* that is not known, and may be soon */
};

/* Return: the path has to wait. */
static bool vmp_pradmit_begin(struct vmp_pradmit *adm)
{
	struct vmp_path *path = adm->path;
	struct vmp_pr *pr = &path->head->pr;
	bool wait;

	spin_lock_irq(&path->head->state_lock);
	wait = pr->busy || path->pr.late;
	path->pr.waits = wait;
	adm->change = pr->change;
	adm->key = pr->key;
	adm->former = path->pr.key != pr->key ? path->pr.key : 0;
	adm->older = pr->former;
	adm->flags = pr->flags;
	adm->type = pr->type;
	adm->holder = pr->holder;
	spin_unlock_irq(&path->head->state_lock);
	return wait;
}

static void vmp_pradmit_end(struct vmp_pradmit *adm, u64 key)
{
	struct vmp_path *path = adm->path;

	spin_lock_irq(&path->head->state_lock);
	path->pr.key = key;
	path->pr.change = adm->change;
	path->pr.refused = false;
	path->pr.told = false;
	vmp_pr_proven(path);
	/* A conflict that it had before may be heard of after this. */
	if (key) {
		path->pr.pulled_at = 0;
		xchg(&path->pr.asked, VMP_PR_NOT_ASKED);
		WRITE_ONCE(path->head->pr.ended_at, ktime_get_ns());
	}
	spin_unlock_irq(&path->head->state_lock);
}

/* The array has answered, and not as it should: that is for people to see. */
static void vmp_pradmit_fail(struct vmp_pradmit *adm, bool answered)
{
	struct vmp_path *path = adm->path;

	spin_lock_irq(&path->head->state_lock);
	path->pr.refused = answered;
	spin_unlock_irq(&path->head->state_lock);
}

static enum vmp_pr_end vmp_pradmit_send(struct vmp_pradmit *adm, u8 action, u64 key,
					u64 sa_key)
{
	bool release = action == VMP_PR_RELEASE;
	const struct vmp_pr_out out = {
		.action = action, .type = release ? adm->type : 0,
		.key = key, .sa_key = sa_key,
		/* The last REGISTER says for all whether the array keeps them (APTPL). */
		.flags = release ? 0 : adm->flags,
	};

	return vmp_prcmd_out(adm->path, &out, NULL, 0, &adm->answer);
}

/*
 * No path is registered. This one may be: it was out of use when the others were
 * unregistered. A conflict says that it is not.
 */
static enum vmp_pr_end vmp_pradmit_leave(struct vmp_pradmit *adm)
{
	u64 wanted = READ_ONCE(adm->path->head->pr.wanted);
	enum vmp_pr_end end = VMP_PR_GOOD;

	/* What somebody is about to have again stays. */
	if (adm->former && adm->former != wanted)
		end = vmp_pradmit_send(adm, VMP_PR_REGISTER, adm->former, 0);
	if (end != VMP_PR_NO_ANSWER && adm->older && adm->older != adm->former &&
	    adm->older != wanted)
		end = vmp_pradmit_send(adm, VMP_PR_REGISTER, adm->older, 0);
	return end == VMP_PR_NO_ANSWER ? end : VMP_PR_GOOD;
}

/*
 * When the kernel asked, the disk may have told nothing of its caches. While one nexus
 * alone may do anything it would not do so now, either, and the kernel would forget what it
 * knows, even the capacity.
 */
static void vmp_pradmit_rescan(struct vmp_path *path)
{
	unsigned int noio = memalloc_noio_save();
	struct vmp_pr_holder holder;

	if (path->bdev && vmp_prcmd_holder(path, &holder) == VMP_PR_GOOD &&
	    !(holder.held && vmp_pr_one_holds(holder.type)))
		scsi_rescan_device(path->sdev);
	memalloc_noio_restore(noio);
}

/* Does our key hold what is reserved? That would have gone with a PREEMPT of it. */
static enum vmp_pr_end vmp_pradmit_holds(struct vmp_pradmit *adm)
{
	struct vmp_pr_holder holder;
	enum vmp_pr_end end = vmp_prcmd_holder(adm->path, &holder);

	if (end != VMP_PR_GOOD)
		return VMP_PR_NO_ANSWER;
	return holder.held && holder.key == adm->key ? VMP_PR_GOOD : VMP_PR_CONFLICT;
}

/*
 * VMP_PR_GOOD if there has been no PREEMPT of our key before this was asked: a path in use is
 * registered still, or else, with @by_holder, our key holds what is reserved.
 */
static enum vmp_pr_end vmp_pradmit_sure(struct vmp_pradmit *adm, bool by_holder)
{
	struct vmp_pr_op *op = vmp_pr_alloc(adm->path->head, &adm->answer);
	enum vmp_pr_end end, held;

	if (!op)
		return VMP_PR_NO_ANSWER;
	vmp_pr_collect(op);
	end = vmp_pr_vouch(op, adm->path);
	if (end != VMP_PR_GOOD && by_holder) {
		held = vmp_pradmit_holds(adm);
		if (held == VMP_PR_GOOD)
			vmp_pr_prove_gone(op);
		if (held != VMP_PR_CONFLICT)
			end = held;
	}
	vmp_pr_put(op);
	kfree(op);
	return end;
}

/*
 * Our key is there, or may be: not all have come (not @seen). Is that by a registration which we
 * know to be in time? It may be another path's that came late, of which only that path can tell.
 */
static bool vmp_pradmit_known(struct vmp_pradmit *adm, bool seen)
{
	enum vmp_pr_doubt doubt = vmp_pr_doubtful(adm->path->head, adm->path);
	bool sure = seen && !doubt;
	enum vmp_pr_end end = sure ? VMP_PR_GOOD : vmp_pradmit_sure(adm, true);

	if (end == VMP_PR_GOOD)
		return true;
	/* Who has gone will never tell. A path in use may just have failed, and will yet. */
	adm->lost = doubt != VMP_PR_OF_PATH && end != VMP_PR_NO_ANSWER &&
		    vmp_pr_doubtful(adm->path->head, adm->path) == doubt;
	adm->doubt = !adm->lost;
	return false;
}

/*
 * It has been registered: has nothing else happened? A list of keys says so only if none of
 * them came late.
 */
static bool vmp_pradmit_alone(struct vmp_pradmit *adm, const struct vmp_pr_keys *before)
{
	struct vmp_path *path = adm->path;
	struct vmp_pr_keys after;
	bool alone;
	u8 *data;

	if (vmp_pr_doubtful(path->head, path))
		return vmp_pradmit_sure(adm, true) == VMP_PR_GOOD;
	if (vmp_pradmit_sure(adm, false) == VMP_PR_GOOD)
		return true;
	alone = vmp_prcmd_keys(path, &after, &data) == VMP_PR_GOOD &&
		vmp_pr_only_added(before, &after, adm->key,
				  adm->flags & VMP_PR_ALL_TG_PT);
	kfree(data);
	/* Another path may have begun meanwhile. */
	return alone && !vmp_pr_doubtful(path->head, path);
}

/*
 * Register it, as long as others are. Return: VMP_PR_CONFLICT if it is not known whether
 * that was before or after a PREEMPT.
 */
static enum vmp_pr_end vmp_pradmit_claim(struct vmp_pradmit *adm)
{
	struct vmp_pr_keys before;
	struct vmp_path *path = adm->path;
	enum vmp_pr_end end;
	bool seen;
	u8 *data;

	end = vmp_prcmd_keys(path, &before, &data);
	if (end != VMP_PR_GOOD)
		goto out;
	seen = vmp_pr_count_key(&before, adm->key);
	adm->lost = !seen && before.nr == before.told;
	if (adm->lost)
		goto out;
	if (!vmp_pradmit_known(adm, seen)) {
		end = adm->lost ? VMP_PR_GOOD : VMP_PR_CONFLICT;
		goto out;
	}
	spin_lock_irq(&path->head->state_lock);
	/* What was stalled may have come back into use meanwhile (stall.c). */
	if (path->state == VMP_PATH_LIVE)
		vmp_path_set_state(path, VMP_PATH_PROBING, "to be registered anew");
	vmp_pr_doubt(path, adm->key);
	spin_unlock_irq(&path->head->state_lock);
	end = vmp_pradmit_send(adm, VMP_PR_REGISTER_IGNORE, 0, adm->key);
	if (end != VMP_PR_GOOD)
		goto out;
	if (vmp_pradmit_alone(adm, &before))
		vmp_pradmit_rescan(path);
	else
		end = VMP_PR_CONFLICT;
out:
	kfree(data);
	return end;
}

/*
 * Take back a registration that may have come after a PREEMPT. There was none if a path in
 * use is registered still, or if our key holds what is reserved, which would go with the
 * holder's registration.
 */
static enum vmp_pr_end vmp_pradmit_prove(struct vmp_pradmit *adm)
{
	struct vmp_path *path = adm->path;
	enum vmp_pr_end end;

	if (!READ_ONCE(path->pr.unproven))
		return VMP_PR_GOOD;
	/* Another key cannot have brought ours back; or somebody is about to register all so. */
	if (path->pr.doubted == adm->key && READ_ONCE(path->head->pr.wanted) != adm->key) {
		end = vmp_pradmit_sure(adm, true);
		if (end == VMP_PR_NO_ANSWER)
			return end;
		if (end != VMP_PR_GOOD)
			end = vmp_pradmit_send(adm, VMP_PR_REGISTER, adm->key, 0);
		if (end != VMP_PR_GOOD && end != VMP_PR_CONFLICT)
			return end;
	}
	spin_lock_irq(&path->head->state_lock);
	vmp_pr_proven(path);
	spin_unlock_irq(&path->head->state_lock);
	return VMP_PR_GOOD;
}

/*
 * Registered as it should be? It is if it may change its key for the same. If not, the
 * others have to be, still, and nothing may have happened until it is, too: or it would
 * be back after it was preempted.
 */
static enum vmp_pr_end vmp_pradmit_join(struct vmp_pradmit *adm)
{
	enum vmp_pr_end end;
	unsigned int i;

	for (i = 0; i < VMP_PRADMIT_TRIES; i++) {
		adm->doubt = false;
		end = vmp_pradmit_prove(adm);
		if (end == VMP_PR_GOOD)
			end = vmp_prcmd_same(adm->path, adm->key, adm->flags,
					     &adm->answer);
		if (end == VMP_PR_CONFLICT) {
			WRITE_ONCE(adm->path->pr.told, true);
			vmp_pr_bereave(adm->path, adm->key);
			end = vmp_pradmit_claim(adm);
		}
		if (end != VMP_PR_CONFLICT)
			return end;
	}
	vmp_pradmit_prove(adm);
	return VMP_PR_CONFLICT;
}

/* A RESERVE that was given up may have been carried out after all. */
static void vmp_pradmit_stray(struct vmp_pradmit *adm)
{
	struct vmp_pr_holder holder;

	if (!xchg(&adm->path->pr.strayed, 0) || adm->holder ||
	    vmp_prcmd_holder(adm->path, &holder) != VMP_PR_GOOD ||
	    !holder.held || holder.key != adm->key)
		return;
	adm->type = holder.type;
	vmp_pradmit_send(adm, VMP_PR_RELEASE, adm->key, 0);
}

static bool vmp_pradmit_register(struct vmp_pradmit *adm, const char **why)
{
	struct vmp_head *head = adm->path->head;
	enum vmp_pr_end end;
	bool lost;

	/* The nexus may be one that has been registered late by another path. */
	if (adm->key && adm->path->pr.key != adm->key &&
	    vmp_pr_doubtful(head, adm->path)) {
		spin_lock_irq(&head->state_lock);
		vmp_pr_doubt(adm->path, adm->key);
		spin_unlock_irq(&head->state_lock);
	}
	end = adm->key ? vmp_pradmit_join(adm) : VMP_PR_GOOD;
	lost = adm->lost;
	if (end == VMP_PR_GOOD && (lost || !adm->key))
		end = vmp_pradmit_leave(adm);
	if (end != VMP_PR_GOOD) {
		vmp_pradmit_fail(adm, end != VMP_PR_NO_ANSWER && !adm->doubt);
		*why = adm->doubt ? "not known yet whether we are registered still" :
				    "it cannot be registered as the other paths are";
		return false;
	}
	if (adm->key && !lost)
		vmp_pradmit_stray(adm);
	vmp_pradmit_end(adm, lost ? 0 : adm->key);
	if (lost) {
		xchg(&head->pr.unsure, 1);
		/* A disk that is no path yet does not keep the head. */
		if (adm->path->bdev)
			queue_delayed_work(vmp_path_wq, &head->pr.work, 0);
	}
	return true;
}

/**
 * vmp_pradmit() - have a path registered as the others are
 * @path: attached, not live
 * @why: set to a constant string if it is not
 *
 * Context: the path's check; sleeps.
 * Return: it is, or need not be, or vmp_pradmit_stands() says that it has to be asked
 * again.
 */
bool vmp_pradmit(struct vmp_path *path, const char **why)
{
	struct vmp_pradmit *adm;
	bool good;

	adm = kzalloc(sizeof(*adm), GFP_NOIO);
	*why = "no memory to have it registered";
	if (!adm)
		return false;
	adm->path = path;
	if (vmp_pradmit_begin(adm)) {
		good = true;	/* it does not stand: later */
	} else if (!path->sdev) {
		*why = "virtio-blk cannot take part in the reservations of the LU";
		good = !adm->key;
		if (good)
			vmp_pradmit_end(adm, 0);
	} else if (!adm->key && !adm->former && !adm->older) {
		vmp_pradmit_end(adm, 0);
		good = true;
	} else if (percpu_ref_tryget_live(&path->io_ref)) {
		good = vmp_pradmit_register(adm, why);
		percpu_ref_put(&path->io_ref);
	} else {
		good = false;
	}
	if (good)
		*why = NULL;
	kfree(adm);
	return good;
}

/* What our last path held; pr.c sees to it when the disk is a path. */
static void vmp_pradmit_hold(struct vmp_path *path)
{
	struct vmp_head *head = path->head;
	struct vmp_pr_answer unheard;
	struct vmp_pr_out out = { .action = VMP_PR_PREEMPT };

	spin_lock_irq(&head->state_lock);
	out.key = path->pr.key;
	out.sa_key = path->pr.key;
	out.type = head->pr.holder ? head->pr.type : 0;
	spin_unlock_irq(&head->state_lock);
	if (out.key && vmp_pr_one_holds(out.type) &&
	    vmp_prcmd_out(path, &out, NULL, 0, &unheard) == VMP_PR_GOOD)
		vmp_pr_note_holder(head, VMP_PR_NO_PATH, out.type);
}

/**
 * vmp_pradmit_disk() - have a disk registered that is no path yet
 * @path: of the disk, not attached; its identity is known
 *
 * An array may tell nothing, not even a capacity, to who is not registered, or does not
 * hold the reservation. If no path is left that does, this one is to.
 *
 * Context: the disk's own work; sleeps as long as the disk keeps its commands.
 * Return: the LU is reserved by us, or others are registered with it.
 */
bool vmp_pradmit_disk(struct vmp_path *path)
{
	struct vmp_head *head = vmp_head_find(path->id.wwid);
	bool reserved;
	const char *why;

	if (!head)
		return false;
	reserved = READ_ONCE(head->pr.key);
	if (reserved) {
		path->head = head;
		path->pr.patient = true;
		if (vmp_pradmit(path, &why) && !vmp_head_usable(head))
			vmp_pradmit_hold(path);
		spin_lock_irq(&head->state_lock);
		path->pr.patient = false;
		path->pr.key = 0;
		vmp_pr_joined(path);
		spin_unlock_irq(&head->state_lock);
		path->head = NULL;
	}
	kobject_put(&head->kobj);
	return reserved;
}

/**
 * vmp_pradmit_review() - is our key there still, though nothing was heard of it?
 * @path: attached, live
 *
 * An array that has lost all registrations in a restart may say nothing, and who is not
 * registered has no conflict either, before somebody else reserves.
 *
 * Context: the path's routine check; sleeps, for ten seconds and a little at most.
 */
void vmp_pradmit_review(struct vmp_path *path)
{
	struct vmp_pr *pr = &path->head->pr;
	u64 key = READ_ONCE(pr->key);
	struct vmp_pr_keys keys;
	u8 *data;

	if (!key || READ_ONCE(path->pr.key) != key || READ_ONCE(path->pr.late) ||
	    READ_ONCE(pr->busy) || !percpu_ref_tryget_live(&path->io_ref))
		return;
	if (vmp_prcmd_keys(path, &keys, &data) == VMP_PR_GOOD &&
	    keys.nr == keys.told && !vmp_pr_count_key(&keys, key))
		vmp_pr_query(path, VMP_PR_SEEMS_LOST);
	kfree(data);
	percpu_ref_put(&path->io_ref);
}

/**
 * vmp_pradmit_stands() - is a path still as vmp_pradmit() has left it?
 * @path: attached
 *
 * Context: any; head->state_lock held.
 */
bool vmp_pradmit_stands(const struct vmp_path *path)
{
	const struct vmp_pr *pr = &path->head->pr;

	lockdep_assert_held(&path->head->state_lock);
	return !pr->busy && !path->pr.late && !path->pr.waits && !path->pr.unproven &&
	       path->pr.change == pr->change;
}
