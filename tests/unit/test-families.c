// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each array family answers to INQUIRY and says in VPD pages 80 and 83,
 * laid out by hand after what is published, through identity.c and array.c:
 * WWID, serial, target port, port group, array, volume and name. Above each is
 * where it is from and what of it is assumed. Pages read from real targets are
 * in test-pages.c.
 */
#include "kernel.h"
#include "array.h"
#include "tap.h"

enum { BINARY = 1, ASCII = 2, UTF8 = 3 };
enum { LU = 0x00, FC_PORT = 0x10, ISCSI_PORT = 0x10, DEVICE = 0x20 };
enum { VENDOR = 0, T10 = 1, EUI = 2, NAA = 3, RELATIVE = 4, GROUP = 5, NAME = 8 };

#define NO_GROUP	-1

/**
 * struct family - an LU of an array, as one of its ports answers
 * @product: the 16 bytes of INQUIRY, blanks off
 * @serial: Unit Serial Number page, NULL: none
 * @own: vendor specific designator of the LU, in ASCII
 * @t10: what follows the vendor in the T10 designator, NULL: none
 * @naa: the LU's NAA designator, in hexadecimal digits
 * @relative: relative target port, 0: not told
 * @group: target port group
 * @port: the port's NAA name in digits, or its iSCSI name
 * @wwid: and what follows: what is to come of it
 */
struct family {
	const char *vendor, *product, *serial, *own, *t10, *naa;
	int relative, group;
	const char *port;
	const char *wwid, *array, *volume;
};

