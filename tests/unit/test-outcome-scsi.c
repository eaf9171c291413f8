// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/outcome.c: the table for SCSI, row by row, against a list written from
 * SAM-5 and SPC-4 and not from the table. No row may be missing, changed or
 * added; Documentation shows the same rows; and for each answer that there can
 * be, the table says nothing else than what remap mode does, given what the
 * mid-layer makes of it.
 */
#include "kernel.h"
#include "outcome.h"
#include "tap.h"

#define DOC	ROOT "/Documentation/failover.rst"

/* What the mid-layer does, beside a block status. */
enum {
	MID_REPEATS = 0x100,	/* by itself, for minutes; then IOERR */
	MID_TRIES = 0x200,	/* five times by itself, and then that status */
};

#define TRIES		(MID_TRIES | BLK_STS_IOERR)

/*
 * What is looked at: host byte; SAM status; sense key, or key/ASC, or
 * key/ASC/ASCQ, or a range of these. Most special first, as in the table.
 */
static const struct {
	const char *what;
	enum vmp_outcome outcome;
	const char *reason;
	bool doubt, moved;
} rows[] = {
	/* include/scsi/scsi_status.h; what virtio-scsi makes them of: virtio 1.2, 5.6.6.1 */
	{ "host 01", VMP_FAILOVER, "no connection" },
	{ "host 02", VMP_RETRY, "host busy" },
	{ "host 03", VMP_SUSPECT, "timed out" },
	{ "host 04", VMP_SUSPECT, "no such target, or its failure" },
	{ "host 05", VMP_RETRY, "aborted by the host" },
	{ "host 06", VMP_RETRY, "parity error" },
	{ "host 07", VMP_SUSPECT, "host failure" },
	{ "host 08", VMP_RETRY, "reset" },
	{ "host 09", VMP_SUSPECT, "unexpected interrupt" },
	{ "host 0b", VMP_RETRY, "soft error" },
	{ "host 0c", VMP_RETRY, "host wants it again" },
	{ "host 0d", VMP_RETRY, "host wants it again later" },
	{ "host 0e", VMP_FAILOVER, "transport disrupted" },
	{ "host 0f", VMP_FAILOVER, "transport down" },
	{ "host 14", VMP_FAILOVER, "transport marginal" },
	/* SAM-5 5.3.1 */
	{ "status 00", VMP_DONE, "good" },
	{ "status 04", VMP_DONE, "condition met" },
	{ "status 08", VMP_RETRY, "busy" },
	{ "status 18", VMP_CONFLICT, "reservation conflict" },
	{ "status 28", VMP_RETRY, "queue full" },
	{ "status 30", VMP_RETRY, "ACA active" },
	{ "status 40", VMP_RETRY, "task aborted" },
	/* SPC-4 4.5.6 and annex F.2 */
	{ "deferred", VMP_RETRY, "deferred error" },
	{ "0", VMP_RETRY, "no sense key" },
	{ "1", VMP_DONE, "recovered" },
	{ "2/04/01", VMP_RETRY, "becoming ready" },
	{ "2/04/04-09", VMP_RETRY, "operation in progress" },
	{ "2/04/0a", VMP_RETRY, "access state transition", .moved = true },
	{ "2/04/0b", VMP_FAILOVER, "standby", .moved = true },
	{ "2/04/0c", VMP_FAILOVER, "unavailable", .moved = true },
	{ "2/04/11", VMP_RETRY, "spin-up not enabled yet" },
	{ "2/04/12", VMP_FAILOVER, "offline", .moved = true },
	{ "2/04/14", VMP_RETRY, "allocating space" },
	{ "2/04/1a-1b", VMP_RETRY, "starting, stopping or sanitizing" },
	{ "2/04/1d", VMP_RETRY, "being configured" },
	{ "2/04", VMP_SUSPECT, "not ready" },
	{ "2/08", VMP_SUSPECT, "LU does not talk to its port" },
	{ "2/3e/00", VMP_RETRY, "not configured itself yet" },
	{ "2", VMP_SUSPECT, "not ready for another reason" },
	{ "3/11", VMP_TARGET, "unrecovered read error" },
	{ "3/13", VMP_TARGET, "address mark not found" },
	{ "3/14", VMP_TARGET, "record not found" },
	{ "3", VMP_TARGET, "medium error" },
	{ "4/08", VMP_SUSPECT, "controller lost the LU" },
	{ "4/3e/02", VMP_SUSPECT, "LU too late for its controller" },
	{ "4/44", VMP_SUSPECT, "controller failure" },
	{ "4/47", VMP_SUSPECT, "hardware: CRC or parity" },
	{ "4/4b", VMP_SUSPECT, "hardware: data phase" },
	{ "4/67/0a", VMP_TARGET, "set target port groups failed" },
	{ "4", VMP_TARGET, "hardware error" },
	{ "5/10", VMP_TARGET, "protection information of the host" },
	{ "5/20", VMP_TARGET, "invalid command" },
	{ "5/21", VMP_TARGET, "address out of range" },
	{ "5/22", VMP_TARGET, "invalid function" },
	{ "5/24", VMP_TARGET, "invalid field in the command" },
	{ "5/25/00", VMP_FAILOVER, "no LU here", true },
	{ "5/25", VMP_SUSPECT, "LU not served", true },
	{ "5/26", VMP_TARGET, "invalid field in the parameters" },
	{ "5/27", VMP_TARGET, "write protected" },
	{ "5", VMP_SUSPECT, "illegal request" },
	{ "6/04/0a", VMP_RETRY, "access state is changing", .moved = true },
	{ "6/28", VMP_RETRY, "medium may have changed", true },
	{ "6/29", VMP_RETRY, "power on or reset", true },
	{ "6/2a/01", VMP_RETRY, "mode parameters changed" },
	{ "6/2a/03-05", VMP_RETRY, "reservations or registrations gone" },
	{ "6/2a/06", VMP_RETRY, "access state changed", .moved = true },
	{ "6/2a/07", VMP_RETRY, "implicit access state change failed", .moved = true },
	{ "6/2a/09", VMP_RETRY, "capacity changed" },
	{ "6/2f", VMP_RETRY, "commands cleared" },
	{ "6/38/07", VMP_RETRY, "space is getting short" },
	{ "6/3f/03", VMP_RETRY, "INQUIRY data changed", true },
	{ "6/3f/0e", VMP_RETRY, "reported LUNs changed", true },
	{ "6", VMP_RETRY, "unit attention" },
	{ "7/27/07", VMP_TARGET, "out of space" },
	{ "7", VMP_TARGET, "data protected" },
	{ "8", VMP_TARGET, "blank check" },
	{ "9", VMP_SUSPECT, "vendor specific" },
	{ "a", VMP_TARGET, "copy aborted" },
	{ "b/00/06", VMP_SUSPECT, "I/O terminated" },
	{ "b/08", VMP_SUSPECT, "aborted: LU does not talk to its port" },
	{ "b/10", VMP_TARGET, "protection information of the target" },
	{ "b/2e/01-03", VMP_TARGET, "duration limit" },
	{ "b/3e/02", VMP_SUSPECT, "aborted: LU timed out" },
	{ "b/44", VMP_SUSPECT, "aborted: controller failure" },
	{ "b/47", VMP_RETRY, "aborted: CRC or parity" },
	{ "b/4b", VMP_RETRY, "aborted: data phase" },
	{ "b", VMP_RETRY, "aborted" },
	{ "c", VMP_SUSPECT, "reserved sense key" },
	{ "d", VMP_TARGET, "volume overflow" },
	{ "e", VMP_TARGET, "miscompare" },
	{ "f/55/0a", VMP_TARGET, "data not available in time" },
	{ "f", VMP_SUSPECT, "completed, with a check condition" },
	{ "status 02", VMP_SUSPECT, "no sense data" },
	{ "else", VMP_SUSPECT, "unknown answer" },
};

