/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A flush that goes to several paths: what io.c, policy.c and failover.c need of flush.c.
 */
#ifndef VMP_FLUSH_H
#define VMP_FLUSH_H

#include "vmpath.h"

struct vmp_path *vmp_flush_pick(const struct vmp_set *set, struct vmp_io *io,
				struct vmp_path *picked);
bool vmp_flush_clone(struct vmp_io *io);
void vmp_flush_itself(struct vmp_io *io);

/**
 * vmp_flush_owes() - is an I/O one that paths have yet to flush for?
 * @io: has been picked a path at some time, or waits for its first one
 *
 * Context: any.
 */
static inline bool vmp_flush_owes(const struct vmp_io *io)
{
	return (io->orig->bi_opf & REQ_PREFLUSH) && io->flushing && io->owed;
}

/**
 * vmp_flush_is_leg() - is an I/O an empty flush on its path, whatever it is itself?
 * @io: on a path
 *
 * Context: any.
 */
static inline bool vmp_flush_is_leg(const struct vmp_io *io)
{
	return vmp_flush_owes(io) && (io->owed & BIT_ULL(io->path->slot));
}

#endif
