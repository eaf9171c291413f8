// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: SCSI commands by SG_IO on a meta-node. This is the one place that opens
 * a disk. The module sends the command by a path that works, and by another one if that
 * fails; where none works it waits as long as an I/O would, and a device that keeps the
 * command keeps the tool.
 */
#include <errno.h>
#include <fcntl.h>
#include <scsi/sg.h>
#include <string.h>
#include <sys/ioctl.h>

#include "ctl.h"
#include "sgio.h"

#define SGIO_TIMEOUT	60000	/* ms; told to the host, which ignores it */
#define SGIO_SENSE_LEN	96

/* Return: a file descriptor, or -errno. */
int ctl_sgio_open(const char *dev)
{
	int fd = open(dev, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? -errno : fd;
}

/**
 * ctl_sgio_read() - send a command that brings data.
 * @fd: of a meta-node
 * @cmd: the command; how it has ended is filled in
 *
 * Return: 0 if it has ended well, 1 if the target or the HBA has refused it, or -errno:
 * it has not been carried out.
 */
int ctl_sgio_read(int fd, struct ctl_sgio *cmd)
{
	u8 sense[SGIO_SENSE_LEN] = { 0 };
	struct sg_io_hdr hdr = {
		.interface_id = 'S', .dxfer_direction = SG_DXFER_FROM_DEV,
		.cmd_len = cmd->cdb_len, .cmdp = (u8 *)cmd->cdb,
		.dxfer_len = cmd->len, .dxferp = cmd->data,
		.mx_sb_len = sizeof(sense), .sbp = sense, .timeout = SGIO_TIMEOUT,
	};

	memset(cmd->data, 0, cmd->len);
	memset(&cmd->sense, 0, sizeof(cmd->sense));
	cmd->got = 0;
	if (ioctl(fd, SG_IO, &hdr))
		return -errno;
	cmd->status = hdr.status;
	cmd->host_status = hdr.host_status;
	if (hdr.sb_len_wr)
		vmp_sense_parse(&cmd->sense, sense, min_t(size_t, hdr.sb_len_wr, sizeof(sense)));
	if (hdr.status || hdr.host_status)
		return 1;
	cmd->got = hdr.resid > 0 ? cmd->len - min_t(size_t, hdr.resid, cmd->len) : cmd->len;
	return 0;
}

/**
 * ctl_sgio_refusal() - in words, why a command was refused.
 * @cmd: for which ctl_sgio_read() gave 1
 *
 * Return: text that the caller frees.
 */
char *ctl_sgio_refusal(const struct ctl_sgio *cmd)
{
	const struct vmp_sense *sense = &cmd->sense;

	if (cmd->host_status)
		return ctl_util_printf("it did not get there: host status %#x", cmd->host_status);
	if (cmd->status == SAM_STAT_RESERVATION_CONFLICT)
		return ctl_util_strdup("reservation conflict: it is reserved by RESERVE of SPC-2");
	if (cmd->status != SAM_STAT_CHECK_CONDITION || !sense->valid)
		return ctl_util_printf("the target answers with status %#x", cmd->status);
	if (sense->key == ILLEGAL_REQUEST && sense->asc == 0x20)
		return ctl_util_printf("the target refuses: %s: it has no persistent reservations",
				       "invalid command operation code");
	if (sense->key == ILLEGAL_REQUEST && sense->asc == 0x24)
		return ctl_util_strdup("the target refuses: invalid field in the command");
	return ctl_util_printf("the target refuses: sense key 0x%x, 0x%02x/0x%02x", sense->key,
			       sense->asc, sense->ascq);
}
