/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmpathctl: what a target says of persistent reservations, as far as the module
 * does not read it itself (src/reservation.h): every I_T nexus that is registered, and
 * what a type of reservation means. Pure.
 */
#ifndef _PRIN_H
#define _PRIN_H

#include "../reservation.h"

/* Service action of PERSISTENT RESERVE IN, SPC-4 table 208. */
#define CTL_PRIN_FULL_STATUS	3

#define CTL_PRIN_HEADER		8
#define CTL_PRIN_MAX		0xffff	/* the command has 16 bits for the length */
#define CTL_PRIN_ID_LEN		512	/* an iSCSI name has 223 bytes at most */

/**
 * struct ctl_nexus - one registration
 * @key: its key
 * @holder: it holds the reservation
 * @all_ports: it counts for all target ports; @port says nothing then
 * @type: of the reservation, if it holds it
 * @port: relative target port identifier
 * @id: TransportID of the initiator; points into the answer
 * @id_len: bytes in @id
 */
struct ctl_nexus {
	u64 key;
	bool holder, all_ports;
	u8 type;
	u16 port;
	const u8 *id;
	size_t id_len;
};

/* What a nexus may do on the LU. */
enum ctl_access { CTL_ACCESS_NONE, CTL_ACCESS_READ, CTL_ACCESS_ALL, CTL_ACCESS_UNKNOWN };

u64 ctl_prin_told(const u8 *data, size_t len);
int ctl_prin_next(const u8 *data, size_t len, size_t *pos, struct ctl_nexus *nexus);
size_t ctl_prin_initiator(const struct ctl_nexus *nexus, char *buf, size_t size);
const char *ctl_prin_type_name(u8 type);
enum ctl_access ctl_prin_access(u8 type, bool holder, bool registered);

#endif /* _PRIN_H */
