// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/array.c: WWIDs in, names out. Each family is tried with ids that its
 * vendor's or somebody else's public documents show, named beside them. Then
 * what holds for all: an id with any digit changed has another name, the name
 * is of the WWID alone, names have only the letters that they may.
 */
#include "kernel.h"
#include <time.h>
#include "array.h"
#include "serial.h"
#include "tap.h"

static struct vmp_identity id;
static char array[VMP_ARRAY_LEN], name[VMP_NAME_LEN];

static const char *name_of(const char *vendor, const char *model, const char *wwid)
{
	memset(&id, 0, sizeof(id));
	strcpy(id.vendor, vendor);
	strcpy(id.model, model);
	strcpy(id.wwid, wwid);
	memset(array, 'x', sizeof(array));
	memset(name, 'x', sizeof(name));
	vmp_array_name(&id, array, sizeof(array), name, sizeof(name));
	return name;
}

/* @source: where the id, and what its digits mean, is published */
static const struct {
	const char *wwid, *array, *name, *source;
} family[] = {
	/* One array, two LUNs: the first 16 digits are the same. */
	{ "36006016005041f00d8f65c69ec56df11", "vnx-05041f00", "vnx-05041f00_d8f65c69ec56df11",
	  "CLARiiON: multipath cookbook for Chef, README, three LUNs u01 to u03 of one array" },
	{ "36006016005041f00daf65c69ec56df11", "vnx-05041f00", "vnx-05041f00_daf65c69ec56df11",
	  "the same, u03" },
	{ "36006016029104b0084e7955d71109aa0", "vnx-29104b00", "vnx-29104b00_84e7955d71109aa0",
	  "Unity (ckm00185002995): multipath -ll in an openstack-discuss report" },
	{ "36006016022215c00d7202c69454b7b83", "vnx-22215c00", "vnx-22215c00_d7202c69454b7b83",
	  "Unity XT, VRAID: multipath -ll in a guide to CSI-Unity on bare metal" },
	{ "360060161234567890abcdef012345678", "vnx", "vnx_1234567890abcdef012345678",
	  "no array is known to make it: for the line that takes what is left of the OUI" },
	{ "360000970000196701868533030303235", "symm-000196701868", "symm-000196701868_00025",
	  "OpenStack Cinder, Dell EMC VMAX drivers: lsblk; array 000196701868, device 00025" },
	{ "360000970000297801855533030344446", "symm-000297801855", "symm-000297801855_004df",
	  "SODA delfin, VMAX driver tests: native_volume_id 004DF" },
	{ "360060480000190300123533030314241", "dmx-000190300123", "dmx-000190300123_001ba",
	  "laid out as above; tipstricksandmore.blogspot.com 2015/08: DMX-3 has 5330 too" },
	{ "3600604800001903001234e4530314241", "dmx", "dmx_00001903001234e4530314241",
	  "the same source: on DMX-3000 it is 4E45, which is not taken apart" },
	{ "3600a098038303634495d475878384e61", "netapp", "netapp_38303634495d475878384e61",
	  "bryanchain.com 2016/01/20: a LUN of ONTAP, the serial in ASCII, 8064I]GXx8Na" },
	{ "360a98000567244396334493370345055", "netapp7", "netapp7_567244396334493370345055",
	  "linux-cluster list, June 2008: multipath bindings of a FAS in 7-mode" },
	{ "360002ac0000000000000006b0001ffeb", "3par-0001ffeb", "3par-0001ffeb_0000006b",
	  "HPE GreenLake Data Services, Primera volume details, volume 0x6b" },
	{ "360002ac0000000000000000000026af6", "3par-00026af6", "3par-00026af6_00000000",
	  "HPE Primera: volumeId 0 of that array, from a user's volume report" },
	{ "350002ac0000b011b", "3par-011b", "3par-011b_000b",
	  "HP 3PAR Ubuntu Implementation Guide, p. 29; IBM Storwize V7000 Knowledge Center: 3PAR" },
	{ "3624a937079ebbf3c903141360001149b", "pure-79ebbf3c90314136",
	  "pure-79ebbf3c90314136_0001149b",
	  "howtouselinux.com, 15 multipath commands; Pure: the array's id, then the volume's" },
	{ "36005076810ca0166c00000000000019f", "svc-10ca0166c0", "svc-10ca0166c0_0000000000019f",
	  "IBM Spectrum Virtualize Ansible collection: vdisk_UID; IBM Block CSI driver: UUIDs" },
	{ "36005076303ffc48e0000000000000101", "ds8000-03ffc48e",
	  "ds8000-03ffc48e_0000000000000101",
	  "OpenStack os-brick, test_find_multipath_device_ds8000, IBM,2107900" },
	{ "36005076305ffc73a00000000000013b4", "ds8000-05ffc73a",
	  "ds8000-05ffc73a_00000000000013b4",
	  "YaST and libstorage-ng tests; IBM DS8870 7.5.0: the WWNN is 5005076 30zFF and four" },
	{ "36005076305ffc73a00000000000013b5", "ds8000-05ffc73a",
	  "ds8000-05ffc73a_00000000000013b5", "the same array, the next volume" },
	{ "36005076801d9053a180000000002ccd3", "svc-01d9053a18", "svc-01d9053a18_0000000002ccd3",
	  "IBM Storage Flocker driver, host_actions.py: multipath -ll, IBM,2145" },
	{ "36005076a498b100a4800000002000047", "ibm", "ibm_a498b100a4800000002000047",
	  "FlashSystem 840, sg_vpd in a post on cxlflash: not taken apart" },
	{ "360060e8006d2ad000000d2ad00000502", "vsp-06d2ad000000d2ad",
	  "vsp-06d2ad000000d2ad_00000502",
	  "storagemeat.blogspot.com 2012/08: VSP, S/N 53933 is d2ad, LDEV 05:02" },
	{ "360060e80042ae40000002ae400000b20", "vsp-042ae40000002ae4",
	  "vsp-042ae40000002ae4_00000b20",
	  "the same: USP, S/N 10980" },
	{ "368ccf09800ac8ab0e2506d99bee29e40", "powerstore", "powerstore_00ac8ab0e2506d99bee29e40",
	  "Dell EMC PowerStore Ansible collection, volume details: no part is the appliance's" },
	{ "368ccf098009560fdefdb7be1386fcf04", "powerstore", "powerstore_009560fdefdb7be1386fcf04",
	  "an Oracle ACFS migration guide: multipath -ll, DellEMC,PowerStore" },
	{ "36382028100c0772b109f1ce70000000a", "huawei-382028c0772b",
	  "huawei-382028c0772b_109f1ce70000000a",
	  "openGauss multipath guide: Dorado, target iqn ...oceanstor:2100382028c0772b::28e01" },
	{ "36382028100c0772b338f5c8900000016", "huawei-382028c0772b",
	  "huawei-382028c0772b_338f5c8900000016", "the same array, LUN id 16" },
	{ "3620f17c100e12dff19b7728f000003a6", "huawei-20f17ce12dff",
	  "huawei-20f17ce12dff_19b7728f000003a6",
	  "Huawei forum, thread 452279: show remote_lun; the array's WWN is 210020f17ce12dff" },
	{ "36001405a5d2f0f6c1e24b0fb4c7d9e10", "lio", "lio_a5d2f0f6c1e24b0fb4c7d9e10",
	  "Linux, drivers/target/target_core_spc.c: the OUI, then 25 digits of the unit serial" },
	{ "360000000000000000e00000000010001", "tgt-0001", "tgt-0001_0001",
	  "tgt, usr/spc.c: update_vpd_83() takes \"IET     00010001\" for hexadecimal digits" },
	{ "36000000000000000000000000000abcd", "tgt", "tgt_000000000000000000000abcd",
	  "the same: a scsi_id that somebody has set" },
	{ "35000c50015ea71a0", "naa-5000c50", "naa-5000c50_015ea71a0",
	  "SPC-4 7.8.6.6.4: type, OUI, vendor specific identifier" },
	{ "36589cfc000000d2dc7a4d9f43cd5c0ab", "naa-6589cfc",
	  "naa-6589cfc_000000d2dc7a4d9f43cd5c0ab",
	  "SPC-4 7.8.6.6.5, FreeBSD's OUI" },
	{ "32000001122334455", "naa-2000001", "naa-2000001_122334455", "SPC-4 7.8.6.6.2" },
};

