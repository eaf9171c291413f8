// SPDX-License-Identifier: GPL-2.0-only
/*
 * From INQUIRY data, VPD pages and virtio-blk serials to a WWID.
 *
 * The discovery reads the bytes and hands them in here; what comes out decides
 * which meta-node a disk belongs to. The bytes come from a host that is not
 * trusted: every length is checked against the buffer, never believed.
 */
#ifdef __KERNEL__
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "compat/unaligned.h"
#endif
#include "identity.h"
#include "serial.h"

#define VPD_HEADER	4
#define DESIG_HEADER	4
#define VPD80_MAX	252	/* what fits the one-byte length of old LUs */

enum { CODE_SET_BINARY = 1, CODE_SET_ASCII = 2, CODE_SET_UTF8 = 3 };
enum { ASSOC_LU = 0, ASSOC_PORT = 1, ASSOC_DEVICE = 2 };

/* Designator types, SPC-4 table 591. */
enum {
	DESIG_VENDOR = 0, DESIG_T10 = 1, DESIG_EUI64 = 2, DESIG_NAA = 3,
	DESIG_RELATIVE_PORT = 4, DESIG_PORT_GROUP = 5, DESIG_LU_GROUP = 6,
	DESIG_NAME = 8,
};

#define NAA_LOCAL	3
#define NAA_ANY		0xff

struct desig {
	u8 code_set, assoc, type, len;
	const u8 *id;
};

/*
 * The order in which scsi_id and so udev, and with it multipath-tools, choose:
 * the names they give and the WWID here are to be the same. The SCSI name
 * string is beyond scsi_id; it is taken only where nothing else is there.
 */
static const struct {
	u8 type, naa;
} desig_order[] = {
	{ DESIG_NAA, 6 },
	{ DESIG_NAA, 5 },
	{ DESIG_NAA, NAA_ANY },
	{ DESIG_EUI64, NAA_ANY },
	{ DESIG_T10, NAA_ANY },
	{ DESIG_NAME, NAA_ANY },
	{ DESIG_VENDOR, NAA_ANY },
};

/*
 * As udev writes an id: outer white space off, inner runs of it one '_', and
 * '_' for whatever has no place in a file name.
 */
static void put_text(char *out, size_t size, const u8 *in, size_t len)
{
	size_t used = 0;
	bool gap = false;

	for (; len && *in; in++, len--) {
		if (isspace(*in)) {
			gap = used > 0;
			continue;
		}
		if (gap && used + 1 < size)
			out[used++] = '_';
		gap = false;
		if (used + 1 < size)
			out[used++] = isalnum(*in) && *in < 0x80 ? *in :
				      strchr("#+-.:=@_", *in) ? *in : '_';
	}
	out[used] = '\0';
}

static void put_hex(char *out, size_t size, const u8 *in, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	size_t used = 0;

	for (; len && used + 2 < size; in++, len--) {
		out[used++] = digits[*in >> 4];
		out[used++] = digits[*in & 0xf];
	}
	out[used] = '\0';
}

static void put_trimmed(char *out, size_t size, const char *in, size_t len)
{
	size_t i, used = 0;

	while (len && isspace((u8)*in)) {
		in++;
		len--;
	}
	for (i = 0; i < len && in[i] && used + 1 < size; i++)
		out[used++] = isprint((u8)in[i]) && (u8)in[i] < 0x80 ? in[i] : '?';
	while (used && isspace((u8)out[used - 1]))
		used--;
	out[used] = '\0';
}

static bool all_zero(const u8 *p, size_t len)
{
	while (len && !*p) {
		p++;
		len--;
	}
	return !len;
}

/*
 * Up to the first NUL, is there anything to read? What blanks or control
 * characters name would be the same LU everywhere.
 */
static bool legible(const u8 *p, size_t len)
{
	for (; len && *p; p++, len--)
		if (*p > ' ' && *p < 0x7f)
			return true;
	return false;
}

