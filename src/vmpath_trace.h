/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: /sys/kernel/tracing/events/vmpath/.
 *
 * vmp_path_state by path.c, vmp_pick by policy.c, vmp_complete by io.c,
 * vmp_classify by failover.c. While switched off each is a no-op of five bytes.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vmpath

#if !defined(VMPATH_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define VMPATH_TRACE_H

#include <linux/tracepoint.h>
#include "vmpath.h"

TRACE_EVENT(vmp_path_state,
	TP_PROTO(const struct vmp_path *path, enum vmp_path_state from,
		 const char *why),
	TP_ARGS(path, from, why),
	TP_STRUCT__entry(
		__array(char, node, DISK_NAME_LEN)
		__array(char, path, DISK_NAME_LEN)
		__array(char, why, 32)
		__field(u8, from)
		__field(u8, to)
	),
	TP_fast_assign(
		strscpy(__entry->node, path->head->node_name, DISK_NAME_LEN);
		strscpy(__entry->path, path->name, DISK_NAME_LEN);
		strscpy(__entry->why, why, sizeof(__entry->why));
		__entry->from = from;
		__entry->to = path->state;
	),
	TP_printk("%s %s %u -> %u (%s)", __entry->node, __entry->path,
		  __entry->from, __entry->to, __entry->why)
);

TRACE_EVENT(vmp_pick,
	TP_PROTO(const struct vmp_path *path, const struct bio *bio),
	TP_ARGS(path, bio),
	TP_STRUCT__entry(
		__array(char, node, DISK_NAME_LEN)
		__array(char, path, DISK_NAME_LEN)
		__field(sector_t, sector)
		__field(u32, size)
		__field(u8, op)
	),
	TP_fast_assign(
		strscpy(__entry->node, path->head->node_name, DISK_NAME_LEN);
		strscpy(__entry->path, path->name, DISK_NAME_LEN);
		__entry->sector = bio->bi_iter.bi_sector;
		__entry->size = bio->bi_iter.bi_size;
		__entry->op = (__force u8)bio_op(bio);
	),
	TP_printk("%s %s op %u sector %llu size %u", __entry->node,
		  __entry->path, __entry->op,
		  (unsigned long long)__entry->sector, __entry->size)
);

TRACE_EVENT(vmp_complete,
	TP_PROTO(const struct vmp_path *path, blk_status_t status,
		 u64 latency_ns),
	TP_ARGS(path, status, latency_ns),
	TP_STRUCT__entry(
		__array(char, node, DISK_NAME_LEN)
		__array(char, path, DISK_NAME_LEN)
		__array(char, status, 24)
		__field(u64, latency_us)
	),
	TP_fast_assign(
		strscpy(__entry->node, path->head->node_name, DISK_NAME_LEN);
		strscpy(__entry->path, path->name, DISK_NAME_LEN);
		strscpy(__entry->status, vmp_outcome_status_name(status),
			sizeof(__entry->status));
		__entry->latency_us = div_u64(latency_ns, NSEC_PER_USEC);
	),
	TP_printk("%s %s %s after %llu us", __entry->node, __entry->path,
		  __entry->status, __entry->latency_us)
);

TRACE_EVENT(vmp_classify,
	TP_PROTO(const struct vmp_path *path, blk_status_t status,
		 enum vmp_outcome outcome),
	TP_ARGS(path, status, outcome),
	TP_STRUCT__entry(
		__array(char, node, DISK_NAME_LEN)
		__array(char, path, DISK_NAME_LEN)
		__array(char, status, 24)
		__array(char, outcome, 16)
	),
	TP_fast_assign(
		strscpy(__entry->node, path->head->node_name, DISK_NAME_LEN);
		strscpy(__entry->path, path->name, DISK_NAME_LEN);
		strscpy(__entry->status, vmp_outcome_status_name(status),
			sizeof(__entry->status));
		strscpy(__entry->outcome, vmp_outcome_name(outcome),
			sizeof(__entry->outcome));
	),
	TP_printk("%s %s %s: %s", __entry->node, __entry->path,
		  __entry->status, __entry->outcome)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE vmpath_trace
#include <trace/define_trace.h>
