// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: TransportIDs and types of reservations, bytes in, words out. The host and the
 * array made these bytes: lengths are checked against the buffer, never believed, and
 * a name may have any byte in it. cmd-pr.c asks, and makes it printable.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "prin.h"

/* Protocols and lengths of TransportIDs, SPC-4 7.6.4. */
#define PROTO_FC	0
#define PROTO_SBP	3
#define PROTO_SRP	4
#define PROTO_ISCSI	5
#define PROTO_SAS	6
#define PROTO_PCIE	10
#define ID_FIXED	24	/* all but iSCSI */
#define ISCSI_HEADER	4

static size_t put_hex(char *buf, size_t size, const char *prefix, const u8 *data, size_t len)
{
	size_t i, out;

	out = scnprintf(buf, size, "%s", prefix);
	for (i = 0; i < len && out + 2 < size; i++)
		out += scnprintf(buf + out, size - out, "%02x", data[i]);
	return out;
}

/* Its name, to the first NUL: "iqn....", or with its session "iqn....,i,0x...". */
static size_t put_iscsi(char *buf, size_t size, const u8 *id, size_t len)
{
	size_t told = get_unaligned_be16(id + 2);

	len -= ISCSI_HEADER;
	if (told < len)
		len = told;
	if (size < len)
		len = size;
	len = strnlen((const char *)id + ISCSI_HEADER, len);
	memcpy(buf, id + ISCSI_HEADER, len);
	return len;
}

/**
 * ctl_prin_initiator() - who a registration belongs to
 * @nexus: of vmp_pr_next_nexus(), whose answer is still there
 * @buf: its name: any bytes, and no NUL at the end
 * @size: of @buf, CTL_PRIN_ID_LEN to have all of a good one
 *
 * SPC-4 7.6.4.
 *
 * Return: bytes in @buf; 0 if the target does not tell.
 */
size_t ctl_prin_initiator(const struct vmp_pr_nexus *nexus, char *buf, size_t size)
{
	/* In a TransportID of fixed length: what stands where. */
	static const struct { u8 proto, from, len; const char *prefix; } fixed[] = {
		{ PROTO_FC, 8, 8, "fc." }, { PROTO_SBP, 8, 8, "sbp." },
		{ PROTO_SRP, 8, 16, "srp." }, { PROTO_SAS, 4, 8, "sas." },
		{ PROTO_PCIE, 2, 2, "pcie." },
	};
	const u8 *id = nexus->id;
	size_t i, len = nexus->id_len;
	char prefix[16];

	if (!len)
		return 0;
	if ((id[0] & 0xf) == PROTO_ISCSI && len > ISCSI_HEADER)
		return put_iscsi(buf, size, id, len);
	for (i = 0; i < ARRAY_SIZE(fixed); i++)
		if ((id[0] & 0xf) == fixed[i].proto && len >= ID_FIXED)
			return put_hex(buf, size, fixed[i].prefix, id + fixed[i].from,
				       fixed[i].len);
	snprintf(prefix, sizeof(prefix), "protocol%u.", id[0] & 0xf);
	return put_hex(buf, size, prefix, id, len);
}

/**
 * ctl_prin_type_name() - a type of reservation, as SPC-4 table 211 calls it
 * @type: scope and type
 *
 * Return: NULL if that has none.
 */
const char *ctl_prin_type_name(u8 type)
{
	static const char *const names[16] = {
		[VMP_PR_WRITE_EX] = "write exclusive",
		[VMP_PR_ACCESS_EX] = "exclusive access",
		[VMP_PR_WRITE_EX_RO] = "write exclusive, registrants only",
		[VMP_PR_ACCESS_EX_RO] = "exclusive access, registrants only",
		[VMP_PR_WRITE_EX_AR] = "write exclusive, all registrants",
		[VMP_PR_ACCESS_EX_AR] = "exclusive access, all registrants",
	};

	return names[type & 0xf];
}

/* Is everybody who is registered a holder? SPC-4 5.13.10. */
bool ctl_prin_all_hold(u8 type)
{
	return (type & 0xf) == VMP_PR_WRITE_EX_AR || (type & 0xf) == VMP_PR_ACCESS_EX_AR;
}

/**
 * ctl_prin_access() - what one may do on an LU that is reserved
 * @type: of the reservation
 * @holder: one holds it
 * @registered: one is registered
 *
 * SPC-4 tables 69 and 211.
 */
enum ctl_access ctl_prin_access(u8 type, bool holder, bool registered)
{
	switch (type & 0xf) {
	case VMP_PR_WRITE_EX:
		return holder ? CTL_ACCESS_ALL : CTL_ACCESS_READ;
	case VMP_PR_ACCESS_EX:
		return holder ? CTL_ACCESS_ALL : CTL_ACCESS_NONE;
	case VMP_PR_WRITE_EX_RO:
	case VMP_PR_WRITE_EX_AR:
		return registered ? CTL_ACCESS_ALL : CTL_ACCESS_READ;
	case VMP_PR_ACCESS_EX_RO:
	case VMP_PR_ACCESS_EX_AR:
		return registered ? CTL_ACCESS_ALL : CTL_ACCESS_NONE;
	default:
		return CTL_ACCESS_UNKNOWN;
	}
}
