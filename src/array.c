// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a WWID to a name for people: <array>_<volume>.
 *
 * A pure function of what the LU says of itself, so an LU has one name in
 * every guest. head.c asks when an LU's first path comes. Where the WWID is an
 * NAA id the name is made of that alone: virtio-blk has no vendor and product,
 * and an LU has one name over both transports. Documentation/naming.rst tells
 * how to add a family.
 */
#ifdef __KERNEL__
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/string.h>
#endif
#include "array.h"

#define LONG_HASH	16	/* digits: 64 bits */
#define SHORT_HASH	8

/* Some of the many OUIs of Huawei, those seen in ids of LUs. */
static const u32 array_huawei[] = {
	0x00e0fc, 0x18cf24, 0x30d17e, 0x382028, 0x446a2e, 0x488eef, 0x48fd8e,
	0xa08cf8, 0xc0bfc0, 0xcc64a6, 0xd44649, 0xe00084, 0xe09796, 0xeca1d1,
	0x20f17c,
};

/*
 * The layouts of NAA ids, first match wins. A digit must be there as it is; S
 * is a digit of the array's serial, V one of the volume's id, TT a character
 * of the latter in ASCII, a digit or a capital letter. A layout with S gives
 * <family>-<S...>_<V...>, one without gives <family>_<V...>. So that no two ids
 * have one name, what is left out of it must be fixed by the layout and the
 * family's name; the unit test changes every digit and looks.
 *
 * Where an array's layout is not known, or does not tell the array, the
 * family's line takes all digits for the volume. Sources: test-array.c.
 */
static const struct {
	const char *family, *layout;
	const u32 *oui;		/* the layout is for these alone, of which there are */
	unsigned int nr_oui;
} array_naa[] = {
	/* CLARiiON, VNX, Unity */
	{ "vnx",	"60060160SSSSSSSSVVVVVVVVVVVVVVVV" },
	{ "vnx",	"6006016VVVVVVVVVVVVVVVVVVVVVVVVV" },
	/* VMAX and PowerMax; Symmetrix up to DMX: 53 is an S */
	{ "symm",	"60000970SSSSSSSSSSSS53TTTTTTTTTT" },
	{ "symm",	"6000097VVVVVVVVVVVVVVVVVVVVVVVVV" },
	{ "dmx",	"60060480SSSSSSSSSSSS53TTTTTTTTTT" },
	{ "dmx",	"6006048VVVVVVVVVVVVVVVVVVVVVVVVV" },
	/* NetApp ONTAP: the LU's serial in ASCII, of any characters; 7-mode */
	{ "netapp",	"600a0980VVVVVVVVVVVVVVVVVVVVVVVV" },
	{ "netapp7",	"60a98000VVVVVVVVVVVVVVVVVVVVVVVV" },
	/* 3PAR, Primera, Alletra 9000 */
	{ "3par",	"60002ac000000000VVVVVVVVSSSSSSSS" },
	{ "3par",	"50002ac0VVVVSSSS" },
	{ "3par",	"60002acVVVVVVVVVVVVVVVVVVVVVVVVV" },
	{ "pure",	"624a9370SSSSSSSSSSSSSSSSVVVVVVVV" },
	/* SAN Volume Controller, Storwize, FlashSystem */
	{ "svc",	"60050768SSSSSSSSSSVVVVVVVVVVVVVV" },
	/* The last 8 digits of the WWNN, then the volume; other IBM */
	{ "ds8000",	"60050763SSSSSSSSVVVVVVVVVVVVVVVV" },
	{ "ibm",	"6005076VVVVVVVVVVVVVVVVVVVVVVVVV" },
	/* VSP and what was before: model, serial, again the serial, LDEV */
	{ "vsp",	"60060e80SSSSSSSSSSSSSSSSVVVVVVVV" },
	{ "vsp",	"60060e8VVVVVVVVVVVVVVVVVVVVVVVVV" },
	/* The array's MAC address with 100 in it, then a time and the LUN id */
	{ "huawei",	"6SSSSSS100SSSSSSVVVVVVVVVVVVVVVV",
			array_huawei, ARRAY_SIZE(array_huawei) },
	{ "powerstore",	"68ccf098VVVVVVVVVVVVVVVVVVVVVVVV" },
	{ "lio",	"6001405VVVVVVVVVVVVVVVVVVVVVVVVV" },
	/* "IET     " in hexadecimal, target id, LUN; a scsi_id of one's own */
	{ "tgt",	"60000000000000000e000000SSSSVVVV" },
	{ "tgt",	"6000000VVVVVVVVVVVVVVVVVVVVVVVVV" },
	/* Any other: the type and the vendor's OUI, where 5 and 6 have it */
	{ "naa",	"SSSSSSSVVVVVVVVVVVVVVVVVVVVVVVVV" },
	{ "naa",	"SSSSSSSVVVVVVVVV" },
};

