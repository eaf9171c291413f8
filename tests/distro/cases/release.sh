#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a disk given back, and a module unloaded, leave plain disks; a claim marks them again
# TOPOLOGY: hotplug
# PLAN: 11
# TIMEOUT: 150

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"

unmarked()
{
	no_prop "/dev/$1" SYSTEMD_READY && ! has_prop "/dev/$1" DM_MULTIPATH_DEVICE_PATH=1 &&
		no_prop "/dev/$1" UDISKS_IGNORE && [ "$(links_of "/dev/$1" | grep -c by-id)" -gt 0 ]
}

need_nodes lu0
node=$(vmp_of lu0)
printf 'label: gpt\nname=first\n' | sfdisk -q "/dev/$node"
host unplug p1
host plug p1
wait_for 30 has_state p1 live
wait_for 30 idle
disk=$(disk_of p1)
check "disk and partition are marked" marked "${disk}1"
echo 0 >"$SYS/disks/$disk/claim"
check "released: the disk is plain" wait_for 30 unmarked "$disk"
check "... and its partition" wait_for 30 unmarked "${disk}1"
check "the by-id link still leads to the node" \
	leads_to "/dev/disk/by-id/vmpath-$(get "$node" wwid)" "$node"
check "the partition's label, too" wait_for 30 leads_to /dev/disk/by-partlabel/first "${node}p1"
echo 1 >"$SYS/disks/$disk/claim"
check "claimed: marked again" wait_for 30 marked "$disk"
check "... and its partition" wait_for 30 marked "${disk}1"
wait_for 30 idle
check "the module goes" wait_for 30 rmmod vmpath
check "the disks are plain" wait_for 30 unmarked "$disk"
wait_for 30 idle
check_fails "no event brings the module back" test -e /sys/module/vmpath
check "no link of ours is left" sh -c '! ls /dev/disk/by-id/vmpath-* /dev/vmpath/* 2>/dev/null'