/* Single answers beside these, each with the row that it belongs to. */
static const struct { const char *what, *reason; } points[] = {
	{ "2/04/00", "not ready" },		/* cause not reportable */
	{ "2/04/02", "not ready" },		/* a passive path of old arrays */
	{ "2/04/03", "not ready" },		/* manual intervention required */
	{ "2/04/0d", "not ready" },		/* structure check required */
	{ "2/04/10", "not ready" },
	{ "2/04/13", "not ready" }, { "2/04/15", "not ready" },
	{ "2/04/19", "not ready" }, { "2/04/1c", "not ready" }, { "2/04/1e", "not ready" },
	{ "2/04/24", "not ready" },		/* depopulation may take hours */
	{ "2/3a/00", "not ready for another reason" },	/* medium not present */
	{ "2/3e/01", "not ready for another reason" },
	{ "3/0c/00", "medium error" }, { "3/11/0b", "unrecovered read error" },
	{ "3/12/00", "medium error" }, { "3/31/00", "medium error" },
	{ "4/03/00", "hardware error" }, { "4/3e/01", "hardware error" },
	{ "4/3e/03", "hardware error" }, { "4/67/0b", "hardware error" },
	{ "4/08/01", "controller lost the LU" }, { "4/44/00", "controller failure" },
	{ "5/20/02", "invalid command" }, { "5/21/00", "address out of range" },
	{ "5/25/01", "LU not served" }, { "5/68/00", "illegal request" },
	{ "5/94/01", "illegal request" },	/* RDAC: not the owner */
	{ "6/04/0b", "unit attention" }, { "6/28/00", "medium may have changed" },
	{ "6/29/00", "power on or reset" }, { "6/29/07", "power on or reset" },
	{ "6/2a/00", "unit attention" }, { "6/2a/02", "unit attention" },
	{ "6/2a/08", "unit attention" }, { "6/2a/0a", "unit attention" },
	{ "6/3f/00", "unit attention" }, { "6/3f/02", "unit attention" },
	{ "6/3f/05", "unit attention" }, { "6/3f/0d", "unit attention" },
	{ "6/38/06", "unit attention" }, { "7/27/00", "data protected" },
	{ "b/00/00", "aborted" }, { "b/29/00", "aborted" }, { "b/4e/00", "aborted" },
	{ "b/08/00", "aborted: LU does not talk to its port" },
	{ "b/2e/00", "aborted" }, { "b/2e/04", "aborted" },
	{ "b/44/00", "aborted: controller failure" },
	{ "b/47/03", "aborted: CRC or parity" }, { "b/4b/07", "aborted: data phase" },
	{ "f/00/00", "completed, with a check condition" },
	{ "status 10", "unknown answer" },	/* INTERMEDIATE: obsolete */
	{ "status 22", "unknown answer" },	/* COMMAND TERMINATED: obsolete */
	{ "status ff", "unknown answer" }, { "host 10", "unknown answer" },
	{ "host ff", "unknown answer" },
};

