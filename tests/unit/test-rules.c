// SPDX-License-Identifier: GPL-2.0-only
/*
 * src/rules.c: the allow and deny lists of the module's parameters: what is a
 * rule, what is none and is named in the complaint, and which disk each fits.
 */
#include "rules.h"
#include "tap.h"

static const struct vmp_identity lio = {
	.wwid = "36001405a5d2f0f6c1e24b0fb4c7d9e10",
	.vendor = "LIO-ORG",
	.model = "data0",
};

static const struct vmp_identity blk = { .wwid = "virtio-data-1" };

static struct vmp_rules rules;
static const char *bad;
static char text[4096];

static int parse(const char *rule)
{
	bad = NULL;
	memset(&rules, 0xff, sizeof(rules));
	snprintf(text, sizeof(text), "%s", rule);
	return vmp_rules_parse(&rules, text, &bad);
}

static void test_good(void)
{
	is_int(parse(""), 0, "the empty list is a list");
	is_int(rules.nr, 0, "... without rules");
	is_int(vmp_rules_parse(&rules, NULL, &bad), 0, "so is no list at all");
	is_int(rules.nr, 0, "... without rules, too");

	is_int(parse("wwid:3600,model:LIO-ORG:data0,transport:virtio-blk"), 0, "three rules");
	is_int(rules.nr, 3, "... are three");
	is_int(rules.rule[0].kind, VMP_RULE_WWID, "a WWID");
	is_str(rules.rule[0].value, "3600", "its value");
	is_int(rules.rule[1].kind, VMP_RULE_MODEL, "a model");
	is_str(rules.rule[1].value, "LIO-ORG", "its vendor");
	is_str(rules.rule[1].product, "data0", "its product");
	is_int(rules.rule[2].kind, VMP_RULE_TRANSPORT, "a transport");
	is_str(rules.rule[2].value, "virtio-blk", "its name");

	is_int(parse("model:QEMU:QEMU HARDDISK"), 0, "a product with a blank");
	is_str(rules.rule[0].product, "QEMU HARDDISK", "... keeps it");
	is_int(parse("transport:virtio-scsi"), 0, "the other transport");
}

static void test_bad(void)
{
	static const char *const none[] = {
		"sda", "wwid", "wwid:", "wwid=3600", "WWID:3600", "model:", "model:LIO-ORG",
		"model:LIO-ORG:", "model::data0", "transport:", "transport:sata",
		"transport:virtio-blk ", " wwid:1", "wwid:1,", ",wwid:1", "wwid:1,,wwid:2", ",",
		" ", " ,", ", ", ",,",
	};
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(none); i++) {
		ret = parse(none[i]);
		/* a comma at the very end is harmless and may be let through */
		if (!strcmp(none[i], "wwid:1,"))
			ok(ret == -EINVAL || (!ret && rules.nr == 1), "'%s'", none[i]);
		else
			ok(ret == -EINVAL && bad, "'%s' is no list of rules", none[i]);
	}
	parse("wwid:1,sda,wwid:2");
	is_str(bad, "sda", "the complaint names the rule that is wrong");
}

static void test_many(void)
{
	char list[4096] = "wwid:0";
	unsigned int i;

	for (i = 1; i < VMP_MAX_RULES; i++)
		sprintf(list + strlen(list), ",wwid:%u", i);
	is_int(parse(list), 0, "as many rules as there is room for");
	is_int(rules.nr, VMP_MAX_RULES, "... are all there");
	strcat(list, ",");
	is_int(parse(list), 0, "... also with a comma at the end");
	is_int(rules.nr, VMP_MAX_RULES, "... which is no rule");
	strcat(list, "wwid:one-more");
	is_int(parse(list), -E2BIG, "one more is too many");
	is_str(bad, "wwid:one-more", "... and is named");
}

static bool fits(const char *rule, const struct vmp_identity *id, const char *transport)
{
	return !parse(rule) && vmp_rules_match(&rules, id, transport);
}

static void test_match(void)
{
	const struct vmp_rule *first;

	ok(!fits("", &lio, "virtio-scsi"), "no rule fits nothing");
	ok(fits("wwid:36001405a5d2f0f6c1e24b0fb4c7d9e10", &lio, "virtio-scsi"), "a WWID fits");
	ok(!fits("wwid:36001405a5d2f0f6c1e24b0fb4c7d9e1", &lio, "virtio-scsi"),
	   "the beginning of a WWID does not");
	ok(!fits("wwid:36001405A5D2F0F6C1E24B0FB4C7D9E10", &lio, "virtio-scsi"),
	   "nor does one in capitals");
	ok(fits("model:LIO-ORG:data0", &lio, "virtio-scsi"), "a model fits");
	ok(!fits("model:LIO-ORG:data", &lio, "virtio-scsi"), "the beginning of it does not");
	ok(!fits("model:LIO:data0", &lio, "virtio-scsi"), "nor that of the vendor");
	ok(fits("transport:virtio-blk", &blk, "virtio-blk"), "a transport fits");
	ok(!fits("transport:virtio-blk", &lio, "virtio-scsi"), "the other does not");
	ok(!fits("model:x:y", &blk, "virtio-blk"), "a disk without a model fits no model");

	parse("wwid:none,transport:virtio-scsi,model:LIO-ORG:data0");
	first = vmp_rules_match(&rules, &lio, "virtio-scsi");
	ok(first == &rules.rule[1], "the first rule that fits is told");
}

int main(void)
{
	test_good();
	test_bad();
	test_many();
	test_match();
	return tap_done();
}
