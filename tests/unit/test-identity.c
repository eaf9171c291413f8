// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/identity.c: VPD pages and serials in, WWIDs out. The pages are laid out
 * by hand after SPC-4 7.8 and after what QEMU's scsi-hd and LIO answer; each
 * lies in a buffer of just its length, so that AddressSanitizer sees every
 * byte read beyond it. Then come short, false and random pages.
 */
#include "array.h"
#include "identity.h"
#include "serial.h"
#include "tap.h"

static struct vmp_identity id;

static void inquiry(const char *vendor, const char *model)
{
	char v[VMP_VENDOR_LEN], m[VMP_MODEL_LEN];

	memset(&id, 0, sizeof(id));
	memset(v, ' ', sizeof(v));
	memset(m, ' ', sizeof(m));
	memcpy(v, vendor, strlen(vendor));
	memcpy(m, model, strlen(model));
	vmp_identity_inquiry(&id, v, m);
}

/* Hand over a copy that ends where the page ends. */
static int vpd(const u8 *page, size_t len)
{
	u8 *exact = malloc(len ? len : 1);
	int ret;

	memcpy(exact, page, len);
	if (len > 1 && page[1] == 0x80)
		ret = vmp_identity_vpd80(&id, exact, len);
	else
		ret = vmp_identity_vpd83(&id, exact, len);
	free(exact);
	return ret;
}

/* A page under construction. */
static u8 page[1024];
static size_t page_len;

static void start(u8 code)
{
	memset(page, 0, sizeof(page));
	page[1] = code;
	page_len = 4;
}

static void bytes(const void *p, size_t len)
{
	memcpy(page + page_len, p, len);
	page_len += len;
	page[2] = (page_len - 4) >> 8;
	page[3] = page_len - 4;
}

/* A designator: code set, association and type, identifier. */
static void desig(u8 code_set, u8 assoc_type, const void *value, u8 len)
{
	u8 head[4] = { code_set, assoc_type, 0, len };

	bytes(head, sizeof(head));
	bytes(value, len);
}

static const u8 naa6[16] = {
	0x60, 0x01, 0x40, 0x5a, 0x5d, 0x2f, 0x0f, 0x6c,
	0x1e, 0x24, 0xb0, 0xfb, 0x4c, 0x7d, 0x9e, 0x10,
};

static const u8 naa5[8] = { 0x50, 0x01, 0x40, 0x5b, 0x9f, 0x2c, 0x0a, 0x11 };
static const u8 naa2[8] = { 0x20, 0x00, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55 };
static const u8 eui[8] = { 0x00, 0x11, 0x22, 0xff, 0xfe, 0x33, 0x44, 0x55 };
static const u8 port[8] = { 0x50, 0x06, 0x01, 0x60, 0x08, 0x60, 0x12, 0x34 };

/* scsi_disk_emulate_vpd_page() of QEMU: serial as vendor specific id, wwn. */
static void test_qemu(void)
{
	inquiry("QEMU", "QEMU HARDDISK");
	is_str(id.vendor, "QEMU", "QEMU: vendor, blanks off");
	is_str(id.model, "QEMU HARDDISK", "QEMU: model, inner blank kept");

	start(0x83);
	desig(2, 0x00, "lun-one", 7);
	is_int(vpd(page, page_len), 0, "QEMU without wwn: has a WWID");
	is_str(id.wwid, "0QEMU_QEMU_HARDDISK_lun-one", "QEMU without wwn: as scsi_id says");
	is_str(id.target_port, "", "QEMU without port_wwn: no target port");

	inquiry("QEMU", "QEMU HARDDISK");
	start(0x83);
	desig(2, 0x00, "lun-one", 7);
	desig(1, 0x03, naa5, sizeof(naa5));
	desig(0x61, 0x93, port, sizeof(port));
	desig(0x61, 0x94, "\0\0\0\1", 4);
	is_int(vpd(page, page_len), 0, "QEMU with wwn: has a WWID");
	is_str(id.wwid, "35001405b9f2c0a11", "QEMU with wwn: it is the wwn");
	is_str(id.target_port, "5006016008601234", "QEMU with port_wwn: the target port");

	start(0x80);
	bytes("lun-one", 7);
	is_int(vpd(page, page_len), 0, "QEMU: serial");
	is_str(id.serial, "lun-one", "QEMU: serial as given");
	is_str(id.wwid, "35001405b9f2c0a11", "QEMU: the serial leaves the WWID alone");
}

