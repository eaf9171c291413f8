/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Persistent reservations: what a meta-node and a path keep of them, and who may
 * call whom: prioctl.c, prwatch.c -> pr.c -> prregister.c -> prstate.c -> prop.c ->
 * prcmd.c -> prdoubt.c; the checker -> pradmit.c -> prstate.c.
 */
#ifndef VMP_PR_H
#define VMP_PR_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <scsi/scsi_cmnd.h>
#include "reservation.h"

#define VMP_PR_NO_PATH		U64_MAX	/* held by a nexus of ours that is nobody's path */
#define VMP_PR_MAX_PATHS	64	/* VMP_MAX_PATHS */

struct pr_ops;
struct scsi_sense_hdr;
struct sg_io_hdr;
struct vmp_head;
struct vmp_path;

/**
 * struct vmp_pr - a head's part
 * @mutex: one operation at a time; outside head->state_lock, inside nothing of ours
 * @busy: an operation is under way; head->state_lock
 * @key: that all paths in use are registered with; 0: none; head->state_lock, read once
 * @former: paths that were out of use at the time may still have it; head->state_lock
 * @flags: VMP_PR_KEPT of the last registration; head->state_lock
 * @type: of the reservation that @holder alone holds; head->state_lock
 * @holder: born of that path; 0 if there is none; head->state_lock
 * @change: counts operations; head->state_lock
 * @adrift: unproven paths that are going, and have commands on their way; head->state_lock
 * @joining: disks that are no paths yet, and unproven; head->state_lock
 * @gone: counts unproven paths that have gone since; head->state_lock
 * @gone_proven: @gone when our key was known to be there rightly; head->state_lock
 * @wanted: a caller wants to be registered with this; 0: none; head->state_lock
 * @wanter: whose operation that is; head->state_lock
 * @unsure: the array may have changed something; xchg
 * @asking: a conflict that should not be has made us ask; xchg
 * @asked_at: when it did, ns; read and written once
 * @ask_after: no other one does before, ns; read and written once
 * @moves: how often in a row nobody could take the reservation over; head->state_lock
 * @moved_nr: most paths in use while that was tried; head->state_lock
 * @moved_at: and when, jiffies, or 0; head->state_lock
 * @ended_at: when the last operation did, or a path was registered again, ns; read and
 *	written once
 * @blk_told: it was said that virtio-blk has none; atomic
 * @work: looks into that, and moves a reservation whose path has gone
 *
 * The array knows the truth. This is what vmpath has done itself, so that paths
 * that come later can be given the same.
 */
struct vmp_pr {
	struct mutex mutex;	/* one operation at a time */
	bool busy;
	u64 key, former;
	u8 flags, type;
	u64 holder;
	unsigned int change, adrift, joining, gone, gone_proven;
	u64 wanted;
	const struct vmp_pr_op *wanter;
	int unsure;
	int asking;
	u64 asked_at, ask_after, ended_at;
	unsigned int moves, moved_nr;
	unsigned long moved_at;
	atomic_t blk_told;
	struct delayed_work work;
};

/**
 * struct vmp_path_pr - a path's part
 * @key: that its I_T nexus was registered with by us; 0: none; head->state_lock
 * @change: head->pr.change that it has followed; head->state_lock
 * @late: commands that have not been answered in time; head->state_lock
 * @strayed: one of them was RESERVE, and what it did is not known; xchg
 * @unproven: it may have been registered after we were preempted; head->state_lock
 * @doubted: with this key; head->state_lock
 * @told: it has said that it is not registered; head->state_lock
 * @pulled_at: when it was last taken out of use to be registered anew, jiffies, or 0 if it
 *	has been registered since; head->state_lock
 * @asked: enum vmp_pr_asked: why it is to be asked whether it is registered; xchg
 * @adrift: and is counted in head->pr.adrift; head->state_lock
 * @joins: and in head->pr.joining; head->state_lock
 * @refused: it could not be registered as the others are; head->state_lock
 * @waits: its check came when it could not be asked; head->state_lock
 * @patient: wait for each command until it is answered; const while there is one
 */
struct vmp_path_pr {
	u64 key, doubted;
	unsigned long pulled_at;
	unsigned int change, late;
	int strayed, asked;
	bool unproven, told, adrift, joins, refused, waits, patient;
};

/* Why a path is to be asked whether it is registered. */
enum vmp_pr_asked {
	VMP_PR_NOT_ASKED,
	VMP_PR_SEEMS_LOST,	/* it, or the array, has said that it is not */
	VMP_PR_IN_CONFLICT,	/* its I/O */
};

/* How a command has ended, as far as paths and keys go. */
enum vmp_pr_end {
	VMP_PR_GOOD,
	VMP_PR_CONFLICT,	/* RESERVATION CONFLICT */
	VMP_PR_REFUSED,		/* the target's own answer, see struct vmp_pr_answer */
	VMP_PR_NO_ANSWER,	/* the path has failed it, or takes too long */
};

/**
 * struct vmp_pr_answer - what the target has said
 * @result: as of the mid-layer: host byte and SCSI status; negative: -errno
 * @maybe: it may have been carried out: it has no answer, or was sent again after that
 * @sense: sense data, zeros if none
 */
struct vmp_pr_answer {
	int result;
	bool maybe;
	u8 sense[SCSI_SENSE_BUFFERSIZE];
};

