#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: RESERVE and RELEASE while the path that holds the reservation is silent or gone, or holds it with a key of which vmpath does not know
# TOPOLOGY: stub2
# TIMEOUT: 300
# TAGS: array
# PLAN: 94

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"

# goes, comes: the path that is asked first, and holds the reservation; 2 and 3 tests.
goes()
{
	check "$first goes" host unplug "$first"
	check "it has gone" wait_for 20 has_state "$first" none
}

comes()
{
	check "$first comes" host plug "$first"
	check "both paths are live" wait_for 60 both_live
	check "and registered" wait_for 20 keys_are "$dev" "a1 a1 "
}

# reserved TYPE: by that path; 3 tests.
reserved()
{
	check "a RELEASE of nothing" find_first a1
	check "type $1: reserved" pr "$dev" reserve a1 "$1"
	check_eq "the array says so" "$(holder "$dev")" "a1 $1"
}

released()
{
	check "released: $*" pr "$dev" "$@"
	check_eq "the array says so" "$(holder "$dev")" none
}

ended()
{
	! kill -0 "$1" 2>/dev/null
}

writes_conflict()
{
	conflicts timeout $((20 * LAB_SCALE)) dd if=/dev/zero of="$dev" oflag=direct bs=4096 \
		count=1 conv=notrunc status=none
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
# What is out of use again and again need not wait.
put "$node" path_health_secs 0
put "$node" no_path_timeout_ms 120000
check "all are registered" pr "$dev" register 0 a1

# Who holds it does not answer when it is reserved again: it stays ours.
for type in 5 3; do
	reserved $type
	check "$first keeps its answer" host array "$first" pr mute
	check "reserved again" pr "$dev" reserve a1 $type
	check "$first is out of use" state_is "$first" no-answer
	check_eq "the array says so" "$(holder "$dev")" "a1 $type"
	check "we write" write_4k "$dev" 4096
	check "$first answers" host array "$first" pr good
	check "both paths are live" wait_for 60 both_live
	check "we write" write_4k "$dev" 4096
	released release a1 $type
done

# A path that holds nothing releases it with success, and does not tell who holds it then.
for type in 5 3; do
	reserved $type
	goes
	check "$other keeps its answer" host array "$other" pr mute in
	sent=$(outs "$other")
	pr "$dev" release a1 $type &
	asked=$!
	check "it has got RELEASE" wait_for 5 got_more "$other" "$sent"
	check "$other is out of use" wait_for 20 state_is "$other" no-answer
	check_fails "it is not told that it was released" wait_for 12 ended $asked
	check_eq "nor was it to take the reservation over" "$(outs "$other")" $((sent + 1))
	check "it answers" host array "$other" pr good
	check "it was released" pr_ends 0 wait $asked
	check_eq "the array says so" "$(holder "$dev")" none
	comes
done

# What is released is of another type than what is held: the array refuses that, as by the holder.
reserved 5
goes
check "RELEASE of type 6 is refused" pr_ends 5 pr "$dev" release a1 6
check_eq "it is held still" "$(holder "$dev")" "a1 5"
released release a1 5
comes

# A path has lost its registration, and the array has that answered as LIO does.
check "a RELEASE of nothing" find_first a1
check "$first loses its registration" host array "$first" pr set 0
check "and is told so" host array "$first" pr 02 08 00
check "reserved" pr "$dev" reserve a1 5
check_eq "the array says so" "$(holder "$dev")" "a1 5"
check "both paths are live" wait_for 60 both_live
check "and registered" wait_for 20 keys_are "$dev" "a1 a1 "
released release a1 5

# A key that the array has, of which vmpath does not know: the other path is no holder, and it is
# told so when the holder has gone.
check "unregistered" pr "$dev" register a1 0
check "p0 has a key" host array p0 pr set a1
check "p1 has a key" host array p1 pr set a1
reserved 1
check "we write" write_4k "$dev" 4096
goes
check "what the other path may not is a conflict" writes_conflict
check "registered after all" pr "$dev" ignore a1
comes
