#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: one path refuses a registration: all are as they were; a path that comes and refuses stays out of use
# TOPOLOGY: stub2
# TIMEOUT: 120
# TAGS: array
# PLAN: 94

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"

REFUSES="05 55 04"	# INSUFFICIENT REGISTRATION RESOURCES

states_are()
{
	path_get p0 pr_state
	path_get p1 pr_state
	[ "$(path_get p0 pr_state) $(path_get p1 pr_state)" = "$1 $1" ]
}

# refused PATH OLD NEW KEYS STATE: 6 tests. Whether anything was to be rolled back depends on
# which path is asked first: $rolled counts.
refused()
{
	other=p0
	[ "$1" = p1 ] || other=p1
	before=$(outs $other)
	# shellcheck disable=SC2086 # words
	check "$1 is to refuse" host array "$1" pr $REFUSES
	check "$2 to $3: refused, as the path says it" pr_ends 5 pr "$dev" register "$2" "$3"
	[ $(($(outs $other) - before)) -ne 2 ] || rolled=$((rolled + 1))
	check_eq "the array has the keys from before" "$(keys "$dev")" "$4"
	check "so has vmpath" states_are "$5"
	check_eq "both paths are live" "$(path_state p0) $(path_state p1)" "live live"
	check "and write" write_4k "$dev" 4096
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
rolled=0
log_mark
refused p0 0 a1 "" none
refused p1 0 a1 "" none
check_eq "one of them had to be rolled back" $rolled 1
check "the log says so" said "refuses to be registered as the others are: none is"
check "all are registered" pr "$dev" register 0 a1
check_eq "with the array" "$(keys "$dev")" "a1 a1 "
refused p0 a1 b1 "a1 a1 " registered
refused p1 a1 b1 "a1 a1 " registered
check "p1 goes" host unplug p1
# shellcheck disable=SC2086 # words
{
	host array p1 pr $REFUSES
	host array p1 pr $REFUSES
	host array p1 pr $REFUSES
}
check "it comes, and refuses" host plug p1
check "it is kept out of use for that" wait_for 20 state_is p1 refused
check "in the end it lets itself be registered, and is live" wait_for 60 has_state p1 live

# What is out of use again and again need not wait.
put "$node" path_health_secs 0

for path in p0 p1; do
	# shellcheck disable=SC2086 # words
	check "$path is to refuse, all being cleared" host array $path pr $REFUSES clear
	check "refused" pr_ends 5 pr "$dev" register a1 b1
	check_eq "no path is registered" "$(keys "$dev")" ""
	check "both paths are live, or are again" wait_for 60 both_live
	check_eq "no path has been registered for that" "$(keys "$dev")" ""
	check "they are registered anew" pr "$dev" register 0 a1
	check_eq "with the array" "$(keys "$dev")" "a1 a1 "
done

# told CODE: the key cannot be changed; or it can be, once the path is registered anew.
told()
{
	if pr "$dev" register a1 b1; then
		keys_are "$dev" "b1 b1 "
	else
		[ $? = "$1" ]
	fi
}

# preempted LEFT CODE WORD...: 13 tests. Somebody preempts our key, and meets one path only, since
# the other has the new one already: it loses that, too. If the preempted path is asked first,
# nothing has changed on the other: LEFT is what is left then, twice.
preempted()
{
	alone=$1
	code=$2
	shift 2
	left=
	for path in p0 p1; do
		check "$path is to be preempted" host array $path pr "$@"
		check "the caller is told" told "$code"
		left="$left$(keys "$dev")"
		check "both paths are live, or are again" wait_for 60 both_live
		left="$left$(keys "$dev")"
		check "they are registered anew" pr "$dev" ignore a1
		check_eq "with the array" "$(keys "$dev")" "a1 a1 "
		check "both are live" both_live
	done
	check_eq "who had the new key already has none" "$left" "$alone$alone"
}

# One path alone that is not registered has lost that, and is registered anew.
preempted "b1 b1 " 24 lost
# shellcheck disable=SC2086 # words
preempted "a1 " 5 $REFUSES lost

# A key that is changed for the same takes nobody's away: who has lost it gets it again.
check "p1 is to lose it" host array p1 pr lost
check "the key is changed for the same" pr "$dev" register a1 a1
check "both are registered" wait_for 20 keys_are "$dev" "a1 a1 "
check "both are live, or are again" wait_for 20 both_live
check "so vmpath says" wait_for 10 states_are registered

# holding: which path holds a reservation of type 1.
holding()
{
	for lab_p in p0 p1; do
		! state_is $lab_p registered >"$LAB_DIR/holding" || echo $lab_p
	done
}

# held_states HOLDER: of the two paths; nobody holds it if that is none.
held_states()
{
	echo "$(path_get p0 pr_state) $(path_get p1 pr_state)"
	case $1 in
	p0) state_is p0 registered && state_is p1 barred ;;
	p1) state_is p0 barred && state_is p1 registered ;;
	*) states_are registered ;;
	esac
}

# Our key is to be taken back, and one path refuses: who has lost it is registered by its
# check, since the other one still is. What is reserved goes with the registration of who holds it,
# and stays gone; if that path had not been asked yet, or has refused, all is as it was.
rolled=0
for path in p0 p1; do
	check "it is reserved" pr "$dev" reserve a1 1
	held=$(holding)
	before=$(outs "$held")
	# shellcheck disable=SC2086 # words
	check "$path is to refuse to be unregistered" host array $path pr $REFUSES
	check "it does" pr_ends 5 pr "$dev" register a1 0
	check "both paths are live, or are again" wait_for 60 both_live
	check "they are registered" wait_for 10 keys_are "$dev" "a1 a1 "
	want="a1 1"
	if [ "$path" != "$held" ] && [ "$(outs "$held")" -gt "$before" ]; then
		want=none
		held=none
		rolled=$((rolled + 1))
	fi
	check_eq "with $path refusing, what is reserved is $want" "$(holder "$dev")" "$want"
	check "vmpath says so, and that they are registered" wait_for 10 held_states "$held"
	check "it is written" write_4k "$dev" 4096
done
check_eq "the one that held it was unregistered once" $rolled 1
