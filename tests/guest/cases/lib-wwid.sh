# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by the cases about identity: what udev's scsi_id says of a disk, and
# what the module says.

# The id that scsi_id gives, as udev uses it; empty if it finds none.
scsi_id_of()
{
	/lib/udev/scsi_id -g -u -d "/dev/$1" 2>/dev/null || :
}

# same_wwid PATH: both ids are the same, or neither has found one and the disk
# is refused for that.
same_wwid()
{
	lab_disk=$(disk_of "$1") || return 1
	want=$(scsi_id_of "$lab_disk")
	got=$(cat "$SYS/disks/$lab_disk/wwid")
	echo "$lab_disk: '$got', scsi_id says '$want'"
	[ "$got" = "$want" ] || return 1
	if [ -n "$got" ]; then
		has_verdict "$1" claimed
	else
		has_verdict "$1" refused && grep -q "^no id" "$SYS/disks/$lab_disk/reason"
	fi
}

# wwid_like PATH PATTERN: a meta-node with such a WWID has the path.
wwid_like()
{
	lab_pdir=$(path_dir "$1") || return 1
	lab_wwid=$(cat "$lab_pdir/../../wwid")
	echo "$lab_wwid"
	# shellcheck disable=SC2254 # it is a pattern
	case $lab_wwid in
	$2) ;;
	*) return 1 ;;
	esac
}

all_published()
{
	set -- "$SYS"/disks/*
	for lab_dir; do
		[ "$(cat "$lab_dir/verdict")" != claimed ] ||
			[ -n "$(find "/sys/block/${lab_dir##*/}/holders" -mindepth 1)" ] || return 1
	done
}
