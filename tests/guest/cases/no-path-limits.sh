#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: no_path_timeout_ms=0 fails I/O at once, -1 lets it wait as long as it takes
# TOPOLOGY: scsi2-blk2
# PLAN: 14
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

load no_path_timeout_ms=2000
need_vmp lu0 lu1
node=$(vmp_of lu0)
other=$(vmp_of lu1)
check_eq "the parameter is every meta-node's time-out" "$(get "$other" no_path_timeout_ms)" 2000
put "$node" no_path_timeout_ms -1
for path in p0 p1 p2 p3; do
	check "$path goes" path_down unplug $path
done
read_bg forever "/dev/$node" once
read_bg bound "/dev/$other" once
check "2000: a READ fails" wait_for 15 read_failed bound
check_fails "-1: it still waits, and goes on to" wait_for 8 read_ended forever
check "-1: a path comes back" path_up unplug p0
check "-1: the READ ends" wait_for 15 read_ended forever
check "-1: without an error" read_ok forever

put "$node" no_path_timeout_ms 0
read_bg stream "/dev/$node"
check "0: the last path goes" host unplug p0
check "0: READs fail" wait_for 10 read_failed stream
check_fails "0: so does a new one" read_at "/dev/$node" 0
at_once()
{
	before=$(now)
	! read_at "/dev/$node" 0 && [ $(($(now) - before)) -lt $((150 * LAB_SCALE)) ]
}
check "0: at once" wait_for 10 at_once
