/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is counted of paths and meta-nodes, and who shows it.
 *
 * io.c and failover.c count, on their own CPU; sysfs.c shows.
 */
#ifndef VMP_STATS_H
#define VMP_STATS_H

#include <linux/bio.h>
#include "outcome.h"
#include "vmpath_names.h"

struct vmp_head;
struct vmp_io;
struct vmp_path;

/* What an I/O is, to the counters. */
enum vmp_kind { VMP_READ, VMP_WRITE, VMP_OTHER, VMP_NR_KINDS };

/**
 * struct vmp_counts - what has happened on a path, or on all of an LU
 * @bytes: of I/Os done, by kind
 * @others: I/Os done that are neither READ nor WRITE
 * @latency_ns: of READs and WRITEs done, summed up
 * @latency: how many READs and WRITEs were done in less than 2^n microseconds,
 *	and not in less than half of that
 * @errors: I/Os that ended with an error, by what followed from it
 * @retries: I/Os that were to be sent again, the path being in order
 * @failovers: I/Os that left the path for another one
 * @stalls: how often it became stalled
 *
 * Nothing but numbers of one size: stats.c sums it up as an array.
 */
struct vmp_counts {
	u64 bytes[VMP_NR_KINDS];
	u64 others;
	u64 latency_ns[VMP_OTHER];
	u64 latency[VMP_OTHER][VMP_NR_BUCKETS];
	u64 errors[VMP_NR_OUTCOMES];
	u64 retries;
	u64 failovers;
	u64 stalls;
};

void vmp_stats_init_head(struct vmp_head *head);
void vmp_stats_add_path(struct vmp_path *path);
void vmp_stats_fold_path(struct vmp_path *path);
void vmp_stats_moved(struct vmp_path *path);
void vmp_stats_error(const struct vmp_io *io, blk_status_t status,
		     enum vmp_outcome outcome);
void vmp_stats_conflict(struct vmp_path *path);
void vmp_stats_flushed(struct vmp_path *path);
u64 vmp_stats_ios(const struct vmp_path *path);
u64 vmp_stats_bytes(const struct vmp_path *path);
u64 vmp_stats_written(const struct vmp_path *path);
u64 vmp_stats_errors(const struct vmp_path *path);
u64 vmp_stats_failovers(const struct vmp_path *path);
u64 vmp_stats_stalls(const struct vmp_path *path);
u64 vmp_stats_latency_us(const struct vmp_path *path);
ssize_t vmp_stats_show_path(struct vmp_path *path, char *buf);
ssize_t vmp_stats_show_head(struct vmp_head *head, char *buf);

/**
 * vmp_stats_kind() - what is this I/O to the counters?
 * @bio: the caller's; a flush is a WRITE without data
 *
 * Context: any.
 */
static inline enum vmp_kind vmp_stats_kind(const struct bio *bio)
{
	if (bio_op(bio) == REQ_OP_READ)
		return VMP_READ;
	return bio_op(bio) == REQ_OP_WRITE && bio->bi_iter.bi_size ? VMP_WRITE :
								    VMP_OTHER;
}

#endif