static const struct family families[] = {
	/*
	 * CLARiiON. LU: README of the Chef cookbook "multipath", LUN u01. Vendor
	 * and product: `multipath -v3` of a CX4 in RedHatInsights/insights-core,
	 * test_multipath_v4_ll.py. Port: SP A port 0 of that array, node name
	 * 50060160c4603569. Assumed: the serial (an array's, APM and 11 digits),
	 * group 1 and port 1. It has no T10 designator that is published.
	 */
	{ "DGC", "RAID 5", "APM00101234567", NULL, NULL, "6006016005041f00d8f65c69ec56df11",
	  1, 1, "5006016044603569",
	  "36006016005041f00d8f65c69ec56df11", "vnx-05041f00", "d8f65c69ec56df11" },
	/*
	 * Unity. LU: "Connecting Dell Unity XT to Kubernetes with CSI-Unity on
	 * Bare-Metal", `multipath -ll`: "DGC,VRAID", hwhandler alua. Serial: Unity
	 * ckm00185002995 of an openstack-discuss report. Assumed: the numbers of
	 * group and port; the port's name follows 5006016 as on CLARiiON.
	 */
	{ "DGC", "VRAID", "CKM00185002995", NULL, NULL, "6006016022215c00d7202c69454b7b83",
	  2, 1, "5006016049e03f2a",
	  "36006016022215c00d7202c69454b7b83", "vnx-22215c00", "d7202c69454b7b83" },
	/*
	 * VMAX. LU: OpenStack Cinder, Dell EMC VMAX drivers, lsblk: array
	 * 000196701868, device 00025. Serial of page 80: the array's last digits
	 * and the device, as scsi_id -p 0x80 of Symmetrix shows. Assumed: port and
	 * T10 designator, which holds the same two numbers.
	 */
	{ "EMC", "SYMMETRIX", "6800025000", NULL, "SYMMETRIX       000196701868_00025",
	  "60000970000196701868533030303235", 0x21, 1, "500009735811d008",
	  "360000970000196701868533030303235", "symm-000196701868", "00025" },
	/*
	 * PowerMax. LU: SODA delfin, VMAX driver tests, native_volume_id 004DF of
	 * array 000297801855. Assumed: port.
	 */
	{ "EMC", "SYMMETRIX", "550004DF00", NULL, NULL, "60000970000297801855533030344446",
	  0x22, 1, "50000973b00e3c05",
	  "360000970000297801855533030344446", "symm-000297801855", "004df" },
	/*
	 * Symmetrix DMX. LU laid out as VMAX has it, with the older OUI:
	 * tipstricksandmore.blogspot.com 2015/08 ("5330" on DMX-3). Assumed: the
	 * rest; no whole id of a DMX was found.
	 */
	{ "EMC", "SYMMETRIX", "23001BA000", NULL, NULL, "60060480000190300123533030314241",
	  0x11, NO_GROUP, "5006048452a83911",
	  "360060480000190300123533030314241", "dmx-000190300123", "001ba" },
	/*
	 * NetApp ONTAP. LU: bryanchain.com 2016/01/20; digits behind 600a0980 are
	 * the LUN's serial in ASCII, 12 characters, which page 80 has too. Vendor and
	 * product, iSCSI name and relative port (`lsscsi -t`: "...:vs.3,t,0x404";
	 * iscsiadm: portal group 1028): NetApp Trident, utils/osutils.go. Assumed:
	 * the group's number.
	 */
	{ "NETAPP", "LUN C-Mode", "8064I]GXx8Na", NULL, NULL, "600a098038303634495d475878384e61",
	  0x404, 0x3e8, "iqn.1992-08.com.netapp:sn.afbb1784f77411e582f8080027e22798:vs.3,t,0x0404",
	  "3600a098038303634495d475878384e61", "netapp", "38303634495d475878384e61" },
	/*
	 * NetApp 7-mode. LU: as in test-array.c; its 12 characters are the serial.
	 * Assumed: port.
	 */
	{ "NETAPP", "LUN", "Vr$9c4I3p4PU", NULL, NULL, "60a98000567224396334493370345055",
	  4, 2, "500a09838dc70e15",
	  "360a98000567224396334493370345055", "netapp7", "567224396334493370345055" },
	/*
	 * 3PAR. LU, iSCSI name and with it the port (node 0, slot 2, port 1, array
	 * 12e3b): somebody's published Linux notes, scsi_id of by-path
	 * iscsi-iqn.2000-05.com.3pardata:20210002ac012e3b-lun-0. Vendor and
	 * product: "3PARdata,VV" of multipath -ll. Assumed: serial, group, number
	 * of the port.
	 */
	{ "3PARdata", "VV", "1677371", NULL, NULL, "60002ac0000000000000046200012e3b",
	  0x21, 0x101, "iqn.2000-05.com.3pardata:20210002ac012e3b,t,0x0015",
	  "360002ac0000000000000046200012e3b", "3par-00012e3b", "00000462" },
	/*
	 * Primera. LU: HPE GreenLake Data Services, volume details: 0x6b of array
	 * 7CE751P312, which is the serial. FC port: made like the 20210002ac012e3b
	 * above, node, slot, port, then OUI and array. Assumed: group.
	 */
	{ "3PARdata", "VV", "7CE751P312", NULL, NULL, "60002ac0000000000000006b0001ffeb",
	  0x31, 0x101, "20310002ac01ffeb",
	  "360002ac0000000000000006b0001ffeb", "3par-0001ffeb", "0000006b" },
	/*
	 * Pure FlashArray. LU: howtouselinux.com, 15 multipath commands; the
	 * serial is what follows 624a9370 in capitals: Pure's volume serial.
	 * iSCSI name of a FlashArray, groups 0 and 1, relative ports from 1 on:
	 * libiscsi pull request 451, RTPG of a FlashArray.
	 */
	{ "PURE", "FlashArray", "79EBBF3C903141360001149B", NULL, NULL,
	  "624a937079ebbf3c903141360001149b", 0x11, 1,
	  "iqn.2010-06.com.purestorage:flasharray.4e8d52d82e4b2c0f,t,0x0001",
	  "3624a937079ebbf3c903141360001149b", "pure-79ebbf3c90314136", "0001149b" },
	/*
	 * SAN Volume Controller. LU and "IBM     ,2145": multipath -ll "with SVC"
	 * in the IBM Storage Flocker driver, host_actions.py. Port:
	 * 5005076802232ade of OpenStack os-brick's zfcp tests.
	 * Assumed: the serial, the array's 12 digits and XX with two more, as
	 * SVC's INQUIRY data hold it; the numbers of group and port.
	 */
	{ "IBM", "2145", "0200a7640e94XX00", NULL, NULL, "6005076801d9053a180000000002ccd3",
	  0x800, 1, "5005076802232ade",
	  "36005076801d9053a180000000002ccd3", "svc-01d9053a18", "0000000002ccd3" },
	/*
	 * FlashSystem 840, before it was an SVC: sg_vpd -p 0x83 in the README of
	 * linux-4.3-cxlbdev, all of this: T10, NAA and the relative port. It names
	 * no port and no group. The layout is not known: the family is "ibm".
	 */
	{ "IBM", "FlashSystem-9840", NULL, NULL, "FlashSystem-9840029262c40292-0000-0002-000047",
	  "6005076a498b100a4800000002000047", 0xc00, NO_GROUP, "",
	  "36005076a498b100a4800000002000047", "ibm", "a498b100a4800000002000047" },
	/*
	 * DS8000. LU: OpenStack os-brick, test_find_multipath_device_ds8000, as
	 * "IBM,2107900". The WWNN of a DS8000 is 5005076 30zFF and four digits
	 * (IBM, DS8870 7.5.0, System adapter identification): here 500507630
	 * 3ffc48e, whose last 8 digits the LU's id has. The rest is the volume, 0101.
	 * Port after the same table. Assumed: serial, numbers of port and group.
	 */
	{ "IBM", "2107900", "75ABTV10101", NULL, NULL, "6005076303ffc48e0000000000000101",
	  0x103, 0, "500507630303048e",
	  "36005076303ffc48e0000000000000101", "ds8000-03ffc48e", "0000000000000101" },
	/*
	 * Huawei OceanStor. LU: openGauss multipath guide, "HUAWEI  ,XSG1"; the
	 * target there is oceanstor:2100382028c0772b, whose last 12 digits are the
	 * MAC address that the LU's id has with 100 in it. A second array tells the
	 * same: below. Assumed: serial, group, port's tag.
	 */
	{ "HUAWEI", "XSG1", "2102350DJX10K1000001", NULL, NULL, "6382028100c0772b109f1ce70000000a",
	  0x201, 1, "iqn.2006-08.com.huawei:oceanstor:2100382028c0772b::28e01,t,0x0201",
	  "36382028100c0772b109f1ce70000000a", "huawei-382028c0772b", "109f1ce70000000a" },
	/*
	 * LU, device serial and WWN 210020f17ce12dff of the array: Huawei forum,
	 * "How is load balancing implemented for SmartVirtualization", `show
	 * remote_lun`. Assumed: port's last digits.
	 */
	{ "HUAWEI", "XSG1", "2102350FJQ10G5000018", NULL, NULL, "620f17c100e12dff19b7728f000003a6",
	  1, 1, "200020f17ce12dff",
	  "3620f17c100e12dff19b7728f000003a6", "huawei-20f17ce12dff", "19b7728f000003a6" },
	/*
	 * PowerStore, a HADA2016. All but the number of the port is in somebody's
	 * published udev notes: DEVLINKS, ID_VENDOR, ID_MODEL, ID_SCSI_SERIAL,
	 * ID_TARGET_PORT (which is the group) and the target with its tag 1.
	 */
	{ "DellEMC", "HADA2016", "FNM00175101182", NULL, NULL, "68ccf09800744a14b26d09fd41b7e9b5",
	  1, 1, "iqn.2015-10.com.dell:dellemc-cyclone-49506fa0476e4db49c1832e5234e8e9a,t,0x0001",
	  "368ccf09800744a14b26d09fd41b7e9b5", "powerstore", "00744a14b26d09fd41b7e9b5" },
	/*
	 * As it is sold: LU and "DellEMC ,PowerStore": "Online Oracle ACFS Storage
	 * Migration to New SAN Storage", multipath -ll over Fibre Channel. Assumed:
	 * serial, port and its numbers.
	 */
	{ "DellEMC", "PowerStore", "APS00123456789", NULL, NULL, "68ccf098009560fdefdb7be1386fcf04",
	  0x1002, 1, "58ccf09348a00001",
	  "368ccf098009560fdefdb7be1386fcf04", "powerstore", "009560fdefdb7be1386fcf04" },
	/*
	 * LIO: Linux, drivers/target/target_core_spc.c, spc_emulate_evpd_83(): NAA
	 * of the unit serial's digits, T10 of model and unit serial. The rest as
	 * in pages/lio-83.hex, which the lab has read.
	 */
	{ "LIO-ORG", "data0", "a5d2f0f6-c1e2-4b0f-b4c7-d9e10a2b3c4d", NULL,
	  "data0:a5d2f0f6-c1e2-4b0f-b4c7-d9e10a2b3c4d", "6001405a5d2f0f6c1e24b0fb4c7d9e10",
	  1, 0, "iqn.2026-11.org.vmpath:lio,t,0x0001",
	  "36001405a5d2f0f6c1e24b0fb4c7d9e10", "lio", "a5d2f0f6c1e24b0fb4c7d9e10" },
	/*
	 * tgt: usr/spc.c, update_vpd_83(): "IET     00010001" as T10 designator,
	 * and taken for hexadecimal digits as NAA 6. pages/tgt-83.hex has one with
	 * a scsi_id. It tells no port. Target 1, LUN 1.
	 */
	{ "IET", "VIRTUAL-DISK", "beaf11", NULL, "00010001", "60000000000000000e00000000010001",
	  0, NO_GROUP, "",
	  "360000000000000000e00000000010001", "tgt-0001", "0001" },
	/*
	 * QEMU's scsi-hd: hw/scsi/scsi-disk.c: serial= as vendor specific id, wwn=
	 * as NAA, port_wwn= as port. The lab has read it: pages/scsi-hd-83.hex.
	 */
	{ "QEMU", "QEMU HARDDISK", "VMPLU0", "VMPLU0", NULL, "5000c50015ea71a0",
	  1, NO_GROUP, "5000c50015ea71a1",
	  "35000c50015ea71a0", "naa-5000c50", "015ea71a0" },
	/* The same without wwn= and port_wwn=. */
	{ "QEMU", "QEMU HARDDISK", "lun-one", "lun-one", NULL, NULL,
	  0, NO_GROUP, "",
	  "0QEMU_QEMU_HARDDISK_lun-one", "qemu", "lun-one" },
	/*
	 * TrueNAS, of no family here: sg_inq -p di of two ports in A. Motin,
	 * "Storage Multipathing", FreeBSD Journal; all of it but the target device.
	 */
	{ "TrueNAS", "iSCSI Disk", "ac1f6b0c248600", NULL, "iSCSI Disk       ac1f6b0c248600",
	  "6589cfc000000d7a21ae0e095faf3cea", 3, 2, "iqn.2005-08.com.ixsystems:aluademo,t,0x0001",
	  "36589cfc000000d7a21ae0e095faf3cea", "naa-6589cfc", "000000d7a21ae0e095faf3cea" },
};

