/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * get_unaligned_be*() wherever this kernel keeps it.
 */
#ifndef VMP_COMPAT_UNALIGNED_H
#define VMP_COMPAT_UNALIGNED_H

#ifdef VMP_HAVE_LINUX_UNALIGNED
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif
