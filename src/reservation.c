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
 * vmp_pr_only_added() - has nothing happened between two answers but registrations with a key?
 * @before: the first answer, whose data is still there
 * @after: the second one
 * @key: the key
 * @all_ports: for all target ports, which an array may count once, or for each
 *
 * An array may count a PREEMPT only when it is through with it, but the keys that
 * it takes away are missing before. So both have to agree. Where not all keys have come,
 * nobody can tell.
 *
 * Context: any. SPC-4 6.15.2 (PRGENERATION).
 */
bool vmp_pr_only_added(const struct vmp_pr_keys *before, const struct vmp_pr_keys *after,
		       u64 key, bool all_ports)
{
	bool whole = before->nr == before->told && after->nr == after->told;
	u32 was = vmp_pr_count_key(before, key), is = vmp_pr_count_key(after, key);
	u32 counted = after->generation - before->generation;

	return whole && is > was && (counted == is - was || (all_ports && counted == 1));
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

/**
 * vmp_pr_all_hold() - does every registrant hold the reservation?
 * @type: with its scope
 *
 * Then it stays while one of them is registered. SPC-4 5.13.10.
 *
 * Context: any.
 */
bool vmp_pr_all_hold(u8 type)
{
	return (type & 0xf) == VMP_PR_WRITE_EX_AR || (type & 0xf) == VMP_PR_ACCESS_EX_AR;
}
