#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: fifty random moves of two target port groups under I/O that is verified
# TOPOLOGY: lio2
# TIMEOUT: 400
# TAGS: array
# PLAN: 8

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-alua.sh
. "$(dirname "$0")/lib-alua.sh"

MOVES=50

# some_state: one of them.
some_state()
{
	# shellcheck disable=SC2046 # words
	set -- $(rand 4) optimized non-optimized standby unavailable
	shift "$1"
	echo "$2"
}

need_vmp lu0
node=$(vmp_of lu0)
note "LAB_SEED=${LAB_SEED:-1}"
put "$node" no_path_timeout_ms 60000
io_bg "$node"
moves=0
while [ "$moves" -lt "$MOVES" ] && fio_running io; do
	path=p$(rand 2)
	state=$(some_state)
	note "$path $state"
	# Some by way of a transition, of up to a second.
	if [ "$(rand 3)" -eq 0 ]; then
		host array "$path" alua "$state" "$(rand 1000)"
	else
		host array "$path" alua "$state"
	fi
	pause=$(($(now) + $(rand 100)))
	while [ "$(now)" -lt "$pause" ]; do
		nap
	done
	moves=$((moves + 1))
done
check_eq "all moves were made" "$moves" "$MOVES"
check "both are optimized" wait_for 10 groups optimized optimized
check "both are live" wait_for 15 has_value "$node" state optimal
mark p0 p1
# Nobody is told that a path has become better: it is asked every thirty seconds at least.
check "p0 carries I/O" wait_for 45 carries p0
check "p1 carries I/O" wait_for 45 carries p1
check "fio saw no error" fio_stop io
check_eq "no I/O failed" "$(get "$node" no_path_errors)$(get "$node" target_errors)" 00
check "the host has the same data" same_on_host "/dev/$node" lu0 0 16777216
note "the array was asked to move $(asked) times"