/* Is the length the one that the designator's type has (SPC-4 7.8.6)? */
static bool desig_sane(const struct desig *d)
{
	if (!d->len || all_zero(d->id, d->len))
		return false;
	if (d->code_set != CODE_SET_BINARY && !legible(d->id, d->len))
		return false;
	switch (d->type) {
	case DESIG_NAA:
		if (d->code_set != CODE_SET_BINARY)
			return d->code_set == CODE_SET_ASCII;
		return d->len == ((d->id[0] >> 4) == 6 ? 16 : 8);
	case DESIG_EUI64:
		if (d->code_set != CODE_SET_BINARY)
			return d->code_set == CODE_SET_ASCII;
		return d->len == 8 || d->len == 12 || d->len == 16;
	case DESIG_NAME:
		return d->code_set == CODE_SET_UTF8;
	default:
		return true;
	}
}

/* The next whole designator at *pos, or false at the end or at garbage. */
static bool next_desig(const u8 *page, size_t len, size_t *pos,
		       struct desig *d)
{
	const u8 *p = page + *pos;

	if (*pos + DESIG_HEADER > len)
		return false;
	d->code_set = p[0] & 0xf;
	d->assoc = (p[1] >> 4) & 3;
	d->type = p[1] & 0xf;
	d->len = p[3];
	d->id = p + DESIG_HEADER;
	if (*pos + DESIG_HEADER + d->len > len)
		return false;
	*pos += DESIG_HEADER + d->len;
	return true;
}

/*
 * Where the whole designators end. Of an answer that was cut short only zeros
 * are there, and no residual tells: then there is no header any more, and what
 * is before that and ends in zeros may be cut, too. It would be an id that
 * others, cut at the same place, have as well.
 */
static size_t whole_len(const u8 *page, size_t len)
{
	size_t pos = VPD_HEADER, start = VPD_HEADER;
	struct desig d;

	while (pos < len && !all_zero(page + pos, len - pos)) {
		start = pos;
		if (!next_desig(page, len, &pos, &d))
			return len;
	}
	return pos > start && pos < len && !page[pos - 1] ? start : pos;
}

static bool desig_matches(const struct desig *d, unsigned int want)
{
	u8 naa = desig_order[want].naa;

	if (d->assoc != ASSOC_LU || d->type != desig_order[want].type ||
	    !desig_sane(d))
		return false;
	return naa == NAA_ANY || d->id[0] >> 4 == naa;
}

/* Vendor and product padded to their INQUIRY width, as scsi_id prepends them. */
static size_t put_inquiry(const struct vmp_identity *id, u8 *out)
{
	memset(out, ' ', VMP_VENDOR_LEN + VMP_MODEL_LEN);
	memcpy(out, id->vendor, strlen(id->vendor));
	memcpy(out + VMP_VENDOR_LEN, id->model, strlen(id->model));
	return VMP_VENDOR_LEN + VMP_MODEL_LEN;
}

static void wwid_from_desig(struct vmp_identity *id, const struct desig *d)
{
	u8 text[1 + VMP_VENDOR_LEN + VMP_MODEL_LEN + 256];
	size_t len = 1;

	/* In front of the blanks of an empty vendor, which so are inner ones. */
	text[0] = '0' + d->type;
	if (d->type == DESIG_VENDOR)
		len += put_inquiry(id, text + len);
	if (d->code_set == CODE_SET_BINARY) {
		put_text(id->wwid, VMP_WWID_LEN, text, len);
		len = strlen(id->wwid);
		put_hex(id->wwid + len, VMP_WWID_LEN - len, d->id, d->len);
		return;
	}
	memcpy(text + len, d->id, d->len);
	put_text(id->wwid, VMP_WWID_LEN, text, len + d->len);
}

/*
 * A designator of a port or of the target device: NAA before EUI-64 before a
 * SCSI name string, and the first of each.
 */
static void take_port(char *out, unsigned int *rank, const struct desig *d)
{
	unsigned int as = d->type == DESIG_NAA ? 3 : d->type == DESIG_EUI64 ? 2 :
			  d->type == DESIG_NAME ? 1 : 0;

	if (as <= *rank || !desig_sane(d))
		return;
	if (as > 1 && d->code_set != CODE_SET_BINARY)
		return;
	if (as > 1)
		put_hex(out, VMP_PORT_LEN, d->id, d->len);
	else
		put_trimmed(out, VMP_PORT_LEN, (const char *)d->id, d->len);
	if (out[0])
		*rank = as;
}

