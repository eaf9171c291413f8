#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: LIO swaps an LU at once: a unit attention gives it away, in front of scsi_dh_alua too
# TOPOLOGY: lio2
# TIMEOUT: 300
# TAGS: array
# PLAN: 31

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-array.sh
. "$(dirname "$0")/lib-array.sh"
# shellcheck source=lib-swap.sh
. "$(dirname "$0")/lib-swap.sh"

handler()
{
	cat "/sys/block/$(disk_of "$1")/device/dh_state"
}

# has_alua PATH: scsi_dh_alua serves its disk.
has_alua()
{
	[ "$(handler "$1")" = alua ] || echo alua >"/sys/block/$(disk_of "$1")/device/dh_state"
	[ "$(handler "$1")" = alua ]
}

# at_once NAME: 8 tests.
at_once()
{
	check "$1: the array swaps the LU" host array p1 swap lu1
	unnoticed "$1"
}

need_vmp lu0
node=$(vmp_of lu0)
put "$node" iopolicy round-robin
before=$(lu1_now)
at_once idle
wait_for 20 unload
modprobe scsi_dh_alua
check "scsi_dh_alua serves p0" has_alua p0
check "scsi_dh_alua serves p1" has_alua p1
need_vmp lu0
node=$(vmp_of lu0)
put "$node" iopolicy round-robin
at_once alua
check_eq "it is still there" "$(handler p1)" alua

# What the array had got when it swapped is beyond anybody, but it is not believed.
check "both paths carry I/O" under_load
for round in 1 2 3; do
	check "load $round: the array swaps the LU" host array p1 swap lu1
	check "load $round: the path is a mismatch" wait_for 40 has_state p1 mismatch
	check_eq "load $round: not one byte went to the other LU" "$(lu1_now)" "$before"
	host array p1 swap lu0
	wait_for 40 has_state p1 live
done
check "fio saw no error" fio_stop io
check "the host has the same data" same_on_host "/dev/$node" lu0 0 16777216
