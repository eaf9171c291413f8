/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What people call an LU: <array>_<volume>, made of what the LU says of itself
 * and of a table of array families. Pure; also built in user space for tests.
 */
#ifndef VMP_ARRAY_H
#define VMP_ARRAY_H

#include "identity.h"

#define VMP_ARRAY_LEN	32	/* with the end */

void vmp_array_name(const struct vmp_identity *id, char *array, size_t asize,
		    char *name, size_t nsize);
void vmp_array_long_name(const struct vmp_identity *id, char *name, size_t nsize);
const char *vmp_array_layout(unsigned int i, const char **family);

#endif
