// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allow and deny rules: "wwid:3600...,model:VENDOR:PRODUCT,transport:virtio-blk".
 *
 * main.c parses the parameters once, at load; disk.c asks for each LU. Names
 * of disks (sda) are no rule, since they change from boot to boot.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#endif
#include "rules.h"
#include "vmpath_names.h"

static const struct {
	const char *prefix;
	enum vmp_rule_kind kind;
} rule_kinds[] = {
	{ "wwid:", VMP_RULE_WWID },
	{ "model:", VMP_RULE_MODEL },
	{ "transport:", VMP_RULE_TRANSPORT },
};

static bool known_transport(const char *name)
{
	return !strcmp(name, VMP_NAME_TRANSPORT_SCSI) ||
	       !strcmp(name, VMP_NAME_TRANSPORT_BLK);
}

static int parse_one(struct vmp_rule *rule, char *text)
{
	unsigned int i;
	char *colon;

	for (i = 0; i < ARRAY_SIZE(rule_kinds); i++) {
		size_t len = strlen(rule_kinds[i].prefix);

		if (strncmp(text, rule_kinds[i].prefix, len))
			continue;
		rule->kind = rule_kinds[i].kind;
		rule->value = text + len;
		rule->product = NULL;
		if (!*rule->value)
			return -EINVAL;
		if (rule->kind == VMP_RULE_TRANSPORT)
			return known_transport(rule->value) ? 0 : -EINVAL;
		if (rule->kind == VMP_RULE_MODEL) {
			colon = strchr(text + len, ':');
			if (!colon || colon == rule->value || !colon[1])
				return -EINVAL;
			*colon = '\0';
			rule->product = colon + 1;
		}
		return 0;
	}
	return -EINVAL;
}

/**
 * vmp_rules_parse() - parse a comma-separated list of rules
 * @rules: filled in; points into @text
 * @text: changed by the parser, must live as long as @rules
 * @bad: set to the rule that is wrong
 *
 * No text and the empty text are lists without a rule; what those mean is the
 * caller's to say.
 *
 * Context: any.
 * Return: 0, -EINVAL for a rule that is none, -E2BIG for too many.
 */
int vmp_rules_parse(struct vmp_rules *rules, char *text, const char **bad)
{
	char *one;
	int ret;

	rules->nr = 0;
	while (text && *text) {
		one = strsep(&text, ",");
		*bad = one;
		if (rules->nr == VMP_MAX_RULES)
			return -E2BIG;
		ret = parse_one(&rules->rule[rules->nr], one);
		if (ret)
			return ret;
		rules->nr++;
	}
	return 0;
}

static bool matches(const struct vmp_rule *rule, const struct vmp_identity *id,
		    const char *transport)
{
	switch (rule->kind) {
	case VMP_RULE_WWID:
		return !strcmp(rule->value, id->wwid);
	case VMP_RULE_MODEL:
		return !strcmp(rule->value, id->vendor) &&
		       !strcmp(rule->product, id->model);
	case VMP_RULE_TRANSPORT:
		return !strcmp(rule->value, transport);
	}
	return false;
}

/**
 * vmp_rules_match() - find the first rule that fits
 * @rules: parsed rules
 * @id: who the LU is
 * @transport: how the disk is attached
 *
 * Context: any.
 * Return: the rule, or NULL if none fits.
 */
const struct vmp_rule *vmp_rules_match(const struct vmp_rules *rules,
				       const struct vmp_identity *id,
				       const char *transport)
{
	unsigned int i;

	for (i = 0; i < rules->nr; i++)
		if (matches(&rules->rule[i], id, transport))
			return &rules->rule[i];
	return NULL;
}
