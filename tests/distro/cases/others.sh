#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: btrfs is scanned and mounted on the meta-node, udisks leaves the disks below it alone
# TOPOLOGY: scsi2-blk2
# PLAN: 25
# TIMEOUT: 240

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"

disks()
{
	for path in p0 p1 p2 p3; do
		disk_of "$path"
	done
}

# shown [OPTION]: the devices that btrfs names for the file system.
shown()
{
	btrfs filesystem show "$@" 2>/dev/null | sed -n 's/.* path \(.*\)/\1/p' | tr '\n' ' '
}

# udev asks btrfs whether all devices of a file system are there.
no_disk_is_btrfs()
{
	for disk in $(disks); do
		no_prop "/dev/$disk" ID_BTRFS_READY || { echo "$disk"; return 1; }
	done
}

# scan_by_hand: each disk below the file system is shown to btrfs, as an administrator may;
# without the pages that the kernel holds of it, which are older than the file system.
scan_by_hand()
{
	for disk in $(disk_of p0) $(disk_of p1); do
		blockdev --flushbufs "/dev/$disk"
		note "scan of $disk: $(btrfs device scan "/dev/$disk" 2>&1)"
	done
}

# udisks DISK KEY: what udisks says of it.
udisks()
{
	udisksctl info -b "/dev/$1" | sed -n "s/^ *$2: *//p"
}

# passed_over DISK: shown by no desktop, no content known, nothing to mount.
passed_over()
{
	lab_info=$(udisksctl info -b "/dev/$1") || return 1
	echo "$lab_info"
	echo "$lab_info" | grep -q '^ *HintIgnore: *true$' &&
		echo "$lab_info" | grep -q '^ *IdType: *vmpath_member$' &&
		! echo "$lab_info" | grep -q 'IdUUID: *[^ ]\|UDisks2.Filesystem:'
}

all_passed_over()
{
	for disk in $(disks); do
		passed_over "$disk" || return 1
	done
}

need_nodes lu0 lu1
node=$(vmp_of lu0)
check "a btrfs on the meta-node" mkfs.btrfs -q -f -L vmpbtrfs "/dev/$node"
check "its label leads to the node" wait_for 30 leads_to /dev/disk/by-label/vmpbtrfs "$node"
wait_for 30 idle
check "udev has asked btrfs about the node" has_prop "/dev/$node" ID_BTRFS_READY=1
check "... and about no disk" no_disk_is_btrfs
check "btrfs looks at all disks" btrfs device scan
check_eq "... and finds it on the node" "$(shown)" "/dev/$node "
# Only to read, so the kernel lets btrfs do it.
scan_by_hand
check "it is mounted by its label" mount LABEL=vmpbtrfs /mnt
check_eq "... from the node" "$(findmnt -no SOURCE /mnt)" "/dev/$node"
check_eq "... which btrfs shows" "$(shown -m)" "/dev/$node "
content >/mnt/content
check "p1 goes" host unplug p1
check "p1 comes" host plug p1
wait_for 30 has_state p1 live || :
wait_for 30 idle
btrfs device scan >/dev/null
scan_by_hand
check_eq "it is still the node's" "$(shown -m)" "/dev/$node "
umount /mnt
mount LABEL=vmpbtrfs /mnt
check "what was written is read" content_is /mnt/content
umount /mnt
scan_by_hand
check "scanned by hand, the kernel knows it by a disk" sh -c \
	"dmesg | grep 'BTRFS: device label vmpbtrfs ' | tail -n 1 | grep '/dev/sd[a-z]* scanned by btrfs'"
check "it is mounted by its UUID" mount "UUID=$(blkid -p -s UUID -o value "/dev/$node")" /mnt
check_eq "... from the node, after a scan by hand" "$(shown -m)" "/dev/$node "
umount /mnt
check "nobody but vmpath holds a disk" only_vmpath_holds

check "udisks runs" wait_for 60 udisksctl status
check "it passes over every disk" all_passed_over
check_eq "it offers the node" "$(udisks "$node" HintIgnore) $(udisks "$node" IdLabel)" \
	"false vmpbtrfs"
check_fails "it mounts no disk" udisksctl mount -b "/dev/$(disk_of p0)"
check "it mounts the node" udisksctl mount -b "/dev/$node"
check_eq "... and nothing else" "$(findmnt -rno SOURCE -t btrfs)" "/dev/$node"
umount "/dev/$node"
host unplug p1
host plug p1
wait_for 30 has_state p1 live || :
check "a disk that comes is passed over, too" wait_for 30 passed_over "$(disk_of p1)"
check "no unit has failed" no_failed_units
