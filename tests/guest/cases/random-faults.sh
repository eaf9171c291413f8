#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: random faults and mends on 4 LUs with 4 paths each, one of them good: no error, no wrong data
# TOPOLOGY: four-by-four
# PLAN: 17
# TAGS: faults
# TIMEOUT: 400
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

lus="lu0 lu1 lu2 lu3"

# What is broken is in files: broken.PATH says how. nr_broken LU: how many of its paths are.
nr_broken()
{
	lab_broken=0
	for lab_path in $(paths_of "$1"); do
		[ ! -e "$LAB_DIR/broken.$lab_path" ] || lab_broken=$((lab_broken + 1))
	done
	echo "$lab_broken"
}

pick()
{
	shift $(($1 + 1))
	echo "$1"
}

# something LU: one of its paths is broken, but for the last good one, or mended, or the
# policy is changed.
something()
{
	if [ "$(rand 6)" -eq 0 ]; then
		policy=$(pick "$(rand 5)" queue-depth round-robin single-active cpu-affine latency)
		note "$(now) $1 $policy"
		put "$(vmp_of "$1")" iopolicy "$policy"
		return
	fi
	# shellcheck disable=SC2046 # pick a word
	path=$(pick "$(rand 4)" $(paths_of "$1"))
	if [ -e "$LAB_DIR/broken.$path" ]; then
		mend "$path"
		return
	fi
	[ "$(nr_broken "$1")" -lt 3 ] || return 0
	how=$(pick "$(rand 6)" unplug fail fail disable throttle hang)
	note "$(now) $1 $path $how"
	# Whether a path that fails is used, and so found out, is the policy's.
	if [ "$how" = fail ]; then
		host fail "$path" 5
	else
		path_down "$how" "$path" || bail "$how $path does not show"
	fi
	echo "$how" >"$LAB_DIR/broken.$path"
	[ "$how" != hang ] || now >"$LAB_DIR/hung.$path"
	faults=$((faults + 1))
}

# The kernel freezes the queue of an HBA's only disk when a second one comes, to share its
# tags with that, and waits for what hangs there: so that is mended first.
mend_beside()
{
	lab_number=${1#p}
	for lab_file in "$LAB_DIR"/hung.*; do
		[ -e "$lab_file" ] || continue
		[ $(((${lab_file##*.p} - lab_number) % 4)) -ne 0 ] || mend "${lab_file##*.}"
	done
}

mend()
{
	note "$(now) $1 mended"
	[ "$(cat "$LAB_DIR/broken.$1")" != unplug ] || mend_beside "$1"
	path_up "$(cat "$LAB_DIR/broken.$1")" "$1" || bail "$1 does not come back"
	rm -f "$LAB_DIR/broken.$1" "$LAB_DIR/hung.$1"
}

# A path that hangs keeps the I/O that is on it, and after 45 s the kernel says so of whoever
# waits for that.
mend_hung()
{
	for lab_file in "$LAB_DIR"/hung.*; do
		[ -e "$lab_file" ] || continue
		[ $(($(now) - $(cat "$lab_file"))) -lt 1000 ] || mend "${lab_file##*.}"
	done
}

# shellcheck disable=SC2086 # words
need_vmp $lus
note "seed $LAB_SEED, $LAB_FAULTS faults"
for lu in $lus; do
	# What a silent path keeps is not the caller's error, for however long it is silent.
	put "$(vmp_of "$lu")" no_path_timeout_ms -1
	put "$(vmp_of "$lu")" stall_timeout_ms 1000
done
mount_new ext4 "/dev/$(vmp_of lu0)" /mnt/ext4
mount_new xfs "/dev/$(vmp_of lu1)" /mnt/xfs
log_mark
fio_verify_bg lu0 /mnt/ext4/data --size=8m --runtime=86400
fio_verify_bg lu1 /mnt/xfs/data --size=8m --runtime=86400
fio_verify_bg lu2 "/dev/$(vmp_of lu2)" --runtime=86400
fio_verify_bg lu3 "/dev/$(vmp_of lu3)" --runtime=86400
wlog_start ext4 /mnt/ext4/log
wlog_start xfs /mnt/xfs/log
# So many, and not so long: how many a second holds is the machine's affair.
faults=0
while [ "$faults" -lt "$LAB_FAULTS" ]; do
	mend_hung
	something "lu$(rand 4)"
done
for lu in $lus; do
	for path in $(paths_of "$lu"); do
		[ ! -e "$LAB_DIR/broken.$path" ] || mend "$path"
	done
done
for lu in $lus; do
	check "$lu: fio saw no error" fio_stop "$lu"
done
for fs in ext4 xfs; do
	lu=lu0 fsck="e2fsck -fn"
	[ $fs = ext4 ] || lu=lu1 fsck="xfs_repair -n"
	node=$(vmp_of $lu)
	check "$fs: no fsync failed" wlog_stop $fs
	check "$fs: it is unmounted" umount /mnt/$fs
	# shellcheck disable=SC2086 # two words
	check "$fs: it is clean" $fsck "/dev/$node"
	check "$fs: the host has the same" same_on_host "/dev/$node" $lu 0 67108864
	mount -t $fs "/dev/$node" /mnt/$fs || bail "$fs cannot be mounted again"
	check "$fs: every fsync-ed line is there" wlog_check $fs /mnt/$fs/log
done
check "lu2: the host has the data" same_on_host "/dev/$(vmp_of lu2)" lu2 0 16777216
check "lu3: the host has the data" same_on_host "/dev/$(vmp_of lu3)" lu3 0 16777216
check_fails "no LU was without a path, no file system saw an error" \
	said 'no path for|(EXT4-fs|XFS).*([Ee]rror|shut|[Cc]orrupt)'
