/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a path and a head know of ALUA. alua.c and activate.c use it; what protects
 * each field is a lock of the path's head, struct vmp_head in vmpath.h.
 */
#ifndef VMP_ALUA_H
#define VMP_ALUA_H

#include <linux/types.h>
#include <linux/workqueue.h>

/**
 * struct vmp_alua - how the array lets the LU be reached by a path
 */
struct vmp_alua {
	u8 tpgs;		/* const after claim: VMP_TPGS_*; 0: has no ALUA */
	u8 access;	/* head->state_lock: enum vmp_rtpg_access; read once */
	bool preferred;			/* head->state_lock; read once */
	bool short_header;		/* check_work: it knows no other */
	u8 transition_secs;		/* head->state_lock; 0: not told */
	u8 activations;			/* head->state_lock: asked for, in vain */
	int activate;		/* xchg: the next check asks to make it optimized */
	unsigned int heard;	/* head->state_lock: told of changes; read once */
	u64 heard_at;			/* head->state_lock: jiffies; read once */
	unsigned long asked_at;		/* head->state_lock: jiffies */
	unsigned long changed_at;	/* head->state_lock: access, jiffies */
	unsigned long well_at;	/* head->state_lock: as it is since, jiffies */
	unsigned int wait;	/* head->state_lock: until it is asked again, jiffies */
};

/**
 * struct vmp_activation - when the array is asked to move
 */
struct vmp_activation {
	struct delayed_work work;
	u64 born;		/* state_lock: path->born of who asks now, or 0 */
	unsigned long last;		/* state_lock: when one last did, jiffies */
	unsigned int wait;		/* state_lock: until the next, jiffies */
	unsigned long none_since;	/* state_lock: no path is live, jiffies */
	unsigned long returned_at;	/* state_lock: to the preferred group */
	int returned;			/* state_lock: how often, in a while */
};

#endif
