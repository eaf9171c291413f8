# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib.sh by the cases that load and unload the module over and over
# while disks come and go: the hotplug aside, and how often it has happened. That
# it did happen between the first and the last cycle is a test, not a hope.

# The debug kernel is slower by as much, and a cycle there looks closer, so that half
# of what is left will do; however slow, some cycles there are.
cycles=$((100 / LAB_SCALE))
[ "${LAB_DEBUG:-0}" = 0 ] || cycles=$((cycles / 2))
[ "$cycles" -ge 10 ] || cycles=10
[ -n "${LAB_HOST:-}" ] || skip_all "needs the lab's host"

# A partition scan of the module's own node may have it open for a moment.
gone()
{
	! loaded || rmmod vmpath 2>"$LAB_DIR/rmmod" || {
		cat "$LAB_DIR/rmmod"
		return 1
	}
}

hotplug()
{
	while [ ! -e "$LAB_DIR/stop" ]; do
		for path in p1 p3; do
			host unplug $path && host plug $path && echo "$path" >>"$LAB_DIR/plugged" ||
				echo "$path" >>"$LAB_DIR/hotplug.err"
		done
	done
	: >"$LAB_DIR/hotplug.end"
}

hotplug_bg()
{
	: >"$LAB_DIR/plugged"
	: >"$LAB_DIR/hotplug.err"
	(
		trap - EXIT
		set +e
		hotplug
	) >"$LAB_DIR/hotplug" 2>&1 &
}

# swaps PATH: how often it has gone and come back until now.
swaps()
{
	grep -cx "$1" "$LAB_DIR/plugged" || :
}

# more_cycles DONE: there are cycles to go, or both disks have not gone and come
# back three times; but no more than four times the cycles.
more_cycles()
{
	[ "$1" -ge "$cycles" ] || return 0
	[ "$1" -lt $((4 * cycles)) ] || return 1
	[ "$(swaps p1)" -lt 3 ] || [ "$(swaps p3)" -lt 3 ]
}

# cycles_done DONE: five tests; the hotplug ends.
cycles_done()
{
	note "$1 cycles, p1 went and came $(swaps p1) times, p3 $(swaps p3) times"
	check "the cycles" test "$1" -ge "$cycles"
	check "p1 went and came meanwhile" test "$(swaps p1)" -ge 3
	check "and so did p3" test "$(swaps p3)" -ge 3
	: >"$LAB_DIR/stop"
	check "hotplug ends" wait_for 120 test -e "$LAB_DIR/hotplug.end"
	check_eq "every disk came and went" "$(cat "$LAB_DIR/hotplug.err")" ""
}
