/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The objects of vmpath, what protects each field, and who may call whom.
 *
 * A disk travels main -> discover -> disk -> path -> head; a bio travels
 * node -> io -> policy -> the path's disk, and its completion comes back
 * through failover. Documentation/design.rst tells both at length.
 */
#ifndef VMPATH_H
#define VMPATH_H

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mempool.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <scsi/scsi_dh.h>

#include "compat/compat.h"
#include "alua.h"
#include "array.h"
#include "identity.h"
#include "outcome.h"
#include "pr.h"
#include "recovery.h"
#include "rtpg.h"
#include "rules.h"
#include "stats.h"
#include "vmpath_names.h"
#include "vpd.h"

#define VMP_MAX_PATHS		64	/* bits in vmp_io.tried */
#define VMP_IO_RESERVE		16	/* I/Os per meta-node without memory */
#define VMP_MAX_RETRIES		8	/* same I/O, same path, busy answers */
#define VMP_EVENTS		64	/* uevents waiting per meta-node */
#define VMP_REASON_LEN		128
#define VMP_STALL_GENS		16	/* generations of I/O on a path */
#define VMP_STALL_TIMEOUT_MS	3000	/* default of stall_timeout_ms */
#define VMP_WEIGHT		10	/* default of weight */
#define VMP_WEIGHT_MAX		100
#define VMP_INVERSE		65536	/* of a weight of 1 */
#define VMP_LATENCY_MAX_NS	NSEC_PER_SEC	/* and of a path not measured yet */
#define VMP_PREFER_SECS		30	/* default of prefer_secs */
#define VMP_PROBE_GRACE_MS	1000	/* for a path that is checked, though ... at once */

struct scsi_device;
struct scsi_sense_hdr;
struct vmp_domain;
struct vmp_head;
struct vmp_path;
struct vmp_policy;

enum vmp_transport { VMP_VIRTIO_SCSI, VMP_VIRTIO_BLK, VMP_NR_TRANSPORTS };

/* The path state machine; vmp_path_set_state() alone walks it. */
enum vmp_path_state {
	VMP_PATH_PROBING,	/* no I/O until a READ has succeeded */
	VMP_PATH_LIVE,		/* takes I/O */
	VMP_PATH_STANDBY,	/* the array takes no I/O here now (ALUA) */
	VMP_PATH_STALLED,	/* its oldest I/O is overdue */
	VMP_PATH_FAILED,	/* proven bad; the checker tries to bring it back */
	VMP_PATH_HELD,		/* failed again too soon: not tried for a while */
	VMP_PATH_MISMATCH,	/* same WWID, not the same LU; never takes I/O */
	VMP_PATH_DISABLED,	/* by the administrator */
	VMP_PATH_REMOVING,	/* its disk is going */
	VMP_NR_PATH_STATES,
};

/* How much a policy should like a path; it takes from the lowest rank alone. */
enum vmp_rank {
	VMP_RANK_BEST,		/* live */
	VMP_RANK_NONOPT,	/* live, but the array has better ones (ALUA) */
	VMP_RANK_DOUBTED,	/* live, what shares its HBA or port has failed */
	VMP_RANK_SUSPECT,	/* live, an error is being judged: last resort */
	VMP_RANK_BARRED,	/* live, another path of ours holds a reservation */
	VMP_RANK_UNUSABLE,
};

/* What a path leads to. */
enum vmp_same {
	VMP_LU_SAME,		/* the LU of its meta-node */
	VMP_LU_OTHER,		/* another one */
	VMP_LU_UNKNOWN,		/* cannot be told now */
};

/**
 * struct vmp_geometry - what paths must have in common besides the WWID
 */
struct vmp_geometry {
	sector_t sectors;
	unsigned int block_size;
	bool read_only;
};

/* Of one path on one CPU, for policies; told and read on that CPU alone. */
struct vmp_share {
	u64 turns;	/* up by path->inverse with each I/O given to it */
	u64 took;	/* ns, all I/Os since told_at */
	u64 told_at;	/* ns */
	u32 nr;		/* how many these are */
};

