#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the array behind one path is killed and started again twenty times: I/O goes on
# TOPOLOGY: tgt2-each
# PLAN: 6
# TAGS: array
# TIMEOUT: 400

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

need_vmp lu0
node=$(vmp_of lu0)
put "$node" iopolicy round-robin
put "$node" stall_timeout_ms 1000
fio_verify_bg io "/dev/$node" --numjobs=3 --offset_increment=16m --runtime=86400
rounds=0 out=0
while [ $rounds -lt 20 ]; do
	host array p1 kill || bail "p1's array cannot be killed"
	# libiscsi tries to connect again by itself, and for ever: the path may be
	# stalled, or failed, or its I/O may just wait.
	! wait_for 5 lab_not has_state p1 live || out=$((out + 1))
	host array p1 start || bail "p1's array does not start"
	wait_for 40 path_back p1 || bail "p1 does not come back in round $rounds"
	rounds=$((rounds + 1))
done
note "of $rounds times p1 was out of use in $out"
check "it was out of use, mostly" test $((2 * out)) -gt $rounds
check "p1 is live" wait_for 10 has_state p1 live
check "the meta-node is optimal" wait_for 10 has_value "$node" state optimal
check "fio saw no error" fio_stop io
check "the host has the data" same_on_host "/dev/$node" lu0 0 50331648
check_eq "no I/O failed for want of a path" "$(get "$node" no_path_errors)" 0
