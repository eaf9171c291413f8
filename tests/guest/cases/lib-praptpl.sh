# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib-pr.sh by the cases in which an array restarts that says nothing of it: LIO
# gives no unit attention, and every session that QEMU makes then is a new I_T nexus.

# writes_begin DEVICE: one after the other, until the first error or writes_end.
writes_begin()
{
	rm -f "$LAB_DIR/writes.stop"
	: >"$LAB_DIR/writes.done"
	(
		trap - EXIT
		set +e
		while [ ! -e "$LAB_DIR/writes.stop" ]; do
			write_4k "$1" 8192 2>"$LAB_DIR/writes.err" || break
			echo >>"$LAB_DIR/writes.done"
		done
		: >"$LAB_DIR/writes.over"
	) 9<&- &
	wait_for 20 writes_reach 4
}

# writes_reach N: so many have been done.
writes_reach()
{
	cat "$LAB_DIR/writes.err"
	[ "$(wc -l <"$LAB_DIR/writes.done")" -ge "$1" ]
}

# writes_go_on: some more are done, within the time that QEMU takes to connect again.
writes_go_on()
{
	wait_for 60 writes_reach $(($(wc -l <"$LAB_DIR/writes.done") + 20))
}

# writes_end: succeeds if none has failed.
writes_end()
{
	: >"$LAB_DIR/writes.stop"
	wait_for 60 test -e "$LAB_DIR/writes.over" || return 1
	rm -f "$LAB_DIR/writes.over"
	cat "$LAB_DIR/writes.err"
	[ ! -s "$LAB_DIR/writes.err" ]
}

# flap PATH [KIND]: 2 tests. It goes and comes back; its disk is unplugged without a KIND.
flap()
{
	check "$1 goes" path_down "${2:-unplug}" "$1"
	check "$1 comes back" path_up "${2:-unplug}" "$1"
}

# states_are STATE STATE: of the two paths, in any order.
states_are()
{
	lab_states="$(path_get p0 pr_state) $(path_get p1 pr_state)"
	echo "$lab_states"
	[ "$lab_states" = "$1 $2" ] || [ "$lab_states" = "$2 $1" ]
}

# restart: 2 tests.
restart()
{
	check "the array is killed" host array lu0 kill
	check "and started" host array lu0 start
}
