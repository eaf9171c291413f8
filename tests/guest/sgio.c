// SPDX-License-Identifier: GPL-2.0-only
/*
 * sgio: what no program of sg3-utils does, for the cases that say "NEEDS: sgio".
 *
 *	sgio ioctl DEVICE NAME...	each ioctl once: its name, and "ok" or the error;
 *					PR_IN, PR_OUT and others are SG_IO with such
 *					a command, however it ends
 *	sgio fuzz DEVICE SECONDS SEED [pr]	SG_IO with commands, lengths and pointers of
 *					chance, from several threads, one of which
 *					writes to what the others hand over; pr: only
 *					reservations, of right lengths
 *	sgio pr DEVICE WORD KEY...	the kernel's own reservations: register OLD NEW,
 *					ignore OLD NEW, reserve KEY TYPE, release KEY TYPE,
 *					preempt OLD NEW TYPE, abort OLD NEW TYPE, clear KEY;
 *					"ok", the SCSI status, or the error;
 *					keys ROOM: how many there are, and so many of them;
 *					holder: key and type, "none 0" of nobody
 *	sgio as UID COMMAND...		the command as another user, without groups
 *					and without capabilities
 *
 * Opens for reading if it may not write.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/pr.h>
#include <pthread.h>
#include <scsi/scsi_ioctl.h>
#include <scsi/sg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define THREADS		4
#define ROOM		(256 * 1024)	/* of data that is asked for, most often */
#define AREA		(64UL << 20)	/* for data: the kernel takes no more at once */
#define ENDS		160		/* errno values that are counted */
#define UNKNOWN_DIRECTION	(-5)	/* SG_DXFER_UNKNOWN, not in the libc */

/* ---- single ioctls ------------------------------------------------------- */

static const struct {
	const char *name;
	unsigned long request;
} ioctls[] = {
	{ "SG_IO", SG_IO },
	{ "SG_GET_VERSION_NUM", SG_GET_VERSION_NUM },
	{ "SG_EMULATED_HOST", SG_EMULATED_HOST },
	{ "SG_GET_TIMEOUT", SG_GET_TIMEOUT },
	{ "SG_SET_TIMEOUT", SG_SET_TIMEOUT },
	{ "SG_GET_RESERVED_SIZE", SG_GET_RESERVED_SIZE },
	{ "SG_SET_RESERVED_SIZE", SG_SET_RESERVED_SIZE },
	{ "SG_SCSI_RESET", SG_SCSI_RESET },
	{ "SG_GET_SCSI_ID", SG_GET_SCSI_ID },
	{ "SEND_COMMAND", 1 },		/* SCSI_IOCTL_..., which the libc leaves out */
	{ "START_UNIT", 5 },
	{ "STOP_UNIT", 6 },
	{ "DOORLOCK", 0x5380 },
	{ "DOORUNLOCK", 0x5381 },
	{ "GET_IDLUN", 0x5382 },
	{ "PROBE_HOST", 0x5385 },
	{ "GET_BUS_NUMBER", 0x5386 },
	{ "GET_PCI", 0x5387 },
	{ "CDROMEJECT", 0x5309 },
	{ "CDROMCLOSETRAY", 0x5319 },
	{ "CDROM_SEND_PACKET", 0x5393 },
};

/* PERSISTENT RESERVE by SG_IO: READ KEYS, and a REGISTER of nothing as it should be and not. */
static const struct {
	const char *name;
	uint8_t code, len;
	int direction;
	bool pieces;
} commands[] = {
	{ "PR_IN", 0x5e, 64, SG_DXFER_FROM_DEV, false },
	{ "PR_OUT", 0x5f, 24, SG_DXFER_TO_DEV, false },
	{ "PR_OUT_SHORT", 0x5f, 16, SG_DXFER_TO_DEV, false },
	{ "PR_OUT_NONE", 0x5f, 0, SG_DXFER_NONE, false },
	{ "PR_OUT_BACK", 0x5f, 24, SG_DXFER_FROM_DEV, false },
	{ "PR_OUT_PIECES", 0x5f, 24, SG_DXFER_TO_DEV, true },
};

