#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: persistent reservations of one guest: all paths registered, reservations of each type follow them
# TOPOLOGY: tgt2
# TIMEOUT: 240
# TAGS: array
# PLAN: 123

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node

check "a registration" pr "$dev" register 0 abc1
check_eq "both paths are registered" "$(keys "$dev")" "abc1 abc1 "
note "$(sg_persist -n -i -k "$dev"; sg_persist -n -i -r "$dev")"
check "without the key it is a conflict" pr_ends 24 pr "$dev" register 0 abc2
check_eq "which changes nothing" "$(keys "$dev")" "abc1 abc1 "
check "another key" pr "$dev" register abc1 abc2
check_eq "both paths have it" "$(keys "$dev")" "abc2 abc2 "
for type in 1 3 5 6 7 8; do
	note "type $type"
	check "type $type: reserve" pr "$dev" reserve abc2 $type
	note "$(holder "$dev")"
	check "type $type: written" write_4k "$dev" 4096
	check "type $type: read" read_at "$dev" 4096
	for p in p0 p1; do
		check "type $type: $p goes" host unplug $p
		check "type $type: it is gone" wait_for 20 has_state $p none
		check "type $type: written" write_4k "$dev" 4096
		check "type $type: read" read_at "$dev" 4096
		note "$(holder "$dev"), $(keys "$dev")"
		check "type $type: it comes back" host plug $p
		check "type $type: it is live" wait_for 20 has_state $p live
		note "$(holder "$dev"), $(keys "$dev")"
		check "type $type: written" write_4k "$dev" 4096
	done
	check "type $type: release" pr "$dev" release abc2 $type
	check_eq "type $type: it is released" "$(holder "$dev")" none
done
check_eq "no I/O had a conflict" "$(get "$node" stats | of /dev/stdin errors_conflict)" 0
check "unregistered" pr "$dev" register abc2 0
check_eq "no path is registered" "$(keys "$dev")" ""
