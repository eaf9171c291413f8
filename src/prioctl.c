// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who asks for reservations: the kernel's own pr_ops, and PERSISTENT RESERVE OUT by
 * SG_IO. Both end in pr.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/jiffies.h>
#include <linux/blkdev.h>
#include <linux/pr.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>
#include <scsi/scsi_status.h>
#include <scsi/scsi_ioctl.h>
#include <scsi/sg.h>
#include "vmpath.h"
#include "compat/unaligned.h"
#include "sense.h"

#define VMP_PRIOCTL_PARAM_MAX	SZ_8K	/* TransportIDs and all */

/* ---- pr_ops -------------------------------------------------------------- */

static const u8 vmp_prioctl_types[] = {
	[PR_WRITE_EXCLUSIVE] = VMP_PR_WRITE_EX,
	[PR_EXCLUSIVE_ACCESS] = VMP_PR_ACCESS_EX,
	[PR_WRITE_EXCLUSIVE_REG_ONLY] = VMP_PR_WRITE_EX_RO,
	[PR_EXCLUSIVE_ACCESS_REG_ONLY] = VMP_PR_ACCESS_EX_RO,
	[PR_WRITE_EXCLUSIVE_ALL_REGS] = VMP_PR_WRITE_EX_AR,
	[PR_EXCLUSIVE_ACCESS_ALL_REGS] = VMP_PR_ACCESS_EX_AR,
};

/* 0 if there is no such type, which the target refuses. */
static u8 vmp_prioctl_type(enum pr_type type)
{
	return (unsigned int)type < ARRAY_SIZE(vmp_prioctl_types) ?
		vmp_prioctl_types[type] : 0;
}

/* As sd has it: a SCSI status, or -errno. */
static int vmp_prioctl_status(const struct vmp_pr_answer *answer)
{
	u8 status = answer->result & 0xff;
	struct vmp_sense sense = {};

	if (status != SAM_STAT_CHECK_CONDITION)
		return status;
	vmp_sense_parse(&sense, answer->sense, sizeof(answer->sense));
	/* INVALID FIELD in the command or its parameter list. */
	if (sense.valid && sense.key == ILLEGAL_REQUEST &&
	    (sense.asc == 0x24 || sense.asc == 0x26))
		return -EINVAL;
	return status;
}

static int vmp_prioctl_out(struct block_device *bdev, const struct vmp_pr_out *out)
{
	struct vmp_head *head = vmp_node_head(bdev->bd_disk);
	struct vmp_pr_answer *answer = kzalloc(sizeof(*answer), GFP_NOIO);
	int ret;

	if (!answer)
		return -ENOMEM;
	ret = vmp_pr_do(head, out, NULL, 0, answer);
	if (!ret)
		ret = vmp_prioctl_status(answer);
	kfree(answer);
	return ret;
}

static int vmp_prioctl_register(struct block_device *bdev, u64 old_key, u64 new_key,
				u32 flags)
{
	const struct vmp_pr_out out = {
		.action = flags & PR_FL_IGNORE_KEY ? VMP_PR_REGISTER_IGNORE :
						     VMP_PR_REGISTER,
		.key = old_key, .sa_key = new_key, .flags = VMP_PR_APTPL,
	};

	return flags & ~PR_FL_IGNORE_KEY ? -EOPNOTSUPP : vmp_prioctl_out(bdev, &out);
}

static int vmp_prioctl_reserve(struct block_device *bdev, u64 key, enum pr_type type,
			       u32 flags)
{
	const struct vmp_pr_out out = {
		.action = VMP_PR_RESERVE, .type = vmp_prioctl_type(type), .key = key,
	};

	return flags ? -EOPNOTSUPP : vmp_prioctl_out(bdev, &out);
}

static int vmp_prioctl_release(struct block_device *bdev, u64 key, enum pr_type type)
{
	const struct vmp_pr_out out = {
		.action = VMP_PR_RELEASE, .type = vmp_prioctl_type(type), .key = key,
	};

	return vmp_prioctl_out(bdev, &out);
}

static int vmp_prioctl_preempt(struct block_device *bdev, u64 old_key, u64 new_key,
			       enum pr_type type, bool abort)
{
	const struct vmp_pr_out out = {
		.action = abort ? VMP_PR_PREEMPT_ABORT : VMP_PR_PREEMPT,
		.type = vmp_prioctl_type(type), .key = old_key, .sa_key = new_key,
	};

	return vmp_prioctl_out(bdev, &out);
}

static int vmp_prioctl_clear(struct block_device *bdev, u64 key)
{
	const struct vmp_pr_out out = { .action = VMP_PR_CLEAR, .key = key };

	return vmp_prioctl_out(bdev, &out);
}