static int one_command(int fd, unsigned int i)
{
	uint8_t cdb[10] = { commands[i].code }, data[64] = { 0 }, sense[32];
	struct sg_iovec pieces[2] = {
		{ .iov_base = data, .iov_len = 8 }, { .iov_base = data + 8, .iov_len = 16 },
	};
	struct sg_io_hdr hdr = {
		.interface_id = 'S', .dxfer_direction = commands[i].direction,
		.cmd_len = sizeof(cdb), .cmdp = cdb, .dxfer_len = commands[i].len,
		.dxferp = commands[i].pieces ? (void *)pieces : (void *)data,
		.iovec_count = commands[i].pieces ? 2 : 0,
		.mx_sb_len = sizeof(sense), .sbp = sense,
	};

	cdb[8] = commands[i].len;
	return ioctl(fd, SG_IO, &hdr);
}

/* What it is given: SG_IO an INQUIRY, all others a word. */
static int one_ioctl(int fd, unsigned long request)
{
	static uint8_t cdb[6] = { 0x12, 0, 0, 0, 96 }, data[96], sense[32];
	struct sg_io_hdr hdr = {
		.interface_id = 'S', .dxfer_direction = SG_DXFER_FROM_DEV,
		.cmd_len = sizeof(cdb), .cmdp = cdb, .dxfer_len = sizeof(data),
		.dxferp = data, .mx_sb_len = sizeof(sense), .sbp = sense,
	};
	int words[64] = { 0 };

	/* SG_SCSI_RESET_NOTHING, should it get through. */
	return ioctl(fd, request, request == SG_IO ? (void *)&hdr : (void *)words);
}

static int show_ioctls(int fd, char **names)
{
	unsigned int i;

	for (; *names; names++) {
		for (i = 0; i < ARRAY_SIZE(commands); i++)
			if (!strcmp(commands[i].name, *names))
				break;
		if (i < ARRAY_SIZE(commands)) {
			printf("%s %s\n", *names, one_command(fd, i) < 0 ?
			       strerrorname_np(errno) : "ok");
			continue;
		}
		for (i = 0; i < ARRAY_SIZE(ioctls); i++)
			if (!strcmp(ioctls[i].name, *names))
				break;
		if (i == ARRAY_SIZE(ioctls)) {
			fprintf(stderr, "sgio: no ioctl %s\n", *names);
			return 2;
		}
		printf("%s %s\n", *names, one_ioctl(fd, ioctls[i].request) < 0 ?
		       strerrorname_np(errno) : "ok");
	}
	return 0;
}

/* ---- fuzz ---------------------------------------------------------------- */

/* All that is handed over; the kernel and the meddler write there. */
struct shared {
	struct sg_io_hdr hdr;
	struct sg_iovec vec[8];
	uint8_t cdb[256], sense[256];
	uint8_t beyond[1024];
};

struct job {
	pthread_t thread;
	int fd;
	uint64_t seed;
	struct shared *shared;
	uint8_t *data;
	unsigned long ends[ENDS], sent;
};

static volatile bool stop;
static bool reservations;	/* all commands are such */
static uint8_t *fixed;		/* a page that cannot be written to */
static struct job jobs[THREADS];

static uint64_t draw(uint64_t *seed)
{
	/* xorshift64* */
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 0x2545f4914f6cdd1dULL;
}

static unsigned int below(struct job *job, unsigned int n)
{
	return (draw(&job->seed) >> 33) % n;
}

static bool one_in(struct job *job, unsigned int n)
{
	return !below(job, n);
}

/* Mostly @good; else one that leads nowhere, or to what is not ours to write. */
static void *pointer(struct job *job, void *good)
{
	if (!one_in(job, 6))
		return good;
	switch (below(job, 6)) {
	case 0: return NULL;
	case 1: return (void *)16;
	case 2: return (void *)0xffff888000000000ULL;
	case 3: return (void *)~0ULL;
	case 4: return fixed;
	default: return (char *)good + 1 + below(job, 600);
	}
}

static unsigned int length(struct job *job)
{
	switch (below(job, 6)) {
	case 0: return 0;
	case 1: return below(job, 256);
	case 2: return 512u * below(job, 17);
	case 3: return below(job, ROOM);
	case 4: return draw(&job->seed) >> 32;	/* too much */
	default: return 4096;
	}
}

