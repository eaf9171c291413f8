#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a target port group is unavailable: its path is out of use, then both; I/O waits
# TOPOLOGY: lio2
# TIMEOUT: 180
# TAGS: array
# PLAN: 22

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-alua.sh
. "$(dirname "$0")/lib-alua.sh"

check "the array alone moves p0's group" host array p0 access implicit
check "... and p1's" host array p1 access implicit
need_vmp lu0
node=$(vmp_of lu0)
io_bg "$node"
mark p0 p1
check "I/O goes by p0" wait_for 10 carries p0
check "... and by p1" wait_for 10 carries p1
check "p1 is unavailable" host array p1 alua unavailable
check "the path is standby within a second" wait_for 1 has_state p1 standby
check "and known to be unavailable" access_is p1 unavailable
check "I/O goes by p0 alone" wait_for 3 only p0 p1
check_eq "that is no fault" "$(get "$node" state)" optimal
check "p1 is optimized again" host array p1 alua optimized
check "the path is live" wait_for 10 has_state p1 live
mark p1
check "and carries I/O" wait_for 5 carries p1
check "both are unavailable" groups unavailable unavailable
check "I/O waits" wait_for 3 waits "$node"
check "p1 is not optimized now" host array p1 alua non-optimized
check "it is live" wait_for 5 has_state p1 live
check "I/O goes by p1" wait_for 3 only p1 p0
check "p0 is optimized" host array p0 alua optimized
check "I/O goes by p0 alone" wait_for 12 only p0 p1
check_eq "the array was not asked to move" "$(asked)" 0
check "fio saw no error" fio_stop io
check "no path is blamed" no_blame "$node"
