#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path is live by a READ from before its sibling failed: it is in doubt until it has read again
# TOPOLOGY: scsi2-lu2
# PLAN: 8
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

# live_in_doubt PATH: it is, as soon as it is live. That is for a second, so no time is lost.
live_in_doubt()
{
	lab_dir=$(path_dir "$1")
	lab_until=$(($(now) + 4000 * LAB_SCALE))
	lab_state=none
	while [ "$lab_state" != live ] && [ "$(now)" -lt "$lab_until" ]; do
		usleep 20000
		read -r lab_state <"$lab_dir/state"
	done
	read -r lab_doubted <"$lab_dir/doubted"
	echo "$1: $lab_state, doubted $lab_doubted"
	[ "$lab_state $lab_doubted" = "live 1" ]
}

# p1 of lu0 and p3 of lu1 are on one HBA. A check is some READs: at one a second it lasts until
# p1 has failed, and the next one long enough to see the doubt.
need_vmp lu0 lu1
put "$(vmp_of lu0)" iopolicy round-robin
put "$(vmp_of lu1)" iopolicy round-robin
echo offline >"/sys/block/$(disk_of p3)/device/state"
check "I/O on lu1 goes on" reads "$(vmp_of lu1)"
check "p3 has failed" wait_for 10 has_state p3 failed
check "p3 answers, slowly" host throttle p3 1
echo running >"/sys/block/$(disk_of p3)/device/state"
check "it is being checked" wait_for 20 busy "$(disk_of p3)"
echo offline >"/sys/block/$(disk_of p1)/device/state"
check "I/O on lu0 goes on" reads "$(vmp_of lu0)"
check "p1 has failed" wait_for 10 has_state p1 failed
check "it is live, and in doubt" live_in_doubt p3
check "and then live without" wait_for 40 doubted p3 0
