// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: READ FULL STATUS and TransportIDs, bytes in, fields out. The host and the
 * array made these bytes: lengths are checked against the buffer, never believed, and
 * a name may have any byte in it. cmd-pr.c asks, and makes it printable.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "prin.h"

#define DESC_LEN	24	/* of a descriptor without its TransportID */
#define R_HOLDER	0x01
#define ALL_TG_PT	0x02

/* Protocols and lengths of TransportIDs, SPC-4 7.6.4. */
#define PROTO_FC	0
#define PROTO_SBP	3
#define PROTO_SRP	4
#define PROTO_ISCSI	5
#define PROTO_SAS	6
#define PROTO_PCIE	10
#define ID_FIXED	24	/* all but iSCSI */
#define ISCSI_HEADER	4

/**
 * ctl_prin_told() - how long an answer to PERSISTENT RESERVE IN would be
 * @data: what has come of it
 * @len: bytes in @data
 *
 * SPC-4 6.15.2, 6.15.3 and 6.15.5 have it in the same place.
 *
 * Return: bytes, header and all; 0 if there is no whole header.
 */
u64 ctl_prin_told(const u8 *data, size_t len)
{
	return len < CTL_PRIN_HEADER ? 0 : CTL_PRIN_HEADER + (u64)get_unaligned_be32(data + 4);
}

/**
 * ctl_prin_next() - the next registration of an answer to READ FULL STATUS
 * @data: the answer
 * @len: bytes in @data
 * @pos: how far it has been read; 0 at first
 * @nexus: filled in
 *
 * SPC-4 6.15.5.
 *
 * Return: 1, 0 if there is none left, or -EINVAL if the answer is cut short or its
 * lengths do not agree.
 */
int ctl_prin_next(const u8 *data, size_t len, size_t *pos, struct ctl_nexus *nexus)
{
	u64 told = ctl_prin_told(data, len);
	const u8 *desc;
	size_t left;

	if (!told)
		return -EINVAL;
	if (!*pos)
		*pos = CTL_PRIN_HEADER;
	if (*pos >= told)
		return 0;
	if (*pos > len)
		return -EINVAL;
	left = told < len ? told - *pos : len - *pos;
	desc = data + *pos;
	if (left < DESC_LEN || get_unaligned_be32(desc + 20) > left - DESC_LEN)
		return -EINVAL;
	nexus->key = get_unaligned_be64(desc);
	nexus->holder = desc[12] & R_HOLDER;
	nexus->all_ports = desc[12] & ALL_TG_PT;
	nexus->type = desc[13];
	nexus->port = get_unaligned_be16(desc + 18);
	nexus->id = desc + DESC_LEN;
	nexus->id_len = get_unaligned_be32(desc + 20);
	*pos += DESC_LEN + nexus->id_len;
	return 1;
}

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
 * @nexus: of ctl_prin_next(), whose answer is still there
 * @buf: its name: any bytes, and no NUL at the end
 * @size: of @buf, CTL_PRIN_ID_LEN to have all of a good one
 *
 * SPC-4 7.6.4.
 *
 * Return: bytes in @buf; 0 if the target does not tell.
 */
size_t ctl_prin_initiator(const struct ctl_nexus *nexus, char *buf, size_t size)
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
