// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/serial.c: an NAA id into a virtio-blk serial and back, for ids by the
 * thousand; what may be in the serial is held against what libvirt and QEMU
 * take. Then serials that carry none: plain ones of the usual shapes, and
 * carriers with a letter wrong.
 */
#include "kernel.h"
#include <time.h>
#include "array.h"
#include "serial.h"
#include "tap.h"

/*
 * QEMU_SERIAL_PARAM_ACCEPTED_CHARS of libvirt's src/qemu/qemu_validate.c (older
 * versions lack '.' and '+'). QEMU: its command line splits at commas.
 */
#define LIBVIRT \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .+"

static unsigned int seed;

static void random_naa(u8 *naa)
{
	int i;

	for (i = 0; i < VMP_NAA6_LEN; i++)
		naa[i] = random();
	naa[0] = 0x60 | (naa[0] & 0xf);
}

static void set_oui(u8 *naa, u32 oui)
{
	naa[0] = 0x60 | oui >> 20;
	naa[1] = oui >> 12;
	naa[2] = oui >> 4;
	naa[3] = oui << 4 | (naa[3] & 0xf);
}

/* Encode, look at the letters, decode. */
static bool carries(const u8 *naa, bool plain)
{
	char out[VMP_SERIAL_SIZE], *exact = malloc(VMP_SERIAL_CHARS);
	u8 back[VMP_NAA6_LEN];
	bool good;
	char *p;

	memset(out, 'x', sizeof(out));
	good = !vmp_serial_encode(naa, plain, out) && strlen(out) == VMP_SERIAL_CHARS;
	if (plain)
		good = good && strspn(out, LIBVIRT) == VMP_SERIAL_CHARS;
	for (p = out; good && *p; p++)
		good = *p > ' ' && *p < 0x7f && *p != ',';
	memcpy(exact, out, VMP_SERIAL_CHARS);
	good = good && !vmp_serial_decode(exact, VMP_SERIAL_CHARS, back) &&
	       !memcmp(back, naa, sizeof(back));
	free(exact);
	return good;
}

static void test_known(void)
{
	static const u8 lio[16] = {
		0x60, 0x01, 0x40, 0x5a, 0x5d, 0x2f, 0x0f, 0x6c,
		0x1e, 0x24, 0xb0, 0xfb, 0x4c, 0x7d, 0x9e, 0x10,
	};
	static const u8 other[16] = {
		0x61, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
		0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
	};
	u8 naa[16] = { 0x60 };
	char out[VMP_SERIAL_SIZE];

	/* Hosts have been given these: they must never change. Worked out apart. */
	is_int(vmp_serial_encode(lio, true, out), 0, "an id of LIO, for libvirt");
	is_str(out, "+CqXS8PbB4ksPtMfZ4Qw", "... is this serial, for ever");
	is_int(vmp_serial_encode(lio, false, out), 0, "the same for QEMU");
	is_str(out, "+CqXS8PbB4ksPtMfZ4Qw", "... is the same serial");
	is_int(vmp_serial_encode(other, true, out), -ENOENT, "an OUI without a code, for libvirt");
	is_int(vmp_serial_encode(other, false, out), 0, "the same for QEMU");
	is_str(out, "@&XA'7q.$u!L^K{u2._O", "... is this serial, for ever");
	is_int(vmp_serial_code(0x001405), 10, "LIO's code");
	is_int(vmp_serial_code(0x006016), 0, "the first code");
	is_int(vmp_serial_code(0x000c29), 44, "the last code; those behind it are new");

	naa[0] = 0x50;
	is_int(vmp_serial_encode(naa, false, out), -EINVAL, "an id that begins with 5");
	naa[0] = 0x60;
	ok(carries(naa, true), "the smallest id (tgt's OUI)");
	memset(naa, 0xff, sizeof(naa));
	naa[0] = 0x6f;
	ok(carries(naa, false), "the largest id");
}

static void test_many(void)
{
	static const u32 some[] = {
		0x001405, 0x006016, 0x24a937, 0x8ccf09, 0x000000, 0xeca1d1,
	};
	unsigned int i, bad = 0, plain = 0, layouts;
	const char *layout, *family;
	u8 naa[VMP_NAA6_LEN];
	unsigned int oui;

	for (i = 0; i < 200000; i++) {
		random_naa(naa);
		bad += !carries(naa, false);
	}
	is_int(bad, 0, "200,000 ids there and back, for QEMU");
	for (i = 0, bad = 0; i < 200000; i++) {
		random_naa(naa);
		set_oui(naa, some[i % ARRAY_SIZE(some)]);
		bad += !carries(naa, true);
	}
	is_int(bad, 0, "200,000 ids of known arrays there and back, for libvirt");

	bad = 0;
	for (layouts = 0; (layout = vmp_array_layout(layouts, &family)); layouts++) {
		if (sscanf(layout, "6%6x", &oui) != 1 || strspn(layout, "SV") > 6 ||
		    strspn(layout, "0123456789abcdef") < 7)
			continue;
		random_naa(naa);
		set_oui(naa, oui);
		bad += !carries(naa, false);
		/* A new family may do without: then libvirt cannot carry it. */
		if (vmp_serial_code(oui) < 0) {
			printf("# no code: %s\n", family);
			continue;
		}
		plain++;
		bad += !carries(naa, true);
	}
	is_int(bad, 0, "every family of the table is carried, those with a code past libvirt");
	ok(plain >= 15, "... of which there are %u", plain);
}