#ifdef VMP_HAVE_PR_READ_KEYS
static int vmp_prioctl_read_keys(struct block_device *bdev, struct pr_keys *info)
{
	struct vmp_pr_keys keys;
	u32 i, room = info->num_keys;
	u8 *data;
	int ret;

	ret = vmp_pr_keys(vmp_node_head(bdev->bd_disk), &keys, &data);
	if (ret)
		return ret;
	info->generation = keys.generation;
	info->num_keys = keys.told;
	for (i = 0; i < min(room, keys.nr); i++)
		info->keys[i] = vmp_pr_key(&keys, i);
	kfree(data);
	return 0;
}

static int vmp_prioctl_read_reservation(struct block_device *bdev,
					struct pr_held_reservation *info)
{
	struct vmp_pr_holder holder;
	unsigned int i;
	int ret;

	ret = vmp_pr_holder(vmp_node_head(bdev->bd_disk), &holder);
	if (ret)
		return ret;
	info->generation = holder.generation;
	info->key = holder.key;
	info->type = 0;
	for (i = 0; holder.held && i < ARRAY_SIZE(vmp_prioctl_types); i++)
		if (vmp_prioctl_types[i] && vmp_prioctl_types[i] == (holder.type & 0xf))
			info->type = i;
	return 0;
}
#endif

const struct pr_ops vmp_pr_ops = {
	.pr_register = vmp_prioctl_register,
	.pr_reserve = vmp_prioctl_reserve,
	.pr_release = vmp_prioctl_release,
	.pr_preempt = vmp_prioctl_preempt,
	.pr_clear = vmp_prioctl_clear,
#ifdef VMP_HAVE_PR_READ_KEYS
	.pr_read_keys = vmp_prioctl_read_keys,
	.pr_read_reservation = vmp_prioctl_read_reservation,
#endif
};

/* ---- SG_IO --------------------------------------------------------------- */

/* The end of the command, as the kernel would tell it. */
static int vmp_prioctl_finish(struct sg_io_hdr *hdr, const struct vmp_pr_answer *answer,
			      unsigned long start, void __user *arg)
{
	unsigned int len = min_t(unsigned int, hdr->mx_sb_len, SCSI_SENSE_BUFFERSIZE);

	hdr->status = answer->result & 0xff;
	hdr->masked_status = hdr->status >> 1 & 0x1f;
	hdr->msg_status = 0;
	hdr->host_status = answer->result >> 16 & 0xff;
	hdr->driver_status = 0;
	hdr->info = hdr->status || hdr->host_status ? SG_INFO_CHECK : 0;
	hdr->resid = 0;
	hdr->duration = jiffies_to_msecs(jiffies - start);
	hdr->sb_len_wr = 0;
	if (hdr->status == SAM_STAT_CHECK_CONDITION && hdr->sbp && len) {
		if (copy_to_user(hdr->sbp, answer->sense, len))
			return -EFAULT;
		hdr->sb_len_wr = len;
		hdr->driver_status = 0x08;	/* there is sense data */
	}
	return put_sg_io_hdr(hdr, arg);
}

/**
 * vmp_prioctl_sg() - PERSISTENT RESERVE OUT by SG_IO
 * @head: of the meta-node
 * @hdr: a copy of the program's header
 * @cdb: a copy of its command
 * @cdb_len: bytes in @cdb
 * @arg: where the program's header is
 *
 * Context: as vmp_pr_do().
 * Return: 0, -EPERM to whom the kernel would refuse it, -EINVAL for lengths and
 * directions that do not agree, or as vmp_pr_do().
 */
int vmp_prioctl_sg(struct vmp_head *head, struct sg_io_hdr *hdr, const u8 *cdb,
		   size_t cdb_len, void __user *arg)
{
	unsigned long start = jiffies;
	struct vmp_pr_answer *answer;
	struct vmp_pr_out out;
	u32 len;
	u8 *param;
	int ret;

	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	len = cdb_len < VMP_PR_CDB_LEN ? 0 : get_unaligned_be32(cdb + 5);
	if (hdr->interface_id != 'S' || hdr->iovec_count ||
	    hdr->dxfer_direction != SG_DXFER_TO_DEV || len > hdr->dxfer_len ||
	    len < VMP_PR_PARAM_LEN || len > VMP_PRIOCTL_PARAM_MAX)
		return -EINVAL;
	param = memdup_user(hdr->dxferp, len);
	if (IS_ERR(param))
		return PTR_ERR(param);
	answer = kzalloc(sizeof(*answer), GFP_KERNEL);
	ret = answer ? vmp_pr_take_out(&out, cdb, cdb_len, param, len) : -ENOMEM;
	if (!ret)
		ret = vmp_pr_do(head, &out, param, len, answer);
	if (!ret)
		ret = vmp_prioctl_finish(hdr, answer, start, arg);
	kfree(answer);
	kfree(param);
	return ret;
}