static struct vmp_identity id;
static char array[VMP_ARRAY_LEN], name[VMP_NAME_LEN];

/* A page under construction. */
static u8 page[1024];
static size_t page_len;

static void page_bytes(const void *data, size_t len)
{
	memcpy(page + page_len, data, len);
	page_len += len;
	page[2] = (page_len - 4) >> 8;
	page[3] = page_len - 4;
}

static void page_start(u8 code)
{
	memset(page, 0, sizeof(page));
	page[1] = code;
	page_len = 4;
}

/* A designator; @protocol is 0 for Fibre Channel, 5 for iSCSI (SPC-4 7.6.1). */
static void page_desig(u8 protocol, u8 code_set, u8 assoc, u8 type, const void *data, u8 len)
{
	u8 head[4] = { code_set, assoc | type, 0, len };

	if (assoc) {
		head[0] |= protocol << 4;
		head[1] |= 0x80;
	}
	page_bytes(head, sizeof(head));
	page_bytes(data, len);
}

static size_t from_hex(const char *digits, u8 *out)
{
	size_t len = 0;

	for (; *digits; digits += 2)
		if (sscanf(digits, "%2hhx", &out[len++]) != 1)
			exit(1);
	return len;
}

static void page_number(u8 protocol, u8 type, int number)
{
	u8 four[4] = { 0, 0, number >> 8, number };

	page_desig(protocol, BINARY, FC_PORT, type, four, sizeof(four));
}