/* An answer, and how far its qualifier goes on. */
struct answer {
	u8 host, status;
	struct vmp_sense sense;
	unsigned int last;
};

/* A code that no row names stands for "any". */
static struct answer read_what(const char *what)
{
	struct answer answer = { };
	unsigned int a = 0, b = 0xee, c = 0xee, d;

	if (sscanf(what, "host %x", &a) == 1) {
		answer.host = a;
	} else if (!strcmp(what, "else")) {
		answer.host = 0x7f;
	} else if (sscanf(what, "status %x", &a) == 1) {
		answer.status = a;
	} else {
		answer.status = SAM_STAT_CHECK_CONDITION;
		answer.sense.valid = true;
		answer.sense.deferred = !strcmp(what, "deferred");
		d = sscanf(what, "%x/%x/%x-%x", &a, &b, &c, &answer.last);
		answer.sense.key = a;
		answer.sense.asc = b;
		answer.sense.ascq = c;
		if (d < 4)
			answer.last = c;
	}
	return answer;
}

static const struct vmp_outcome_row *ask(const struct answer *answer)
{
	return vmp_outcome_of_scsi(answer->host, answer->status,
				   answer->sense.valid ? &answer->sense : NULL);
}

/*
 * drivers/scsi/scsi_error.c and scsi_lib.c of 6.1 and, where it differs, of
 * 6.12, for a disk's READ or WRITE that nobody wants to fail fast; what
 * attention.c changes in it is marked.
 */
