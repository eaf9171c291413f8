// SPDX-License-Identifier: GPL-2.0-only
/*
 * A 16-byte NAA id in the 20 characters of a virtio-blk serial, and back.
 *
 * identity.c decodes what the device answers; vmpathctl encodes it for the
 * host's QEMU or libvirt line. Two forms, told by their first character:
 *   '+'  18 characters of base64url and one to check them; libvirt takes it.
 *        The OUI is a one-byte code of the table below, so there is room.
 *   '@'  19 digits to the base 93, any id that begins with 6; QEMU takes it.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <assert.h>
#include <errno.h>
#include <string.h>
#endif
#include "serial.h"

#define PLAIN_MARK	'+'
#define PLAIN_DIGITS	18
#define FULL_MARK	'@'
#define FULL_DIGITS	19
#define FULL_BASE	93	/* '!' to '~' without the comma */

/*
 * libvirt accepts letters, digits and "-_ .+" in a serial, 66 characters: too
 * few for the 124 bits of an id that begins with 6, as 66^20 is below 2^121.
 * So the OUI becomes a code of 8 bits: its place here. The places are in the
 * serials that hosts have been given: add at the end, never change one.
 * Assignments: the public list of the IEEE Registration Authority.
 */
static const u32 serial_oui[] = {
	0x006016,	/* EMC CLARiiON, VNX, Unity */
	0x006048,	/* EMC Symmetrix, DMX */
	0x000097,	/* EMC VMAX, PowerMax */
	0x00a098,	/* NetApp */
	0x0a9800,	/* NetApp, Data ONTAP 7-mode: not an assigned one */
	0x0002ac,	/* 3PAR: HPE 3PAR, Primera, Alletra */
	0x24a937,	/* Pure Storage */
	0x005076,	/* IBM: SVC, Storwize, FlashSystem, DS8000 */
	0x0060e8,	/* Hitachi */
	0x8ccf09,	/* Dell PowerStore */
	0x001405,	/* LIO */
	0x000000,	/* tgt */
	0x00e0fc,	/* Huawei, and the next 13 */
	0x18cf24, 0x30d17e, 0x382028, 0x446a2e, 0x488eef, 0x48fd8e, 0xa08cf8,
	0xc0bfc0, 0xcc64a6, 0xd44649, 0xe00084, 0xe09796, 0xeca1d1,
	0x000144,	/* EMC VPLEX */
	0x0080e5,	/* LSI, NetApp E-Series */
	0x00a0b8,	/* LSI, NetApp E-Series */
	0x00c0ff,	/* Dot Hill, HPE MSA */
	0x001438,	/* HP EVA */
	0x001738,	/* IBM XIV */
	0x000b5d,	/* Fujitsu ETERNUS */
	0x00d031,	/* Compellent: Dell SC */
	0x14f0c5,	/* XtremIO */
	0x742b0f,	/* Infinidat */
	0x47acc1,	/* SolidFire: not an assigned one */
	0x001f93,	/* Xiotech */
	0x0030d9,	/* DataCore */
	0x00d023,	/* Infortrend */
	0x00144f,	/* Sun, Oracle, illumos COMSTAR */
	0x0003ba,	/* Sun */
	0x589cfc,	/* FreeBSD CTL, TrueNAS */
	0xe843b6,	/* QNAP */
	0x000c29,	/* VMware */
	0x20f17c,	/* Huawei */
};

#define NR_OUI		(sizeof(serial_oui) / sizeof(u32))
static_assert(NR_OUI <= 256, "a code has 8 bits");

