#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path is live by a READ from before its sibling failed: it is in doubt until it has read again
# TOPOLOGY: scsi2-lu2
# PLAN: 9
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-stall.sh
. "$(dirname "$0")/lib-stall.sh"
# shellcheck source=lib-domain.sh
. "$(dirname "$0")/lib-domain.sh"

# live_in_doubt PATH
live_in_doubt()
{
	doubted "$1" 1 && has_state "$1" live
}

# p1 of lu0 and p3 of lu1 are on one HBA. One READ a second is slow enough to see the doubt.
need_vmp lu0 lu1
put "$(vmp_of lu0)" iopolicy round-robin
put "$(vmp_of lu1)" iopolicy round-robin
echo offline >"/sys/block/$(disk_of p3)/device/state"
check "I/O on lu1 goes on" reads "$(vmp_of lu1)"
check "p3 has failed" wait_for 10 has_state p3 failed
check "p3 is silent" host throttle p3 hang
echo running >"/sys/block/$(disk_of p3)/device/state"
check "it is being checked" wait_for 20 busy "$(disk_of p3)"
echo offline >"/sys/block/$(disk_of p1)/device/state"
check "I/O on lu0 goes on" reads "$(vmp_of lu0)"
check "p1 has failed" wait_for 10 has_state p1 failed
check "p3 answers, slowly" host throttle p3 1
check "it is live, and in doubt" wait_for 40 live_in_doubt p3
check "and then live without" wait_for 40 doubted p3 0