static int midlayer_not_ready(u8 asc, u8 ascq)
{
	static const u8 passing[] = {
		0x01, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x11, 0x14, 0x1a, 0x1b, 0x1d,
	};

	return asc == 4 && memchr(passing, ascq, sizeof(passing)) ? MID_REPEATS : BLK_STS_IOERR;
}

static int midlayer_hardware(u8 asc, u8 ascq)
{
	/* attention.c */
	if (asc == 0x08 || asc == 0x44 || asc == 0x47 || asc == 0x4b ||
	    (asc == 0x3e && ascq == 2))
		return BLK_STS_IOERR;
	return BLK_STS_TARGET;
}

static int midlayer_sense(const struct vmp_sense *s, bool new)
{
	bool limit = new && s->asc == 0x2e && s->ascq >= 1 && s->ascq <= 3;

	if (s->deferred)
		return TRIES;
	switch (s->key) {
	case NO_SENSE:
	case UNIT_ATTENTION:
		return MID_REPEATS;
	case RECOVERED_ERROR:
		return BLK_STS_OK;
	case NOT_READY:
		return midlayer_not_ready(s->asc, s->ascq);
	case MEDIUM_ERROR:
		return s->asc == 0x11 || s->asc == 0x13 || s->asc == 0x14 ? BLK_STS_MEDIUM : TRIES;
	case HARDWARE_ERROR:
		return midlayer_hardware(s->asc, s->ascq);
	case ILLEGAL_REQUEST:
		if (s->asc == 0x10)
			return BLK_STS_PROTECTION;
		return memchr("\x20\x21\x22\x24\x26\x27", s->asc, 6) ?
			BLK_STS_TARGET : BLK_STS_IOERR;
	case DATA_PROTECT:
		return s->asc == 0x27 && s->ascq == 7 ? BLK_STS_NOSPC : BLK_STS_TARGET;
	case BLANK_CHECK:
	case COPY_ABORTED:
	case VOLUME_OVERFLOW:
	case MISCOMPARE:
		return BLK_STS_TARGET;
	case ABORTED_COMMAND:
		if (s->asc == 0x10)
			return BLK_STS_PROTECTION;
		return limit ? BLK_STS_DURATION_LIMIT : TRIES;
	case 0xf:
		return new && s->asc == 0x55 && s->ascq == 0xa ?
			BLK_STS_DURATION_LIMIT : BLK_STS_IOERR;
	default:
		return BLK_STS_IOERR;
	}
}

static int midlayer_status(const struct answer *answer, bool new)
{
	switch (answer->status) {
	case SAM_STAT_GOOD:
	case SAM_STAT_CONDITION_MET:	/* of a flush; it repeats other commands */
		return BLK_STS_OK;
	case SAM_STAT_BUSY:
	case SAM_STAT_TASK_SET_FULL:
	case 0x10: case 0x14: case 0x22:	/* "good", but with no bytes done */
		return MID_REPEATS;
	case SAM_STAT_RESERVATION_CONFLICT:
		return BLK_STS_RESV_CONFLICT;
	case SAM_STAT_ACA_ACTIVE:
		return BLK_STS_IOERR;
	case SAM_STAT_CHECK_CONDITION:
		return answer->sense.valid ? midlayer_sense(&answer->sense, new) : TRIES;
	default:
		return TRIES;
	}
}