static void test_families(void)
{
	char other[VMP_NAME_LEN];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(family); i++) {
		name_of("", "", family[i].wwid);
		if (!ok(!strcmp(name, family[i].name) && !strcmp(array, family[i].array),
			"%s: %s", family[i].name, family[i].source))
			printf("#  got: %s, %s\n", array, name);
		strcpy(other, name);
		name_of("QEMU", "QEMU HARDDISK", family[i].wwid);
		is_str(name, other, "... whatever vendor and product are");
	}
}

/* Every line of the table is as long as an id and can be found. */
static void test_table(void)
{
	unsigned int i, bad = 0, pairs;
	const char *layout, *fam, *p;
	size_t len;

	for (i = 0; (layout = vmp_array_layout(i, &fam)); i++) {
		for (p = layout, pairs = 0; *p; p++)
			pairs += *p == 'T';
		bad += (strlen(layout) != 16 && strlen(layout) != 32) || pairs % 2;
		bad += layout[strspn(layout, "0123456789abcdefSVT")] != '\0';
		bad += !strchr(layout, 'V') && !pairs;
		bad += strlen(fam) + 1 + 16 >= VMP_ARRAY_LEN;
		/* the family alone, or with a serial: netapp7 is not netapp */
		len = strlen(fam);
		for (pairs = 0; pairs < ARRAY_SIZE(family); pairs++)
			if (!strncmp(family[pairs].array, fam, len) &&
			    (!family[pairs].array[len] || family[pairs].array[len] == '-'))
				break;
		if (!ok(pairs < ARRAY_SIZE(family), "family %s has a test", fam))
			bad++;
	}
	is_int(bad, 0, "the table is well formed");
}

