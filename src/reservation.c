// SPDX-License-Identifier: GPL-2.0-only
/*
 * Persistent reservations as bytes: commands out of fields, and fields out of answers.
 *
 * prcmd.c sends and receives them. Lengths are checked against the buffer, never
 * believed.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "compat/unaligned.h"
#endif
#include "reservation.h"

#define PR_HEADER	8
#define KEY_LEN		8
#define HOLDER_LEN	16
#define NEXUS_LEN	24	/* of a descriptor without its TransportID */
#define R_HOLDER	0x01
#define ALL_TG_PT	0x02
#define PROTO_ISCSI	5	/* SPC-4 table 361 */
#define ISCSI_HEADER	4
#define ISCSI_SESSION	",i,0x"	/* and the ISID follows */

/**
 * vmp_pr_take_keys() - take the answer to READ KEYS
 * @keys: filled in; points into @data
 * @data: the answer
 * @len: bytes in @data
 *
 * Context: any. SPC-4 6.15.2.
 * Return: 0, or -EINVAL if there is no whole header.
 */
int vmp_pr_take_keys(struct vmp_pr_keys *keys, const u8 *data, size_t len)
{
	u32 told;

	if (len < PR_HEADER)
		return -EINVAL;
	told = get_unaligned_be32(data + 4);
	keys->generation = get_unaligned_be32(data);
	keys->told = told / KEY_LEN;
	keys->nr = min_t(size_t, told, len - PR_HEADER) / KEY_LEN;
	keys->keys = data + PR_HEADER;
	return 0;
}

/**
 * vmp_pr_key() - one of the keys
 * @keys: of vmp_pr_take_keys(), whose data is still there
 * @n: less than keys->nr
 *
 * Context: any.
 */
u64 vmp_pr_key(const struct vmp_pr_keys *keys, u32 n)
{
	return get_unaligned_be64(keys->keys + (size_t)n * KEY_LEN);
}

/**
 * vmp_pr_count_key() - how many I_T nexuses are registered with a key
 * @keys: of vmp_pr_take_keys(), whose data is still there
 * @key: the key
 *
 * Context: any.
 */
u32 vmp_pr_count_key(const struct vmp_pr_keys *keys, u64 key)
{
	u32 i, count = 0;

	for (i = 0; i < keys->nr; i++)
		count += vmp_pr_key(keys, i) == key;
	return count;
}

/**
 * vmp_pr_take_holder() - take the answer to READ RESERVATION
 * @holder: filled in
 * @data: the answer
 * @len: bytes in @data
 *
 * Context: any. SPC-4 6.15.3.
 * Return: 0, or -EINVAL if it is cut short.
 */
int vmp_pr_take_holder(struct vmp_pr_holder *holder, const u8 *data, size_t len)
{
	u32 told;

	if (len < PR_HEADER)
		return -EINVAL;
	told = get_unaligned_be32(data + 4);
	memset(holder, 0, sizeof(*holder));
	holder->generation = get_unaligned_be32(data);
	if (!told)
		return 0;
	if (told < HOLDER_LEN || len < PR_HEADER + HOLDER_LEN)
		return -EINVAL;
	holder->held = true;
	holder->key = get_unaligned_be64(data + PR_HEADER);
	holder->type = data[PR_HEADER + 13];
	return 0;
}

/**
 * vmp_pr_told() - how long an answer to PERSISTENT RESERVE IN would be
 * @data: what has come of it
 * @len: bytes in @data
 *
 * Context: any. SPC-4 6.15.2, 6.15.3 and 6.15.5 have it in the same place.
 * Return: bytes, header and all; 0 if there is no whole header.
 */
u64 vmp_pr_told(const u8 *data, size_t len)
{
	return len < PR_HEADER ? 0 : PR_HEADER + (u64)get_unaligned_be32(data + 4);
}

/**
 * vmp_pr_next_nexus() - the next registration of an answer to READ FULL STATUS
 * @data: the answer
 * @len: bytes in @data
 * @pos: how far it has been read; 0 at first
 * @nexus: filled in
 *
 * Context: any. SPC-4 6.15.5.
 * Return: 1, 0 if there is none left, or -EINVAL if the answer is cut short or its
 * lengths do not agree.
 */
int vmp_pr_next_nexus(const u8 *data, size_t len, size_t *pos, struct vmp_pr_nexus *nexus)
{
	u64 told = vmp_pr_told(data, len);
	const u8 *desc;
	size_t left;

	if (!told)
		return -EINVAL;
	if (!*pos)
		*pos = PR_HEADER;
	if (*pos >= told)
		return 0;
	if (*pos > len)
		return -EINVAL;
	left = told < len ? told - *pos : len - *pos;
	desc = data + *pos;
	if (left < NEXUS_LEN || get_unaligned_be32(desc + 20) > left - NEXUS_LEN)
		return -EINVAL;
	nexus->key = get_unaligned_be64(desc);
	nexus->holder = desc[12] & R_HOLDER;
	nexus->all_ports = desc[12] & ALL_TG_PT;
	nexus->type = desc[13];
	nexus->port = get_unaligned_be16(desc + 18);
	nexus->id = desc + NEXUS_LEN;
	nexus->id_len = get_unaligned_be32(desc + 20);
	*pos += NEXUS_LEN + nexus->id_len;
	return 1;
}