static int midlayer(const struct answer *answer, bool new)
{
	switch (answer->host) {
	case DID_OK:
		return midlayer_status(answer, new);
	case DID_ERROR:
		return answer->status == SAM_STAT_RESERVATION_CONFLICT ?
			BLK_STS_RESV_CONFLICT : TRIES;
	case DID_NO_CONNECT:
	case DID_BAD_TARGET:
	case DID_ABORT:
		return BLK_STS_IOERR;
	case DID_RESET:
	case DID_IMM_RETRY:
	case DID_REQUEUE:
		return MID_REPEATS;
	case DID_TRANSPORT_FAILFAST:
	case DID_TRANSPORT_MARGINAL:
		return BLK_STS_TRANSPORT;
	default:
		return TRIES;
	}
}

/* Does remap mode, which has the mid-layer's verdict alone, do something else? */
static bool contradicts(const struct answer *answer, bool new)
{
	enum vmp_outcome outcome = ask(answer)->outcome, remap;
	int mid = midlayer(answer, new);

	if (mid == MID_REPEATS)
		return outcome != VMP_RETRY && outcome != VMP_SUSPECT;
	remap = vmp_outcome_of(mid & ~MID_TRIES);
	/* Suspect is what it says when it does not know. */
	return remap != outcome && (remap != VMP_SUSPECT || outcome == VMP_DONE);
}

static const char *midlayer_name(const struct answer *answer)
{
	static const char * const names[] = {
		[BLK_STS_OK] = "OK", [BLK_STS_NOSPC] = "NOSPC",
		[BLK_STS_TRANSPORT] = "TRANSPORT", [BLK_STS_TARGET] = "TARGET",
		[BLK_STS_RESV_CONFLICT] = "RESV_CONFLICT", [BLK_STS_MEDIUM] = "MEDIUM",
		[BLK_STS_PROTECTION] = "PROTECTION", [BLK_STS_IOERR] = "IOERR",
		[BLK_STS_DURATION_LIMIT] = "DURATION_LIMIT",
	};
	int mid = midlayer(answer, true);

	if (mid == MID_REPEATS)
		return "repeats";
	if (mid & MID_TRIES)
		return "tries, IOERR";
	return names[mid];
}

static void test_rows(void)
{
	const struct vmp_outcome_row *row;
	struct answer answer;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		answer = read_what(rows[i].what);
		do {
			row = ask(&answer);
			ok(!strcmp(row->reason, rows[i].reason) &&
			   row->outcome == rows[i].outcome && row->doubt == rows[i].doubt &&
			   row->moved == rows[i].moved,
			   "%s, ASCQ %02x: %s", rows[i].what, answer.sense.ascq, rows[i].reason);
		} while (answer.sense.ascq++ < answer.last);
		/* Nor is a range longer than it should be. */
		if (strchr(rows[i].what, '-'))
			ok(strcmp(ask(&answer)->reason, rows[i].reason), "... and ends there");
	}
	for (i = 0; i < ARRAY_SIZE(points); i++) {
		answer = read_what(points[i].what);
		is_str(ask(&answer)->reason, points[i].reason, points[i].what);
	}
}

static unsigned int strays, contradictions, new_contradictions;

static void look(const struct answer *answer)
{
	const struct vmp_outcome_row *row = ask(answer);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(row->reason, rows[i].reason))
			break;
	if (i == ARRAY_SIZE(rows) && !strays++)
		printf("# not in the list: %s\n", row->reason);
	if (contradicts(answer, false) && !contradictions++)
		printf("# contradiction: %s\n", row->reason);
	if (contradicts(answer, true) && !new_contradictions++)
		printf("# contradiction: %s\n", row->reason);
}

/* Each answer that there can be. */
static void test_all(void)
{
	struct answer answer = { };
	unsigned int i;

	for (i = 0; i < 0x10000; i++) {
		answer.host = i >> 8;
		answer.status = i;
		/* No driver that we claim disks of gives this to us. */
		if (answer.host != DID_PASSTHROUGH)
			look(&answer);
	}
	answer = read_what("0");
	for (i = 0; i < 0x200000; i++) {
		answer.sense.ascq = i;
		answer.sense.asc = i >> 8;
		answer.sense.key = i >> 16 & 0xf;
		answer.sense.deferred = i >> 20;
		look(&answer);
	}
	is_int(strays, 0, "no row that is not in the list");
	is_int(contradictions, 0, "remap mode says nothing else on 6.1");
	is_int(new_contradictions, 0, "nor on 6.12");
}

