#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: nvme, ahci and megasas disks are neither listed nor claimed
# TOPOLOGY: mixed-nonvirtio
# PLAN: 17

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vmp lu0
wait_for 15 settled || bail "discovery does not end"
for path in p2 p3 p4; do
	disk=$(disk_of $path) || bail "$path is not in the guest"
	check_fails "$path ($disk) is not listed" test -e "$SYS/disks/$disk"
	check_eq "$path is no path of anything" "$(path_state $path)" none
	check_eq "$path has no holder" "$(find "/sys/block/$disk/holders" -mindepth 1 | wc -l)" 0
	check "$path can be opened for itself alone" mkfs.ext4 -q -F "/dev/$disk"
	check_eq "the log says nothing of $disk" "$(dmesg | grep -c "vmpath: $disk")" 0
done
check_eq "two disks are listed" "$(find "$SYS/disks" -mindepth 1 -maxdepth 1 | wc -l)" 2
check_eq "one meta-node is there" "$(find /sys/block -name 'vmp*' | wc -l)" 1
