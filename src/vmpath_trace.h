/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: /sys/kernel/tracing/events/vmpath/.
 *
 * path.c fires them; they cost nothing while switched off.
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

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE vmpath_trace
#include <trace/define_trace.h>