/* Of one path on one CPU; an I/O may be sent on one and leave on another. */
struct vmp_path_stats {
	struct vmp_counts counts;
	u32 sent[VMP_STALL_GENS];	/* by generation */
	u32 left[VMP_STALL_GENS];
	struct vmp_share share;
};

/**
 * struct vmp_spans - for how long a path or a head was in which state
 */
struct vmp_spans {
	u64 since;			/* ktime_get_ns() of the last change */
	u64 ns[VMP_NR_PATH_STATES];	/* before that */
	unsigned int state;		/* since then */
};

/**
 * struct vmp_error - the last error of a path, or of any of an LU
 */
struct vmp_error {
	time64_t when;			/* wall clock, s; 0: there was none */
	sector_t sector;
	enum vmp_outcome outcome;
	enum vmp_kind kind;
	blk_status_t status;
	char path[DISK_NAME_LEN];
};

/**
 * struct vmp_stall - when a path's generations of I/O were current
 *
 * Times without a word of their own are the head's stall_clock.
 */
struct vmp_stall {
	unsigned long used;		/* stall_work: the current one, or not empty */
	unsigned long since;		/* stall_work: the current one may have I/O */
	unsigned long until[VMP_STALL_GENS];	/* stall_work: was current */
	unsigned long age;	/* stall_work: of the oldest I/O or check; read once */
	unsigned long overdue_at;	/* head->state_lock: was so last, jiffies */
	u8 often;		/* head->state_lock: log2 of seconds to wait after it */
	u32 asking;		/* check_work: odd while it waits for the path; read once */
	u32 asking_seen;	/* stall_work: that, at its last look */
	unsigned long asking_since;	/* stall_work: has waited for that */
	unsigned long asking_age;	/* stall_work: for so long; read once */
};

/* What a path may share with paths of other LUs, and fail with. */
enum vmp_domain_kind { VMP_DOMAIN_HBA, VMP_DOMAIN_PORT, VMP_NR_DOMAINS };

struct vmp_member {
	struct vmp_domain *domain;	/* set once while attached; may be NULL */
	struct vmp_path *path;		/* const while a member */
	struct list_head node;		/* domain->mutex */
};

/**
 * struct vmp_attention - what stands between a SCSI path and its device handler
 */
struct vmp_attention {
	struct scsi_device_handler handler;	/* const while watched */
	struct scsi_device_handler *below;	/* const while watched; may be NULL */
	spinlock_t lock;		/* inside none, and none inside */
	unsigned int told;		/* lock: unit attentions so far */
	u64 last;			/* lock: jiffies of the last one */
	u64 denied_at;			/* INVALID COMMAND heard, jiffies; read and written once */
	bool removable;			/* const: what the disk itself says */
	bool use_10;			/* const: READ(10), as the kernel found */
};

/**
 * struct vmp_path - one disk of the guest that leads to an LU
 *
 * Lives as long as its kobject. I/O in flight holds @io_ref, which detach
 * kills and waits for before the disk is closed.
 */
struct vmp_path {
	/* read on every I/O */
	struct percpu_ref io_ref;
	struct block_device *bdev;	/* const until detach */
	struct vmp_path_stats __percpu *stats;
	struct vmp_recovery __percpu *recovery;	/* const; NULL for virtio-blk */
	u8 rank;			/* head->state_lock; read anywhere */
	u8 slot;			/* const while attached */
	u8 gen;		/* stall_work: the current generation; read/write once */
	bool unsettled;	/* attention.lock: a unit attention, not yet looked into */
	u8 weight;			/* no lock; read/write once */
	u32 inverse;			/* likewise: VMP_INVERSE / weight */
	u64 born;			/* head->epoch at attach; const */
	struct vmp_head *head;		/* const after attach; holds its kobj */

