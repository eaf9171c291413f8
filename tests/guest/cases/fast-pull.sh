#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: fast recovery: disks are pulled under a queue of 64 commands, twenty times, and nothing is lost
# TOPOLOGY: scsi2
# PLAN: 24
# TIMEOUT: 240

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# busy PATH: the path has a long queue at this moment.
busy()
{
	lab_n=$(path_get "$1" inflight)
	[ "$lab_n" -ge 64 ]
}

# pull PATH: while it is slow, so that commands pile up there; then it comes back.
pull()
{
	host throttle "$1" 20 || return 1
	wait_for 20 busy "$1" || return 1
	host unplug "$1" && wait_for 20 has_state "$1" none || return 1
	host throttle "$1" off
	host plug "$1" && wait_for 30 has_state "$1" live
}

need_vmp lu0
node=$(vmp_of lu0)
put "$node" host_cache_none 1
check "fast recovery is on" put "$node" fast_recovery 1
put "$node" path_age_secs 0
put "$node" iopolicy round-robin
put "$node" stall_timeout_ms 60000
fio_verify_bg io "/dev/$node" --runtime=1000 --iodepth=64 --numjobs=2 --offset_increment=16m
round=0
while [ $round -lt 20 ]; do
	path=p$((round % 2))
	round=$((round + 1))
	check "$round: $path is pulled and comes back" pull $path
done
check "fio saw no error" fio_stop io
check "the host has the same data" same_on_host "/dev/$node" lu0 0 33554432
check_eq "nothing failed for want of a path" \
	"$(get "$node" no_path_errors) $(get "$node" target_errors)" "0 0"
