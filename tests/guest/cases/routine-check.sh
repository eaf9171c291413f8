#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path that fails or hangs on an LU that nobody uses is found out by a routine check
# TOPOLOGY: scsi2-blk2
# PLAN: 30
# TIMEOUT: 180

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# reads PATH: how many its disk has done, the checker's among them.
reads()
{
	awk '{ print $1 }' "/sys/block/$(disk_of "$1")/stat"
}

more_reads()
{
	[ "$(reads "$1")" -gt "$2" ]
}

# quiet PATH: no check of it reads, for a moment.
quiet()
{
	lab_n=$(reads "$1")
	nap
	nap
	nap
	[ "$(reads "$1")" = "$lab_n" ]
}

need_vmp lu0 lu1
check_eq "each path is checked every 20 s" "$(get "$(vmp_of lu0)" check_secs)" 20
for lu in lu0 lu1; do
	path=p1
	[ $lu = lu0 ] || path=p3
	node=$(vmp_of $lu)
	ios=$(path_get $path ios)
	put "$node" check_secs 1
	before=$(reads $path)
	check "$lu: $path is read now and then" wait_for 15 more_reads $path "$before"
	check "$lu: all of it fails" host fail $path 5
	check "$lu: it is found out" wait_for 15 has_state $path failed
	check_eq "$lu: not by I/O" "$(path_get $path ios)" "$ios"
	check "$lu: the other path is live" has_value "$node" state degraded
	check "$lu: it is healed" host heal $path
	check "$lu: and back" wait_for 30 has_state $path live
	put "$node" check_secs 1
	check "$lu: $path hangs" host throttle $path hang
	check "$lu: it is found out, too" wait_for 30 has_state $path stalled
	check_eq "$lu: not by I/O, either" "$(path_get $path ios) $(path_get $path inflight)" "$ios 0"
	check "$lu: it answers" host throttle $path off
	check "$lu: and is back again" wait_for 30 has_state $path live
done
node=$(vmp_of lu1)
put "$node" check_secs 0
wait_for 10 quiet p2
check "no checks: p2 fails" host fail p2 5
check_fails "and nobody knows" wait_for_not 5 has_state p2 live
put "$node" check_secs 1
check "until there are some" wait_for_not 15 has_state p2 live
check "p2 is healed" host heal p2
check "and back" wait_for 30 has_state p2 live
