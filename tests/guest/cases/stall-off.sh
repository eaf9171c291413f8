#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: stall_timeout_ms 0: no path stalls, and those that have come back
# TOPOLOGY: scsi2
# PLAN: 9

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-stall.sh
. "$(dirname "$0")/lib-stall.sh"

need_vmp lu0
node=$(vmp_of lu0)
put "$node" iopolicy round-robin
put "$node" stall_timeout_ms 0
check "p0 hangs" host throttle p0 hang
check "I/O is on it" park "$node" p0
check "for longer than by default" wait_for 15 aged p0 4000
check_eq "it is live" "$(path_state p0)" live
check "with a time-out it is stalled" put "$node" stall_timeout_ms 3500
check "soon" wait_for 2 has_state p0 stalled
check "the administrator wants no stalls" put "$node" stall_timeout_ms 0
check "p0 answers" host throttle p0 off
check "all of its I/O ends well" parked_ok