/* Any one letter wrong, and any two neighbours swapped, must be seen. */
static void test_near(void)
{
	unsigned int i, bad = 0, wrong = 0, tries = 0;
	char out[VMP_SERIAL_SIZE], was;
	u8 naa[VMP_NAA6_LEN], back[VMP_NAA6_LEN];
	size_t at, k;

	for (i = 0; i < 300; i++) {
		random_naa(naa);
		set_oui(naa, 0x001405);
		vmp_serial_encode(naa, true, out);
		for (at = 0; at < VMP_SERIAL_CHARS; at++) {
			was = out[at];
			for (k = 0; k < sizeof(LIBVIRT) - 1; k++) {
				if (LIBVIRT[k] == was)
					continue;
				out[at] = LIBVIRT[k];
				wrong += !vmp_serial_decode(out, VMP_SERIAL_CHARS, back);
				tries++;
			}
			out[at] = '\0';
			wrong += !vmp_serial_decode(out, VMP_SERIAL_CHARS, back);
			out[at] = was;
			if (at && out[at] != out[at - 1]) {
				out[at] = out[at - 1];
				out[at - 1] = was;
				wrong += !vmp_serial_decode(out, VMP_SERIAL_CHARS, back);
				out[at - 1] = out[at];
				out[at] = was;
			}
		}
		for (k = 0; k < VMP_SERIAL_CHARS; k++)
			bad += !vmp_serial_decode(out, k, back);
	}
	is_int(wrong, 0, "one letter wrong, or two swapped: never another id");
	ok(tries > 300000, "... in %u tries", tries);
	is_int(bad, 0, "a serial cut short carries none");
	/* 93^19 is more than the 2^124 ids: what is above them is no id. */
	is_int(vmp_serial_decode("@~~~~~~~~~~~~~~~~~~~", 20, back), -EINVAL, "a number too large");
	is_int(vmp_serial_decode("@!!!!!!!!!!!!!!!!!!!", 20, back), 0, "... and the smallest");
	is_int(vmp_serial_decode("@!!!!!!!!!!!!!!!!!,!", 20, back), -EINVAL, "a comma");
	is_int(vmp_serial_decode("@!!!!!!!!!!!!!!!!! !", 20, back), -EINVAL, "a blank");
	is_int(vmp_serial_decode("@!!!!!!!!!!!!!!!!!\xe4!", 20, back), -EINVAL, "no ASCII");
}

static bool is_plain(const char *serial)
{
	u8 naa[VMP_NAA6_LEN];

	return vmp_serial_decode(serial, strnlen(serial, VMP_SERIAL_CHARS), naa);
}

static void test_plain(void)
{
	static const char * const usual[] = {
		"", "1", "data-1", "vmplu0", "WD-WCC4E0123456", "5001405B9F2C0A11",
		"9f1f4a7e-5c4b-4c9e-8", "f81d4fae7dec11d0a765", "BHYVE-1234-5678-9ABC",
		"12345678901234567890", "scsi-0QEMU_drive-1_a", "+", "++++++++++++++++++++",
		"+491701234567", "@home", "@", "vol-0a1b2c3d4e5f67890", "root disk of web 01.",
		"                    ", "S3Z8NB0K812345A     ", "600140500000000000ab",
	};
	static const char b62[] =
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	unsigned int i, k, bad = 0, taken = 0;
	char s[40];

	for (i = 0; i < ARRAY_SIZE(usual); i++)
		if (!ok(is_plain(usual[i]), "plain: '%s'", usual[i]))
			printf("# taken for a carrier\n");
	for (i = 0; i < 100000; i++) {
		switch (i % 5) {
		case 0:		/* a UUID, of which 20 characters are left */
			snprintf(s, sizeof(s), "%08lx-%04lx-%04lx-%04lx", random(),
				 random() & 0xffff, random() & 0xffff, random() & 0xffff);
			break;
		case 1:		/* hexadecimal digits without dashes */
			snprintf(s, sizeof(s), "%08lx%08lx%08lx", random(), random(), random());
			break;
		case 2:		/* a name and a number */
			snprintf(s, sizeof(s), "volume-%lu.%lu", random() % 100000, random());
			break;
		default:	/* letters and digits, up to 20 */
			for (k = 0; k < 1 + i % 20; k++)
				s[k] = b62[random() % 62];
			s[k] = '\0';
		}
		bad += !is_plain(s);
	}
	is_int(bad, 0, "100,000 plain serials of usual shapes carry none");
	/* Somebody's own serial that begins with the marker is most likely plain. */
	for (i = 0; i < 100000; i++) {
		s[0] = '+';
		for (k = 1; k < 20; k++)
			s[k] = b62[random() % 62];
		s[20] = '\0';
		taken += !is_plain(s);
	}
	ok(taken < 1000, "of 100,000 behind a '+', %u are taken for carriers: under 1 %%", taken);
}

int main(void)
{
	const char *env = getenv("SEED");

	seed = env ? strtoul(env, NULL, 0) : (unsigned int)time(NULL);
	printf("# SEED=%u\n", seed);
	srandom(seed);
	test_known();
	test_many();
	test_near();
	test_plain();
	return tap_done();
}