/* Change each digit of each id to each other: never the same name. */
static void test_injective(void)
{
	unsigned int i, k, bad = 0, tries = 0;
	char wwid[40], was[VMP_NAME_LEN];

	for (i = 0; i < ARRAY_SIZE(family); i++) {
		strcpy(was, name_of("", "", family[i].wwid));
		strcpy(wwid, family[i].wwid);
		for (k = 1; wwid[k]; k++) {
			char good = wwid[k];
			const char *d;

			for (d = "0123456789abcdef"; *d; d++) {
				if (*d == good)
					continue;
				wwid[k] = *d;
				tries++;
				if (!strcmp(name_of("", "", wwid), was)) {
					bad++;
					printf("# %s and %s: %s\n", family[i].wwid, wwid, was);
				}
			}
			wwid[k] = good;
		}
	}
	is_int(bad, 0, "an id with another digit has another name");
	ok(tries > 10000, "... in %u tries", tries);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char * const *)a, *(char * const *)b);
}

/* Many ids near each other, each with its own name. */
static void test_distinct(void)
{
	enum { N = 60000 };
	char **names = calloc(N, sizeof(*names));
	unsigned int i, same = 0;
	char wwid[40];

	for (i = 0; i < N; i++) {
		const char *model = family[random() % ARRAY_SIZE(family)].wwid;
		size_t len = strlen(model);

		strcpy(wwid, model);
		snprintf(wwid + len - 5, 6, "%05x", i);
		names[i] = strdup(name_of("", "", wwid));
	}
	qsort(names, N, sizeof(*names), by_text);
	for (i = 1; i < N; i++)
		same += !strcmp(names[i], names[i - 1]);
	is_int(same, 0, "60,000 ids have 60,000 names");
	for (i = 0; i < N; i++)
		free(names[i]);
	free(names);
}

/* The same LU over both transports. */
static void test_both_transports(void)
{
	char serial[VMP_SERIAL_SIZE], over_scsi[VMP_NAME_LEN];
	unsigned int i, bad = 0, tried = 0, k;
	u8 naa[VMP_NAA6_LEN];

	for (i = 0; i < ARRAY_SIZE(family); i++) {
		strcpy(over_scsi, name_of("VENDOR", "PRODUCT", family[i].wwid));
		memset(&id, 0, sizeof(id));
		if (strlen(family[i].wwid) == 17) {
			if (!strchr("235", family[i].wwid[1]))
				continue;
			vmp_identity_blk_serial(&id, family[i].wwid + 1, 16);
		} else {
			for (k = 0; k < sizeof(naa); k++)
				if (sscanf(family[i].wwid + 1 + 2 * k, "%2hhx", &naa[k]) != 1)
					bad++;
			vmp_serial_encode(naa, false, serial);
			vmp_identity_blk_serial(&id, serial, 20);
		}
		vmp_array_name(&id, array, sizeof(array), name, sizeof(name));
		bad += strcmp(name, over_scsi) || strcmp(id.wwid, family[i].wwid);
		tried++;
	}
	is_int(bad, 0, "an LU has the same name as virtio-scsi and as virtio-blk");
	ok(tried == ARRAY_SIZE(family), "... each of %u", tried);
}

static bool is_clean(const char *s, size_t size)
{
	size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return len && !s[len] && len < size;
}