/* spc_emulate_evpd_83() of LIO: NAA 6, T10 vendor id, ports, SCSI names. */
static void test_lio(void)
{
	static const char t10[] = "LIO-ORG data0:a5d2f0f6-c1e2-4b0f-b4c7-d9e10a2b3c4d";

	inquiry("LIO-ORG", "data0");
	start(0x83);
	desig(1, 0x03, naa6, sizeof(naa6));
	desig(2, 0x01, t10, sizeof(t10));
	desig(0x51, 0x94, "\0\0\0\1", 4);
	desig(0x51, 0x95, "\0\0\0\0", 4);
	desig(1, 0x06, "\0\0\0\0", 4);
	desig(0x53, 0x98, "iqn.2003-01.org.linux-iscsi.host:t,t,0x0001\0", 44);
	is_int(vpd(page, page_len), 0, "LIO: has a WWID");
	is_str(id.wwid, "36001405a5d2f0f6c1e24b0fb4c7d9e10", "LIO: it is NAA 6");
	is_str(id.target_port, "iqn.2003-01.org.linux-iscsi.host:t,t,0x0001",
	       "LIO over iSCSI: the port's SCSI name");
	is_int(id.relative_port, 1, "LIO: the relative port");
	is_int(id.has_port_group, 1, "LIO: has a target port group");
	is_int(id.port_group, 0, "LIO: it is the default one, 0");
	is_int(id.nr_desigs, 2, "LIO: two designators of the LU, its group is none");
}

/* What tells of the way to the LU. */
static void test_ways(void)
{
	static const char name[] = "iqn.2003-01.org.linux-iscsi.host:t";
	u8 number[4] = { 0, 0, 0x12, 0x34 };

	inquiry("V", "M");
	start(0x83);
	desig(1, 0x03, naa6, sizeof(naa6));
	desig(0x53, 0x98, "iqn.2003-01.org:t,t,0x0001", 26);
	desig(0x61, 0x93, port, sizeof(port));
	desig(0x61, 0x93, naa5, sizeof(naa5));
	desig(0x61, 0x95, number, 4);
	desig(0x61, 0x94, number, 3);
	desig(0x53, 0xa8, name, sizeof(name));
	is_int(vpd(page, page_len), 0, "ways: has a WWID");
	is_str(id.target_port, "5006016008601234", "ways: NAA before the SCSI name, the first of two");
	is_str(id.target_device, name, "ways: the target device's name");
	is_int(id.port_group, 0x1234, "ways: the port group's number");
	is_int(id.relative_port, 0, "ways: a relative port of three bytes is none");

	inquiry("V", "M");
	start(0x83);
	desig(1, 0x03, naa6, sizeof(naa6));
	desig(1, 0x12, eui, sizeof(eui));
	desig(1, 0x22, eui, sizeof(eui));
	desig(2, 0x13, "not binary", 10);
	desig(1, 0x33, naa6, sizeof(naa6));
	vpd(page, page_len);
	is_str(id.target_port, "001122fffe334455", "ways: an EUI-64, where NAA is none");
	is_str(id.target_device, "001122fffe334455", "ways: the same of the target device");
	is_int(id.has_port_group, 0, "ways: no port group told");
	is_int(id.nr_desigs, 1, "ways: an association that is none is not counted");

	inquiry("V", "M");
	start(0x83);
	memset(page + 8, 'n', 255);
	page[4] = 0x53;
	page[5] = 0x98;
	page[7] = 255;
	page[8 + 254] = 0x1b;
	page[3] = 255 + 4 - 256;
	page[2] = 1;
	vpd(page, 4 + 4 + 255);
	is_int(strlen(id.target_port), 255, "ways: the longest name fits");
	is_int(id.target_port[254], '?', "ways: ... without odd bytes");
}