static const char serial_base64[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * vmp_serial_code() - the code of an OUI in serials that libvirt takes
 * @oui: 24 bits
 *
 * Context: any.
 * Return: the code, or -ENOENT if the OUI has none.
 */
int vmp_serial_code(u32 oui)
{
	unsigned int i;

	for (i = 0; i < NR_OUI; i++)
		if (serial_oui[i] == oui)
			return i;
	return -ENOENT;
}

/* Bits first to first + 5 of a number of 14 bytes, of which 4 bits are none. */
static unsigned int serial_six(const u8 *bits, unsigned int first)
{
	unsigned int two = bits[first / 8] << 8 | bits[first / 8 + 1];

	return two >> (10 - first % 8) & 0x3f;
}

/*
 * The check character: Horner's rule over GF(64). It tells any one character
 * that is wrong, and any two neighbours that have changed places; for the last
 * of them a step with 0 follows the digits.
 */
static unsigned int serial_check(unsigned int check, unsigned int digit)
{
	check <<= 1;
	if (check & 0x40)
		check ^= 0x43;	/* x^6 + x + 1 */
	return check ^ digit;
}

static void encode_plain(const u8 *naa, u8 code, char *out)
{
	unsigned int check = 0, digit, i;
	u8 bits[15] = { code };		/* 108 of them, and one byte to read */

	/* What follows the OUI: 100 bits, from the low half of byte 3 on. */
	for (i = 1; i < 14; i++)
		bits[i] = naa[i + 2] << 4 | (i < 13 ? naa[i + 3] >> 4 : 0);
	*out++ = PLAIN_MARK;
	for (i = 0; i < PLAIN_DIGITS; i++) {
		digit = serial_six(bits, 6 * i);
		check = serial_check(check, digit);
		*out++ = serial_base64[digit];
	}
	*out++ = serial_base64[serial_check(check, 0)];
	*out = '\0';
}

static int decode_plain(const char *in, u8 *naa)
{
	unsigned int check = 0, acc = 0, held = 0, used = 0, i;
	const char *at;
	u8 bits[14] = { };
	u32 oui;

	for (i = 0; i <= PLAIN_DIGITS; i++) {
		at = in[i] ? strchr(serial_base64, in[i]) : NULL;
		if (!at)
			return -EINVAL;
		if (i == PLAIN_DIGITS)
			break;
		check = serial_check(check, at - serial_base64);
		acc = acc << 6 | (at - serial_base64);
		held += 6;
		if (held >= 8) {
			held -= 8;
			bits[used++] = acc >> held;
		}
	}
	bits[used] = acc << 4;		/* the last four */
	if (at - serial_base64 != serial_check(check, 0) || bits[0] >= NR_OUI)
		return -EINVAL;
	oui = serial_oui[bits[0]];
	naa[0] = 0x60 | oui >> 20;
	naa[1] = oui >> 12;
	naa[2] = oui >> 4;
	naa[3] = oui << 4 | bits[1] >> 4;
	for (i = 4; i < VMP_NAA6_LEN; i++)
		naa[i] = bits[i - 3] << 4 | bits[i - 2] >> 4;
	return 0;
}

static char full_digit(unsigned int value)
{
	return '!' + value + (value >= ',' - '!');
}

static void encode_full(const u8 *naa, char *out)
{
	u8 left[VMP_NAA6_LEN];
	unsigned int i, rest;
	int d;

	memcpy(left, naa, sizeof(left));
	left[0] &= 0xf;
	out[0] = FULL_MARK;
	out[1 + FULL_DIGITS] = '\0';
	for (d = FULL_DIGITS; d > 0; d--) {
		rest = 0;
		for (i = 0; i < sizeof(left); i++) {
			rest = rest << 8 | left[i];
			left[i] = rest / FULL_BASE;
			rest %= FULL_BASE;
		}
		out[d] = full_digit(rest);
	}
}

static int decode_full(const char *in, u8 *naa)
{
	u8 sum[VMP_NAA6_LEN] = { };
	unsigned int carry, d;
	int i;

	for (d = 0; d < FULL_DIGITS; d++) {
		if (in[d] < '!' || in[d] > '~' || in[d] == ',')
			return -EINVAL;
		carry = in[d] - '!' - (in[d] > ',');
		for (i = VMP_NAA6_LEN - 1; i >= 0; i--) {
			carry += sum[i] * FULL_BASE;
			sum[i] = carry;
			carry >>= 8;
		}
		/* 93^19 is above 2^124, but below 2^128. */
	}
	if (sum[0] >> 4)
		return -EINVAL;
	memcpy(naa, sum, sizeof(sum));
	naa[0] |= 0x60;
	return 0;
}

/**
 * vmp_serial_encode() - the virtio-blk serial that carries an NAA id
 * @naa: 16 bytes, the first four bits of which are 6
 * @plain: only a form that libvirt accepts, too
 * @out: filled in: 20 characters and the end
 *
 * The plain form is taken wherever the OUI has a code.
 *
 * Context: any.
 * Return: 0, -EINVAL if this is no such id, -ENOENT if @plain and the OUI has
 * no code.
 */
int vmp_serial_encode(const u8 naa[VMP_NAA6_LEN], bool plain,
		      char out[VMP_SERIAL_SIZE])
{
	u32 oui = (naa[0] & 0xf) << 20 | naa[1] << 12 | naa[2] << 4 | naa[3] >> 4;
	int code = vmp_serial_code(oui);

	if (naa[0] >> 4 != 6)
		return -EINVAL;
	if (code < 0 && plain)
		return code;
	if (code < 0)
		encode_full(naa, out);
	else
		encode_plain(naa, code, out);
	return 0;
}

/**
 * vmp_serial_decode() - the NAA id that a virtio-blk serial carries
 * @serial: not always terminated
 * @len: characters in @serial
 * @naa: filled in if there is one, else left alone
 *
 * Context: any.
 * Return: 0, or -EINVAL if it carries none and so is a serial as it stands.
 */
int vmp_serial_decode(const char *serial, size_t len, u8 naa[VMP_NAA6_LEN])
{
	if (len != VMP_SERIAL_CHARS)
		return -EINVAL;
	if (serial[0] == PLAIN_MARK)
		return decode_plain(serial + 1, naa);
	if (serial[0] == FULL_MARK)
		return decode_full(serial + 1, naa);
	return -EINVAL;
}