/* Most are known to the target; none stops it or takes its medium out. */
static void make_cdb(struct job *job)
{
	static const uint8_t known[] = {
		0x00, 0x03, 0x08, 0x12, 0x1a, 0x1c, 0x25, 0x28, 0x2a, 0x2f, 0x34, 0x35,
		0x41, 0x42, 0x4d, 0x5a, 0x5e, 0x5f, 0x7f, 0x88, 0x89, 0x8a, 0x8f, 0x91,
		0x93, 0x9e, 0xa0, 0xa3, 0xa8,
	};
	uint8_t *cdb = job->shared->cdb;
	unsigned int i;

	for (i = 0; i < sizeof(job->shared->cdb); i++)
		cdb[i] = one_in(job, 3) ? draw(&job->seed) >> 40 : 0;
	if (!one_in(job, 4))
		cdb[0] = known[below(job, sizeof(known))];
	if (cdb[0] == 0x1b || cdb[0] == 0x04)
		cdb[0] = 0x12;
}

static void make(struct job *job)
{
	static const int directions[] = {
		SG_DXFER_NONE, SG_DXFER_TO_DEV, SG_DXFER_FROM_DEV, SG_DXFER_TO_FROM_DEV,
		UNKNOWN_DIRECTION,
	};
	static const uint8_t sizes[] = { 6, 6, 10, 10, 12, 16, 16, 32 };
	struct shared *shared = job->shared;
	struct sg_io_hdr *hdr = &shared->hdr;
	unsigned int i;

	make_cdb(job);
	memset(hdr, 0, sizeof(*hdr));
	hdr->interface_id = one_in(job, 20) ? below(job, 256) : 'S';
	hdr->dxfer_direction = one_in(job, 10) ? (int)below(job, 300) - 150 :
			       directions[below(job, 5)];
	hdr->cmd_len = one_in(job, 5) ? below(job, 256) : sizes[below(job, 8)];
	hdr->mx_sb_len = one_in(job, 3) ? below(job, 256) : 64;
	hdr->iovec_count = one_in(job, 8) ? below(job, one_in(job, 4) ? 65536 : 9) : 0;
	hdr->dxfer_len = length(job);
	hdr->timeout = one_in(job, 3) ? below(job, 60000) : 0;
	hdr->flags = one_in(job, 4) ? below(job, 65536) : 0;
	hdr->cmdp = pointer(job, shared->cdb);
	hdr->sbp = pointer(job, shared->sense);
	for (i = 0; i < 8; i++) {
		shared->vec[i].iov_base = pointer(job, job->data);
		shared->vec[i].iov_len = length(job);
	}
	hdr->dxferp = pointer(job, hdr->iovec_count ? (void *)shared->vec : job->data);
}

/*
 * What an array may well carry out: one of few keys, each action and type. No lengths of chance:
 * Linux-IO never answers a command without data that is said to have some, and tgtd crashes.
 */
static void make_reservation(struct job *job)
{
	struct shared *shared = job->shared;
	struct sg_io_hdr *hdr = &shared->hdr;
	bool out = !one_in(job, 4);
	unsigned int len = out ? 24 : length(job) % 4096;

	memset(shared->cdb, 0, sizeof(shared->cdb));
	shared->cdb[0] = out ? 0x5f : 0x5e;
	shared->cdb[1] = below(job, out ? 8 : 5);
	shared->cdb[2] = below(job, 10);
	shared->cdb[7] = len >> 8;
	shared->cdb[8] = len;
	memset(job->data, 0, 24);
	job->data[7] = below(job, 3);
	job->data[15] = below(job, 3);
	job->data[20] = one_in(job, 8);	/* APTPL */
	memset(hdr, 0, sizeof(*hdr));
	hdr->interface_id = 'S';
	hdr->dxfer_direction = out ? SG_DXFER_TO_DEV : SG_DXFER_FROM_DEV;
	hdr->cmd_len = 10;
	hdr->mx_sb_len = 64;
	hdr->dxfer_len = len;
	hdr->cmdp = shared->cdb;
	hdr->sbp = pointer(job, shared->sense);
	hdr->dxferp = job->data;
	if (one_in(job, 16))
		hdr->dxferp = one_in(job, 2) ? NULL : fixed;
}