/**
 * struct vmp_pr_op - an operation under way; head->pr.mutex held
 * @out: what the caller wants
 * @param: its parameter list, if @out does not say all of it
 * @len: bytes in @param
 * @answer: for the caller
 * @again: it was sent before, and who got it did not answer
 * @silent: born of the path that got it, and did not answer the first time, or at all;
 *	VMP_PR_NO_PATH: of several
 * @looked: it was a conflict before, and we have looked why
 * @in_conflict: the head's worker has asked because of one
 * @gone: head->pr.gone when it began
 * @nr: paths in @path
 * @path: live when it began, with references on io_ref; the holder's first
 */
struct vmp_pr_op {
	struct vmp_head *head;
	const struct vmp_pr_out *out;
	const u8 *param;
	size_t len;
	struct vmp_pr_answer *answer;
	u64 silent;
	bool again, looked, in_conflict;
	unsigned int gone, nr;
	struct vmp_path *path[VMP_PR_MAX_PATHS];
};

/* What may make our key be there, though we have been preempted. */
enum vmp_pr_doubt {
	VMP_PR_NO_DOUBT,
	VMP_PR_ADRIFT,		/* the nexus of a path that has gone, or is kept out of use */
	VMP_PR_OF_PATH,		/* a path that may prove itself yet */
};

/* prcmd.c */
enum vmp_pr_end vmp_prcmd_out(struct vmp_path *path, const struct vmp_pr_out *out,
			      const u8 *param, size_t len,
			      struct vmp_pr_answer *answer);
enum vmp_pr_end vmp_prcmd_keys(struct vmp_path *path, struct vmp_pr_keys *keys,
			       u8 **data);
enum vmp_pr_end vmp_prcmd_holder(struct vmp_path *path,
				 struct vmp_pr_holder *holder);

enum vmp_pr_end vmp_prcmd_same(struct vmp_path *path, u64 key, u8 flags,
			       struct vmp_pr_answer *answer);

/* prdoubt.c */
void vmp_pr_goes(struct vmp_path *path);
void vmp_pr_doubt(struct vmp_path *path, u64 key);
void vmp_pr_proven(struct vmp_path *path);
void vmp_pr_joined(struct vmp_path *path);
void vmp_pr_drained(struct vmp_path *path);
void vmp_pr_prove_gone(struct vmp_pr_op *op);
enum vmp_pr_doubt vmp_pr_doubtful(struct vmp_head *head, const struct vmp_path *but);

/* prop.c */
struct vmp_pr_op *vmp_pr_alloc(struct vmp_head *head, struct vmp_pr_answer *answer);
int vmp_pr_collect(struct vmp_pr_op *op);
void vmp_pr_put(struct vmp_pr_op *op);
int vmp_pr_begin(struct vmp_pr_op *op);
void vmp_pr_end(struct vmp_pr_op *op);
bool vmp_pr_has_holder(const struct vmp_pr_op *op);
void vmp_pr_drop(struct vmp_path *path);
enum vmp_pr_end vmp_pr_send(struct vmp_pr_op *op, struct vmp_path *path,
			    const struct vmp_pr_out *out);
void vmp_pr_unsure(struct vmp_head *head);
unsigned int vmp_pr_send_any(struct vmp_pr_op *op, enum vmp_pr_end *end);

/* prstate.c */
int vmp_pr_unsupported(struct vmp_head *head);
void vmp_pr_note_path(struct vmp_path *path, u64 key);
void vmp_pr_note_holder(struct vmp_head *head, u64 born, u8 type);
bool vmp_pr_bereave(struct vmp_path *path, u64 key);
bool vmp_pr_fruitless(struct vmp_pr_op *op);
bool vmp_pr_rests(struct vmp_pr_op *op);
void vmp_pr_forget(struct vmp_head *head, u64 former);
int vmp_pr_keys(struct vmp_head *head, struct vmp_pr_keys *keys, u8 **data);
int vmp_pr_holder(struct vmp_head *head, struct vmp_pr_holder *holder);
void vmp_pr_query(struct vmp_path *path, enum vmp_pr_asked why);
enum vmp_pr_end vmp_pr_vouch(struct vmp_pr_op *op, const struct vmp_path *but);
const char *vmp_pr_state_name(const struct vmp_path *path);
bool vmp_pr_bars(const struct vmp_path *path);
bool vmp_pr_ours(struct vmp_path *path, u64 sent_at);
void vmp_pr_moved(struct vmp_path *path);
void vmp_pr_hear(struct vmp_path *path, const struct scsi_sense_hdr *sense);

/* prwatch.c */
void vmp_pr_init_head(struct vmp_head *head);
void vmp_pr_stop(struct vmp_head *head);

/* prregister.c */
void vmp_pr_register(struct vmp_pr_op *op);

/* pr.c */
bool vmp_pr_lost(struct vmp_pr_op *op, struct vmp_path *path);
enum vmp_pr_end vmp_pr_take_over(struct vmp_pr_op *op, struct vmp_path *path, u8 type);
bool vmp_pr_orphaned(struct vmp_pr_op *op, struct vmp_path *path);
enum vmp_pr_end vmp_pr_ask(struct vmp_pr_op *op, struct vmp_path *path, u8 *type);
int vmp_pr_do(struct vmp_head *head, const struct vmp_pr_out *out,
	      const u8 *param, size_t len, struct vmp_pr_answer *answer);

/* pradmit.c */
bool vmp_pradmit(struct vmp_path *path, const char **why);
bool vmp_pradmit_disk(struct vmp_path *path);
void vmp_pradmit_review(struct vmp_path *path);
bool vmp_pradmit_stands(const struct vmp_path *path);

/* prioctl.c */
extern const struct pr_ops vmp_pr_ops;
int vmp_prioctl_sg(struct vmp_head *head, struct sg_io_hdr *hdr, const u8 *cdb,
		   size_t cdb_len, void __user *arg);

#endif
