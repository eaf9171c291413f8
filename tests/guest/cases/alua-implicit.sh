#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the array moves an LU between its target port groups: I/O follows within a second
# TOPOLOGY: lio2
# TIMEOUT: 180
# TAGS: array
# PLAN: 26
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-alua.sh
. "$(dirname "$0")/lib-alua.sh"

check "the array alone moves p0's group" host array p0 access implicit
check "... and p1's" host array p1 access implicit
check "p1 is not optimized" host array p1 alua non-optimized
need_vmp lu0
node=$(vmp_of lu0)
check "p0 is optimized" access_is p0 optimized
check "p1 is not" access_is p1 non-optimized
check_eq "none is preferred" "$(path_get p0 preferred)$(path_get p1 preferred)" 00
io_bg "$node"
check "I/O goes by p0" wait_for 5 only p0 p1
from=p0
to=p1
for round in 1 2 3; do
	check "round $round: $to becomes optimized" host array $to alua optimized
	check "$from is not any more" host array $from alua non-optimized
	check "the module knows within a second" wait_for $prompt access_is $from non-optimized
	check "I/O goes by $to" wait_for 3 only $to $from
	lab_swap=$from
	from=$to
	to=$lab_swap
done
check_eq "both are live" "$(path_state p0) $(path_state p1)" "live live"
check "$from is not optimized, either" host array $from alua non-optimized
mark "$from" "$to"
check "I/O goes by $to" wait_for 5 carries "$to"
check "... and by $from" wait_for 5 carries "$from"
check "fio saw no error" fio_stop io
check "no path is blamed" no_blame "$node"
check "the host has the same data" same_on_host "/dev/$node" lu0 0 16777216
