#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path fails and heals every two seconds for a minute: held out, then back
# TOPOLOGY: scsi2-blk2
# PLAN: 8
# TIMEOUT: 180

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# How often both flapping paths came back.
returns()
{
	said "path ($(disk_of p1)|$(disk_of p3)) live" | wc -l
}

need_vmp lu0 lu1
for lu in lu0 lu1; do
	node=$(vmp_of $lu)
	put "$node" iopolicy round-robin
	put "$node" path_age_secs $((3 * LAB_SCALE))
	put "$node" path_health_secs $((60 * LAB_SCALE))
	# Not so much that a slow guest has time for nothing else.
	fio_verify_bg $lu "/dev/$node" --runtime=600 --rate_iops=200
done
log_mark
# Two seconds at most for it to fail, and two to come back: who is held does not.
held=0 rounds=0
end=$(($(now) + 6000))
while [ "$(now)" -lt $end ] || [ $rounds -lt 5 ]; do
	host fail p1 5
	host fail p3 5
	wait_for_not 2 has_state p1 live || :
	wait_for_not 2 has_state p3 live || :
	host heal p1
	host heal p3
	wait_for 2 has_state p1 live || :
	rounds=$((rounds + 1))
	! has_state p1 held || held=$((held + 1))
	! has_state p3 held || held=$((held + 1))
done >"$LAB_DIR/flaps"
note "held $held times at the end of $rounds rounds, $(returns) returns"
check "they were held out, mostly" test $held -ge $rounds
# 1 + 3 + 6 + 12 + 24 s between them, and a round that finds them live.
check "and came back seldom" test "$(returns)" -le 12
for lu in lu0 lu1; do
	path=p1
	[ $lu = lu0 ] || path=p3
	check "$lu: $path comes back" wait_for 60 has_state $path live
	check "$lu: fio saw no error" fio_stop $lu
	check "$lu: the host has the data" same_on_host "/dev/$(vmp_of $lu)" $lu 0 16777216
done