static void *fuzz(void *arg)
{
	struct job *job = arg;
	int ret;

	while (!stop) {
		if (reservations)
			make_reservation(job);
		else
			make(job);
		ret = ioctl(job->fd, SG_IO, one_in(job, 50) ? pointer(job, NULL) :
			    (void *)&job->shared->hdr);
		job->sent++;
		job->ends[ret < 0 && errno < ENDS ? errno : 0]++;
	}
	return NULL;
}

/* Writes to what the kernel is reading, and to what it has written. */
static void *meddle(void *arg)
{
	struct job own = { .seed = *(uint64_t *)arg };
	struct shared *shared;

	while (!stop) {
		shared = jobs[below(&own, THREADS)].shared;
		switch (below(&own, 5)) {
		case 0:
			shared->hdr.host_status = below(&own, 32);
			break;
		case 1:
			shared->hdr.status = below(&own, 256);
			break;
		case 2:
			if (!reservations)
				shared->cdb[0] = below(&own, 2) ? 0x28 : 0x2a;
			break;
		case 3:
			shared->hdr.sb_len_wr = below(&own, 256);
			break;
		default:
			shared->sense[below(&own, 14)] = below(&own, 256);
		}
		usleep(below(&own, 200));
	}
	return NULL;
}

static void report(void)
{
	unsigned long ends[ENDS] = { 0 }, sent = 0;
	unsigned int i, e;

	for (i = 0; i < THREADS; i++) {
		sent += jobs[i].sent;
		for (e = 0; e < ENDS; e++)
			ends[e] += jobs[i].ends[e];
	}
	printf("sent %lu\n", sent);
	for (e = 0; e < ENDS; e++)
		if (ends[e])
			printf("%s %lu\n", e ? strerrorname_np(e) : "ok", ends[e]);
}

/* Memory of its own: what goes beyond it hits nothing of ours. */
static void *area(size_t size, int protection)
{
	size_t whole = (size + 4095) & ~4095UL;
	uint8_t *all = mmap(NULL, whole + 4096, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (all == MAP_FAILED || mprotect(all, whole, protection)) {
		perror("sgio: mmap");
		exit(1);
	}
	return all;
}

static int fuzz_all(int fd, unsigned int seconds, uint64_t seed)
{
	uint64_t meddler_seed = seed ^ 0x9e3779b97f4a7c15ULL;
	pthread_t meddler;
	unsigned int i;

	fixed = area(4096, PROT_READ);
	for (i = 0; i < THREADS; i++) {
		jobs[i].fd = fd;
		jobs[i].seed = seed * THREADS + i + 1;
		jobs[i].shared = area(sizeof(struct shared), PROT_READ | PROT_WRITE);
		jobs[i].data = area(AREA, PROT_READ | PROT_WRITE);
	}
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&jobs[i].thread, NULL, fuzz, &jobs[i]))
			return 1;
	if (pthread_create(&meddler, NULL, meddle, &meddler_seed))
		return 1;
	sleep(seconds);
	stop = true;
	for (i = 0; i < THREADS; i++)
		pthread_join(jobs[i].thread, NULL);
	pthread_join(meddler, NULL);
	report();
	return 0;
}

/* ---- reservations -------------------------------------------------------- */

/* Of newer kernels, and the same on all: on an older one the ioctls are unknown. */
#ifndef IOC_PR_READ_KEYS
struct pr_read_keys {
	uint32_t generation, num_keys;
	uint64_t keys_ptr;
};

struct pr_read_reservation {
	uint64_t key;
	uint32_t generation, type;
};

#define IOC_PR_READ_KEYS	_IOWR('p', 206, struct pr_read_keys)
#define IOC_PR_READ_RESERVATION	_IOR('p', 207, struct pr_read_reservation)
#endif

#define KEYS_ROOM	64

static int show_end(int ret)
{
	if (ret < 0)
		printf("%s\n", strerrorname_np(errno));
	else if (ret)
		printf("status %02x\n", ret);
	else
		printf("ok\n");
	return 0;
}

