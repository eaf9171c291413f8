/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzz targets share: a check that stops with the place where it
 * failed, and what every name that the module gives must be like.
 */
#ifndef VMP_FUZZ_H
#define VMP_FUZZ_H

#include "kernel.h"
#include "array.h"

#define MUST(cond) do {							\
	if (!(cond)) {							\
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond);	\
		abort();						\
	}								\
} while (0)

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static inline bool fuzz_is_name(const char *s, size_t size)
{
	size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return len && !s[len] && len < size;
}

static inline void fuzz_names(const struct vmp_identity *id)
{
	char array[VMP_ARRAY_LEN], name[VMP_NAME_LEN], text[VMP_NAME_LEN];

	memset(array, 'X', sizeof(array));
	memset(name, 'X', sizeof(name));
	memset(text, 'X', sizeof(text));
	vmp_array_name(id, array, sizeof(array), name, sizeof(name));
	MUST(fuzz_is_name(array, sizeof(array)));
	MUST(fuzz_is_name(name, sizeof(name)));
	MUST(!strncmp(name, array, strlen(array)) && name[strlen(array)] == '_');
	MUST(name[strlen(array) + 1]);
	vmp_array_long_name(id, text, sizeof(text));
	MUST(fuzz_is_name(text, sizeof(text)));
	MUST(!strncmp(text, "wwid_", 5) && strncmp(name, "wwid_", 5));
}

static inline void fuzz_wwid(const char *wwid)
{
	size_t len = strnlen(wwid, VMP_WWID_LEN);

	MUST(len && len < VMP_WWID_LEN);
	while (len--)
		MUST((isalnum((u8)wwid[len]) && (u8)wwid[len] < 0x80) ||
		     strchr("#+-.:=@_", wwid[len]));
}

#endif