	atomic_t depth ____cacheline_aligned;	/* io->deep: I/Os here of policies that ask */
	u32 latency_ns;	/* no lock: policy-latency.c; read/write once */
	unsigned long measured_at;	/* likewise, jiffies */
	unsigned long probed_at;	/* likewise, jiffies; cmpxchg */
	u64 flushed;	/* no lock: flush.c: vmp_stats_written() that is safe; read/write once */

	/* I/O handed over by failover, submitted by a worker of this path */
	spinlock_t resend_lock ____cacheline_aligned;
	struct list_head resend;	/* resend_lock */
	struct work_struct resend_work;

	enum vmp_path_state state;	/* head->state_lock */
	bool suspect;			/* head->state_lock */
	bool in_doubt;	/* head->state_lock: a sibling has failed; read once */
	unsigned long doubt_at;		/* head->state_lock: jiffies, of a sibling's failure */
	bool was_live;			/* head->state_lock: at some time */
	bool awaited;	/* head->state_lock: stalled, or probing since; read once */
	bool foreign;	/* head->state_lock: mismatch by WWID, not by geometry */
	bool bad_sector_known;		/* head->state_lock */
	sector_t bad_sector;		/* head->state_lock: where it was proven bad */
	unsigned long good_at;		/* head->state_lock: last good READ, jiffies */
	unsigned long accused_at;	/* head->state_lock: of bad_sector, jiffies */
	unsigned long live_at;		/* head->state_lock: became live, jiffies */
	bool fallen;	/* head->state_lock: it failed, and was not live since */
	u64 back_at;	/* head->state_lock: live again after that, jiffies; 0: never */
	u64 held_at;			/* head->state_lock: since when, jiffies */
	unsigned int hold_secs;		/* head->state_lock: how long it is held */
	blk_status_t last_error;		/* head->state_lock */
	const char *mismatch;	/* head->state_lock: why it is kept out, or NULL */
	struct vmp_spans spans;			/* head->state_lock */
	struct vmp_error error;			/* head->state_lock: the last one */
	struct ratelimit_state log_limit;	/* of its changes of state */
	struct list_head counted;		/* head->stats_mutex */
	struct vmp_stall stall;

	struct delayed_work check_work;	/* the checker, this path alone */
	void *check_buf;	/* check_work: for a READ of one block, ... */
	unsigned int check_size;	/* ... so many bytes */
	struct vmp_member member[VMP_NR_DOMAINS];	/* domain.c */
	bool check_counted;	/* check_work: among those of its HBA now */
	u8 checks, waits;	/* check_work: of a path that has just come */
	int routine;	/* xchg: the next check is one that nobody asked for */
	struct delayed_work routine_work;	/* asks for those; never hangs */
	unsigned int check_wait;	/* routine_work: seconds to the next */
	u64 seen_ios, seen_lu_ios;	/* routine_work: at the last look */
	u64 seen_errors;		/* routine_work */
	int verify;	/* xchg: have the next check doubt a live path, too */
	bool doubted;	/* check_work: contents compared, and not found the same */
	unsigned int proven;	/* check_work: head->measure that it agreed with */
	unsigned int turn;		/* check_work: whom to compare with */
	atomic_t reads_left;		/* of others' checks, that had no patience */

	struct vmp_bdev handle;		/* exclusive; const until detach */
	struct scsi_device *sdev;	/* NULL for virtio-blk; held by handle */
	enum vmp_transport transport;	/* const */
	struct vmp_geometry geo;	/* head->mutex */
	char name[DISK_NAME_LEN];	/* const */

	struct kobject kobj;
	bool in_sysfs;			/* head->mutex */
	bool linked;			/* head->link_mutex */
	struct completion io_done;	/* io_ref is down to zero */

	/* bulky, seldom looked at */
	struct vmp_alua alua;
	struct vmp_attention attention;
	struct vmp_path_pr pr;
	struct vmp_vpd *vpd;		/* const after claim; NULL if not told */
	struct vmp_identity id;		/* const after identify */
};

/**
 * struct vmp_set - the paths of a head, as a picker sees them
 *
 * Never changed once published in head->set; replaced as a whole.
 */
