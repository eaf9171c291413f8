// SPDX-License-Identifier: GPL-2.0-only
/*
 * An array for vmpathctl pr, by LD_PRELOAD: SG_IO on DIR/dev/vmpN is answered from the
 * file DIR/dev/vmpN.pr<service action>. Its words are "errno N"; or "host HEX", "status
 * HEX", "sense HEX" and "data HEX", with "resid" if the HBA tells how much is missing. A
 * command that the tool should not send ends the program.
 */
#include <errno.h>
#include <scsi/sg.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MUST(cond) do {							\
	if (!(cond)) {							\
		fprintf(stderr, "sgshim: %s\n", #cond);			\
		_exit(98);						\
	}								\
} while (0)

static FILE *answer_of(int fd, unsigned int action)
{
	char link[64], name[4096], file[4200];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, name, sizeof(name) - 1);
	MUST(len > 0);
	name[len] = '\0';
	snprintf(file, sizeof(file), "%s.pr%u", name, action);
	return fopen(file, "r");
}

static unsigned int take_hex(const char *hex, unsigned char *out, unsigned int room)
{
	unsigned int n, byte;

	for (n = 0; n < room && sscanf(hex + 2 * n, "%2x", &byte) == 1; n++)
		out[n] = byte;
	return n;
}

static void must_be_good(const struct sg_io_hdr *hdr)
{
	const unsigned char *cdb = hdr->cmdp;

	MUST(hdr->interface_id == 'S' && hdr->cmd_len == 10 && cdb[0] == 0x5e);
	MUST(hdr->dxfer_direction == SG_DXFER_FROM_DEV && !hdr->iovec_count);
	MUST((cdb[1] == 0 || cdb[1] == 1 || cdb[1] == 3) && !cdb[9]);
	MUST(hdr->dxfer_len == (unsigned int)(cdb[7] << 8 | cdb[8]));
}

static int answer(int fd, struct sg_io_hdr *hdr)
{
	static char word[16], value[4 * 65536];
	int resid = 0;
	unsigned int got = 0;
	FILE *f;

	must_be_good(hdr);
	f = answer_of(fd, hdr->cmdp[1]);
	if (!f) {
		errno = ENOTTY;
		return -1;
	}
	while (fscanf(f, "%15s %262143s", word, value) == 2) {
		if (!strcmp(word, "errno")) {
			errno = atoi(value);
			fclose(f);
			return -1;
		} else if (!strcmp(word, "host")) {
			hdr->host_status = strtoul(value, NULL, 16);
		} else if (!strcmp(word, "status")) {
			hdr->status = strtoul(value, NULL, 16);
		} else if (!strcmp(word, "sense")) {
			hdr->status = 2;
			hdr->sb_len_wr = take_hex(value, hdr->sbp, hdr->mx_sb_len);
		} else if (!strcmp(word, "data")) {
			got = take_hex(value, hdr->dxferp, hdr->dxfer_len);
		} else if (!strcmp(word, "resid")) {
			resid = 1;
		}
	}
	fclose(f);
	hdr->resid = resid ? hdr->dxfer_len - got : 0;
	return 0;
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	return request == SG_IO ? answer(fd, arg) : (int)syscall(SYS_ioctl, fd, request, arg);
}
