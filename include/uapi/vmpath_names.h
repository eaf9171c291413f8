/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words that vmpath.ko writes into sysfs and that vmpathctl reads there: the
 * places of the attributes and the names of states, verdicts and policies.
 * They are a contract with users; a word, once released, does not change.
 */
#ifndef _VMPATH_NAMES_H
#define _VMPATH_NAMES_H

#define VMP_MODULE_NAME			"vmpath"
#define VMP_HEAD_PREFIX			"vmp"

/* Below /sys/block/vmpN/ and below /sys/module/vmpath/. */
#define VMP_SYSFS_HEAD_DIR		"vmpath"
#define VMP_SYSFS_PATHS_DIR		"paths"
#define VMP_SYSFS_DISKS_DIR		"disks"

/* state of a meta-node */
#define VMP_NAME_HEAD_OPTIMAL		"optimal"
#define VMP_NAME_HEAD_DEGRADED		"degraded"
#define VMP_NAME_HEAD_NO_PATH		"no-path"

/* paths/<disk>/state */
#define VMP_NAME_PATH_PROBING		"probing"
#define VMP_NAME_PATH_LIVE		"live"
#define VMP_NAME_PATH_STANDBY		"standby"
#define VMP_NAME_PATH_STALLED		"stalled"
#define VMP_NAME_PATH_FAILED		"failed"
#define VMP_NAME_PATH_HELD		"held"
#define VMP_NAME_PATH_MISMATCH		"mismatch"
#define VMP_NAME_PATH_DISABLED		"disabled"
#define VMP_NAME_PATH_REMOVING		"removing"

/* paths/<disk>/pr_state; pr_key, when it is no key, is "none" or "unknown", too */
#define VMP_NAME_PR_NONE		"none"
#define VMP_NAME_PR_REGISTERED		"registered"
#define VMP_NAME_PR_BARRED		"barred"
#define VMP_NAME_PR_UNKNOWN		"unknown"
#define VMP_NAME_PR_LOST		"lost"
#define VMP_NAME_PR_PENDING		"pending"
#define VMP_NAME_PR_REFUSED		"refused"
#define VMP_NAME_PR_NO_ANSWER		"no-answer"
#define VMP_NAME_PR_UNABLE		"unable"

/* The lines of stats: those that end in "_" go on with a word of these below. */
#define VMP_SYSFS_STATS			"stats"
#define VMP_STAT_IOS			"ios_"		/* kind */
#define VMP_STAT_BYTES			"bytes_"	/* kind */
#define VMP_STAT_ERRORS			"errors_"	/* class */
#define VMP_STAT_RETRIES		"retries"
#define VMP_STAT_FAILOVERS		"failovers"
#define VMP_STAT_STALLS			"stalls"
#define VMP_STAT_LATENCY_NS		"latency_ns_"	/* read, write */
#define VMP_STAT_LATENCY		"latency_log2_us_" /* read, write */
#define VMP_NR_BUCKETS			27		/* numbers in that line */
#define VMP_STAT_AGE			"age_ms"
#define VMP_STAT_MS			"ms_"		/* state */
#define VMP_STAT_LAST_ERROR		"last_error"

/* ... what an I/O is */
#define VMP_NAME_KIND_READ		"read"
#define VMP_NAME_KIND_WRITE		"write"
#define VMP_NAME_KIND_OTHER		"other"

/* ... what follows from an error */
#define VMP_NAME_CLASS_RETRY		"retry"
#define VMP_NAME_CLASS_SUSPECT		"suspect"
#define VMP_NAME_CLASS_FAILOVER		"failover"
#define VMP_NAME_CLASS_TARGET		"target"
#define VMP_NAME_CLASS_CONFLICT		"conflict"

/* disks/<disk>/verdict */
#define VMP_NAME_DISK_CLAIMED		"claimed"
#define VMP_NAME_DISK_REFUSED		"refused"
#define VMP_NAME_DISK_PENDING		"pending"

/* iopolicy */
#define VMP_NAME_POLICY_RR		"round-robin"
#define VMP_NAME_POLICY_QD		"queue-depth"
#define VMP_NAME_POLICY_SINGLE		"single-active"
#define VMP_NAME_POLICY_CPU		"cpu-affine"
#define VMP_NAME_POLICY_LATENCY		"latency"

/* paths/<disk>/transport, and in the rules of allow= and deny= */
#define VMP_NAME_TRANSPORT_SCSI		"virtio-scsi"
#define VMP_NAME_TRANSPORT_BLK		"virtio-blk"

#endif /* _VMPATH_NAMES_H */
