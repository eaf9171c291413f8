/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * READ and WRITE as SCSI commands of ours: their bytes, and what their end
 * means. Pure: recovery.c sends them.
 */
#ifndef VMP_RWCMD_H
#define VMP_RWCMD_H

#ifdef __KERNEL__
#include <linux/blk_types.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <scsi/scsi_proto.h>
#include "compat/unaligned.h"
#else
#include "kernel.h"
#endif
#include "outcome.h"
#include "sense.h"

/**
 * struct vmp_rwcmd_end - how a command has ended
 * @result: of the mid-layer: host byte and SAM status
 * @resid: bytes of the data that were not moved
 * @sense: sense data; not valid if there is none
 * @status: of the block layer; then what is to be said of the I/O
 * @spent: then: this path has been tried for as long as it may
 */
struct vmp_rwcmd_end {
	u32 result, resid;
	struct vmp_sense sense;
	blk_status_t status;
	bool spent;
};

enum vmp_outcome vmp_rwcmd_outcome(struct vmp_rwcmd_end *end);
bool vmp_rwcmd_attention(const struct vmp_rwcmd_end *end);
void vmp_rwcmd_blank(u8 *cdb);

/**
 * vmp_rwcmd_done() - has a command done all that it was asked, without a word?
 * @status: of the block layer
 * @result: of the mid-layer
 * @resid: bytes of the data that were not moved
 *
 * Context: any.
 * Return: false if vmp_rwcmd_outcome() has to be asked.
 */
static inline bool vmp_rwcmd_done(blk_status_t status, u32 result, u32 resid)
{
	return !status && !result && !resid;
}

/**
 * vmp_rwcmd_build() - make the command for an I/O
 * @cdb: 16 bytes of zeroes
 * @write: WRITE, not READ
 * @sector: where, in sectors of 512 bytes
 * @sectors: how many of them
 * @block: bytes in a block of the LU
 * @sixteen: the disk wants sixteen bytes
 *
 * As sd: ten bytes where they will do.
 *
 * Context: any.
 * Return: its length.
 */
static inline unsigned int vmp_rwcmd_build(u8 *cdb, bool write, sector_t sector,
					   unsigned int sectors, unsigned int block,
					   bool sixteen)
{
	unsigned int shift = ilog2(block) - SECTOR_SHIFT;
	sector_t lba = sector >> shift;
	unsigned int nr = sectors >> shift;

	if (likely(!sixteen) && likely(lba <= U32_MAX && nr <= U16_MAX)) {
		cdb[0] = write ? WRITE_10 : READ_10;
		put_unaligned_be32(lba, cdb + 2);
		put_unaligned_be16(nr, cdb + 7);
		return 10;
	}
	cdb[0] = write ? WRITE_16 : READ_16;
	put_unaligned_be64(lba, cdb + 2);
	put_unaligned_be32(nr, cdb + 10);
	return 16;
}

#endif
