/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What may be done with a command that a program sends by SG_IO: once, or again
 * by another path. Pure.
 */
#ifndef VMP_CDB_H
#define VMP_CDB_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "kernel.h"
#endif

#define VMP_CDB_LEN		32	/* the kernel takes none that is longer */
#define VMP_CDB_NO_ACTION	0xffff	/* its operation code says it all */

/**
 * enum vmp_cdb_use - what may be done with a command
 * @VMP_CDB_ONCE: sent once; its end is the caller's, whatever it is
 * @VMP_CDB_REPEAT: reads, and changes nothing: may be sent again
 * @VMP_CDB_RESERVE: reserves the LU for one path (I_T nexus) and can do no better
 * @VMP_CDB_PR: persistent reservations: pr.c does it for all paths
 */
enum vmp_cdb_use { VMP_CDB_ONCE, VMP_CDB_REPEAT, VMP_CDB_RESERVE, VMP_CDB_PR };

/**
 * struct vmp_cdb_row - one command
 * @op: operation code
 * @action: service action, or VMP_CDB_NO_ACTION
 * @use: what may be done with it
 * @name: as the standards have it
 */
struct vmp_cdb_row {
	u8 op;
	u16 action;
	enum vmp_cdb_use use;
	const char *name;
};

const struct vmp_cdb_row *vmp_cdb_find(const u8 *cdb, size_t len);

#endif
