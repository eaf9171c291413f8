#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an array stands still behind one path of an LU that nobody uses: a routine check finds out
# TOPOLOGY: tgt2-each
# PLAN: 8
# TIMEOUT: 150

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-stall.sh
. "$(dirname "$0")/lib-stall.sh"

need_vmp lu0
node=$(vmp_of lu0)
put "$node" check_secs 1
ios=$(path_get p1 ios)
check "the array of p1 stands still" host array p1 stop
check "p1 is stalled" wait_for 30 has_state p1 stalled
check_eq "not by I/O" "$(path_get p1 ios) $(path_get p1 inflight)" "$ios 0"
check "it says for how long" aged p1 3000
check "I/O goes by p0" reads "$node"
check "the array goes on" host array p1 cont
check "p1 comes back" wait_for 60 path_back p1
check_eq "it has failed nothing" "$(path_get p1 errors)" 0
