/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allow and deny rules, given at load: which LUs may be claimed.
 */
#ifndef VMP_RULES_H
#define VMP_RULES_H

#include "identity.h"

#define VMP_MAX_RULES	32

enum vmp_rule_kind { VMP_RULE_WWID, VMP_RULE_MODEL, VMP_RULE_TRANSPORT };

/**
 * struct vmp_rule - one rule
 * @kind: what it looks at
 * @value: WWID, vendor or transport
 * @product: for VMP_RULE_MODEL alone
 */
struct vmp_rule {
	enum vmp_rule_kind kind;
	const char *value;
	const char *product;
};

struct vmp_rules {
	unsigned int nr;
	struct vmp_rule rule[VMP_MAX_RULES];
};

int vmp_rules_parse(struct vmp_rules *rules, char *text, const char **bad);
const struct vmp_rule *vmp_rules_match(const struct vmp_rules *rules,
				       const struct vmp_identity *id,
				       const char *transport);

#endif
