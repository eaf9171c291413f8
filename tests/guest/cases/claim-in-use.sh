#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a disk that is in use is left alone, with its reason, and stays in use
# TOPOLOGY: scsi2-blk2
# PLAN: 17

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# A mounted disk, and a disk of which a partition is mounted.
scsi=$(disk_of p0)
blk=$(disk_of p3)
mount_new ext4 "/dev/$scsi" /mnt/disk
echo "label: gpt
start=2048, size=131072" | sfdisk -q "/dev/$blk" || bail "no partition table"
wait_for 10 test -b "/dev/${blk}1" || bail "no partition"
mount_new ext4 "/dev/${blk}1" /mnt/part
echo "before" >/mnt/disk/file
echo "before" >/mnt/part/file

load
wait_for 15 settled || bail "discovery does not end"
check_eq "the mounted disk is refused" "$(verdict_of p0)" refused
check_like "and it says why" "$(reason_of p0)" "in use:*mounted*"
check_eq "so is the disk of a mounted partition" "$(verdict_of p3)" refused
check_like "and it says why" "$(reason_of p3)" "in use:*mounted*"
check "the log has it too" sh -c "dmesg | grep -q 'vmpath: $scsi refused: in use'"
check_eq "no meta-node has the mounted disk" "$(path_state p0)" none
check_eq "nor that of the mounted partition" "$(path_state p3)" none
check_eq "no holder on it" "$(find "/sys/block/$scsi/holders" -mindepth 1 | wc -l)" 0

# The other paths are nobody's: they are claimed as ever.
check "the free path of lu0 is claimed" wait_for 10 has_verdict p1 claimed
check "the free path of lu1 is claimed" wait_for 10 has_verdict p2 claimed

check "the mounted disk still works" sh -c "echo after >>/mnt/disk/file && sync -f /mnt/disk/file"
check "the mounted partition too" sh -c "echo after >>/mnt/part/file && sync -f /mnt/part/file"
check "the module goes" wait_for 10 unload
check "and the file systems live on" grep -q after /mnt/disk/file /mnt/part/file

# Free again, and the module loaded anew: now it is claimed.
umount /mnt/disk
umount /mnt/part
load
check "a disk that was freed is claimed" wait_for 15 has_verdict p0 claimed
check "and is live" wait_for 15 has_state p0 live
check "so is the other" wait_for 15 has_state p3 live
