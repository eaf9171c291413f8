/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fast recovery: which I/O goes as a SCSI command of ours, and the mode's switch.
 *
 * io.c asks for each I/O, attention.c when a path's LU is in doubt, sysfs.c for
 * people; recovery.c has the reasons.
 */
#ifndef VMP_RECOVERY_H
#define VMP_RECOVERY_H

#include <linux/list.h>
#include <linux/spinlock.h>

struct vmp_head;
struct vmp_io;
struct vmp_path;

/**
 * struct vmp_recovery - what one CPU has sent on one path, and has not ended
 * @lock: inside any, and none inside
 * @sent: by vmp_io.sent; under @lock
 */
struct vmp_recovery {
	spinlock_t lock;	/* sent, and the blanked of what is on it */
	struct hlist_head sent;
};

int vmp_recovery_init_path(struct vmp_path *path);
void vmp_recovery_init_head(struct vmp_head *head);
bool vmp_recovery_send(struct vmp_io *io);
void vmp_recovery_recall(struct vmp_path *path);
bool vmp_recovery_on(struct vmp_head *head);
int vmp_recovery_set(struct vmp_head *head, bool on);
void vmp_recovery_set_host(struct vmp_head *head, bool cache_none);

#endif
