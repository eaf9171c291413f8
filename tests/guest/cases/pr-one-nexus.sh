#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: paths that are one I_T nexus to the array: registered together, which the log says, and I/O goes on
# TOPOLOGY: stub3
# TIMEOUT: 120
# TAGS: array
# PLAN: 54

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"

states_are()
{
	lab_states=
	for lab_p in p0 p1 p2; do
		lab_states="$lab_states$(path_get $lab_p pr_state) "
	done
	echo "$lab_states"
	[ "$lab_states" = "$1 $1 $1 " ]
}

live()
{
	echo "$(path_state p0) $(path_state p1) $(path_state p2)"
	[ "$(path_state p0) $(path_state p1) $(path_state p2)" = "live live live" ]
}

# in_common N: the log says it of so many paths.
in_common()
{
	lab_said=$(said "$node: path .* has its I_T nexus in common with another one" | wc -l)
	echo "said $lab_said times"
	[ "$lab_said" = "$1" ]
}

# stands KEYS STATE: 4 tests.
stands()
{
	check_eq "the array has the keys" "$(keys "$dev")" "$1"
	check "vmpath has it so" states_are "$2"
	check "all paths are live" live
	check "and write" write_4k "$dev" 4096
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
put "$node" path_health_secs 0
check "all paths are one nexus" host array lu0 pr same
fio_verify_bg io "$dev" --offset=16m --size=16m

log_mark
check "REGISTER" pr "$dev" register 0 a1
stands "a1 " registered
check "the log says what they are" in_common 2
log_mark
check "another key" pr "$dev" register a1 a2
stands "a2 " registered
check "the log says so again" in_common 2
log_mark
check "REGISTER AND IGNORE" pr "$dev" ignore a3
stands "a3 " registered
check "of which nobody can tell it" in_common 0

# The path that is asked last refuses: all others are to have their key back, together.
for path in p0 p1 p2; do
	host array $path pr 05 55 04
	check "$path refuses" pr_ends 5 pr "$dev" register a3 b1
	stands "a3 " registered
done

for type in 5 1; do
	check "RESERVE, type $type" pr "$dev" reserve a3 $type
	check_eq "it is ours" "$(holder "$dev")" "a3 $type"
	check "I/O goes on" write_4k "$dev" 8192
	check "a path goes" path_put p1 disable 1
	check "and comes" path_put p1 disable 0
	check "all are live" wait_for 20 live
	check "RELEASE" pr "$dev" release a3 $type
done
check "unregister" pr "$dev" register a3 0
stands "" none
check "fio saw no error" fio_stop io