static int show_keys(int fd, unsigned int room)
{
	uint64_t keys[KEYS_ROOM + 1];
	struct pr_read_keys info = { .num_keys = room, .keys_ptr = (uintptr_t)keys };
	unsigned int i;
	int ret;

	if (room > KEYS_ROOM)
		return 2;
	memset(keys, 0xee, sizeof(keys));
	ret = ioctl(fd, IOC_PR_READ_KEYS, &info);
	if (ret)
		return show_end(ret);
	printf("%u:", info.num_keys);
	for (i = 0; i < room && i < info.num_keys; i++)
		printf(" %llx", (unsigned long long)keys[i]);
	/* What there was no room for is not there. */
	printf("%s\n", keys[room] == 0xeeeeeeeeeeeeeeeeULL ? "" : " and more");
	return 0;
}

static int show_holder(int fd)
{
	struct pr_read_reservation info = { .type = 0xee };
	int ret = ioctl(fd, IOC_PR_READ_RESERVATION, &info);

	if (ret)
		return show_end(ret);
	if (!info.key)
		printf("none %u\n", info.type);
	else
		printf("%llx %u\n", (unsigned long long)info.key, info.type);
	return 0;
}

static int pr_call(int fd, const char *word, char **keys)
{
	uint64_t key[3] = { 0 };
	unsigned int i;
	struct pr_registration reg;
	struct pr_reservation res;
	struct pr_preempt pre;
	struct pr_clear clr;

	for (i = 0; i < 3 && keys[i]; i++)
		key[i] = strtoull(keys[i], NULL, 16);
	reg = (struct pr_registration) { .old_key = key[0], .new_key = key[1] };
	res = (struct pr_reservation) { .key = key[0], .type = key[1] };
	pre = (struct pr_preempt) { .old_key = key[0], .new_key = key[1], .type = key[2] };
	clr = (struct pr_clear) { .key = key[0] };
	if (!strcmp(word, "ignore"))
		reg.flags = PR_FL_IGNORE_KEY;
	if (!strcmp(word, "register") || !strcmp(word, "ignore"))
		return ioctl(fd, IOC_PR_REGISTER, &reg);
	if (!strcmp(word, "reserve"))
		return ioctl(fd, IOC_PR_RESERVE, &res);
	if (!strcmp(word, "release"))
		return ioctl(fd, IOC_PR_RELEASE, &res);
	if (!strcmp(word, "preempt"))
		return ioctl(fd, IOC_PR_PREEMPT, &pre);
	if (!strcmp(word, "abort"))
		return ioctl(fd, IOC_PR_PREEMPT_ABORT, &pre);
	if (!strcmp(word, "clear"))
		return ioctl(fd, IOC_PR_CLEAR, &clr);
	fprintf(stderr, "sgio: no such reservation word: %s\n", word);
	exit(2);
}

static int show_pr(int fd, const char *word, char **keys)
{
	if (!strcmp(word, "keys") && keys[0])
		return show_keys(fd, atoi(keys[0]));
	if (!strcmp(word, "holder"))
		return show_holder(fd);
	return show_end(pr_call(fd, word, keys));
}

static int run_as(unsigned int uid, char **command)
{
	if (setgroups(0, NULL) || setgid(uid) || setuid(uid)) {
		perror("sgio: setuid");
		return 126;
	}
	execvp(command[0], command);
	perror(command[0]);
	return 127;
}

int main(int argc, char **argv)
{
	int fd;

	if (argc < 4) {
		fprintf(stderr, "usage: sgio ioctl DEVICE NAME... | fuzz DEVICE SECONDS SEED [pr] | pr DEVICE WORD KEY... | as UID COMMAND...\n");
		return 2;
	}
	if (!strcmp(argv[1], "as"))
		return run_as(atoi(argv[2]), argv + 3);
	fd = open(argv[2], O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == EACCES)
		fd = open(argv[2], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		perror(argv[2]);
		return 1;
	}
	if (!strcmp(argv[1], "fuzz") && argc >= 5) {
		reservations = argc == 6 && !strcmp(argv[5], "pr");
		return fuzz_all(fd, atoi(argv[3]), strtoull(argv[4], NULL, 0));
	}
	if (!strcmp(argv[1], "pr"))
		return show_pr(fd, argv[3], argv + 4);
	return show_ioctls(fd, argv + 3);
}
