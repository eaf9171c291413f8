#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an array loses its reservations, and a path's array alone is away: vmpath goes by what the array says
# TOPOLOGY: tgt2
# TIMEOUT: 180
# TAGS: array
# PLAN: 27

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"

back()
{
	path_back p0
	path_back p1
	has_state p0 live && has_state p1 live
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node

# A path that is out of use meanwhile: registered, and unregistered, when it is back.
check "p0 is disabled" path_put p0 disable 1
check "register" pr "$dev" register 0 a1
check_eq "one path is" "$(keys "$dev")" "a1 "
check "reserve" pr "$dev" reserve a1 5
check "p0 is enabled" path_put p0 disable 0
check "it is live" wait_for 20 has_state p0 live
check_eq "and registered" "$(keys "$dev")" "a1 a1 "
check "p1 is disabled" path_put p1 disable 1
check "another key" pr "$dev" register a1 a2
check "p1 is enabled" path_put p1 disable 0
check "it is live" wait_for 20 has_state p1 live
check_eq "and has the new key" "$(keys "$dev")" "a2 a2 "
check_eq "and still holds the reservation" "$(holder "$dev")" "a2 5"
check "p1 is disabled" path_put p1 disable 1
check "unregister" pr "$dev" register a2 0
check "p1 is enabled" path_put p1 disable 0
check "it is live" wait_for 20 has_state p1 live
check_eq "and not registered" "$(keys "$dev")" ""

# tgtd keeps nothing over a restart.
check "register" pr "$dev" register 0 a3
log_mark
check "the array is killed" host array lu0 kill
check "and started" host array lu0 start
# The first command that comes there is told that it is not as it was.
check "it is read" in_time 60 dd if="$dev" of=/dev/null bs=4096 count=8 iflag=direct status=none
check "both paths are back" wait_for 60 back
check "the registration is known to be gone" wait_for 20 said "$node: its registration is gone"
check_eq "and is not made again" "$(keys "$dev")" ""
check "it can be made again" pr "$dev" register 0 a4
check "I/O goes on" write_4k "$dev" 4096