struct vmp_set {
	struct rcu_head rcu;
	unsigned int nr;
	struct vmp_path *path[];
};

/* What users read in "state" of a meta-node. */
enum vmp_head_state {
	VMP_HEAD_OPTIMAL,
	VMP_HEAD_DEGRADED,
	VMP_HEAD_NO_PATH,
	VMP_NR_HEAD_STATES,
};

/* Of one head on one CPU, for policies; a stale word does no harm: policy.h. */
struct vmp_turn {
	u64 now;		/* turns of the path that went last, before it did */
	const void *plug;	/* of the batch; compared, never followed */
	u16 at;			/* where its path is in the set */
	u16 left;		/* bios that it may still send there */
};

enum vmp_head_flag {
	VMP_HEAD_PUBLISHED,	/* the gendisk has been added */
	VMP_HEAD_BROKEN,	/* the gendisk could not be added: replace it */
	VMP_HEAD_FORGOT,	/* a limit was taken back at run time */
	VMP_HEAD_INCOMPLETE,	/* a directory or link could not be made yet */
	VMP_HEAD_DYING,		/* torn down or unloaded: waiting I/O fails */
	VMP_HEAD_EXPIRED,	/* no path for longer than no_path_timeout_ms */
};

struct vmp_event {
	char path[DISK_NAME_LEN];
	const char *what;
};

/**
 * struct vmp_head - the meta-node of an LU
 *
 * References to @kobj: one while on vmp_heads, one of the gendisk once it was
 * added (dropped in ->free_disk()), one of each attached path.
 */
struct vmp_head {
	/* read on every I/O */
	struct vmp_set __rcu *set;		/* mutex; rcu */
	const struct vmp_policy *policy;	/* no lock; read/write once */
	mempool_t *io_pool;			/* const */
	unsigned long flags;			/* enum vmp_head_flag, bitops */
	struct vmp_turn __percpu *turn;		/* policy.h */
	bool ticking;		/* stall_work will look again; read/write once */
	u8 current_slot;			/* single-active; read/write once */
	bool fast;	/* state_lock: fast recovery is on; read once */
	bool fast_wanted, host_cache_none;	/* state_lock */

	struct gendisk *disk;	/* const once published; mutex before that */
	char node_name[DISK_NAME_LEN];		/* const: vmpN */
	int instance;				/* const */
	const char *name;	/* one of these two; vmp_heads_lock, read once */
	char short_name[VMP_NAME_LEN];		/* const */
	char long_name[VMP_NAME_LEN];		/* const */
	char array[VMP_ARRAY_LEN];		/* const */
	struct list_head node;			/* vmp_heads_lock */

	struct mutex link_mutex;	/* path->linked, holder links */
	struct mutex mutex;	/* paths come and go, limits, capacity, sysfs */
	struct vmp_geometry geo;	/* written under mutex and state_lock */
	struct queue_limits stacked;	/* mutex: as last given to the disk */
	struct vmp_features features;		/* mutex: likewise */
	u64 epoch;				/* mutex: counts paths ever attached */
	unsigned int nr_attached;		/* mutex: not through detach yet */
	char alias[VMP_NAME_LEN];	/* written under vmp_heads_lock and state_lock */
	bool in_sysfs;				/* mutex */
	struct kobject *paths_kobj;		/* mutex */

	spinlock_t state_lock;	/* irq-safe: path states and what follows */
	unsigned int nr_state[VMP_NR_PATH_STATES];	/* state_lock */
	unsigned int measure;	/* state_lock: counts paths that came live alone */
	int no_path_timeout_ms;			/* state_lock */
	unsigned int delayed_removal_secs;	/* no lock; read/write once */
	unsigned int stall_timeout_ms;		/* no lock; read/write once */
	unsigned int path_health_secs, path_age_secs;	/* likewise: holdout.c */
	unsigned int check_secs;		/* likewise: checker.c */
	unsigned int prefer_secs;		/* likewise: activate.c */
	struct vmp_activation activation;
	struct vmp_pr pr;
	struct vmp_event event[VMP_EVENTS];	/* state_lock: ring */
	unsigned int event_head, event_tail;	/* state_lock */
	unsigned int events_lost;		/* state_lock */
	u64 event_seq;				/* event_work */