/* Take the page from memory that ends with it. */
static int page_take(void)
{
	u8 *exact = malloc(page_len);
	int ret;

	memcpy(exact, page, page_len);
	ret = page[1] == 0x80 ? vmp_identity_vpd80(&id, exact, page_len) :
				vmp_identity_vpd83(&id, exact, page_len);
	free(exact);
	return ret;
}

static void take_inquiry(const struct family *f)
{
	char vendor[VMP_VENDOR_LEN], product[VMP_MODEL_LEN];

	memset(&id, 0, sizeof(id));
	memset(vendor, ' ', sizeof(vendor));
	memset(product, ' ', sizeof(product));
	memcpy(vendor, f->vendor, strlen(f->vendor));
	memcpy(product, f->product, strlen(f->product));
	vmp_identity_inquiry(&id, vendor, product);
}

static int take_83(const struct family *f, int relative, int group, const char *port)
{
	u8 protocol = strncmp(port, "iqn", 3) ? 0 : 5, raw[16];
	char t10[256];

	page_start(0x83);
	if (f->own)
		page_desig(0, ASCII, LU, VENDOR, f->own, strlen(f->own));
	if (f->t10) {
		snprintf(t10, sizeof(t10), "%-8s%s", f->vendor, f->t10);
		page_desig(0, ASCII, LU, T10, t10, strlen(t10));
	}
	if (f->naa)
		page_desig(0, BINARY, LU, NAA, raw, from_hex(f->naa, raw));
	if (relative)
		page_number(protocol, RELATIVE, relative);
	if (group != NO_GROUP)
		page_number(protocol, GROUP, group);
	if (protocol)
		page_desig(protocol, UTF8, ISCSI_PORT, NAME, port, strlen(port) + 1);
	else if (*port)
		page_desig(protocol, BINARY, FC_PORT, NAA, raw, from_hex(port, raw));
	return page_take();
}