/* Which answers come from one LU? */
static void test_differs(void)
{
	struct vmp_identity one, other;

	inquiry("LIO-ORG", "data0");
	start(0x83);
	desig(1, 0x03, naa6, sizeof(naa6));
	desig(2, 0x01, "LIO-ORG data0:1", 15);
	desig(0x51, 0x94, "\0\0\0\1", 4);
	desig(0x51, 0x95, "\0\0\0\1", 4);
	desig(1, 0x06, "\0\0\0\1", 4);
	vpd(page, page_len);
	one = id;

	inquiry("LIO-ORG", "data0");
	start(0x83);
	desig(0x51, 0x95, "\0\0\0\2", 4);
	desig(0x51, 0x94, "\0\0\0\2", 4);
	desig(2, 0x01, "LIO-ORG data0:1", 15);
	desig(0x61, 0x93, port, sizeof(port));
	desig(1, 0x06, "\0\0\0\2", 4);
	desig(1, 0x03, naa6, sizeof(naa6));
	vpd(page, page_len);
	other = id;
	is_str(vmp_identity_differs(&one, &other), NULL, "differs: other ways, another order: one LU");

	desig(2, 0x00, "x", 1);
	inquiry("LIO-ORG", "data0");
	vpd(page, page_len);
	is_str(vmp_identity_differs(&one, &id), "another designator set", "differs: one designator more");

	inquiry("LIO-ORG", "data0");
	start(0x83);
	desig(2, 0x01, "LIO-ORG data0:2", 15);
	desig(1, 0x03, naa6, sizeof(naa6));
	vpd(page, page_len);
	is_str(vmp_identity_differs(&one, &id), "another designator set",
	       "differs: the same forged NAA id, another T10 id");
	inquiry("LIO-ORG", "data0");
	start(0x83);
	desig(1, 0x03, naa6, sizeof(naa6));
	vpd(page, page_len);
	is_str(vmp_identity_differs(&one, &id), "another designator set", "differs: one less");
	desig(1, 0x03, naa6, sizeof(naa6));
	other = id;
	vpd(page, page_len);
	is_str(vmp_identity_differs(&other, &id), "another designator set", "differs: the same one twice");

	memset(&id, 0, sizeof(id));
	strcpy(id.wwid, one.wwid);
	is_str(vmp_identity_differs(&one, &id), NULL, "differs: over virtio-blk the WWID is all there is");
	id.wwid[20] ^= 1;
	is_str(vmp_identity_differs(&one, &id), "another WWID", "differs: another WWID");
	other = one;
	other.wwid[20] ^= 1;
	is_str(vmp_identity_differs(&other, &one), "another WWID", "differs: another WWID over SCSI");
}

static void test_order(void)
{
	inquiry("V", "M");
	start(0x83);
	desig(2, 0x01, "V       t10", 11);
	desig(1, 0x02, eui, sizeof(eui));
	is_int(vpd(page, page_len), 0, "order: EUI-64 and T10");
	is_str(id.wwid, "2001122fffe334455", "order: EUI-64 goes first");

	desig(1, 0x03, naa2, sizeof(naa2));
	vpd(page, page_len);
	is_str(id.wwid, "32000001122334455", "order: NAA 2 goes before EUI-64, as in scsi_id");
	desig(1, 0x03, naa5, sizeof(naa5));
	vpd(page, page_len);
	is_str(id.wwid, "35001405b9f2c0a11", "order: NAA 5 goes before NAA 2");
	desig(1, 0x03, naa6, sizeof(naa6));
	vpd(page, page_len);
	is_str(id.wwid, "36001405a5d2f0f6c1e24b0fb4c7d9e10", "order: NAA 6 goes before all");

	inquiry("V", "M");
	start(0x83);
	desig(2, 0x01, "V       t10 id  ", 16);
	is_int(vpd(page, page_len), 0, "T10 vendor id alone");
	is_str(id.wwid, "1V_t10_id", "T10 vendor id: runs of blanks become one _");

	inquiry("V", "M");
	start(0x83);
	desig(3, 0x08, "iqn.2010-06.com.example:lu.7", 28);
	is_int(vpd(page, page_len), 0, "SCSI name string alone");
	is_str(id.wwid, "8iqn.2010-06.com.example:lu.7", "SCSI name string as it is");
}

