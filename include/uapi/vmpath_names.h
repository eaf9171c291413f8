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
