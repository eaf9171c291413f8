// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl serial: the serial that a host gives to a virtio-blk disk so that
 * the guest knows which LU it leads to, and back. Run on the host, where there
 * is no module; how an id is carried is src/serial.c's, of the module too.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "../serial.h"
#include "ctl.h"

#define NAA_SHORT	8	/* bytes of an NAA id that begins with 2, 3 or 5 */

/* What libvirt lets through to QEMU (src/qemu/qemu_validate.c), from 5.1 on. */
#define LIBVIRT_CHARS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .+"

static int hex_value(char c)
{
	if (!isxdigit((unsigned char)c))
		return -1;
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* Only digits, @bytes times two of them. */
static bool parse_hex(const char *text, u8 *out, size_t bytes)
{
	size_t i;

	if (strlen(text) != 2 * bytes || strspn(text, "0123456789abcdefABCDEF") != 2 * bytes)
		return false;
	for (i = 0; i < bytes; i++)
		out[i] = hex_value(text[2 * i]) << 4 | hex_value(text[2 * i + 1]);
	return true;
}

static bool is_naa(const u8 *naa, size_t bytes)
{
	u8 type = naa[0] >> 4;

	return bytes == VMP_NAA6_LEN ? type == 6 : type == 2 || type == 3 || type == 5;
}

/**
 * ctl_serial_parse() - the NAA id that a word stands for.
 * @word: as a WWID ("3600..."), "naa.600...", "0x600..." or bare digits
 * @naa: the id
 *
 * Return: its length in bytes, 16 or 8; 0 if the word is none.
 */
size_t ctl_serial_parse(const char *word, unsigned char naa[CTL_NAA_LEN])
{
	static const char *const prefix[] = { "naa.", "wwn-0x", "0x" };
	const char *text = ctl_topo_strip(word);
	bool bare = true;
	size_t i, bytes;

	for (i = 0; i < ARRAY_SIZE(prefix); i++) {
		if (strncmp(text, prefix[i], strlen(prefix[i])))
			continue;
		text += strlen(prefix[i]);
		bare = false;
		break;
	}
	/* the 3 of a WWID says that an NAA id follows; its digits would be odd */
	if (bare && *text == '3' && strlen(text) % 2)
		text++;
	bytes = strlen(text) / 2;
	if ((bytes == VMP_NAA6_LEN || bytes == NAA_SHORT) && parse_hex(text, naa, bytes) &&
	    is_naa(naa, bytes))
		return bytes;
	return 0;
}

static void put_hex(const u8 *naa, size_t bytes, char *out)
{
	size_t i;

	for (i = 0; i < bytes; i++)
		sprintf(out + 2 * i, "%02x", naa[i]);
}

static int refuse_libvirt(const u8 *naa)
{
	ctl_error("serial: %s; %x%02x%02x%x has none: %s",
		  "libvirt takes only ids of vendors that have a short code here",
		  naa[0] & 0xf, naa[1], naa[2], naa[3] >> 4, "use --qemu, or virtio-scsi");
	return CTL_FAILED;
}

/* @naa as a serial, which is tried back before it is given away. */
static int make_serial(const u8 *naa, size_t bytes, bool libvirt, char *serial)
{
	u8 back[VMP_NAA6_LEN];
	int ret;

	if (bytes == NAA_SHORT) {
		put_hex(naa, bytes, serial);
	} else {
		ret = vmp_serial_encode(naa, libvirt, serial);
		if (ret == -ENOENT)
			return refuse_libvirt(naa);
		if (ret || vmp_serial_decode(serial, strlen(serial), back) ||
		    memcmp(back, naa, sizeof(back))) {
			ctl_error("serial: a bug: the id does not survive the way there and back");
			return CTL_FAILED;
		}
	}
	if (strlen(serial) <= VMP_SERIAL_CHARS &&
	    (!libvirt || strspn(serial, LIBVIRT_CHARS) == strlen(serial)))
		return CTL_OK;
	ctl_error("serial: a bug: '%s' is no serial for %s", serial, libvirt ? "libvirt" : "QEMU");
	return CTL_FAILED;
}

/* serial=... for QEMU's -device: commas twice, and then as one word of a shell. */
static void print_qemu(const char *serial)
{
	bool plain = !serial[strspn(serial, LIBVIRT_CHARS)] && !strchr(serial, ' ');

	fputs(plain ? "serial=" : "'serial=", stdout);
	for (; *serial; serial++) {
		if (*serial == '\'')
			fputs("'\\''", stdout);
		else if (*serial == ',')
			fputs(",,", stdout);
		else
			putchar(*serial);
	}
	puts(plain ? "" : "'");
}

static void print_xml(const char *serial)
{
	fputs("<serial>", stdout);
	for (; *serial; serial++) {
		if (*serial == '<')
			fputs("&lt;", stdout);
		else if (*serial == '>')
			fputs("&gt;", stdout);
		else if (*serial == '&')
			fputs("&amp;", stdout);
		else
			putchar(*serial);
	}
	puts("</serial>");
}

static int encode(const struct ctl *ctl, const char *word)
{
	char serial[VMP_SERIAL_SIZE];
	u8 naa[CTL_NAA_LEN];
	size_t bytes = ctl_serial_parse(word, naa);
	int ret;

	if (!bytes) {
		ctl_error("serial: '%s' is no NAA id: %s; %s", word,
			  "32 hexadecimal digits that begin with 6, or 16 with 2, 3 or 5",
			  "3, naa. or 0x may stand before them");
		return CTL_USAGE;
	}
	ret = make_serial(naa, bytes, ctl->libvirt, serial);
	if (ret)
		return ret;
	if (ctl->libvirt)
		print_xml(serial);
	else if (ctl->qemu)
		print_qemu(serial);
	else
		puts(serial);
	if (!ctl->qemu && serial[strspn(serial, LIBVIRT_CHARS)])
		fputs("note: QEMU takes this serial, libvirt does not\n", stderr);
	return CTL_OK;
}

static int decode(const char *serial)
{
	char hex[2 * CTL_NAA_LEN + 1];
	u8 naa[CTL_NAA_LEN];
	size_t len = strlen(serial), bytes = 0;

	if (!vmp_serial_decode(serial, len, naa))
		bytes = VMP_NAA6_LEN;
	else if (parse_hex(serial, naa, NAA_SHORT) && is_naa(naa, NAA_SHORT))
		bytes = NAA_SHORT;
	if (bytes) {
		put_hex(naa, bytes, hex);
		printf("3%s\n", hex);
		return CTL_OK;
	}
	if (!len || len > VMP_SERIAL_CHARS) {
		ctl_error("serial: '%s' is no serial: a virtio-blk disk has 1 to %d characters",
			  serial, VMP_SERIAL_CHARS);
		return CTL_USAGE;
	}
	ctl_error("serial: '%s' carries no NAA id%s: the WWID is made of the serial itself",
		  serial, *serial == '+' || *serial == '@' ?
		  ", although it begins like one that does (a wrong character?)" : "");
	return CTL_FAILED;
}

int ctl_cmd_serial(struct ctl *ctl, int argc, char **argv)
{
	if (ctl->qemu + ctl->libvirt + ctl->decode > 1) {
		ctl_error("serial: only one of --qemu, --libvirt and --decode");
		return CTL_USAGE;
	}
	return ctl->decode ? decode(argv[0]) : encode(ctl, argv[0]);
}
