#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a disk without an id is not claimed, and it says why
# TOPOLOGY: noid
# PLAN: 11

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vmp lu2
wait_for 15 settled || bail "discovery does not end"
check_eq "the scsi disk without id is refused" "$(verdict_of p0)" refused
check_like "and it says why" "$(reason_of p0)" "no id: *VPD*"
check_eq "the virtio-blk disk without serial is refused" "$(verdict_of p1)" refused
check_like "and it says why" "$(reason_of p1)" "no id: *serial*"
check "the log names the first" sh -c "dmesg | grep -q 'vmpath: $(disk_of p0) refused: no id'"
check "the log names the second" sh -c "dmesg | grep -q 'vmpath: $(disk_of p1) refused: no id'"
check_eq "they have no wwid" "$(cat "$SYS/disks/$(disk_of p0)/wwid" "$SYS/disks/$(disk_of p1)/wwid" |
	tr -d '\n')" ""
check_eq "only the good one has a meta-node" "$(find /sys/block -name 'vmp*' | wc -l)" 1
check "the others can be used as they are" mkfs.ext4 -q -F "/dev/$(disk_of p0)"
check "both of them" mkfs.ext4 -q -F "/dev/$(disk_of p1)"
check_eq "the good one is claimed" "$(verdict_of p2)" claimed
