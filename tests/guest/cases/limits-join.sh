#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: limits stay true when a path with tighter ones joins and goes, under I/O, virtio-scsi
# TOPOLOGY: limits
# PLAN: 23
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-limits.sh
. "$(dirname "$0")/lib-limits.sh"

need_vmp lu0
node=$(vmp_of lu0)
kb=$(queue "$node" max_sectors_kb)
bytes=$(queue "$node" discard_max_bytes)
check "large I/O at first" test "$kb" -gt 64
check "discard at first" test "$bytes" -gt 0
check_eq "a cache to be flushed" "$(queue "$node" write_cache)" "write back"

fio_verify_bg io "/dev/$node" --bs=512k --time_based --runtime=100
check "a path for small I/O comes" host plug p1
check "it is live" wait_for 20 has_state p1 live
check_eq "it has its own limit" "$(queue "$(disk_of p1)" max_sectors_kb)" 64
check_eq "which is the node's now" "$(queue "$node" max_sectors_kb)" 64
check "fio still runs" fio_running io
check "it goes" host unplug p1
check "and its limit with it" wait_for 10 queue_is "$node" max_sectors_kb "$kb"

check "a path without discard comes" host plug p2
check "it is live" wait_for 20 has_state p2 live
check_eq "it has no discard" "$(queue "$(disk_of p2)" discard_max_bytes)" 0
check_eq "neither has the node" "$(queue "$node" discard_max_bytes)" 0
check_fails "blkdiscard is refused" blkdiscard -o 67108864 -l 1048576 "/dev/$node"
check_eq "which is no path's error" "$(path_get p0 errors)$(path_get p2 errors)" 00
check "it goes" host unplug p2
check "and discard is back" wait_for 10 queue_is "$node" discard_max_bytes "$bytes"

check "a path with FUA comes" host plug p3
wait_for 20 has_state p3 live || note "not live"
check_eq "the disk has FUA" "$(queue "$(disk_of p3)" fua)" 1
check_eq "the node has not, as long as one path has not" "$(queue "$node" fua)" 0
check "fio saw no error" fio_stop io
check "the host has the same data" same_on_host "/dev/$node" lu0 0 16777216
