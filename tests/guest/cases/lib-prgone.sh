# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib-prtypes.sh: the path that made the reservation has gone, and stays away while
# its guest has something else done to the reservation. The other guest looks what the array has.

# by KEY TYPE PATH OTHER: 3 tests. Reserve by that path, and then use the other one, too.
by()
{
	check "$lab_tag: $4 is out of use" path_down disable "$4"
	check "$lab_tag: reserve by $3" pr "$dev" reserve "$1" "$2"
	check "$lab_tag: $4 is in use again" path_up disable "$4"
}

# each_key DEVICE: once. A path that takes over what another one held unregisters that.
each_key()
{
	keys "$1" | tr ' ' '\n' | sort -u | tr -d '\n'
}

sync()
{
	check "$lab_tag: they meet" meet "$type.gone.$1"
}

# acts TYPE: 27 tests, of the guest that reserves.
acts()
{
	lab_tag="type $1, its path away"
	check "$lab_tag: register" pr "$dev" register 0 "$me"
	sync registered
	by "$me" "$1" p0 p1
	check "$lab_tag: p0 goes" path_down unplug p0
	check "$lab_tag: preempt" pr "$dev" preempt "$me" "$it" "$1"
	sync preempted
	as_may "$lab_tag, preempted" "$dev" "$1" holder
	sync seen
	check "$lab_tag: release" pr "$dev" release "$me" "$1"
	sync released
	sync free
	check "$lab_tag: p0 comes" path_up unplug p0
	check_eq "$lab_tag: both are registered" "$(keys "$dev")" "$me $me "
	by "$me" "$1" p1 p0
	check "$lab_tag: p1 goes" path_down unplug p1
	sync reserved
	as_may "$lab_tag, reserved" "$dev" "$1" holder
	sync clear
	check "$lab_tag: clear" pr "$dev" clear "$me"
	sync cleared
	check "$lab_tag: p1 comes" path_up unplug p1
}

# looks TYPE: 21 tests, of the other one.
looks()
{
	lab_tag="type $1, the holder's path away"
	check "$lab_tag: register" pr "$dev" register 0 "$me"
	sync registered
	sync preempted
	check_eq "$lab_tag, preempted: the array has it" "$(holder "$dev")" "$(held_by "$it" "$1")"
	check_eq "$lab_tag, preempted: and who is registered" "$(each_key "$dev")" "$it"
	as_may "$lab_tag, preempted" "$dev" "$1" none
	sync seen
	sync released
	check_eq "$lab_tag, released: the array has nothing" "$(holder "$dev")" none
	check "$lab_tag, released: it writes" writes_all "$dev"
	sync free
	sync reserved
	check_eq "$lab_tag, reserved: the array has it" "$(holder "$dev")" "$(held_by "$it" "$1")"
	as_may "$lab_tag, reserved" "$dev" "$1" none
	sync clear
	sync cleared
	check_eq "$lab_tag, cleared: the array has nothing" "$(holder "$dev")" none
	check_eq "$lab_tag, cleared: nobody is registered" "$(keys "$dev")" ""
	check "$lab_tag, cleared: it writes" writes_all "$dev"
}

# all_gone: 151 tests. Each guest reserves with three of the types.
all_gone()
{
	need_vmp lu0
	node=$(vmp_of lu0)
	dev=/dev/$node
	me=a1 it=b1
	[ "$LAB_GUEST" -eq 0 ] || me=b1 it=a1
	guest=0
	for type in 1 3 5 6 7 8; do
		if [ "$LAB_GUEST" -eq "$guest" ]; then acts $type; else looks $type; fi
		check "type $type: they meet" meet "$type.gone.end"
		guest=$((1 - guest))
	done
	check_eq "no path has failed" "$(sed -n 's/^ms_\(failed\|held\) //p' \
		"/sys/block/$node/vmpath/paths"/*/stats | sort -u | tr '\n' ' ')" "0 "
}
