#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: latency: a slow path gets hardly any I/O, and its share again when it is well
# TOPOLOGY: scsi2-blk2
# PLAN: 14
# TIMEOUT: 180

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-policy.sh
. "$(dirname "$0")/lib-policy.sh"

need_vmp lu0 lu1

# The path that was slow has a share as a good one has. It is asked once in a second of I/O.
shares()
{
	spread "$1" "$2" "/dev/$node" --time_based --runtime="$LAB_SCALE"
	between 20 80
}

# slow LU PATH PATH: 7 tests
slow()
{
	node=$(vmp_of "$1")
	put "$node" iopolicy latency
	check_eq "$1: the policy is set" "$(get "$node" iopolicy)" latency
	check "$1: paths that are alike share" wait_for 20 shares "$2" "$3"
	host throttle "$2" 5
	spread "$2" "$3" "/dev/$node" --time_based --runtime=2
	spread "$2" "$3" "/dev/$node" --time_based --runtime=4
	check "$1: a slow path gets less than a thirtieth" test "$second" -gt $((first * 30))
	check "$1: it is measured now and then" test "$first" -gt 0
	spread "$2" "$3" "/dev/$node" --time_based --runtime=2 --iodepth_batch=8
	check "$1: no batch goes there" test "$second" -gt $((first * 15))
	host throttle "$2" off
	check "$1: well again, it has its share again" wait_for 20 shares "$2" "$3"
	check_eq "$1: no error" "$(path_get "$2" errors)$(path_get "$3" errors)" 00
}

slow lu0 p0 p1
slow lu1 p2 p3
