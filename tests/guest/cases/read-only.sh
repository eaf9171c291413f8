#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a read-only LU has a read-only meta-node: it is read, and nothing is written
# TOPOLOGY: readonly-both
# PLAN: 20

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

host pattern lu0 0 65536 0x5a
host pattern lu1 0 65536 0x5b
need_vmp lu0 lu1
for lu in lu0 lu1; do
	node=$(vmp_of $lu)
	check_eq "$lu: the meta-node is read-only" "$(cat "/sys/block/$node/ro")" 1
	check_eq "$lu: as programs see it" "$(blockdev --getro "/dev/$node")" 1
	check_eq "$lu: it is optimal" "$(get "$node" state)" optimal
	check "$lu: it can be read" same_on_host "/dev/$node" $lu 0 65536
	before=$(host sha256 $lu 0 1048576)
	check_fails "$lu: a direct write is refused" write_at "/dev/$node" 0 4096 0x11
	check_fails "$lu: so is a buffered one" dd if=/dev/zero "of=/dev/$node" bs=4096 count=1 \
		conv=notrunc,fsync
	check_fails "$lu: and a discard" blkdiscard -o 0 -l 65536 "/dev/$node"
	check_fails "$lu: and zeroes" blkdiscard -z -o 0 -l 65536 "/dev/$node"
	check_eq "$lu: the image is as it was" "$(host sha256 $lu 0 1048576)" "$before"
	check_eq "$lu: no path had an error" \
		"$(cat /sys/block/"$node"/vmpath/paths/*/errors | tr -d '\n')" 00
done