static int take_80(const struct family *f)
{
	page_start(0x80);
	page_bytes(f->serial, strlen(f->serial));
	return page_take();
}

static void test_family(const struct family *f)
{
	char want[VMP_NAME_LEN];
	struct vmp_identity first;

	printf("# %s %s\n", f->vendor, f->product);
	take_inquiry(f);
	is_int(take_83(f, f->relative, f->group, f->port), 0, "page 83 has a WWID");
	is_str(id.wwid, f->wwid, "the WWID");
	is_str(id.target_port, f->port, "the target port");
	is_int(id.relative_port, f->relative, "the relative port");
	is_int(id.has_port_group ? id.port_group : NO_GROUP, f->group, "the port group");
	if (f->serial) {
		is_int(take_80(f), 0, "page 80 has a serial");
		is_str(id.serial, f->serial, "the serial");
		is_str(id.wwid, f->wwid, "and leaves the WWID alone");
	}
	vmp_array_name(&id, array, sizeof(array), name, sizeof(name));
	is_str(array, f->array, "the array");
	snprintf(want, sizeof(want), "%s_%s", f->array, f->volume);
	is_str(name, want, "the name");

	/* Another port of the array: the same LU by another way. */
	first = id;
	take_inquiry(f);
	take_83(f, f->relative + 1, f->group == NO_GROUP ? 7 : f->group + 1, "5000000000000001");
	is_str(vmp_identity_differs(&first, &id), NULL, "the same LU by another port");
	is_str(id.target_port, "5000000000000001", "... which is another");
}