	spinlock_t queue_lock;	/* irq-safe; inside state_lock */
	struct list_head requeue;		/* queue_lock: to be sent again */
	struct list_head judge;			/* queue_lock: await a verdict */
	struct list_head parked;		/* queue_lock: await a path */
	struct delayed_work requeue_work;
	struct delayed_work no_path_work;
	struct delayed_work stall_work;
	unsigned int idle_ticks;		/* stall_work */
	unsigned long stall_clock;		/* stall_work: jiffies, see there */
	unsigned long stall_seen;		/* stall_work: jiffies of the last look */
	unsigned long live_seen;		/* stall_work: a live path, stall_clock */
	struct delayed_work removal_work;
	struct delayed_work publish_work;
	struct work_struct event_work;
	struct work_struct refresh_work;	/* limits and capacity again */
	atomic_t target_errors;		/* I/Os that the LU itself refused */
	atomic_t no_path_errors;	/* I/Os that failed for want of a path */
	struct vmp_spans spans;			/* state_lock */
	struct vmp_error error;			/* state_lock: the last one */
	struct mutex stats_mutex;	/* inside mutex; nothing waits under it */
	struct list_head counted;		/* stats_mutex: paths not in @departed */
	struct vmp_counts departed;		/* stats_mutex: of paths that went */

	struct kobject kobj;	/* "vmpath" below the gendisk; the lifetime */

	/* bulky; wwid: const; the rest: state_lock, see vmp_head_learn() */
	struct vmp_identity id;
};

/**
 * struct vmp_io - one bio of a head, from submit_bio() to its end
 *
 * At any time it is in exactly one place: with its submitter, in flight on
 * @path (holding path->io_ref), on a path's resend list (holding io_ref too),
 * or on one of the head's three lists.
 */
struct vmp_io {
	struct bio clone;
	struct bio_vec vec;		/* direct.c: all of the clone's data, if it has a length */
	union {
		struct bio *orig;
		struct vmp_io *next;	/* iocache.c, while it is nobody's */
	};
	struct vmp_head *head;
	struct vmp_path *path;		/* held by io_ref while set */
	unsigned long start;		/* bio_start_io_acct() */
	u64 sent_at;			/* ktime_get_ns(); once it is sent */
	u64 tried;			/* slots that failed it, not proven bad */
	u64 epoch;			/* head->epoch when the first one did */
	unsigned long failed_at;	/* jiffies of the last failure */
	u64 again;	/* path->born of the one to be tried again; 0: any */
	unsigned long due;	/* jiffies: not routed before */
	union {
		struct list_head node;	/* of any of the lists */
		struct hlist_node sent;	/* of struct vmp_recovery */
	};
	u64 owed, written;		/* flush.c; only if it is a flush */
	u8 *cdb;			/* recovery.c, while on @path */
	u16 cpu;			/* likewise: whose list it is on */
	bool blanked;			/* likewise; that list's lock */
	blk_status_t status;		/* of the last failure */
	blk_status_t blamed;		/* and of one in @tried, not for want of time if any */
	u8 retries;
	u8 rounds;			/* of all paths, that ended with an error */
	u8 gen;				/* of @path, while set */
	bool flushing, flushed;		/* flush.c: @owed is set; all that owed it have flushed */
	bool deep;			/* counted in @path->depth, while set */
};

/**
 * struct vmp_policy - the rule that picks a path
 * @name: as in sysfs
 * @pick: choose among @set's paths of @rank, the best to be had; skip what
 *	vmp_policy_fits() refuses. Called under rcu_read_lock(), any context,
 *	must not sleep.
 * @done: an I/O has ended well on its path, after so many ns; any context; or NULL
 * @depth: compares paths by vmp_path.depth, which all CPUs write, so it is kept
 */
