#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an array restarts that keeps registrations (APTPL), and gives the guests new nexuses: they go on as before
# TOPOLOGY: lio2
# TIMEOUT: 600
# GUESTS: 2
# TAGS: array

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-prtypes.sh
. "$(dirname "$0")/lib-prtypes.sh"
# shellcheck source=lib-praptpl.sh
. "$(dirname "$0")/lib-praptpl.sh"

# count KEY: of the nexuses that have it.
count()
{
	keys "$dev" | tr ' ' '\n' | grep -c "^$1$" || :
}

# holder_type TYPE SECOND: 22 tests, of guest 0. SECOND is what its second path is, $how a path goes
holder_type()
{
	check "type $1: register" sg_persist -n -o -G -K 0 -S 0xa1 -Z "$dev"
	flap p0 $how
	check "type $1: reserve" pr "$dev" reserve a1 "$1"
	flap p1 $how
	check "type $1: they meet" meet "$1.before"
	check "type $1: it writes" writes_begin "$dev"
	log_mark
	restart
	check "type $1: it goes on to write, without being told anything" writes_go_on
	check "type $1: no write has failed" writes_end
	check "type $1: its paths are as they were" wait_for 20 states_are registered "$2"
	note "$(sg_persist -n -i -s "$dev" 2>&1)"
	check_eq "type $1: so is the reservation" "$(holder "$dev")" "a1 $1"
	check "type $1: both paths are registered" test "$(count a1)" -ge 2
	check "type $1: they meet" meet "$1.other"
	flap p0 $how
	check "type $1: it writes" write_4k "$dev" 4096
	check "type $1: they meet" meet "$1.checked"
	check "type $1: release" pr "$dev" release a1 "$1"
	check "type $1: unregister" pr "$dev" register a1 0
}

# counted N: of guest 1's nexuses. What one has lost keeps its registration.
counted()
{
	echo "$(count b1) are registered"
	[ "$(count b1)" -ge "$1" ]
}

# reads_if_may TYPE ROLE: 1 test.
reads_if_may()
{
	if may "$1" "$2" read; then
		check "type $1: it reads" read_at "$dev" 4096
	else
		check "type $1: it cannot read" conflicts read_at "$dev" 4096
	fi
}

# other_type TYPE: 23 tests, of guest 1.
other_type()
{
	check "type $1: register" sg_persist -n -o -G -K 0 -S 0xb1 -Z "$dev"
	flap p1 $how
	flap p0 $how
	kept=$(count b1)
	check "type $1: they meet" meet "$1.before"
	reads_if_may "$1" registered
	check "type $1: they meet" meet "$1.other"
	# Its registration is one of those that the array has kept.
	as_may "type $1, registered" "$dev" "$1" registered
	check "type $1: it is registered" test "$(count b1)" -ge 2
	check "type $1: and knows" wait_for 20 states_are registered registered
	flap p1 $how
	reads_if_may "$1" registered
	# Until both paths are registered anew, LIO takes an old nexus's registration for theirs.
	check "type $1: its new nexuses are registered" wait_for 20 counted $((kept + 2))
	check "type $1: and its paths" wait_for 20 states_are registered registered
	check "type $1: unregister" pr "$dev" register b1 0
	check "type $1: its paths know" wait_for 20 states_are none none
	as_may "type $1, unregistered" "$dev" "$1" none
	check "type $1: no path has failed" both_live
	check "type $1: they meet" meet "$1.checked"
}

if [ "$LAB_GUEST" -eq 0 ]; then plan 96; else plan 100; fi
need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
for type in 5 1 3 6; do
	# Of type 3 LIO does not tell its capacity to a disk that comes: see lib-prtypes.sh.
	how=unplug
	[ "$type" != 3 ] || how=disable
	check "they meet" meet "$type.begin"
	if [ "$LAB_GUEST" -eq 0 ]; then
		second=registered
		case $type in
		[13]) second=barred ;;
		esac
		holder_type "$type" $second
	else
		other_type "$type"
	fi
	check "they meet" meet "$type.end"
done
