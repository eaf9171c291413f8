#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an array dies and comes back with another LU while nothing is sent there: a unit attention gives it away
# TOPOLOGY: tgt2-each
# TIMEOUT: 240
# TAGS: array
# PLAN: 22

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-array.sh
. "$(dirname "$0")/lib-array.sh"
# shellcheck source=lib-swap.sh
. "$(dirname "$0")/lib-swap.sh"

# restarted LU: with another one behind p1.
restarted()
{
	host array p1 kill && host array p1 swap "$1" && host array p1 start
}

handlers()
{
	cat "/sys/block/$(disk_of p0)/device/dh_state" "/sys/block/$(disk_of p1)/device/dh_state"
}

handler=$(handlers)
need_vmp lu0
node=$(vmp_of lu0)
put "$node" iopolicy round-robin
check "the array dies and comes back as it was" restarted lu0
check "writes go well" writes
check "the path is live again" wait_for 40 has_state p1 live
check_eq "which is no error of the path" "$(path_get p1 errors)" 0
before=$(lu1_now)
check "the array dies and comes back with another LU" restarted lu1
unnoticed restarted
check "and again" restarted lu1
unnoticed again
check "the module goes" wait_for 20 unload
check_eq "and the disks have their device handler back" "$(handlers)" "$handler"
