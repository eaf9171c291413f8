# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What the cases with multipathd beside vmpath have in common; 7 tests.

find_multipaths()
{
	multipathd show config 2>/dev/null | sed -n 's/^\tfind_multipaths "*\([a-z]*\)"*/\1/p'
}

# without_maps FIND_MULTIPATHS: the daemon runs, was asked for more, and has no map.
without_maps()
{
	need_nodes lu0 lu1 lu2 lu3
	check "multipathd runs" wait_for 60 multipathd show daemon
	check_eq "it is configured so" "$(find_multipaths)" "$1"
	multipathd reconfigure all >/dev/null 2>&1 || multipathd reconfigure >/dev/null 2>&1 || :
	wait_for 60 multipathd show daemon
	# Were it to take them, it would do so on a new path.
	host unplug p1
	check "a path goes" wait_for_not 30 has_disk p1
	host plug p1
	check "... and comes" wait_for 60 has_state p1 live
	wait_for 30 idle
	multipath >/dev/null 2>&1 || :
	note "$(multipathd show paths; multipath -ll 2>&1)"
	check_eq "there is no map" "$(multipath -ll 2>&1; dmsetup ls --target multipath)" \
		"No devices found"
	check "every path is live" all_live
	check "every component is marked" all_marked
}

all_live()
{
	for lab_p in p0 p1 p4 p5 p6 p7; do
		has_state "$lab_p" live || { echo "$lab_p: $(path_state "$lab_p")"; return 1; }
	done
}
