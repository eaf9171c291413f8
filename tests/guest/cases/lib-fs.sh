# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # the case sets fs and fsck
# The body of fs-ext4.sh and fs-xfs.sh, which say the file system ($fs) and how to
# check it without mending it ($fsck).

need_vmp lu0
node=$(vmp_of lu0)
log_mark
dir=/mnt/fs
mount_new "$fs" "/dev/$node" $dir
fio_verify_bg io $dir/data --size=8m --runtime=600
wlog_start log $dir/log
for path in p0 p1 p0 p1; do
	check "$path is removed" path_down unplug $path
	check "$path is added" path_up unplug $path
	check "$path fails" path_down fail $path
	check "$path is healed" path_up fail $path
done
check "fio saw no error" fio_stop io
check "no fsync failed" wlog_stop log
check "it is unmounted" umount $dir
# shellcheck disable=SC2086 # two words
$fsck "/dev/$node" >"$LAB_DIR/fsck" 2>&1 && clean=yes || clean="no: $(cat "$LAB_DIR/fsck")"
check_eq "and clean" "$clean" yes
check "the host has the same" same_on_host "/dev/$node" lu0 0 67108864
check "it is mounted again" mount -t "$fs" "/dev/$node" $dir
check "every fsync-ed line is there" wlog_check log $dir/log
check "there were no file system errors" lab_not said '(EXT4-fs|XFS).*([Ee]rror|shut|[Cc]orrupt)'
