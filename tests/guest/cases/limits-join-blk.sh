#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: limits stay true when a path with tighter ones joins and goes, virtio-blk
# TOPOLOGY: limits-blk
# PLAN: 15
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-limits.sh
. "$(dirname "$0")/lib-limits.sh"

need_vmp lu0
node=$(vmp_of lu0)
zeroes=$(queue "$node" write_zeroes_max_bytes)
discard=$(queue "$node" discard_max_bytes)

# comes PATH: 2 tests
comes()
{
	check "$1 comes" host plug "$1"
	check "$1 is live" wait_for 20 has_state "$1" live
}

goes()
{
	host unplug "$1"
	wait_for 15 queue_is "$node" write_zeroes_max_bytes "$zeroes" &&
		wait_for 15 queue_is "$node" discard_max_bytes "$discard"
}

comes p1
check_eq "it zeroes less at a time" "$(queue "$node" write_zeroes_max_bytes)" 65536
check "zeroes still get to the disk" blkdiscard -z -o 1048576 -l 1048576 "/dev/$node"
check "with the path goes its limit" goes p1
comes p2
check_eq "without discard there is none" "$(queue "$node" discard_max_bytes)" 0
check_fails "blkdiscard is refused" blkdiscard -o 67108864 -l 1048576 "/dev/$node"
check "with the path goes its limit" goes p2
comes p3
check_eq "it discards less at a time" "$(queue "$node" discard_max_bytes)" 131072
check "a larger discard is split" blkdiscard -o 67108864 -l 1048576 "/dev/$node"
check_eq "no path had an error" "$(path_get p0 errors)$(path_get p3 errors)" 00