/*
 * Two pages of Hitachi arrays as they stand, the designators in their order: T10
 * (model's digit, serial in hexadecimal, LDEV), two bytes of the port's in a
 * vendor specific one, then NAA. The first: M. Wilck, "scsi: core: Fix VPD LUN
 * ID designator priorities", linux-scsi 2020-10-29. The second, of a VSP G, has
 * no port: dm-devel 2021-04, "RFC: one more time: SCSI device identification";
 * it tells too that the last four digits are the LDEV and the rest the array's.
 */
static void test_hitachi(void)
{
	static const struct {
		const char *t10, *naa, *wwid, *name;
		bool port;
	} lu[] = {
		{ "HITACHI 5030C3502025", "60060e8007c350000030c35000002025",
		  "360060e8007c350000030c35000002025", "vsp-07c350000030c350_00002025", true },
		{ "HITACHI 50403B050709", "60060e80123b050050403b0500000709",
		  "360060e80123b050050403b0500000709", "vsp-123b050050403b05_00000709", false },
	};
	const struct family f = { "HITACHI", "OPEN-V" };
	unsigned int i;
	u8 raw[16];

	for (i = 0; i < ARRAY_SIZE(lu); i++) {
		take_inquiry(&f);
		page_start(0x83);
		page_desig(0, ASCII, LU, T10, lu[i].t10, strlen(lu[i].t10));
		if (lu[i].port)
			page_desig(0, BINARY, FC_PORT, VENDOR, "\x08\x03", 2);
		page_desig(0, BINARY, LU, NAA, raw, from_hex(lu[i].naa, raw));
		is_int(page_take(), 0, "HITACHI: page 83 has a WWID");
		is_str(id.wwid, lu[i].wwid, "NAA goes before the T10 designator");
		is_int(id.nr_desigs, 2, "both are the LU's");
		is_str(id.target_port, "", "a vendor's own id of the port names none");
		vmp_array_name(&id, array, sizeof(array), name, sizeof(name));
		is_str(name, lu[i].name, "the name");
	}
}

/* ONTAP's and Pure's ids are made of the serials that page 80 tells. */
static void test_serials(void)
{
	unsigned int i, k, netapp = 0, pure = 0;
	char digits[2 * VMP_SERIAL_LEN + 1];

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		const struct family *f = &families[i];

		if (!strcmp(f->vendor, "NETAPP")) {
			for (k = 0; f->serial[k]; k++)
				sprintf(digits + 2 * k, "%02x", f->serial[k]);
			is_str(f->naa + 8, digits, "NETAPP: the serial in ASCII");
			netapp++;
		} else if (!strcmp(f->vendor, "PURE")) {
			ok(!strcasecmp(f->naa + 8, f->serial), "PURE: the serial's digits");
			pure++;
		}
	}
	ok(netapp == 2 && pure == 1, "... of %u and %u", netapp, pure);
}

/* Every family of the table has an LU here. */
static void test_complete(void)
{
	const char *layout, *fam;
	unsigned int i, k;

	for (i = 0; (layout = vmp_array_layout(i, &fam)); i++) {
		size_t len = strlen(fam);

		for (k = 0; k < ARRAY_SIZE(families); k++)
			if (!strncmp(families[k].array, fam, len) &&
			    (!families[k].array[len] || families[k].array[len] == '-'))
				break;
		/* test_hitachi() has vsp */
		ok(k < ARRAY_SIZE(families) || !strcmp(fam, "vsp"), "family %s has a page", fam);
	}
}

int main(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(families); i++)
		test_family(&families[i]);
	test_hitachi();
	test_serials();
	test_complete();
	return tap_done();
}
