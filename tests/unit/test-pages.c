// SPDX-License-Identifier: GPL-2.0-only
/*
 * What real targets have answered, from tests/unit/pages/: QEMU's scsi-hd, tgt,
 * and LIO by two ports. Each file says how it came to be. identity.c, vpd.c, rtpg.c
 * and array.c have to make of them what the lab knows of these targets.
 */
#include "kernel.h"
#include "array.h"
#include "rtpg.h"
#include "tap.h"
#include "vpd.h"

static struct vmp_identity id;
static struct vmp_vpd vpd;
static struct vmp_rtpg rtpg;

/* The bytes of a file, in memory that ends where they end. */
static u8 *page(const char *target, const char *what, size_t *len)
{
	char path[512], line[512];
	u8 *data = NULL;
	FILE *file;

	*len = 0;
	snprintf(path, sizeof(path), "%s/%s-%s.hex", PAGES, target, what);
	file = fopen(path, "r");
	if (!file) {
		ok(false, "%s can be read", path);
		exit(1);
	}
	while (fgets(line, sizeof(line), file)) {
		char *at = line, *end;

		if (*line == '#')
			continue;
		for (;; at = end) {
			unsigned long byte = strtoul(at, &end, 16);

			if (end == at)
				break;
			data = realloc(data, *len + 1);
			data[(*len)++] = byte;
		}
	}
	fclose(file);
	return data;
}

static int take(const char *target, const char *what)
{
	size_t len;
	u8 *data = page(target, what, &len);
	int ret = -EINVAL;

	if (!strcmp(what, "inquiry")) {
		vmp_identity_inquiry(&id, (char *)data + 8, (char *)data + 16);
		ret = vmp_vpd_take_inquiry(&vpd, data, len);
	} else if (strstr(what, "83")) {
		ret = vmp_identity_vpd83(&id, data, len);
	} else if (!strcmp(what, "80")) {
		ret = vmp_identity_vpd80(&id, data, len);
	} else if (!strncmp(what, "rtpg", 4)) {
		ret = vmp_rtpg_take(&rtpg, data, len);
	} else {
		ret = vmp_vpd_take_page(&vpd, strtoul(what, NULL, 16), data, len);
	}
	free(data);
	return ret;
}

static void take_all(const char *target, const char *page83)
{
	static const char * const pages[] = { "inquiry", "80", "00", "b0", "b1", "b2" };
	unsigned int i;

	memset(&id, 0, sizeof(id));
	memset(&vpd, 0, sizeof(vpd));
	is_int(take(target, pages[0]), 0, "INQUIRY data");
	is_int(take(target, page83), 0, "page 83 has a WWID");
	for (i = 1; i < ARRAY_SIZE(pages); i++)
		if (!ok(take(target, pages[i]) == 0, "%s: page %s", target, pages[i]))
			return;
}

static void named(const char *want)
{
	char array[VMP_ARRAY_LEN], name[VMP_NAME_LEN];

	vmp_array_name(&id, array, sizeof(array), name, sizeof(name));
	is_str(name, want, "the name");
}

static void test_scsi_hd(void)
{
	take_all("scsi-hd", "83");
	is_str(id.wwid, "35000c50015ea71a0", "scsi-hd: the WWID is wwn=");
	is_str(id.serial, "VMPLU0", "scsi-hd: the serial");
	is_str(id.vendor, "ACME", "scsi-hd: the vendor");
	is_str(vpd.inquiry.revision, "2.5+", "scsi-hd: the revision");
	is_int(vpd.inquiry.tpgs, 0, "scsi-hd: no ALUA");
	is_int(id.nr_desigs, 2, "scsi-hd: serial and wwn are designators of the LU");
	ok(!id.relative_port && !id.has_port_group && !id.target_port[0], "scsi-hd: no port told");
	ok(vpd.provisioning.unmap && vpd.provisioning.type == 2, "scsi-hd: thin");
	ok(vmp_vpd_has_page(&vpd, 0xb1) && !vmp_vpd_has_page(&vpd, 0x86), "scsi-hd: its pages");
	named("naa-5000c50_015ea71a0");
}

