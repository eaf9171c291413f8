#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: one LU on two virtio-blk devices: one node, its attributes, data through it
# TOPOLOGY: blk2
# PLAN: 23
# TAGS: smoke

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vmp lu0
node=$(vmp_of lu0)
disk=$(disk_of p0)
check_eq "both disks are paths of it" "$(nr_paths "$node")" 2
check_eq "it is optimal" "$(get "$node" state)" optimal
check_eq "its WWID is made of the serial" "$(get "$node" wwid)" "virtio-$(lu_serial lu0)"
check_eq "serial" "$(get "$node" serial)" "$(lu_serial lu0)"
check_eq "it has no vendor and model" "$(get "$node" vendor)$(get "$node" model)" ""
check_like "name" "$(get "$node" name)" "virtio-blk_vmplu0-????????"
check_eq "array" "$(get "$node" array)" virtio-blk
check_eq "size" "$(cat "/sys/block/$node/size")" $(($(lu_size lu0) / 512))
check_eq "transport" "$(path_get p0 transport)" virtio-blk
check_fails "no hctl" test -e "$(path_dir p0)/hctl"
check_eq "no last error" "$(path_get p0 last_error)" none
check "holder link" wait_for 10 test -e "/sys/block/$disk/holders/$node"
check "slave link" wait_for 10 test -e "/sys/block/$node/slaves/$disk"
check_eq "verdict" "$(verdict_of p0)" claimed
check_eq "the disk's wwid" "$(cat "$SYS/disks/$disk/wwid")" "$(get "$node" wwid)"

check "write and verify" fio_verify_bg io "/dev/$node" --runtime=3
check "fio saw no error" fio_wait io 30
check "the host has the same data" same_on_host "/dev/$node" lu0 0 16777216
check "p0 carried I/O" test "$(path_get p0 ios)" -gt 0
check "p1 carried I/O" test "$(path_get p1 ios)" -gt 0
check_eq "no errors" "$(path_get p0 errors)$(path_get p1 errors)" 00
check_eq "nothing in flight" "$(path_get p0 inflight)$(path_get p1 inflight)" 00
check "it counts in /proc/diskstats" grep -q " $node [1-9]" /proc/diskstats