static void test_text(void)
{
	char other[VMP_NAME_LEN];

	is_str(name_of("QEMU", "QEMU HARDDISK", "0QEMU_QEMU_HARDDISK_lun-one"), "qemu_lun-one",
	       "QEMU's scsi-hd with a serial and no wwn");
	is_str(array, "qemu", "... its array");
	name_of("QEMU", "QEMU HARDDISK", "0QEMU_QEMU_HARDDISK_LUN-one");
	ok(strncmp(name, "qemu_lun-one-", 13) == 0 && strlen(name) == 21,
	   "capitals are lost, so a hash is added: %s", name);
	strcpy(other, name);
	ok(strcmp(name_of("QEMU", "QEMU HARDDISK", "0QEMU_QEMU_HARDDISK_lun-ONE"), other),
	   "... which tells it from another: %s", name);
	is_str(name_of("", "", "virtio-data-1"), "virtio-blk_data-1", "a plain serial");
	is_str(array, "virtio-blk", "... its array");
	ok(!strncmp(name_of("", "", "virtio-Data.1"), "virtio-blk_data_1-", 18),
	   "a plain serial with other letters: %s", name);
	is_str(name_of("V", "M", "2001122fffe334455"), "eui_001122fffe334455", "EUI-64");
	is_str(array, "eui", "... its array");

	ok(!strncmp(name_of("ACME", "ARRAY 1", "0ACME_ARRAY_1_vol-7"),
		    "scsi-acme_array_1_vol-7-", 24),
	   "vendor specific id of an unknown array: %s", name);
	is_str(array, "scsi-acme", "... its array");
	ok(!strncmp(name_of("LIO-ORG", "data0", "1LIO-ORG_data0:a5d2"),
		    "scsi-lio-org_data0_a5d2-", 24),
	   "T10 vendor id: %s", name);
	ok(!strncmp(name_of("VENDOR 8", "M", "SVENDOR_8M_1"), "scsi-vendor_8_vendor_8m_1-", 26),
	   "a vendor that fills its field stays in the volume: %s", name);
	ok(!strncmp(name_of("", "", "8iqn.2010-06.com.example:lu.7"),
		    "scsi_iqn_2010-06_com_example_lu_7-", 34), "SCSI name string: %s", name);
	name_of("", "", "");
	ok(is_clean(name, sizeof(name)), "nothing at all: %s", name);
	ok(!strncmp(name_of("", "", "36001405A5D2F0F6C1E24B0FB4C7D9E10"), "scsi_", 5),
	   "an id in capitals is none that the module makes: %s", name);
	ok(!strncmp(name_of("", "", "2ABC"), "scsi_abc-", 9), "... nor is this: %s", name);
}

static void test_long(void)
{
	char wwid[VMP_WWID_LEN], a[VMP_NAME_LEN], b[VMP_NAME_LEN];

	name_of("", "", "36001405a5d2f0f6c1e24b0fb4c7d9e10");
	vmp_array_long_name(&id, name, sizeof(name));
	is_str(name, "wwid_36001405a5d2f0f6c1e24b0fb4c7d9e10", "long: the WWID as it is");
	name_of("ACME", "X", "0ACME_X_1");
	vmp_array_long_name(&id, a, sizeof(a));
	name_of("ACME", "X", "0acme_X_1");
	vmp_array_long_name(&id, b, sizeof(b));
	ok(!strncmp(a, "wwid_0acme_x_1-", 15) && strlen(a) == 31 && strcmp(a, b),
	   "long: a hash where capitals were lost: %s, %s", a, b);

	memset(wwid, 'x', sizeof(wwid));
	wwid[0] = '8';
	wwid[VMP_WWID_LEN - 1] = '\0';
	name_of("", "", wwid);
	vmp_array_long_name(&id, a, sizeof(a));
	id.wwid[1] = 'y';
	vmp_array_long_name(&id, b, sizeof(b));
	ok(is_clean(a, sizeof(a)) && strlen(a) == 63 && strcmp(a, b),
	   "long: two WWIDs that differ where they are cut: %s", a);
	memset(wwid + 58, 0, 1);
	strcpy(id.wwid, wwid);
	vmp_array_long_name(&id, a, sizeof(a));
	ok(strlen(a) == 63 && !strcmp(a + 5, wwid), "long: the longest that fits");
}

/* Whatever the bytes are: letters that may be, an end, room for it. */
static void test_random(void)
{
	unsigned int i, k, bad = 0;

	for (i = 0; i < 100000; i++) {
		memset(&id, 0, sizeof(id));
		for (k = random() % VMP_WWID_LEN; k; k--)
			id.wwid[k - 1] = random() % 255 + 1;
		if (random() % 2)
			id.wwid[0] = "0123S8v"[random() % 7];
		for (k = random() % VMP_VENDOR_LEN; k; k--)
			id.vendor[k - 1] = random() % 255 + 1;
		for (k = random() % VMP_MODEL_LEN; k; k--)
			id.model[k - 1] = random() % 255 + 1;
		vmp_array_name(&id, array, sizeof(array), name, sizeof(name));
		bad += !is_clean(array, sizeof(array)) || !is_clean(name, sizeof(name));
		bad += strncmp(name, array, strlen(array)) || name[strlen(array)] != '_';
		vmp_array_long_name(&id, name, sizeof(name));
		bad += !is_clean(name, sizeof(name));
	}
	is_int(bad, 0, "100,000 identities that chance has made");
}

int main(void)
{
	const char *env = getenv("SEED");
	unsigned int seed = env ? strtoul(env, NULL, 0) : (unsigned int)time(NULL);

	printf("# SEED=%u\n", seed);
	srandom(seed);
	test_families();
	test_table();
	test_injective();
	test_distinct();
	test_both_transports();
	test_text();
	test_long();
	test_random();
	return tap_done();
}