struct vmp_policy {
	const char *name;
	struct vmp_path *(*pick)(struct vmp_head *head,
				 const struct vmp_set *set,
				 const struct vmp_io *io, u8 rank);
	void (*done)(const struct vmp_io *io, u64 latency);
	bool depth;
};

/* Parameters, const after load. */
struct vmp_params {
	bool claim;
	const struct vmp_policy *policy;
	int no_path_timeout_ms;
	bool fast_recovery, host_cache_none;
	struct vmp_rules allow, deny;
};

extern struct vmp_params vmp_params;
extern struct workqueue_struct *vmp_wq;		/* heads; nothing that can hang */
extern struct workqueue_struct *vmp_path_wq;	/* one item a path; may hang */
extern struct workqueue_struct *vmp_send_wq;	/* submission to a path; may hang */
extern struct workqueue_struct *vmp_disk_wq;	/* one item a disk; may hang */

/* discover.c */
int vmp_discover_start(void);
void vmp_discover_stop(void);

/* disk.c */
struct vmp_disk;
struct vmp_disk *vmp_disk_add(struct device *dev, enum vmp_transport transport);
void vmp_disk_gone(struct vmp_disk *vdisk);
bool vmp_disk_is(const struct vmp_disk *vdisk, const struct device *dev);
int vmp_disk_init(void);
void vmp_disk_exit(void);

/* inquiry.c */
int vmp_inquiry(struct device *dev, enum vmp_transport transport,
		struct vmp_identity *id);
void vmp_inquiry_details(struct vmp_path *path);
bool vmp_inquiry_ready(const struct vmp_path *path);

/* cache.c */
extern struct kmem_cache *vmp_cache_paths, *vmp_cache_heads;
int vmp_cache_init(void);
void vmp_cache_exit(void);

/* path.c */
struct vmp_path *vmp_path_alloc(const char *name, enum vmp_transport transport);
int vmp_path_open(struct vmp_path *path, dev_t devt, bool read_only);
void vmp_path_close(struct vmp_path *path);
void vmp_path_drain(struct vmp_path *path);
void vmp_path_set_state(struct vmp_path *path, enum vmp_path_state state,
			const char *why);
void vmp_path_fail(struct vmp_path *path, blk_status_t status,
		   const struct bio *bio);
void vmp_path_distrust(struct vmp_path *path);
void vmp_path_suspect(struct vmp_path *path, blk_status_t status);
void vmp_path_accuse(struct vmp_path *path, const struct bio *bio);
void vmp_path_clear(struct vmp_path *path);
void vmp_path_doubt(struct vmp_path *path, unsigned long since);
void vmp_path_unsettle(struct vmp_path *path);
void vmp_path_update_rank(struct vmp_path *path);
int vmp_path_disable(struct vmp_path *path, bool disable);
const char *vmp_path_state_name(enum vmp_path_state state);
const char *vmp_path_transport_name(enum vmp_transport transport);
bool vmp_path_gone(const struct vmp_path *path);
extern const struct kobj_type vmp_path_ktype;	/* sysfs.c */
void vmp_path_release(struct kobject *kobj);

/* head.c */
struct vmp_head *vmp_head_find(const char *wwid);
int vmp_head_attach(struct vmp_path *path);
int vmp_head_detach(struct vmp_path *path, const char *why, bool forced);
bool vmp_head_needs(struct vmp_path *path);
void vmp_head_release(struct kobject *kobj);
void vmp_head_start(void);
void vmp_head_unload(void);
void vmp_head_remove_all(void);
enum vmp_head_state vmp_head_state(const struct vmp_head *head);
const char *vmp_head_state_name(enum vmp_head_state state);
int vmp_head_set_alias(struct vmp_head *head, const char *alias);
void vmp_head_each_path(struct vmp_head *head,
			void (*act)(struct vmp_path *path));
unsigned int vmp_head_usable(const struct vmp_head *head);

