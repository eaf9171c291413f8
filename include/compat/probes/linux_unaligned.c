// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unaligned access is in linux/. Since 5f60d5f6bbc1 ("move asm/unaligned.h to
 * linux/unaligned.h"), 6.12.
 */
#include <linux/unaligned.h>

int probe(const void *p);
int probe(const void *p)
{
	return get_unaligned_be16(p);
}
