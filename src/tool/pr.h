/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmpathctl: the persistent reservations of one LU, as its array tells them.
 */
#ifndef _PR_H
#define _PR_H

#include "ctl.h"
#include "prin.h"

/* A key, and how many I_T nexuses are registered with it. */
struct ctl_pr_key {
	u64 key;
	unsigned int nexuses;
};

struct ctl_pr_nexus {
	struct ctl_nexus told;	/* but its id */
	char *initiator;	/* printable */
};

/* Is it this guest? The array does not say who that is; vmpath knows its own key alone. */
enum ctl_pr_own { CTL_PR_OTHER, CTL_PR_OWN, CTL_PR_UNSURE };

struct ctl_pr {
	struct ctl_object *head;
	u64 own_key;			/* registered through vmpath; 0: none */
	bool own_known;			/* since it was loaded there was one */
	struct vmp_pr_holder holder;
	unsigned int generation;
	size_t nr_told;			/* keys that the array says it has */
	size_t nr_read;			/* ... and has told */
	struct ctl_pr_key *keys;	/* different ones, in order */
	size_t nr_keys;
	bool full;			/* the array has told of each nexus */
	struct ctl_pr_nexus *nexuses;
	size_t nr_nexuses;
};

int ctl_pr_read(const struct ctl *ctl, struct ctl_object *head, struct ctl_pr *pr);
void ctl_pr_free(struct ctl_pr *pr);
enum ctl_pr_own ctl_pr_own(const struct ctl_pr *pr, u64 key);
bool ctl_pr_holds(const struct ctl_pr *pr, u64 key);
size_t ctl_pr_nr_own(const struct ctl_pr *pr);

#endif /* _PR_H */
