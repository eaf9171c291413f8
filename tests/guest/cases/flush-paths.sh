#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a flush goes to each path that has written since its last one, and to no other
# TOPOLOGY: scsi2-blk2
# PLAN: 55
# TIMEOUT: 180
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-io.sh
. "$(dirname "$0")/lib-io.sh"
# shellcheck source=lib-limits.sh
. "$(dirname "$0")/lib-limits.sh"

need_vmp lu0 lu1

# mark, both: how many flushes either path's disk has got since.
mark()
{
	one_was=$(flushes "$(disk_of "$one")")
	two_was=$(flushes "$(disk_of "$two")")
}

both()
{
	echo "$(($(flushes "$(disk_of "$one")") - one_was)) $(($(flushes "$(disk_of "$two")") - two_was))"
}

# use PATH...: these paths alone are in use.
use()
{
	for path in "$@"; do
		path_put "$path" disable 0
		wait_for 20 has_state "$path" live || return 1
	done
	for path in "$one" "$two"; do
		case " $* " in
		*" $path "*) ;;
		*) path_put "$path" disable 1 && wait_for 10 has_state "$path" disabled || return 1 ;;
		esac
	done
}

put_blocks()
{
	xfs_io -d -c "pwrite -q -b 4096 0 65536" "$dev"
}

sync_node()
{
	xfs_io -c fsync "$dev"
}

# by PATH: it alone writes, and both are in use when it is flushed; 5 tests.
by()
{
	check "$lu: $1 alone is in use" use "$1"
	check "$lu: it writes" put_blocks
	check "$lu: both are in use" use "$one" "$two"
	mark
	check "$lu: fsync" sync_node
	check_eq "$lu: is a flush of $1" "$(both)" "$([ "$1" = "$one" ] && echo 1 0 || echo 0 1)"
}

# flush_paths LU PATH PATH: 27 tests.
flush_paths()
{
	lu=$1
	one=$2
	two=$3
	node=$(vmp_of "$lu")
	dev=/dev/$node
	put "$node" iopolicy round-robin
	check "$lu: nothing is in a cache" sync_node
	by "$one"
	by "$two"

	check "$lu: both write" put_blocks
	mark
	check "$lu: fsync" sync_node
	check_eq "$lu: is a flush of both" "$(both)" "1 1"
	mark
	check "$lu: fsync again" sync_node
	check_eq "$lu: is one flush" "$(($(both | tr ' ' +)))" 1

	check "$lu: $one alone is in use" use "$one"
	check "$lu: it writes" put_blocks
	check "$lu: it goes out of use" use "$two"
	mark
	check "$lu: fsync" sync_node
	check_eq "$lu: is a flush of the other" "$(both)" "0 1"
	check "$lu: it comes back" use "$one" "$two"
	check "$lu: fsync" sync_node
	check_eq "$lu: is a flush of it now" "$(both)" "1 1"

	check "$lu: a file system" mount_new xfs "$dev" "$LAB_DIR/mnt"
	mark
	check "$lu: a file, and fsync" log_flushes
	check "$lu: umount" umount "$LAB_DIR/mnt"
}

# XFS flushes with the write of its log, which is to come after the flush of both.
log_flushes()
{
	for i in 1 2 3 4; do
		dd if=/dev/urandom of="$LAB_DIR/mnt/$i" bs=65536 count=8 oflag=direct conv=fsync 2>/dev/null || return 1
	done
	both
	both | { read -r a b && [ "$a" -ge 4 ] && [ "$b" -ge 4 ]; }
}

flush_paths lu0 p0 p1
flush_paths lu1 p2 p3
check_eq "no path had an error" "$(path_get p0 errors)$(path_get p1 errors)$(path_get p2 errors)$(path_get p3 errors)" 0000
