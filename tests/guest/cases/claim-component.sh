#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the kernel refuses mkfs, mount and LVM a component disk; lsblk shows whose it is
# TOPOLOGY: scsi2-blk2
# PLAN: 27

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# A file system on each LU, so that a mount could only be refused for the holder.
for path in p0 p2; do
	mkfs.ext4 -q -F "/dev/$(disk_of $path)"
done
need_vmp lu0 lu1
mkdir -p /mnt/x

# busy COMMAND...: fails because the disk is busy, and for no other reason.
busy()
{
	! "$@" >"$LAB_DIR/busy" 2>&1 || { echo "it was not refused"; return 1; }
	cat "$LAB_DIR/busy"
	grep -qiE 'busy|in use|exclusively|already mounted' "$LAB_DIR/busy"
}

for path in p0 p1 p2 p3; do
	disk=/dev/$(disk_of $path)
	check "$path: mkfs.ext4 is refused" busy mkfs.ext4 -q "$disk"
	check "$path: mkfs.xfs is refused" busy mkfs.xfs -q -f "$disk"
	check "$path: mount is refused" busy mount -t ext4 "$disk" /mnt/x
	check "$path: pvcreate is refused" busy pvcreate -y -ff "$disk"
	check "$path: wipefs is refused" busy wipefs -a "$disk"
done

lsblk -n -r -p -o NAME,PKNAME >"$LAB_DIR/lsblk"
note "$(lsblk -o NAME,TYPE,SIZE)"
for path in p0 p1 p2 p3; do
	lu=lu0
	case $path in p2 | p3) lu=lu1 ;; esac
	check "$path: lsblk shows the meta-node under it" \
		grep -qx "/dev/$(vmp_of $lu) /dev/$(disk_of $path)" "$LAB_DIR/lsblk"
done

node=$(vmp_of lu0)
check "the meta-node can be mounted" mount -t ext4 "/dev/$node" /mnt/x
umount /mnt/x
check "and be a physical volume" pvcreate -y -ff "/dev/$node"
wait_for 10 unload || bail "the module does not go"
check "with the module gone the disk is free" mkfs.ext4 -q -F "/dev/$(disk_of p0)"
