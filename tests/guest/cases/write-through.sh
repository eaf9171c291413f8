#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: paths without a volatile cache: no flush is sent; it follows when a cache appears
# TOPOLOGY: writethrough
# PLAN: 14

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-limits.sh
. "$(dirname "$0")/lib-limits.sh"

need_vmp lu0 lu1

# The kernel's switch for a disk's cache: a MODE SELECT, or the virtio config.
cache_type()
{
	for file in "/sys/block/$1/device/scsi_disk"/*/cache_type "/sys/block/$1/cache_type"; do
		[ ! -e "$file" ] || echo "$2" >"$file"
	done
}

# through LU DISK DISK: 7 tests
through()
{
	node=$(vmp_of "$1")
	check_eq "$1: the disks have no cache" "$(queue "$2" write_cache) $(queue "$3" write_cache)" \
		"write through write through"
	check_eq "$1: neither has the meta-node" "$(queue "$node" write_cache) $(queue "$node" fua)" \
		"write through 0"
	check "$1: fsync succeeds" xfs_io -c fsync "/dev/$node"
	check_eq "$1: and sends no flush" $(($(flushes "$2") + $(flushes "$3"))) 0
	cache_type "$2" "write back"
	cache_type "$3" "write back"
	check_eq "$1: the disks get a cache" "$(queue "$2" write_cache)" "write back"
	check "$1: so has the meta-node" wait_for 10 queue_is "$node" write_cache "write back"
	xfs_io -c fsync "/dev/$node"
	check "$1: and flushes are sent" test $(($(flushes "$2") + $(flushes "$3"))) -gt 0
}

through lu0 "$(disk_of p0)" "$(disk_of p1)"
through lu1 "$(disk_of p2)" "$(disk_of p3)"
