#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an array restarts that has kept no registration, and does not say so: vmpath finds out, and makes none; another guest may write from then on
# TOPOLOGY: lio2
# TIMEOUT: 240
# GUESTS: 2
# TAGS: array

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-praptpl.sh
. "$(dirname "$0")/lib-praptpl.sh"

# gone: 5 tests. The registration is, and nobody has made it again.
gone()
{
	check "it is known to be gone" wait_for 30 has_value "$node" pr_key none
	check "of both paths" wait_for 20 states_are none none
	check_eq "that is said once" "$(said "$node: its registration is gone" | wc -l)" 1
	check_eq "nobody is registered" "$(keys "$dev")" ""
	check_eq "and nothing reserved" "$(holder "$dev")" none
}

# shut_out TAG, let_in TAG: 3 and 2 tests of guest 1, which is never registered. Guest 0 has
# reserved, and the array has restarted.
shut_out()
{
	check "$1: guest 0 has reserved" meet "$1.reserved"
	check "$1: it cannot write" conflicts write_4k "$dev" 4096
	check "$1: it has tried" meet "$1.tried"
}

let_in()
{
	check "$1: the array has restarted, and guest 0 knows" meet "$1.restarted"
	check "$1: it writes" write_4k "$dev" 4096
}

# holder_guest: 42 tests, of guest 0.
holder_guest()
{
	check "register" pr "$dev" register 0 a1
	flap p0
	check "reserve" pr "$dev" reserve a1 5
	flap p1
	check "guest 1 may try" meet used.reserved
	check "it has" meet used.tried
	check "it writes" writes_begin "$dev"
	log_mark
	restart
	check "it goes on to write: nothing is reserved any more" writes_go_on
	check "no write has failed" writes_end
	gone
	check "guest 1 may try again" meet used.restarted
	flap p0
	check_eq "a path that comes is not registered" "$(keys "$dev")" ""

	# The same while nobody uses it: a routine check is all there is.
	check "it is looked at often" put "$node" check_secs 1
	check "register again" pr "$dev" register 0 a2
	check "reserve" pr "$dev" reserve a2 1
	check "it is written" write_4k "$dev" 4096
	check "guest 1 may try" meet idle.reserved
	check "it has" meet idle.tried
	log_mark
	restart
	gone
	check "guest 1 may try again" meet idle.restarted
	check "it is written" write_4k "$dev" 4096
	check "register again" pr "$dev" register 0 a3
	check_eq "both paths are" "$(keys "$dev")" "a3 a3 "
	check "reserve" pr "$dev" reserve a3 5
	check "guest 1 may try" meet again.reserved
	check "it has" meet again.tried
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
if [ "$LAB_GUEST" -eq 0 ]; then
	plan 42
	holder_guest
else
	plan 13
	shut_out used
	let_in used
	shut_out idle
	let_in idle
	shut_out again
fi
