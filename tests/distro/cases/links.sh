#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: links by name, alias and WWID come, change and go; disks and LUs are hot-plugged
# TOPOLOGY: hotplug
# PLAN: 31
# TIMEOUT: 180

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"

lu_gone()
{
	[ ! -e "/sys/block/$1" ] && no_link "/dev/vmpath/$2" && no_link "/dev/disk/by-id/vmpath-$3"
}

need_nodes lu0
node=$(vmp_of lu0)
name=$(get "$node" name)
wwid=$(get "$node" wwid)
check "the name leads to the node" leads_to "/dev/vmpath/$name" "$node"
check "the WWID leads to the node" leads_to "/dev/disk/by-id/vmpath-$wwid" "$node"
check_eq "the WWID is scsi_id's" "$(/lib/udev/scsi_id -g -d "/dev/$(disk_of p0)")" "$wwid"
check "every component is marked" all_marked
check "a component is found by its way" sh -c \
	"udevadm info -q symlink -n /dev/$(disk_of p0) | grep -q by-path/.*scsi-0:0:0:0"
check "no by-id link leads to a component" sh -c \
	"! ls -l /dev/disk/by-id | grep -E '/sd[a-z]'"
check "systemd knows the node" systemctl is-active "dev-$node.device"
check_fails "... and no component" systemctl is-active "dev-$(disk_of p0).device"

# Partitions.
printf 'label: gpt\nname=first, size=32M\nname=second\n' | sfdisk -q "/dev/$node"
check "partition by name" wait_for 20 leads_to "/dev/vmpath/$name-part1" "${node}p1"
check "partition by WWID" wait_for 20 leads_to "/dev/disk/by-id/vmpath-$wwid-part2" "${node}p2"
check "partition by its label" wait_for 20 leads_to /dev/disk/by-partlabel/first "${node}p1"

# What is on it.
mkfs.ext4 -q -F -L onnode "/dev/${node}p1"
check "file system by label" wait_for 20 leads_to /dev/disk/by-label/onnode "${node}p1"
uuid=$(blkid -p -s UUID -o value "/dev/${node}p1")
check "file system by UUID" wait_for 20 leads_to "/dev/disk/by-uuid/$uuid" "${node}p1"

# Aliases at run time.
put "$node" alias data
check "alias" wait_for 20 leads_to /dev/vmpath/data "$node"
check "alias of a partition" wait_for 20 leads_to /dev/vmpath/data-part2 "${node}p2"
# For people who read the log: this is what the manual shows.
note "$(lsblk -o NAME,FSTYPE,LABEL)" "
" "$(find /dev/vmpath /dev/disk/by-id -type l -printf '%p -> %l\n' | sort)" "
" "$(udevadm info -q property -n "/dev/$(disk_of p0)"; udevadm info -q symlink -n "/dev/$node")"
put "$node" alias other
check "another alias" wait_for 20 leads_to /dev/vmpath/other-part1 "${node}p1"
check "... replaces the first" wait_for 20 no_link /dev/vmpath/data
check "... of partitions, too" wait_for 20 no_link /dev/vmpath/data-part2
put "$node" alias ''
check "no alias, no link" wait_for 20 no_link /dev/vmpath/other
check "the name is still there" leads_to "/dev/vmpath/$name" "$node"

# A path goes and comes, with partitions on it now.
check "p1 goes" host unplug p1
check "the file system's links stay" leads_to /dev/disk/by-label/onnode "${node}p1"
check "p1 comes" host plug p1
wait_for 30 has_state p1 live || :
wait_for 30 idle
check "it is marked, and its partitions" all_marked

# An LU at run time, on virtio-blk and on new HBAs.
check "lu1 comes" host plug p2
check "... and has its link" wait_for 30 leads_to "/dev/disk/by-id/vmpath-$(
	wait_for 30 has_vmp lu1 >/dev/null && get "$(vmp_of lu1)" wwid)" "$(vmp_of lu1)"
host plug-hba h2
host plug-hba h3
check "lu2 comes with its HBAs" wait_for 30 has_vmp lu2
wait_for 30 has_state p5 live || :
wait_for 30 idle
new=$(vmp_of lu2)
newname=$(get "$new" name)
newid=$(get "$new" wwid)
check "... and has its link" wait_for 20 leads_to "/dev/vmpath/$newname" "$new"
check "its disks are marked" all_marked

# It goes with its paths and its delay.
put "$new" delayed_removal_secs 0
host unplug-hba h2
host unplug-hba h3
check "lu2 goes, and its links" wait_for 30 lu_gone "$new" "$newname" "$newid"
check "no unit has failed" no_failed_units