/* EUI-64 of 8, 12 and 16 bytes, the lengths of SPC-4 7.8.6.5, and no other. */
static void test_eui(void)
{
	static const u8 id16[16] = {
		0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
		0x00, 0x17, 0x38, 0x00, 0x0b, 0xa1, 0x17, 0x9c,
	};
	static const struct {
		u8 len;
		const char *wwid, *name;
	} eui64[] = {
		{ 8, "20123456789abcdef", "eui_0123456789abcdef" },
		{ 12, "20123456789abcdef00173800", "eui_0123456789abcdef00173800" },
		{ 16, "20123456789abcdef001738000ba1179c", "eui_0123456789abcdef001738000ba1179c" },
	};
	char array[VMP_ARRAY_LEN], name[VMP_NAME_LEN];
	unsigned int i, len, taken = 0;

	for (i = 0; i < ARRAY_SIZE(eui64); i++) {
		inquiry("V", "M");
		start(0x83);
		desig(2, 0x01, "V       t10", 11);
		desig(1, 0x02, id16, eui64[i].len);
		is_int(vpd(page, page_len), 0, "EUI-64: has a WWID");
		is_str(id.wwid, eui64[i].wwid, "... all its bytes");
		vmp_array_name(&id, array, sizeof(array), name, sizeof(name));
		is_str(name, eui64[i].name, "... and its name");
		is_str(array, "eui", "... and its array");
	}
	/* It ends where the page ends, or the page before it does. */
	start(0x83);
	desig(1, 0x02, id16, 12);
	inquiry("V", "M");
	is_int(vpd(page, page_len - 1), -ENODATA, "EUI-64 of 12 bytes, cut short");
	for (len = 0; len <= 16; len++) {
		inquiry("V", "M");
		start(0x83);
		desig(1, 0x02, id16, len);
		taken += !vpd(page, page_len);
	}
	is_int(taken, ARRAY_SIZE(eui64), "EUI-64 of any other length is none");
}

/* Where an answer was cut, and nobody told, are zeros. */
static void test_cut(void)
{
	struct vmp_identity whole;
	size_t len;

	inquiry("V", "M");
	start(0x83);
	desig(1, 0x03, naa5, sizeof(naa5));
	is_int(vpd(page, page_len), 0, "cut: the page that is not");
	whole = id;
	desig(2, 0x01, "V       serial", 14);

	for (len = 4; len < 16; len++) {
		u8 kept[sizeof(page)];

		memcpy(kept, page, sizeof(page));
		memset(page + len, 0, page_len - len);
		inquiry("V", "M");
		is_int(vpd(page, page_len), -ENODATA, "cut in the only id: no id");
		ok(!id.wwid[0], "... and no WWID after %zu bytes", len);
		memcpy(page, kept, sizeof(page));
	}
	memset(page + 16, 0, page_len - 16);
	inquiry("V", "M");
	is_int(vpd(page, page_len), 0, "cut behind a designator: that is whole");
	is_str(id.wwid, whole.wwid, "... and names the LU");
	is_str(vmp_identity_differs(&id, &whole), NULL, "... and the zeros are no designators");

	inquiry("V", "M");
	start(0x83);
	desig(1, 0x03, "\x50\x01\x40\x5b\x9f\x2c\x0a\x00", 8);
	is_int(vpd(page, page_len), 0, "an id that ends in zeros, and with it the page");
	is_str(id.wwid, "35001405b9f2c0a00", "... is one");
}

/* What has no letter to read would be the same LU everywhere. */
static void test_illegible(void)
{
	inquiry("V", "M");
	start(0x80);
	bytes("\x01\x09\x0a\x0d", 4);
	is_int(vpd(page, page_len), -ENODATA, "a serial of control characters is none");
	is_str(id.wwid, "", "... and makes no WWID");
	start(0x80);
	bytes("\x01 A\x7f", 4);
	is_int(vpd(page, page_len), 0, "with a letter it is one");
	is_str(id.wwid, "SV_M___A_", "... and they are _");

	inquiry("V", "M");
	start(0x83);
	desig(2, 0x01, "\x01\x02\xff\x80", 4);
	is_int(vpd(page, page_len), -ENODATA, "a designator of control characters is none");
	memset(&id, 0, sizeof(id));
	is_int(vmp_identity_blk_serial(&id, "\x01\x02\xff", 3), -ENODATA,
	       "virtio-blk: a serial of control characters is none");
	is_str(id.wwid, "", "... and makes no WWID");
}

