/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A 16-byte NAA id in the 20 characters of a virtio-blk serial, and back.
 * Pure: the module, vmpathctl and the unit tests build the same code.
 */
#ifndef VMP_SERIAL_H
#define VMP_SERIAL_H

#ifdef __KERNEL__
#include <linux/types.h>
#else	/* for vmpathctl, too, so without the unit tests' kernel.h */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
typedef uint8_t u8;
typedef uint32_t u32;
#endif

#define VMP_NAA6_LEN		16	/* bytes of an NAA id that begins with 6 */
#define VMP_SERIAL_CHARS		20	/* VIRTIO_BLK_ID_BYTES */
#define VMP_SERIAL_SIZE		(VMP_SERIAL_CHARS + 1)

int vmp_serial_code(u32 oui);
int vmp_serial_encode(const u8 naa[VMP_NAA6_LEN], bool plain,
		      char out[VMP_SERIAL_SIZE]);
int vmp_serial_decode(const char *serial, size_t len, u8 naa[VMP_NAA6_LEN]);

#endif
