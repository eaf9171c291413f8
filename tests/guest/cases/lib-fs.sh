# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # the case sets fs and fsck
# What fs-ext4.sh and fs-xfs.sh do, which say the file system ($fs) and how to
# check it without mending it ($fsck).

# fs_survives LU PATH PATH: 24 tests.
fs_survives()
{
	need_vmp "$1"
	lu=$1
	node=$(vmp_of "$lu")
	log_mark
	dir=/mnt/$lu
	mount_new "$fs" "/dev/$node" "$dir"
	fio_verify_bg "$lu" "$dir/data" --size=8m --runtime=600
	wlog_start "$lu" "$dir/log"
	for path in "$2" "$3" "$2" "$3"; do
		check "$path is removed" path_down unplug "$path"
		check "$path is added" path_up unplug "$path"
		check "$path fails" path_down fail "$path"
		check "$path is healed" path_up fail "$path"
	done
	check "$lu: fio saw no error" fio_stop "$lu"
	check "$lu: no fsync failed" wlog_stop "$lu"
	check "$lu: it is unmounted" umount "$dir"
	# shellcheck disable=SC2086 # two words
	$fsck "/dev/$node" >"$LAB_DIR/fsck" 2>&1 && clean=yes || clean="no: $(cat "$LAB_DIR/fsck")"
	check_eq "$lu: and clean" "$clean" yes
	check "$lu: the host has the same" same_on_host "/dev/$node" "$lu" 0 67108864
	check "$lu: it is mounted again" mount -t "$fs" "/dev/$node" "$dir"
	check "$lu: every fsync-ed line is there" wlog_check "$lu" "$dir/log"
	check "$lu: there were no file system errors" \
		lab_not said '(EXT4-fs|XFS).*([Ee]rror|shut|[Cc]orrupt)'
}