/* Four bytes, of which the latter two are the number (SPC-4 7.8.6.7, .8). */
static bool take_number(u16 *out, const struct desig *d)
{
	if (d->code_set != CODE_SET_BINARY || d->len != 4)
		return false;
	*out = get_unaligned_be16(d->id + 2);
	return true;
}

/*
 * Add to the digest of the LU's designators. A sum of hashes: their order says
 * nothing. What tells of the way to the LU is left out: it differs by path. So
 * does a locally assigned NAA id, which tgt makes of the target's number.
 */
static void take_lu_desig(struct vmp_identity *id, const struct desig *d)
{
	u64 hash = 0xcbf29ce484222325ULL;
	unsigned int i;

	if (d->type == DESIG_RELATIVE_PORT || d->type == DESIG_PORT_GROUP ||
	    d->type == DESIG_LU_GROUP)
		return;
	if (d->type == DESIG_NAA && d->len && d->id[0] >> 4 == NAA_LOCAL)
		return;
	hash = (hash ^ d->code_set) * 0x100000001b3ULL;
	hash = (hash ^ d->type) * 0x100000001b3ULL;
	hash = (hash ^ d->len) * 0x100000001b3ULL;
	for (i = 0; i < d->len; i++)
		hash = (hash ^ d->id[i]) * 0x100000001b3ULL;
	hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdULL;
	hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53ULL;
	id->desigs += hash ^ hash >> 33;
	id->nr_desigs++;
}

/* All but the WWID: the ways to the LU, and the set of its designators. */
static void take_desigs(struct vmp_identity *id, const u8 *page, size_t len)
{
	unsigned int port = 0, device = 0;
	size_t pos = VPD_HEADER;
	struct desig d;

	id->desigs = 0;
	id->nr_desigs = 0;
	while (next_desig(page, len, &pos, &d)) {
		if (d.assoc == ASSOC_LU)
			take_lu_desig(id, &d);
		else if (d.assoc == ASSOC_DEVICE)
			take_port(id->target_device, &device, &d);
		else if (d.assoc != ASSOC_PORT)
			continue;
		else if (d.type == DESIG_RELATIVE_PORT)
			take_number(&id->relative_port, &d);
		else if (d.type == DESIG_PORT_GROUP)
			id->has_port_group |= take_number(&id->port_group, &d);
		else
			take_port(id->target_port, &port, &d);
	}
}

/**
 * vmp_identity_inquiry() - take vendor and product from the INQUIRY data
 * @id: to be filled in
 * @vendor: 8 bytes, not terminated
 * @model: 16 bytes, not terminated
 *
 * Context: any. SPC-4 6.6.2.
 */
void vmp_identity_inquiry(struct vmp_identity *id, const char *vendor,
			  const char *model)
{
	id->scsi = true;
	put_trimmed(id->vendor, sizeof(id->vendor), vendor, VMP_VENDOR_LEN);
	put_trimmed(id->model, sizeof(id->model), model, VMP_MODEL_LEN);
}

/**
 * vmp_identity_vpd83() - WWID, the way to the LU and all else that page 83 tells
 * @id: filled in; vendor and model must be there already
 * @page: Device Identification VPD page, with its header
 * @len: bytes in @page
 *
 * Context: any. SPC-4 7.8.6.
 * Return: 0, -ENODATA if no designator of the LU is usable, -EINVAL if this
 * is no such page.
 */
int vmp_identity_vpd83(struct vmp_identity *id, const u8 *page, size_t len)
{
	struct desig d;
	unsigned int i;
	size_t pos;

	if (len < VPD_HEADER || page[1] != 0x83)
		return -EINVAL;
	len = min_t(size_t, len, VPD_HEADER + get_unaligned_be16(page + 2));
	len = whole_len(page, len);

	take_desigs(id, page, len);
	for (i = 0; i < ARRAY_SIZE(desig_order); i++)
		for (pos = VPD_HEADER; next_desig(page, len, &pos, &d);)
			if (desig_matches(&d, i)) {
				wwid_from_desig(id, &d);
				if (id->wwid[1])
					return 0;
				/* Text that begins with a NUL: the next one. */
				id->wwid[0] = '\0';
			}
	return -ENODATA;
}