static void test_mixed(void)
{
	struct vmp_sense sense = { .valid = true, .key = MEDIUM_ERROR, .asc = 0x11 };

	is_str(vmp_outcome_of_scsi(DID_ERROR, SAM_STAT_RESERVATION_CONFLICT, NULL)->reason,
	       "reservation conflict", "a conflict that the host calls an error");
	is_str(vmp_outcome_of_scsi(DID_RESET, SAM_STAT_RESERVATION_CONFLICT, NULL)->reason,
	       "reset", "a reset with whatever status");
	is_str(vmp_outcome_of_scsi(DID_NO_CONNECT, SAM_STAT_GOOD, NULL)->reason,
	       "no connection", "no answer is not good");
	is_str(vmp_outcome_of_scsi(DID_OK, SAM_STAT_GOOD, &sense)->reason, "good",
	       "sense data without CHECK CONDITION");
	is_str(vmp_outcome_of_scsi(DID_OK, SAM_STAT_BUSY, &sense)->reason, "busy", "nor with BUSY");
	is_str(vmp_outcome_of_scsi(DID_TRANSPORT_DISRUPTED, SAM_STAT_CHECK_CONDITION,
				   &sense)->reason, "transport disrupted", "nor from nowhere");
	sense.valid = false;
	is_str(vmp_outcome_of_scsi(DID_OK, SAM_STAT_CHECK_CONDITION, &sense)->reason,
	       "no sense data", "sense data that is none");
}

/* "a  b" and "a b" are the same. */
static void squeeze(char *line)
{
	char *out = line;

	for (; *line; line++) {
		if (!isspace((u8)*line))
			*out++ = *line;
		else if (!isspace((u8)line[1]) && line[1])
			*out++ = ' ';
	}
	*out = '\0';
}

static void test_doc(void)
{
	static const char * const names[] = {
		[VMP_DONE] = "done", [VMP_RETRY] = "retry", [VMP_SUSPECT] = "suspect",
		[VMP_FAILOVER] = "failover", [VMP_TARGET] = "target",
		[VMP_CONFLICT] = "conflict",
	};
	char line[200], want[200];
	FILE *f = fopen(DOC, "r");
	struct answer answer;
	unsigned int i = 0;
	/* Lines of "=" until its end, from its head on. */
	unsigned int left = 0;

	ok(f, "the documentation is there");
	while (f && fgets(line, sizeof(line), f)) {
		squeeze(line);
		if (!strncmp(line, "answer outcome ", 15)) {
			left = 2;
		} else if (!strncmp(line, "====", 4)) {
			left -= left > 0;
		} else if (left == 1 && i < ARRAY_SIZE(rows)) {
			answer = read_what(rows[i].what);
			snprintf(want, sizeof(want), "%s %s%s %s %s", rows[i].what,
				 names[rows[i].outcome], rows[i].doubt ? ", who?" :
				 rows[i].moved ? ", ALUA" : "",
				 midlayer_name(&answer), rows[i].reason);
			is_str(line, want, "a row in the documentation");
			i++;
		}
	}
	is_int(i, ARRAY_SIZE(rows), "it has all rows");
	if (f)
		fclose(f);
}

static void test_delay(void)
{
	unsigned int i, all = 0;

	is_int(vmp_outcome_delay_ms(1), 20, "the first retry");
	is_int(vmp_outcome_delay_ms(2), 40, "the second one waits longer");
	is_int(vmp_outcome_delay_ms(5), 320, "the fifth one");
	is_int(vmp_outcome_delay_ms(255), 320, "but never for long");
	for (i = 1; i <= 8; i++)
		all += vmp_outcome_delay_ms(i);
	is_int(all, 1580, "eight of them");
}

int main(void)
{
	test_rows();
	test_all();
	test_mixed();
	test_doc();
	test_delay();
	return tap_done();
}
