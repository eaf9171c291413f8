#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: tgt restarts, and keeps nothing, while a guest holds a reservation and does I/O: that goes on, nothing is made again
# TOPOLOGY: tgt2
# TIMEOUT: 180
# GUESTS: 2
# TAGS: array

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"

PLACE=67108864		# past what fio writes

back()
{
	path_back p0
	path_back p1
	has_state p0 live && has_state p1 live
}

pr_states_are()
{
	echo "$(path_get p0 pr_state) $(path_get p1 pr_state)"
	[ "$(path_get p0 pr_state) $(path_get p1 pr_state)" = "$1 $1" ]
}

# holds: 29 tests.
holds()
{
	check "register" pr "$dev" register 0 a1
	check "reserve" pr "$dev" reserve a1 5
	fio_verify_bg io "$dev" --runtime=86400
	mark p0
	check "fio writes" wait_for 20 carries p0
	check "they meet" meet reserved
	check "the other one has tried" meet tried
	log_mark
	check "the array is killed" host array lu0 kill
	check "and started" host array lu0 start
	mark p0
	mark p1
	check "both paths are live" wait_for 60 back
	check "p0 carries I/O" wait_for 60 carries p0
	check "p1 carries I/O" wait_for 60 carries p1
	check "the registration is known to be gone" wait_for 30 has_value "$node" pr_key none
	check_eq "that is said once" "$(said "$node: its registration is gone" | wc -l)" 1
	check "by both paths" wait_for 20 pr_states_are none
	check_eq "nobody is registered" "$(keys "$dev")" ""
	check_eq "and nothing reserved" "$(holder "$dev")" none
	check "p0 goes" path_down unplug p0
	check "p0 comes" path_up unplug p0
	check_eq "and is not registered either" "$(keys "$dev")" ""
	check "they meet" meet restarted
	check "the other one has written" meet written
	check "register again" pr "$dev" register 0 a2
	check "reserve again" pr "$dev" reserve a2 5
	check_eq "both paths are registered" "$(keys "$dev")" "a2 a2 "
	check "they meet" meet again
	check "fio saw no error" fio_stop io
	check "the host has the same data" same_on_host "$dev" lu0 0 16777216
	check_eq "no I/O had a conflict, none failed for want of a path" \
		"$(get "$node" stats | of /dev/stdin errors_conflict) $(get "$node" no_path_errors)" "0 0"
	check "release" pr "$dev" release a2 5
	check "unregister" pr "$dev" register a2 0
}

# tries: 10 tests, of the other one.
tries()
{
	check "they meet" meet reserved
	check "it cannot write" conflicts write_4k "$dev" $PLACE
	check "it says so" meet tried
	check "the array has restarted" meet restarted
	# What it is told first is that the array is not as it was.
	check "it writes: the array has forgotten" write_4k "$dev" $PLACE
	check_eq "it does not register" "$(get "$node" pr_key)" unknown
	check "it says so" meet written
	check "it is reserved again" meet again
	check "it cannot write" conflicts write_4k "$dev" $PLACE
	check_eq "no path of it is out of use" "$(path_state p0) $(path_state p1)" "live live"
}

if [ "$LAB_GUEST" -eq 0 ]; then plan 30; else plan 11; fi
need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
if [ "$LAB_GUEST" -eq 0 ]; then
	holds
else
	tries
fi
check "they meet" meet end