static void test_tgt(void)
{
	take_all("tgt", "83");
	is_str(id.wwid, "360000000000000005000c50015ea71a0", "tgt: NAA 6 goes before NAA 3");
	is_str(id.serial, "VMPLU0", "tgt: the serial, without the blanks before it");
	is_str(id.vendor, "IET", "tgt: the vendor");
	is_int(vpd.inquiry.version, 5, "tgt: SPC-3");
	is_int(id.nr_desigs, 2, "tgt: its NAA 3 is its target's number and not counted");
	is_int(vpd.limits.max_compare_write, 128, "tgt: COMPARE AND WRITE");
	is_int(vpd.limits.max_unmap_blocks, 0xffffffff, "tgt: UNMAP without a bound");
	named("tgt_0000000005000c50015ea71a0");
}

static void test_lio(void)
{
	struct vmp_identity first;

	take_all("lio", "83");
	first = id;
	is_str(id.wwid, "360014055000c50015ea71a0000000000", "LIO: the WWID is the unit serial's");
	is_str(id.target_port, "iqn.2026-11.org.vmpath:lio,t,0x0001", "LIO: the port's name");
	is_str(id.target_device, "iqn.2026-11.org.vmpath:lio", "LIO: the target device's");
	is_int(id.relative_port, 1, "LIO: the relative port");
	ok(id.has_port_group && id.port_group == 1, "LIO: the port group");
	is_int(vpd.inquiry.tpgs, 3, "LIO: TPGS");
	is_int(vpd.limits.max_transfer, 0x2000, "LIO: the largest transfer");
	ok(vpd.provisioning.unmap && !vpd.provisioning.type, "LIO: UNMAP");
	named("lio_5000c50015ea71a0000000000");

	take_all("lio", "port2-83");
	is_str(id.target_port, "iqn.2026-11.org.vmpath:lio,t,0x0002", "LIO: the other port's name");
	is_int(id.relative_port, 2, "LIO: the other relative port");
	is_int(id.port_group, 2, "LIO: the other port group");
	is_str(vmp_identity_differs(&first, &id), NULL, "LIO: two ports, one LU");
}

static void test_lio_groups(void)
{
	static const struct {
		const char *page;
		u8 state[2];
		bool preferred;
	} answer[] = {
		{ "rtpg", { VMP_ACCESS_OPTIMIZED, VMP_ACCESS_OPTIMIZED }, false },
		{ "rtpg-extended", { VMP_ACCESS_OPTIMIZED, VMP_ACCESS_OPTIMIZED }, false },
		{ "rtpg-standby-pref", { VMP_ACCESS_OPTIMIZED, VMP_ACCESS_STANDBY }, true },
		{ "rtpg-transition",
		  { VMP_ACCESS_NONOPTIMIZED, VMP_ACCESS_TRANSITIONING }, true },
		{ "rtpg-unavailable",
		  { VMP_ACCESS_NONOPTIMIZED, VMP_ACCESS_UNAVAILABLE }, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(answer); i++) {
		const struct vmp_rtpg_group *group;
		int found;

		take_all("lio", "port2-83");
		found = take("lio", answer[i].page);
		is_int(found, 2, answer[i].page);
		/* with the long header LIO does not count that, and cuts the last port */
		if (!strcmp(answer[i].page, "rtpg-extended")) {
			is_int(rtpg.group[1].nr_ports, 0, "LIO, long header: no port of the last");
			is_int(rtpg.group[1].state, answer[i].state[1], "... but its state");
			continue;
		}
		group = vmp_rtpg_find(&rtpg, &id);
		ok(group && group->id == 2 && group->state == answer[i].state[1] &&
		   !group->preferred && group->port[0] == 2, "... the path's own group is %s",
		   vmp_rtpg_access_name(answer[i].state[1]));
		ok(rtpg.group[0].state == answer[i].state[0] &&
		   rtpg.group[0].preferred == answer[i].preferred && rtpg.group[0].port[0] == 1,
		   "... the other one is %s", vmp_rtpg_access_name(answer[i].state[0]));
	}
}

int main(void)
{
	test_scsi_hd();
	test_tgt();
	test_lio();
	test_lio_groups();
	return tap_done();
}
