#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: how each policy spreads I/O: evenly, to the faster path, to one alone
# TOPOLOGY: scsi2-blk2
# PLAN: 24
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vmp lu0 lu1

# spread NODE DIR0 DIR1 FIO-ARGUMENT...: what each of two paths carried of it, in
# $first and $second.
spread()
{
	dir0=$2
	dir1=$3
	read -r first <"$dir0/ios"
	read -r second <"$dir1/ios"
	fio --name=spread --filename="/dev/$1" --rw=randread --bs=4k --size=16m --direct=1 \
		--ioengine=libaio --iodepth=8 --time_based "--runtime=$4" >"$LAB_DIR/spread" ||
		bail "fio failed: $(cat "$LAB_DIR/spread")"
	read -r lab_ios <"$dir0/ios"
	first=$((lab_ios - first))
	read -r lab_ios <"$dir1/ios"
	second=$((lab_ios - second))
	note "$1: $first and $second"
}

# even: no path has more than 55 % of it
even()
{
	[ $((first + second)) -gt 100 ] &&
		[ $((first * 20)) -ge $(((first + second) * 9)) ] &&
		[ $((second * 20)) -ge $(((first + second) * 9)) ]
}

# policies LU PATH PATH: 12 tests
policies()
{
	node=$(vmp_of "$1")
	a=$(path_dir "$2")
	b=$(path_dir "$3")
	put "$node" iopolicy round-robin
	check_eq "$1: round-robin is set" "$(get "$node" iopolicy)" round-robin
	spread "$node" "$a" "$b" 2
	check "$1: round-robin is even within 10 %" even

	put "$node" iopolicy single-active
	spread "$node" "$a" "$b" 2
	check_eq "$1: single-active leaves one path idle" $((first * second)) 0
	check "$1: and has the other do all" test $((first + second)) -gt 100
	active=$2
	[ "$first" -gt 0 ] || active=$3
	path_put "$active" disable 1
	old=$((first > 0))
	spread "$node" "$a" "$b" 1
	check_eq "$1: it moves when its path goes" $((first > 0)) $((1 - old))
	check_eq "$1: and again all to one" $((first * second)) 0
	path_put "$active" disable 0
	wait_for 15 has_state "$active" live || bail "$active is not live"
	spread "$node" "$a" "$b" 1
	check_eq "$1: it stays there when the path is back" $((first > 0)) $((1 - old))

	host throttle "$2" 20
	put "$node" iopolicy queue-depth
	spread "$node" "$a" "$b" 3
	check "$1: queue-depth prefers the faster path" test "$second" -gt $((first * 4))
	check "$1: it does not starve the slow one" test "$first" -gt 0
	put "$node" iopolicy round-robin
	spread "$node" "$a" "$b" 3
	check "$1: round-robin does not, it waits for the slow one" even_when_slow
	host throttle "$2" off
	check_eq "$1: no error" "$(path_get "$2" errors)$(path_get "$3" errors)" 00
	check "$1: nothing stays in flight" idle "$a" "$b"
}

even_when_slow()
{
	[ "$second" -lt $((first * 2 + 16)) ]
}

idle()
{
	[ "$(cat "$1/inflight")$(cat "$2/inflight")" = 00 ]
}

policies lu0 p0 p1
policies lu1 p2 p3