/* Designators that are not the LU's, or not what they say, are passed over. */
static void test_not_sane(void)
{
	static const u8 zero[16];
	u8 odd[8] = { 0x60, 1, 2, 3, 4, 5, 6, 7 };

	inquiry("V", "M");
	start(0x83);
	desig(1, 0x13, port, sizeof(port));
	desig(1, 0x23, naa6, sizeof(naa6));
	is_int(vpd(page, page_len), -ENODATA, "ids of port and target device are not the LU's");
	is_str(id.wwid, "", "... and make no WWID");

	start(0x83);
	desig(1, 0x03, zero, 8);
	is_int(vpd(page, page_len), -ENODATA, "an id of zeros is none");
	start(0x83);
	desig(1, 0x03, zero, 0);
	is_int(vpd(page, page_len), -ENODATA, "an id of no length is none");
	start(0x83);
	desig(1, 0x03, odd, sizeof(odd));
	is_int(vpd(page, page_len), -ENODATA, "NAA 6 of 8 bytes is none");
	start(0x83);
	desig(1, 0x02, naa6, 9);
	is_int(vpd(page, page_len), -ENODATA, "EUI of 9 bytes is none");
	start(0x83);
	is_int(vpd(page, page_len), -ENODATA, "a page without designators");

	start(0x83);
	desig(1, 0x03, naa6, sizeof(naa6));
	page[3] = 10;
	is_int(vpd(page, page_len), -ENODATA, "a page that ends within a designator");
	page[2] = 0xff;
	is_int(vpd(page, page_len), 0, "a page that claims more than was read");
	page[1] = 0x80;
	is_int(vmp_identity_vpd83(&id, page, page_len), -EINVAL, "another page is refused");
	page[1] = 0x83;
	is_int(vmp_identity_vpd80(&id, page, page_len), -EINVAL, "... by the serial as well");
}

static void test_text(void)
{
	inquiry("V", "M");
	start(0x83);
	desig(2, 0x01, "  a/b\\c\"d\x01!\xe4g$(x);'  ", 22);
	is_int(vpd(page, page_len), 0, "a T10 id with odd bytes");
	is_str(id.wwid, "1_a_b_c_d___g__x___", "... has none left in the WWID");

	inquiry("", "");
	start(0x83);
	desig(2, 0x00, "lun-one", 7);
	is_int(vpd(page, page_len), 0, "an id without vendor and model");
	is_str(id.wwid, "0_lun-one", "... as scsi_id says");
	inquiry("V", "M");
	start(0x83);
	desig(2, 0x00, "   ", 3);
	is_int(vpd(page, page_len), -ENODATA, "an id of blanks is none");

	inquiry("V", "M");
	start(0x83);
	desig(2, 0x01, "\0ABC", 4);
	is_int(vpd(page, page_len), -ENODATA, "a text that begins with its end is none");
	is_str(id.wwid, "", "... and no WWID that all such LUs have");
	desig(3, 0x08, "naa.1", 5);
	is_int(vpd(page, page_len), 0, "... the next designator is taken");
	is_str(id.wwid, "8naa.1", "... with its text");

	inquiry("\x1b[31m", "\xff\xfe");
	is_str(id.vendor, "?[31m", "a control byte in the vendor");
	is_str(id.model, "??", "bytes that are no ASCII in the model");
	inquiry("", "");
	is_str(id.vendor, "", "no vendor at all");

	start(0x80);
	bytes("    ", 4);
	is_int(vpd(page, page_len), -ENODATA, "a serial of blanks is none");
	inquiry("QEMU", "QEMU HARDDISK");
	start(0x80);
	bytes("  ab c  ", 8);
	is_int(vpd(page, page_len), 0, "a serial between blanks");
	is_str(id.serial, "ab c", "... without them");
	is_str(id.wwid, "SQEMU_QEMU_HARDDISK_ab_c", "... makes the WWID when there is none");
}

static int blk(const char *serial, size_t len)
{
	memset(&id, 0, sizeof(id));
	return vmp_identity_blk_serial(&id, serial, len);
}

