/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a target says of a command that it did not do as asked. Pure.
 */
#ifndef VMP_SENSE_H
#define VMP_SENSE_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "kernel.h"
#endif

/**
 * struct vmp_sense - sense data, SPC-4 4.5
 * @valid: there is any; nothing else counts without it
 * @deferred: of an earlier command; the one that it came with was not done
 * @has_info: @info was told
 * @info: for a READ or WRITE the first block that went wrong
 */
struct vmp_sense {
	bool valid, deferred, has_info;
	u8 key, asc, ascq;
	u64 info;
};

int vmp_sense_parse(struct vmp_sense *sense, const u8 *data, size_t len);

#endif
