#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: disks are pulled just while the module is loaded and takes them
# TOPOLOGY: scsi2-blk2
# PLAN: 3
# TIMEOUT: 150

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

rounds=$((9 / LAB_SCALE + 3))
note "seed ${LAB_SEED:-1}"
round=0
while [ "$round" -lt "$rounds" ]; do
	path=p$(rand 4)
	# Before or after the load, a little or not at all; both at the same time.
	(
		trap - EXIT
		sleep "0.$(printf %03d "$(rand 100)")"
		load
	) 9<&- &
	loader=$!
	sleep "0.$(printf %03d "$(rand 200)")"
	host unplug "$path"
	wait $loader
	case $path in
	p0 | p1) lu=lu0 ;;
	*) lu=lu1 ;;
	esac
	wait_for 30 has_vmp $lu || bail "round $round, $path: no meta-node for $lu"
	wait_for 30 read_at "/dev/$(vmp_of $lu)" 0 || bail "round $round, $path: no I/O"
	as_loaded $lu || bail "round $round, $path: fast recovery of $lu is not as loaded"
	host plug "$path"
	wait_for 30 has_state "$path" live || bail "round $round: $path is not live"
	wait_for 20 unload || bail "round $round: it cannot be unloaded"
	round=$((round + 1))
done
check_eq "the rounds" "$round" "$rounds"
need_vmp lu0 lu1
check_eq "all disks of lu0 are paths" "$(nr_paths "$(vmp_of lu0)")" 2
check_eq "all disks of lu1 are paths" "$(nr_paths "$(vmp_of lu1)")" 2
