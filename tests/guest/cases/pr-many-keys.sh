#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: READ KEYS tells of more keys than fit: paths come nevertheless, and who is fenced stays so
# TOPOLOGY: stub2
# TIMEOUT: 300
# TAGS: array
# PLAN: 88

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"

# both WORD...: for both ports.
both()
{
	host array p0 pr "$@" && host array p1 pr "$@"
}

# registered: with the array, and as far as vmpath knows; the crowd is away for that; 4 tests.
registered()
{
	check "the others leave" both crowd 0
	check_eq "$1: the array has our key twice" "$(keys "$dev")" "a1 a1 "
	check "$1: so vmpath says" states_are registered registered
	check "$1: we write" write_4k "$dev" 4096
}

states_are()
{
	state_is p0 "$1" && state_is p1 "$2"
}

# fenced WHAT: somebody reserves, and then preempts us, at once; 10 tests.
fenced()
{
	check "$1: somebody reserves" host array p0 pr other c1 1
	check "$1: we cannot write" conflicts write_4k "$dev" 4096
	check "$1: we are registered still" key_is 0x00000000000000a1
	check "$1: and we are preempted" both set 0
	check "$1: we cannot write, either" conflicts write_4k "$dev" 4096
	check "$1: vmpath knows why" wait_for 5 key_is none
	check "$1: nor can we then" conflicts write_4k "$dev" 4096
	check "the others leave" both crowd 0
	check_eq "$1: we are not registered" "$(keys "$dev")" "c1 "
	check "the other one goes" host array p0 pr other 0
}

# 300: all fit. 2000: they do not fit into the first answer. 9000: nor into a second one. And 2000
# where a host refuses that.
need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
put "$node" path_health_secs 0
for crowd in 300 2000 9000 2000-limited; do
	[ "$crowd" != 2000-limited ] || both limit 8192
	check "$crowd others are registered" both crowd "${crowd%-limited}"
	check "so are we" pr "$dev" register 0 a1
	check "p1 goes" host unplug p1
	check "it has gone" wait_for 20 has_state p1 none
	check "its registration, too" host array p1 pr set 0
	check "p1 comes" host plug p1
	check "both paths are live" wait_for 60 both_live
	registered "$crowd"
	check "$crowd others come again" both crowd "${crowd%-limited}"
	fenced "$crowd"
done