/*
 * LUs that have no NAA id and are known by vendor and product, in a WWID of
 * that type: what follows them there is the volume.
 */
static const struct {
	char type;
	const char *family, *vendor, *model;
} array_inquiry[] = {
	{ '0', "qemu", "QEMU", "QEMU HARDDISK" },
};

/* A text under construction, cut at its end. */
struct text {
	char *at, *end;
};

static void text_start(struct text *t, char *buf, size_t size)
{
	t->at = buf;
	t->end = buf + size - 1;
	*buf = '\0';
}

static void text_char(struct text *t, char c)
{
	if (t->at == t->end)
		return;
	*t->at++ = c;
	*t->at = '\0';
}

static void text_add(struct text *t, const char *s)
{
	while (*s)
		text_char(t, *s++);
}

/* FNV-1a, then stirred, so that the low half alone is as good as any. */
static u64 array_hash(const char *s)
{
	u64 hash = 0xcbf29ce484222325ULL;

	while (*s)
		hash = (hash ^ (u8)*s++) * 0x100000001b3ULL;
	hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdULL;
	hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53ULL;
	return hash ^ hash >> 33;
}

static void text_hash(struct text *t, const char *wwid, unsigned int digits)
{
	u64 hash = array_hash(wwid);

	text_char(t, '-');
	while (digits--)
		text_char(t, "0123456789abcdef"[hash >> 4 * digits & 0xf]);
}