/* node.c */
#define VMP_NODE_MINORS		16	/* as a SCSI disk; later partitions have the common major */
#define VMP_NODES		(BIT(MINORBITS) / VMP_NODE_MINORS)

int vmp_node_init(void);
void vmp_node_exit(void);
bool vmp_node_is(const struct gendisk *disk);
struct vmp_head *vmp_node_head(struct gendisk *disk);
struct gendisk *vmp_node_alloc(struct vmp_head *head);
void vmp_node_link(struct vmp_path *path);
void vmp_node_unlink(struct vmp_path *path);
void vmp_node_publish_work(struct work_struct *work);

/* limits.c */
void vmp_limits_update(struct vmp_head *head);
void vmp_limits_geometry(struct vmp_geometry *geo, struct block_device *bdev);
bool vmp_limits_settled(struct vmp_head *head);
const char *vmp_limits_adopt(struct vmp_head *head,
			     const struct vmp_geometry *geo);
const char *vmp_limits_disagree(const struct vmp_geometry *a,
				const struct vmp_geometry *b);
void vmp_limits_refresh(struct vmp_head *head);
void vmp_limits_forget(struct vmp_head *head, struct block_device *bdev,
		       enum req_op op);

/* policy.c */
const struct vmp_policy *vmp_policy_find(const char *name);
void vmp_policy_set(struct vmp_head *head, const struct vmp_policy *policy);
void vmp_policy_set_weight(struct vmp_path *path, u8 weight);
void vmp_policy_init_path(struct vmp_path *path);
struct vmp_path *vmp_policy_pick(struct vmp_head *head, struct vmp_io *io);
u8 vmp_policy_best_rank(const struct vmp_set *set, const struct vmp_io *io);
extern const struct vmp_policy vmp_policy_round_robin;
extern const struct vmp_policy vmp_policy_queue_depth;
extern const struct vmp_policy vmp_policy_single_active;
extern const struct vmp_policy vmp_policy_cpu_affine;
extern const struct vmp_policy vmp_policy_latency;

/* iocache.c */
int vmp_io_init(void);
void vmp_io_exit(void);
mempool_t *vmp_io_pool_create(void);
struct vmp_io *vmp_io_alloc(mempool_t *pool, gfp_t gfp);
void vmp_io_free(mempool_t *pool, struct vmp_io *io);

/* direct.c */
unsigned int vmp_direct_segments(struct vmp_io *io, struct block_device *bdev,
				 unsigned int most);
void vmp_direct_joined(struct vmp_io *io);
void vmp_direct_sent(struct vmp_io *io, const struct request *rq);
bool vmp_direct_send(struct vmp_io *io, bio_end_io_t *end);

/* io.c */
void vmp_io_submit_bio(struct bio *bio);
void vmp_io_send(struct vmp_io *io, struct vmp_path *path);
void vmp_io_ended(struct vmp_io *io, blk_status_t status, enum vmp_outcome outcome);
void vmp_io_leave_path(struct vmp_io *io);
void vmp_io_complete(struct vmp_io *io, blk_status_t status);

/* nopath.c */
void vmp_nopath_init(struct vmp_head *head);
void vmp_nopath_set_timeout(struct vmp_head *head, int ms);
void vmp_nopath_update(struct vmp_head *head, bool none);

/* failover.c */
void vmp_failover_init_head(struct vmp_head *head);
void vmp_failover_init_path(struct vmp_path *path);
void vmp_failover_error(struct vmp_io *io, blk_status_t status);
void vmp_failover_ended(struct vmp_io *io, blk_status_t status,
			enum vmp_outcome outcome);
bool vmp_failover_repeat(struct vmp_io *io);
void vmp_failover_success(struct vmp_io *io);
void vmp_failover_queue(struct vmp_io *io, unsigned long delay);
void vmp_failover_kick(struct vmp_head *head);
void vmp_failover_judge(struct vmp_head *head);
bool vmp_failover_waits(const struct vmp_head *head);
void vmp_failover_recall(struct vmp_path *path);
void vmp_failover_overtime(struct vmp_head *head);
void vmp_failover_stop(struct vmp_head *head);

