#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: how each policy spreads I/O: evenly, to the faster path, to one alone
# TOPOLOGY: scsi2-blk2
# PLAN: 24
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-policy.sh
. "$(dirname "$0")/lib-policy.sh"

need_vmp lu0 lu1

# policies LU PATH PATH: 12 tests
policies()
{
	node=$(vmp_of "$1")
	a=$(path_dir "$2")
	b=$(path_dir "$3")
	put "$node" iopolicy round-robin
	check_eq "$1: round-robin is set" "$(get "$node" iopolicy)" round-robin
	spread "$2" "$3" "/dev/$node" --time_based --runtime=2
	check "$1: round-robin is even within 10 %" even

	put "$node" iopolicy single-active
	spread "$2" "$3" "/dev/$node" --time_based --runtime=2
	check_eq "$1: single-active leaves one path idle" $((first * second)) 0
	check "$1: and has the other do all" test $((first + second)) -gt 100
	active=$2
	[ "$first" -gt 0 ] || active=$3
	path_put "$active" disable 1
	old=$((first > 0))
	spread "$2" "$3" "/dev/$node" --time_based --runtime=1
	check_eq "$1: it moves when its path goes" $((first > 0)) $((1 - old))
	check_eq "$1: and again all to one" $((first * second)) 0
	path_put "$active" disable 0
	wait_for 15 has_state "$active" live || bail "$active is not live"
	spread "$2" "$3" "/dev/$node" --time_based --runtime=1
	check_eq "$1: it stays there when the path is back" $((first > 0)) $((1 - old))

	host throttle "$2" 20
	put "$node" iopolicy queue-depth
	spread "$2" "$3" "/dev/$node" --time_based --runtime=3
	check "$1: queue-depth prefers the faster path" test "$second" -gt $((first * 4))
	check "$1: it does not starve the slow one" test "$first" -gt 0
	put "$node" iopolicy round-robin
	spread "$2" "$3" "/dev/$node" --time_based --runtime=3
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
