/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bytes of persistent reservations: PERSISTENT RESERVE IN and OUT, SPC-4 6.15
 * and 6.16. Pure.
 */
#ifndef VMP_RESERVATION_H
#define VMP_RESERVATION_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "kernel.h"
#endif

#define VMP_PR_OP_IN		0x5e
#define VMP_PR_OP_OUT		0x5f
#define VMP_PR_CDB_LEN		10
#define VMP_PR_PARAM_LEN	24	/* of OUT without TransportIDs */

/* Service actions of PERSISTENT RESERVE IN, SPC-4 table 208. */
enum vmp_pr_in { VMP_PR_READ_KEYS, VMP_PR_READ_RESERVATION };

/* Service actions of PERSISTENT RESERVE OUT, SPC-4 table 222. */
enum vmp_pr_action {
	VMP_PR_REGISTER, VMP_PR_RESERVE, VMP_PR_RELEASE, VMP_PR_CLEAR,
	VMP_PR_PREEMPT, VMP_PR_PREEMPT_ABORT, VMP_PR_REGISTER_IGNORE,
	VMP_PR_REGISTER_MOVE, VMP_PR_REPLACE_LOST,
};

/* Types of reservations, SPC-4 table 211. */
enum vmp_pr_type {
	VMP_PR_WRITE_EX = 1, VMP_PR_ACCESS_EX = 3,
	VMP_PR_WRITE_EX_RO = 5, VMP_PR_ACCESS_EX_RO = 6,
	VMP_PR_WRITE_EX_AR = 7, VMP_PR_ACCESS_EX_AR = 8,
};

/* Bits of byte 20 of the parameter list. */
#define VMP_PR_APTPL		0x01
#define VMP_PR_ALL_TG_PT	0x04
#define VMP_PR_SPEC_I_PT	0x08
/*
 * What each path is registered with. SPEC_I_PT names others, once; a nexus that was
 * registered with ALL_TG_PT may be refused without.
 */
#define VMP_PR_KEPT		(VMP_PR_APTPL | VMP_PR_ALL_TG_PT)

/**
 * struct vmp_pr_out - PERSISTENT RESERVE OUT, in fields
 * @action: enum vmp_pr_action
 * @type: scope in the upper half, enum vmp_pr_type in the lower one
 * @key: whose it is; RESERVATION KEY
 * @sa_key: SERVICE ACTION RESERVATION KEY
 * @flags: VMP_PR_APTPL and so on
 */
struct vmp_pr_out {
	u8 action, type;
	u64 key, sa_key;
	u8 flags;
};

/**
 * struct vmp_pr_keys - the answer to READ KEYS
 * @generation: counts changes of registrations
 * @told: how many keys there are
 * @nr: how many of them have come
 * @keys: where they are in the answer
 */
struct vmp_pr_keys {
	u32 generation, told, nr;
	const u8 *keys;
};

/**
 * struct vmp_pr_holder - the answer to READ RESERVATION
 * @held: there is a reservation
 * @key: of who holds it; 0 if all registrants do
 * @type: scope in the upper half, enum vmp_pr_type in the lower one
 */
struct vmp_pr_holder {
	u32 generation;
	bool held;
	u64 key;
	u8 type;
};

int vmp_pr_take_keys(struct vmp_pr_keys *keys, const u8 *data, size_t len);
u64 vmp_pr_key(const struct vmp_pr_keys *keys, u32 n);
u32 vmp_pr_count_key(const struct vmp_pr_keys *keys, u64 key);
bool vmp_pr_only_added(const struct vmp_pr_keys *before, const struct vmp_pr_keys *after,
		       u64 key, bool all_ports);
int vmp_pr_take_holder(struct vmp_pr_holder *holder, const u8 *data, size_t len);
void vmp_pr_put_in(u8 *cdb, enum vmp_pr_in action, u16 len);
void vmp_pr_put_out(u8 *cdb, u8 *param, const struct vmp_pr_out *out);
int vmp_pr_take_out(struct vmp_pr_out *out, const u8 *cdb, size_t cdb_len,
		    const u8 *param, size_t len);
bool vmp_pr_one_holds(u8 type);
bool vmp_pr_all_hold(u8 type);

#endif