/* stall.c */
void vmp_stall_init_head(struct vmp_head *head);
void vmp_stall_wake(struct vmp_head *head);
void vmp_stall_kick(struct vmp_head *head);
void vmp_stall_asking(struct vmp_path *path);
bool vmp_stall_overdue(const struct vmp_path *path);
bool vmp_stall_silent(const struct vmp_path *path);
u32 vmp_stall_inflight(const struct vmp_path *path);
bool vmp_stall_rescue(struct vmp_head *head);
void vmp_stall_probe(struct vmp_path *path);

/* samelu.c */
enum vmp_same vmp_samelu_check(struct vmp_path *path, bool *alone,
			       const char **why);
enum vmp_same vmp_samelu_identity(struct vmp_path *path, const char **why);

/* attention.c */
void vmp_attention_init_path(struct vmp_path *path);
void vmp_attention_watch(struct vmp_path *path);
void vmp_attention_unwatch(struct vmp_path *path);
unsigned int vmp_attention_told(struct vmp_path *path);
bool vmp_attention_left(const struct vmp_path *path);
void vmp_attention_calm(struct vmp_path *path);
void vmp_attention_settle(struct vmp_path *path, unsigned int told);
bool vmp_attention_echo(const struct vmp_path *path);
void vmp_attention_judge(struct vmp_path *path, const struct bio *bio,
			 blk_status_t status, unsigned int retries);

/* alua.c */
void vmp_alua_begin(struct vmp_path *path);
bool vmp_alua_ask(struct vmp_path *path);
unsigned long vmp_alua_next(struct vmp_path *path);
void vmp_alua_hear(struct vmp_path *path, const struct scsi_sense_hdr *sense);
bool vmp_alua_refuses(const struct vmp_path *path);
bool vmp_alua_echo(const struct vmp_path *path);
unsigned long vmp_alua_patience(struct vmp_head *head);

/* activate.c */
void vmp_activate_init_head(struct vmp_head *head);
void vmp_activate_kick(struct vmp_head *head);
void vmp_activate_send(struct vmp_path *path);
unsigned long vmp_activate_hope(struct vmp_head *head);
void vmp_activate_moved(struct vmp_path *path, enum vmp_path_state old);

/* checker.c */
void vmp_checker_init_path(struct vmp_path *path);
void vmp_checker_verify(struct vmp_path *path);
bool vmp_checker_room(struct vmp_path *path, unsigned int size);
void vmp_checker_kick(struct vmp_path *path, unsigned long delay);
void vmp_checker_soon(struct vmp_path *path, unsigned long delay);
void vmp_checker_hold(struct vmp_path *path, unsigned long delay);
void vmp_checker_retry(struct vmp_path *path);
void vmp_checker_routine(struct vmp_path *path);
void vmp_checker_stop(struct vmp_path *path);

/* holdout.c */
bool vmp_holdout_fell(struct vmp_path *path);
void vmp_holdout_back(struct vmp_path *path);
unsigned long vmp_holdout_rest(const struct vmp_path *path);
void vmp_holdout_lift(struct vmp_path *path);
void vmp_holdout_hope(struct vmp_head *head);

/* domain.c */
void vmp_domain_join(struct vmp_path *path);
void vmp_domain_leave(struct vmp_path *path);
void vmp_domain_doubt(struct vmp_path *path);
bool vmp_domain_may_check(struct vmp_path *path, bool urgent, bool new);
void vmp_domain_checked(struct vmp_path *path);

/* sysfs.c */
int vmp_sysfs_add_head(struct vmp_head *head);
void vmp_sysfs_del_head(struct vmp_head *head);
void vmp_sysfs_add_path(struct vmp_path *path);
void vmp_sysfs_del_path(struct vmp_path *path);
extern const struct kobj_type vmp_head_ktype;

/* uevent.c */
void vmp_uevent_queue(struct vmp_head *head, const char *path, const char *what);
void vmp_uevent_work(struct work_struct *work);

#endif