/* The name of an iSCSI initiator without its session, which is another one each time. */
static size_t vmp_pr_iscsi_len(const u8 *id, size_t len)
{
	const size_t tail = sizeof(ISCSI_SESSION) - 1;
	size_t told = ISCSI_HEADER + get_unaligned_be16(id + 2), i;

	len = min(told, len);
	for (i = ISCSI_HEADER; i < len && id[i]; i++)
		if (len - i >= tail && !memcmp(id + i, ISCSI_SESSION, tail))
			break;
	return i;
}

/**
 * vmp_pr_initiator() - a TransportID as a number
 * @id: the TransportID
 * @len: bytes in @id
 *
 * Two sessions of one iSCSI initiator are one. FNV-1a: whoever made two names with one
 * number would have to choose the initiators' names, and to be asked by the array.
 *
 * Context: any. SPC-4 7.6.4.
 * Return: 0 if there is none.
 */
u64 vmp_pr_initiator(const u8 *id, size_t len)
{
	u64 hash = 0xcbf29ce484222325ULL;
	size_t i, from = 0;

	if (!len)
		return 0;
	if ((id[0] & 0xf) == PROTO_ISCSI && len > ISCSI_HEADER) {
		len = vmp_pr_iscsi_len(id, len);
		from = ISCSI_HEADER;
		if (len == from)
			return 0;
	}
	for (i = from; i < len; i++)
		hash = (hash ^ id[i]) * 0x100000001b3ULL;
	return hash ? hash : 1;
}

/**
 * vmp_pr_take_whose() - who is registered with a key, by an answer to READ FULL STATUS
 * @whose: filled in
 * @data: the answer
 * @len: bytes in @data
 * @key: the key
 * @initiator: this guest's, of vmp_pr_initiator(); 0 if that is not known
 *
 * What has come of an answer that is cut short counts.
 *
 * Context: any. SPC-4 6.15.5.
 * Return: 0, or -EINVAL if there is no whole header.
 */
int vmp_pr_take_whose(struct vmp_pr_whose *whose, const u8 *data, size_t len, u64 key,
		      u64 initiator)
{
	struct vmp_pr_nexus nexus;
	bool several = false;
	size_t pos = 0;
	int ret;

	memset(whose, 0, sizeof(*whose));
	if (len < PR_HEADER)
		return -EINVAL;
	whose->generation = get_unaligned_be32(data);
	while ((ret = vmp_pr_next_nexus(data, len, &pos, &nexus)) == 1) {
		u64 id = vmp_pr_initiator(nexus.id, nexus.id_len);

		if (nexus.key != key)
			continue;
		if (id && id == initiator)
			whose->ours++;
		else
			whose->others++;
		several |= !id || (whose->sole && whose->sole != id);
		whose->sole = id;
	}
	whose->all = !ret;
	if (ret || several)
		whose->sole = 0;
	return 0;
}

/**
 * vmp_pr_put_in() - make PERSISTENT RESERVE IN
 * @cdb: VMP_PR_CDB_LEN bytes, all of which are written
 * @action: what is asked
 * @len: room for the answer
 *
 * Context: any. SPC-4 6.15.1.
 */
void vmp_pr_put_in(u8 *cdb, enum vmp_pr_in action, u16 len)
{
	memset(cdb, 0, VMP_PR_CDB_LEN);
	cdb[0] = VMP_PR_OP_IN;
	cdb[1] = action;
	put_unaligned_be16(len, cdb + 7);
}

/**
 * vmp_pr_put_out() - make PERSISTENT RESERVE OUT
 * @cdb: VMP_PR_CDB_LEN bytes, all of which are written
 * @param: VMP_PR_PARAM_LEN bytes, all of which are written
 * @out: what it is to say
 *
 * Context: any. SPC-4 6.16.1 and 6.16.3.
 */
void vmp_pr_put_out(u8 *cdb, u8 *param, const struct vmp_pr_out *out)
{
	memset(cdb, 0, VMP_PR_CDB_LEN);
	memset(param, 0, VMP_PR_PARAM_LEN);
	cdb[0] = VMP_PR_OP_OUT;
	cdb[1] = out->action;
	cdb[2] = out->type;
	put_unaligned_be32(VMP_PR_PARAM_LEN, cdb + 5);
	put_unaligned_be64(out->key, param);
	put_unaligned_be64(out->sa_key, param + 8);
	param[20] = out->flags;
}

/**
 * vmp_pr_take_out() - what a program's PERSISTENT RESERVE OUT says
 * @out: filled in
 * @cdb: the command
 * @cdb_len: bytes in @cdb
 * @param: its parameter list
 * @len: bytes in @param
 *
 * Context: any. SPC-4 6.16.1 and 6.16.3.
 * Return: 0, or -EINVAL if it is cut short.
 */
int vmp_pr_take_out(struct vmp_pr_out *out, const u8 *cdb, size_t cdb_len,
		    const u8 *param, size_t len)
{
	if (cdb_len < VMP_PR_CDB_LEN || len < VMP_PR_PARAM_LEN)
		return -EINVAL;
	out->action = cdb[1] & 0x1f;
	out->type = cdb[2];
	out->key = get_unaligned_be64(param);
	out->sa_key = get_unaligned_be64(param + 8);
	out->flags = param[20];
	return 0;
}

/**
 * vmp_pr_one_holds() - may one I_T nexus alone do what the reservation is about?
 * @type: with its scope
 *
 * Others that are registered with the same key get conflicts, be they of the same
 * initiator.
 *
 * Context: any. SPC-4 table 211.
 */
bool vmp_pr_one_holds(u8 type)
{
	return (type & 0xf) == VMP_PR_WRITE_EX || (type & 0xf) == VMP_PR_ACCESS_EX;
}
