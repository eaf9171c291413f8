#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a PREEMPT or CLEAR that the array carries out and does not answer is no conflict when another path sends it again
# TOPOLOGY: stub2
# TIMEOUT: 300
# TAGS: array
# PLAN: 103

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"

# back: the path answers; 3 tests.
back()
{
	check "$first answers" host array "$first" pr good
	check "both paths are live" wait_for 60 both_live
	check "the array has no other keys than these" wait_for 20 keys_are "$dev" "$1"
}

# unheard HOLDS COMMAND...: somebody else has a key, and a reservation of the type. We take that away,
# and are not told by the path that does it; 4 tests.
unheard()
{
	# shellcheck disable=SC2086 # none or one
	check "another guest is registered" host array p0 pr other c1 $1
	shift
	check "$first keeps its answer" host array "$first" pr mute
	check "done, and told so: $*" pr "$dev" "$@"
	check "$first is out of use" state_is "$first" no-answer
}

# interrupted CODE COMMAND...: likewise, but before another path sends it, something happens: $meanwhile.
# It ends with this exit code; 3 tests.
interrupted()
{
	code=$1
	shift
	check "$first keeps its answer" host array "$first" pr mute
	sent=$(outs "$first")
	pr "$dev" "$@" &
	asked=$!
	check "it has got: $*" wait_for 5 got_more "$first" "$sent"
	$meanwhile
	check "that ends with $code" pr_ends "$code" wait $asked
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
# What is out of use again and again need not wait.
put "$node" path_health_secs 0
check "all are registered" pr "$dev" register 0 a1

check "a RELEASE of nothing" find_first a1

# The victim holds nothing.
unheard "" preempt a1 c1 5
check_eq "nothing is reserved" "$(holder "$dev")" none
back "a1 a1 "

# It holds what we have then, by a path that is out of use.
for type in 5 3; do
	unheard $type preempt a1 c1 $type
	check_eq "it is ours now" "$(holder "$dev")" "a1 $type"
	check "we write" write_4k "$dev" 4096
	back "a1 a1 "
	check_eq "it is ours still" "$(holder "$dev")" "a1 $type"
	check "we write" write_4k "$dev" 4096
	check "and release it" pr "$dev" release a1 $type
	check_eq "nothing is reserved" "$(holder "$dev")" none
done
# An ABORT may wait for the victim's commands when its key has gone, and nobody can be asked.
check "another guest is registered" host array p0 pr other c1 6
check "$first keeps its answer" host array "$first" pr mute
check "not told that it is done: abort a1 c1 6" pr_ends 24 pr "$dev" abort a1 c1 6
check "$first is out of use" state_is "$first" no-answer
check_eq "it is ours now" "$(holder "$dev")" "a1 6"
check "before it answers, we release it" pr "$dev" release a1 6
check_eq "nothing is reserved" "$(holder "$dev")" none
back "a1 a1 "

# The host aborts what the array has done, and it is sent again by the same path.
check "another guest is registered" host array p0 pr other c1 5
check "$first is to abort it when it is done" host array "$first" pr 0b 47 00 "done"
check "done, and told so: preempt a1 c1 5" pr "$dev" preempt a1 c1 5
check_eq "it is ours now" "$(holder "$dev")" "a1 5"
check "both paths are live" both_live
for word in "clear a1" "register 0 a1" "register a1 b1" "register b1 0" "register 0 a1"; do
	check "$first is to abort it when it is done" host array "$first" pr 0b 47 00 "done"
	# shellcheck disable=SC2086 # words
	check "done, and told so: $word" pr "$dev" $word
	key=${word##* }
	[ "$word" = "clear a1" ] && key=0
	want="$key $key "
	[ "$key" = 0 ] && want=
	check_eq "so it is" "$(keys "$dev")" "$want"
done
# It says that its own way there has failed: it is the other path's then.
check "$first is to be cut off" host array "$first" pr 0b 08 00
check "reserved by the other path" pr "$dev" reserve a1 5
check "released" pr "$dev" release a1 5
back "a1 a1 "

# CLEAR.
unheard 5 clear a1
check_eq "nobody is registered" "$(keys "$dev")" ""
check "so vmpath says" key_is none
back ""

# All are preempted by somebody else, or one path has lost its registration, or a guest comes.
preempted()
{
	host array p0 pr set 0
	host array p1 pr set 0
}

lost()
{
	host array "$other" pr set 0
}

comes()
{
	host array p0 pr other d1
}

check "all are registered" pr "$dev" register 0 a1
check "another guest is registered" host array p0 pr other c1
meanwhile=lost
interrupted 0 preempt a1 c1 5
back "a1 a1 "
# It is not as it was to be: we are not registered, ...
check "another guest is registered" host array p0 pr other c1
meanwhile=preempted
interrupted 24 preempt a1 c1 5
back ""
# ... or somebody is.
check "all are registered" pr "$dev" register 0 a1
meanwhile=comes
interrupted 24 clear a1
back "d1 "
