#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: fast recovery: disks are pulled under a queue of 64 commands, twenty times, and nothing is lost
# TOPOLOGY: scsi2
# PLAN: 25
# TIMEOUT: 240

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# seen PATH: what its disk has seen of bios, and the path of I/O: ended, and in flight.
seen()
{
	lab_find_disk "$1" || return 1
	seen_all=$(path_get "$1" ios) && seen_queue=$(path_get "$1" inflight) || return 1
	read -r reads _ _ _ writes _ _ _ queue _ <"/sys/block/$lab_disk/stat" || return 1
	seen_bios=$((reads + writes)) seen_queue=$((seen_queue - queue))
}

# busy PATH: the path has a long queue of commands at this moment.
busy()
{
	seen "$1" || return 1
	[ "$seen_queue" -ge 64 ]
}

# pull PATH: while it is slow, so that commands pile up there; then it comes back.
pull()
{
	host throttle "$1" 20 || return 1
	wait_for 20 busy "$1" || return 1
	all=$((all + seen_all)) bios=$((bios + seen_bios))
	[ "$fewest" -le "$seen_queue" ] || fewest=$seen_queue
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
round=0 all=0 bios=0 fewest=128	# of what fio has in flight
while [ $round -lt 20 ]; do
	path=p$((round % 2))
	round=$((round + 1))
	check "$round: $path is pulled and comes back" pull $path
done
commands=$((all - bios))
note "$bios I/Os as bios, $commands as commands; $fewest commands or more in flight"
check "most of the I/O went as commands" test $commands -gt $bios
check "fio saw no error" fio_stop io
check "the host has the same data" same_on_host "/dev/$node" lu0 0 33554432
check_eq "nothing failed for want of a path" \
	"$(get "$node" no_path_errors) $(get "$node" target_errors)" "0 0"
