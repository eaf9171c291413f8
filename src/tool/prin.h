/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmpathctl: what a target says of persistent reservations, as far as the module
 * does not read it itself (src/reservation.h): who an initiator is, and what a type of
 * reservation means. Pure.
 */
#ifndef _PRIN_H
#define _PRIN_H

#include "../reservation.h"

#define CTL_PRIN_MAX		0xffff	/* the command has 16 bits for the length */
#define CTL_PRIN_ID_LEN		512	/* an iSCSI name has 223 bytes at most */

/* What a nexus may do on the LU. */
enum ctl_access { CTL_ACCESS_NONE, CTL_ACCESS_READ, CTL_ACCESS_ALL, CTL_ACCESS_UNKNOWN };

size_t ctl_prin_initiator(const struct vmp_pr_nexus *nexus, char *buf, size_t size);
const char *ctl_prin_type_name(u8 type);
bool ctl_prin_all_hold(u8 type);
enum ctl_access ctl_prin_access(u8 type, bool holder, bool registered);

#endif /* _PRIN_H */