/* Two LUs that differ beyond what the serial attribute shows. */
static void test_long_serial(void)
{
	char serial[100], first[VMP_WWID_LEN];

	memset(serial, 'x', sizeof(serial));
	inquiry("ACME", "ARRAY");
	start(0x80);
	serial[99] = '1';
	bytes(serial, sizeof(serial));
	is_int(vpd(page, page_len), 0, "long serial: has a WWID");
	strcpy(first, id.wwid);
	inquiry("ACME", "ARRAY");
	start(0x80);
	serial[99] = '2';
	bytes(serial, sizeof(serial));
	is_int(vpd(page, page_len), 0, "long serial: so has the other LU");
	is_int(strcmp(first, id.wwid) != 0, 1, "long serial: not the same one");
}

static void test_virtio_blk(void)
{
	is_int(blk("", 0), -ENODATA, "virtio-blk: no serial");
	is_int(blk("\0\0\0\0\0", 5), -ENODATA, "virtio-blk: a serial of zeros");
	is_int(blk("data-1", 6), 0, "virtio-blk: a plain serial");
	is_str(id.wwid, "virtio-data-1", "... is the WWID");
	is_str(id.serial, "data-1", "... and the serial");
	is_int(blk("12345678901234567890X", 21), 0, "virtio-blk: not terminated");
	is_str(id.serial, "12345678901234567890", "... ends after 20 bytes");
	blk("5001405B9F2C0A11", 16);
	is_str(id.wwid, "35001405b9f2c0a11", "virtio-blk: 16 digits are an NAA id");
	blk("9001405B9F2C0A11", 16);
	is_str(id.wwid, "virtio-9001405B9F2C0A11", "... unless they are none");
	blk("a b/c", 5);
	is_str(id.wwid, "virtio-a_b_c", "virtio-blk: odd bytes");
}

/* A serial that carries an id; test-serial.c has the many. */
static void test_carried(void)
{
	char serial[VMP_SERIAL_SIZE];

	vmp_serial_encode(naa6, true, serial);
	is_int(blk(serial, 20), 0, "virtio-blk: a serial that carries LIO's NAA id");
	is_str(id.wwid, "36001405a5d2f0f6c1e24b0fb4c7d9e10", "... has the WWID it has over SCSI");
	is_str(id.serial, serial, "... and is the serial all the same");
	serial[19] ^= 1;
	blk(serial, 20);
	is_int(strncmp(id.wwid, "virtio-", 7), 0, "... and with a letter wrong it is plain");
}

static bool wwid_is_clean(void)
{
	const char *p = id.wwid;

	while (isalnum((u8)*p) || (*p && strchr("#+-.:=@_", *p)))
		p++;
	return !*p;
}

/* Each page that is cut short somewhere, then 100,000 that chance has made. */
static void test_random(void)
{
	static const u8 kinds[] = { 0x00, 0x01, 0x02, 0x03, 0x08, 0x13, 0x93 };
	unsigned int i, dirty = 0, found = 0;
	size_t cut, k;

	start(0x83);
	desig(2, 0x01, "V       t10", 11);
	desig(1, 0x03, naa6, sizeof(naa6));
	for (cut = 0; cut <= page_len; cut++) {
		inquiry("V", "M");
		vpd(page, cut);
		dirty += !wwid_is_clean();
	}
	is_int(dirty, 0, "pages cut short");

	srandom(1);
	for (i = 0; i < 100000; i++) {
		inquiry("V", "M");
		start(random() % 4 ? 0x83 : 0x80);
		for (k = random() % 4; k; k--) {
			u8 value[255];
			size_t b;

			for (b = 0; b < sizeof(value); b++)
				value[b] = random();
			desig(random() % 4, kinds[random() % ARRAY_SIZE(kinds)], value,
			      random() % 3 ? 8 << (random() % 2) : random() % 256);
		}
		page[3] += random() % 8 ? 0 : random();
		vpd(page, random() % 8 ? page_len : random() % (page_len + 1));
		dirty += !wwid_is_clean();
		found += !!id.wwid[0];
	}
	is_int(dirty, 0, "100,000 random pages");
	ok(found > 10000, "... many of which have a WWID");
}

int main(void)
{
	test_qemu();
	test_lio();
	test_ways();
	test_differs();
	test_order();
	test_eui();
	test_cut();
	test_illegible();
	test_not_sane();
	test_text();
	test_long_serial();
	test_virtio_blk();
	test_carried();
	test_random();
	return tap_done();
}
