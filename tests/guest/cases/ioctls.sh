#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the ioctls that any disk answers, on a meta-node
# TOPOLOGY: scsi2-blk2
# PLAN: 36

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vmp lu0 lu1
for lu in lu0 lu1; do
	node=$(vmp_of $lu)
	dev=/dev/$node
	size=$(lu_size $lu)
	check_eq "$lu: BLKGETSIZE64" "$(blockdev --getsize64 "$dev")" "$size"
	check_eq "$lu: BLKGETSIZE" "$(blockdev --getsz "$dev")" $((size / 512))
	check_eq "$lu: BLKSSZGET" "$(blockdev --getss "$dev")" 512
	check_eq "$lu: BLKPBSZGET" "$(blockdev --getpbsz "$dev")" 512
	check_eq "$lu: BLKROGET" "$(blockdev --getro "$dev")" 0
	check "$lu: BLKRASET" blockdev --setra 1024 "$dev"
	check_eq "$lu: BLKRAGET" "$(blockdev --getra "$dev")" 1024
	check_eq "$lu: BLKALIGNOFF" "$(blockdev --getalignoff "$dev")" 0
	check_eq "$lu: BLKDISCARDZEROES" "$(blockdev --getdiscardzeroes "$dev")" 0
	check "$lu: BLKFLSBUF" blockdev --flushbufs "$dev"
	check "$lu: BLKRRPART" blockdev --rereadpt "$dev"
	geometry=$(sfdisk -g "$dev")
	check_like "$lu: HDIO_GETGEO" "$geometry" \
		"$dev: $((size / 1048576)) cylinders, 64 heads, 32 sectors/track"
	check "$lu: BLKROSET" blockdev --setro "$dev"
	check_fails "$lu: then it takes no data" write_at "$dev" 0 4096 0x11
	check "$lu: and back" blockdev --setrw "$dev"
	check "$lu: then it does" write_at "$dev" 0 4096 0x22
	check_fails "$lu: ioctls of a CD are refused" eject "$dev"
	check_eq "$lu: and no path had an error" \
		"$(cat /sys/block/"$node"/vmpath/paths/*/errors | tr -d '\n')" 00
done
