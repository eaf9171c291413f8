#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: discard frees blocks of the image, write zeroes zeroes them, also while a path fails
# TOPOLOGY: scsi2-blk2
# PLAN: 26
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vmp lu0 lu1
zeroes=$(head -c 8388608 /dev/zero | sha256sum | cut -d ' ' -f 1)
offset=67108864
len=8388608

# freed LU BEFORE: at least 7 of the 8 MiB are not allocated any more.
freed()
{
	lab_now=$(host allocated "$1")
	echo "allocated: $2, now $lab_now"
	[ "$lab_now" -le $(($2 - 7340032)) ]
}

is_zero()
{
	[ "$(host sha256 "$1" $offset $len)" = "$zeroes" ] &&
		[ "$(sha_of "/dev/$node" $offset $len)" = "$zeroes" ]
}

fill()
{
	xfs_io -d -c "pwrite -q -b 1m -S $2 $offset $len" "/dev/$node"
	before=$(host allocated "$1")
}

discards()
{
	lab_left=$1
	while [ "$lab_left" -gt 0 ]; do
		blkdiscard -o $offset -l $len "/dev/$node" || return 1
		lab_left=$((lab_left - 1))
	done
}

# discard LU PATH PATH: 13 tests
discard()
{
	node=$(vmp_of "$1")
	fill "$1" 0x33
	check "$1: discard" blkdiscard -o $offset -l $len "/dev/$node"
	check "$1: the image has less blocks" freed "$1" "$before"
	fill "$1" 0x44
	check "$1: write zeroes" blkdiscard -z -o $offset -l $len "/dev/$node"
	check "$1: zeroes are read, here and on the host" is_zero "$1"
	check_eq "$1: no error" "$(path_get "$2" errors)$(path_get "$3" errors)" 00

	# A discard that fails on one path only is the path's fault.
	fill "$1" 0x55
	host fail "$2" 5 discard
	check "$1: discard, failing on $2" blkdiscard -o $offset -l $len "/dev/$node"
	check "$1: again and again, on whatever path is next" discards 16
	check "$1: the image has less blocks" freed "$1" "$before"
	check "$1: the path's error was seen" test "$(path_get "$2" errors)" -gt 0
	host heal "$2"
	check "$1: healed, all is well" wait_for 60 has_value "$node" state optimal
	host fail "$2" 5 discard
	host fail "$3" 5 discard
	check_fails "$1: a discard that fails on both paths fails" \
		blkdiscard -o $offset -l $len "/dev/$node"
	check "$1: and no path does" wait_for 60 has_value "$node" state optimal
	host heal "$2"
	host heal "$3"
	check "$1: healed, discard" wait_for 30 blkdiscard -o $offset -l $len "/dev/$node"
}

discard lu0 p0 p1
discard lu1 p2 p3