static bool is_clean(const char *s)
{
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

/* In letters that a name may have; what does not fit is cut off in front. */
static void text_clean(struct text *t, const char *s, size_t room)
{
	size_t len = strlen(s);

	for (s += len > room ? len - room : 0; *s; s++)
		text_char(t, isalnum((u8)*s) && (u8)*s < 0x80 ?
			  tolower((u8)*s) : *s == '-' ? '-' : '_');
}

/* The digits of an NAA id, or NULL if the WWID is none. */
static const char *naa_digits(const char *wwid)
{
	size_t len = strspn(wwid + (*wwid != '\0'), "0123456789abcdef");

	if (*wwid != '3' || wwid[1 + len] || (len != 16 && len != 32))
		return NULL;
	return wwid + 1;
}

static int hex_value(char c)
{
	return isdigit((u8)c) ? c - '0' : c - 'a' + 10;
}

/* The character of a pair of digits if a layout may have it there, else 0. */
static char ascii_pair(const char *digits)
{
	int c = hex_value(digits[0]) << 4 | hex_value(digits[1]);

	return c < 0x80 && (isdigit(c) || isupper(c)) ? tolower(c) : 0;
}

static bool layout_fits(const char *layout, const char *digits)
{
	for (; *layout && *digits; layout++, digits++) {
		if (*layout == 'S' || *layout == 'V')
			continue;
		if (*layout == 'T') {
			if (!ascii_pair(digits))
				return false;
			layout++;
			digits++;
		} else if (*layout != *digits) {
			return false;
		}
	}
	return !*layout && !*digits;
}

/* What the layout calls a digit of the array (S), or of the volume (V, TT). */
static void layout_pick(struct text *t, const char *layout,
			const char *digits, bool array)
{
	for (; *layout; layout++, digits++) {
		if (*layout == (array ? 'S' : 'V'))
			text_char(t, *digits);
		if (*layout != 'T')
			continue;
		if (!array)
			text_char(t, ascii_pair(digits));
		layout++;
		digits++;
	}
}

static u32 naa_oui(const char *digits)
{
	u32 oui = 0;
	int i;

	for (i = 1; i <= 6; i++)
		oui = oui << 4 | hex_value(digits[i]);
	return oui;
}

static bool line_fits(unsigned int line, const char *digits)
{
	unsigned int i;

	if (!layout_fits(array_naa[line].layout, digits))
		return false;
	for (i = 0; i < array_naa[line].nr_oui; i++)
		if (array_naa[line].oui[i] == naa_oui(digits))
			return true;
	return !array_naa[line].nr_oui;
}

static void name_naa(const char *digits, struct text *array, struct text *volume)
{
	unsigned int i;

	for (i = 0; !line_fits(i, digits); i++)
		;	/* ends: the last two fit any */
	text_add(array, array_naa[i].family);
	if (strchr(array_naa[i].layout, 'S')) {
		text_char(array, '-');
		layout_pick(array, array_naa[i].layout, digits, true);
	}
	layout_pick(volume, array_naa[i].layout, digits, false);
}

/* Step over "<text>_" as identity.c writes a text, or stay. */
static const char *skip_text(const char *at, const char *text)
{
	const char *from = at;

	for (; *text; text++, at++)
		if (*at != *text && (isalnum((u8)*text) || *at != '_'))
			return from;
	return *at == '_' ? at + 1 : from;
}

/* The volume behind what the WWIDs of that line have in front, or NULL. */
static const char *inquiry_rest(const struct vmp_identity *id, unsigned int line)
{
	const char *rest;

	if (id->wwid[0] != array_inquiry[line].type ||
	    strcmp(id->vendor, array_inquiry[line].vendor) ||
	    strcmp(id->model, array_inquiry[line].model))
		return NULL;
	rest = skip_text(id->wwid + 1, id->vendor);
	return skip_text(rest, id->model);
}

static bool is_eui(const char *wwid)
{
	size_t len = wwid[0] == '2' ? strlen(wwid + 1) : 0;

	return (len == 16 || len == 24 || len == 32) &&
	       strspn(wwid + 1, "0123456789abcdef") == len;
}

/* An LU that is known by a text: its volume, or NULL for any other. */
static const char *name_text(const struct vmp_identity *id, struct text *array)
{
	const char *family = NULL, *rest = NULL;
	unsigned int i;

	if (!strncmp(id->wwid, "virtio-", 7)) {
		family = "virtio-blk";
		rest = id->wwid + 7;
	} else if (is_eui(id->wwid)) {
		family = "eui";
		rest = id->wwid + 1;
	}
	for (i = 0; !rest && i < ARRAY_SIZE(array_inquiry); i++) {
		family = array_inquiry[i].family;
		rest = inquiry_rest(id, i);
	}
	if (!rest || !*rest)
		return NULL;
	text_add(array, family);
	return rest;
}

/* Any other SCSI LU: its WWID behind the vendor, and a hash to tell it by. */
static void name_other(const struct vmp_identity *id, struct text *array,
		       struct text *volume, size_t room)
{
	const char *rest = id->wwid + (id->wwid[0] != '\0');

	text_add(array, "scsi");
	if (id->vendor[0]) {
		text_char(array, '-');
		text_clean(array, id->vendor, VMP_VENDOR_LEN);
		rest = skip_text(rest, id->vendor);
	}
	text_clean(volume, rest, room - VMP_VENDOR_LEN - SHORT_HASH - 1);
	text_hash(volume, id->wwid, SHORT_HASH);
}

/**
 * vmp_array_name() - the array of an LU and the LU's name
 * @id: a complete identity
 * @array: filled in: the family, and the array's serial where the LU tells it
 * @asize: room in @array, at least VMP_ARRAY_LEN
 * @name: filled in: "<array>_<volume>"
 * @nsize: room in @name, at least VMP_NAME_LEN
 *
 * Both are of [a-z0-9_-]. Where letters had to be changed or left out a hash
 * of the WWID ends the name.
 *
 * Context: any.
 */
void vmp_array_name(const struct vmp_identity *id, char *array, size_t asize,
		    char *name, size_t nsize)
{
	const char *digits = naa_digits(id->wwid), *rest;
	char buf[VMP_NAME_LEN];
	struct text a, v, n;

	text_start(&a, array, asize);
	text_start(&v, buf, sizeof(buf));
	if (digits) {
		name_naa(digits, &a, &v);
	} else {
		size_t room = VMP_NAME_LEN - 8;	/* the longest head: "scsi-_" */

		rest = name_text(id, &a);
		if (!rest) {
			name_other(id, &a, &v, room);
		} else if (is_clean(rest) && strlen(rest) < VMP_NAME_LEN - 16) {
			text_add(&v, rest);
		} else {
			text_clean(&v, rest, VMP_NAME_LEN - 16 - SHORT_HASH - 1);
			text_hash(&v, id->wwid, SHORT_HASH);
		}
	}
	text_start(&n, name, nsize);
	text_add(&n, array);
	text_char(&n, '_');
	text_add(&n, buf);
}

/**
 * vmp_array_long_name() - the name of an LU that shares its short name
 * @id: a complete identity
 * @name: filled in: "wwid_" and the whole WWID
 * @nsize: room in @name, at least VMP_NAME_LEN
 *
 * A WWID that does not fit, or has letters that no name has, loses its start,
 * and a hash of it ends the name: of 64 bits, so two WWIDs do not share it.
 *
 * Context: any.
 */
void vmp_array_long_name(const struct vmp_identity *id, char *name, size_t nsize)
{
	size_t room = VMP_NAME_LEN - 1 - strlen("wwid_");
	struct text n;

	text_start(&n, name, nsize);
	text_add(&n, "wwid_");
	if (is_clean(id->wwid) && strlen(id->wwid) <= room) {
		text_add(&n, id->wwid);
		return;
	}
	text_clean(&n, id->wwid, room - LONG_HASH - 1);
	text_hash(&n, id->wwid, LONG_HASH);
}

/**
 * vmp_array_layout() - the table of NAA layouts, for its tests
 * @i: line of the table
 * @family: set to the family's name
 *
 * Context: any.
 * Return: the layout, or NULL behind the last line.
 */
const char *vmp_array_layout(unsigned int i, const char **family)
{
	if (i >= ARRAY_SIZE(array_naa))
		return NULL;
	*family = array_naa[i].family;
	return array_naa[i].layout;
}