/**
 * vmp_identity_vpd80() - serial number, and WWID if there is none yet
 * @id: filled in; vendor and model must be there already
 * @page: Unit Serial Number VPD page, with its header
 * @len: bytes in @page
 *
 * Context: any. SPC-4 7.8.15. The WWID is 'S', vendor, product and serial, as
 * scsi_id has it.
 * Return: 0, -ENODATA if the serial has nothing to read, -EINVAL if this is no such page.
 */
int vmp_identity_vpd80(struct vmp_identity *id, const u8 *page, size_t len)
{
	u8 text[1 + VMP_VENDOR_LEN + VMP_MODEL_LEN + VPD80_MAX];
	size_t used = 1;

	if (len < VPD_HEADER || page[1] != 0x80)
		return -EINVAL;
	len = min_t(size_t, len - VPD_HEADER, get_unaligned_be16(page + 2));
	len = min_t(size_t, len, VPD80_MAX);
	put_trimmed(id->serial, sizeof(id->serial),
		    (const char *)page + VPD_HEADER, len);
	if (!legible(page + VPD_HEADER, len))
		return -ENODATA;
	if (id->wwid[0])
		return 0;
	text[0] = 'S';
	used += put_inquiry(id, text + used);
	memcpy(text + used, page + VPD_HEADER, len);
	put_text(id->wwid, VMP_WWID_LEN, text, used + len);
	return 0;
}

/**
 * vmp_identity_blk_serial() - WWID from a virtio-blk serial
 * @id: filled in
 * @serial: what the device answers, not always terminated
 * @len: bytes in @serial, at most VMP_BLK_SERIAL are looked at
 *
 * A serial that carries an NAA id makes the WWID that the LU has over SCSI:
 * one that serial.c encoded, or 16 hex digits that begin like an NAA id (2, 3
 * or 5). Any other is taken as it stands, behind "virtio-".
 *
 * Context: any. VIRTIO 1.2, 5.2.6.1.
 * Return: 0, or -ENODATA if the serial has nothing to read.
 */
int vmp_identity_blk_serial(struct vmp_identity *id, const char *serial,
			    size_t len)
{
	static const char prefix[] = "virtio-";
	u8 naa[VMP_NAA6_LEN];
	size_t i, n;

	BUILD_BUG_ON(VMP_BLK_SERIAL != VMP_SERIAL_CHARS);
	len = min_t(size_t, len, VMP_BLK_SERIAL);
	put_trimmed(id->serial, sizeof(id->serial), serial, len);
	n = strlen(id->serial);
	if (!legible((const u8 *)serial, len))
		return -ENODATA;
	if (!vmp_serial_decode(serial, len, naa)) {
		id->wwid[0] = '3';
		put_hex(id->wwid + 1, VMP_WWID_LEN - 1, naa, sizeof(naa));
		return 0;
	}
	for (i = 0; i < n && isxdigit((u8)id->serial[i]); i++)
		;
	if (n == 16 && i == n && strchr("235", id->serial[0])) {
		id->wwid[0] = '3';
		for (i = 0; i <= n; i++)
			id->wwid[1 + i] = tolower((u8)id->serial[i]);
		return 0;
	}
	memcpy(id->wwid, prefix, sizeof(prefix));
	put_text(id->wwid + sizeof(prefix) - 1, VMP_WWID_LEN - sizeof(prefix),
		 (const u8 *)id->serial, n);
	return 0;
}

/**
 * vmp_identity_differs() - do two answers come from two LUs?
 * @a: an identity
 * @b: another
 *
 * virtio-blk tells the WWID alone, so between the transports that is all that
 * can be compared. Over SCSI the designators of the LU have to be the same,
 * all of them; those of the port and of groups differ by path.
 *
 * Context: any.
 * Return: what differs, or NULL.
 */
const char *vmp_identity_differs(const struct vmp_identity *a,
				 const struct vmp_identity *b)
{
	if (strcmp(a->wwid, b->wwid))
		return "another WWID";
	if (a->scsi && b->scsi &&
	    (a->nr_desigs != b->nr_desigs || a->desigs != b->desigs))
		return "another designator set";
	return NULL;
}
