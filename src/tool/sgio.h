/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmpathctl: a SCSI command to a meta-node, and how it has ended.
 */
#ifndef _SGIO_H
#define _SGIO_H

#include "../sense.h"

/**
 * struct ctl_sgio - one command that brings data from there
 * @cdb: the command
 * @cdb_len: bytes in @cdb
 * @data: for the answer
 * @len: room in @data
 * @got: bytes that have come
 * @status: SCSI status
 * @host_status: of the guest's HBA; 0 is good
 * @sense: why it was refused
 */
struct ctl_sgio {
	const u8 *cdb;
	size_t cdb_len;
	u8 *data;
	size_t len, got;
	u8 status, host_status;
	struct vmp_sense sense;
};

int ctl_sgio_open(const char *dev);
int ctl_sgio_read(int fd, struct ctl_sgio *cmd);
char *ctl_sgio_refusal(const struct ctl_sgio *cmd);

#endif /* _SGIO_H */
