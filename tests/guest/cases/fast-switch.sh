#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: fast recovery is switched on and off a thousand times under I/O that is verified
# TOPOLOGY: scsi2
# PLAN: 7
# TIMEOUT: 180

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

SWITCHES=1000

# did: READs and WRITEs that the disks have seen as bios, and that the paths have done.
did()
{
	did_bios=0 did_all=0
	for lab_p in p0 p1; do
		lab_find_disk $lab_p
		read -r reads _ _ _ writes _ <"/sys/block/$lab_disk/stat"
		did_bios=$((did_bios + reads + writes))
		did_all=$((did_all + $(path_get $lab_p ios)))
	done
}

did_more()
{
	read -r reads _ _ _ writes _ <"$stat"
	[ $((reads + writes)) -gt "$before" ]
}

# Each switch waits until an I/O has ended since the last one: the mode was used.
switch_on_and_off()
{
	attr=/sys/block/$node/vmpath/fast_recovery
	stat=/sys/block/$node/stat
	round=0
	while [ $round -lt $SWITCHES ]; do
		round=$((round + 1))
		echo $((round % 2)) >"$attr"
		read -r reads _ _ _ writes _ <"$stat"
		before=$((reads + writes))
		tries=0
		# An I/O ends in a few looks; wait_for starts programs.
		until did_more || [ $tries -ge 1000 ]; do
			tries=$((tries + 1))
		done
		[ $tries -lt 1000 ] || wait_for 60 did_more || return 1
	done
}

need_vmp lu0
node=$(vmp_of lu0)
put "$node" stall_timeout_ms 60000	# a machine that stands still is no stalled path
put "$node" host_cache_none 1
fio_verify_bg io "/dev/$node" --runtime=1000 --numjobs=2 --offset_increment=16m --iodepth=16
did
bios=$did_bios all=$did_all
check "it is switched $SWITCHES times, with I/O in between" switch_on_and_off
did
bios=$((did_bios - bios)) commands=$((did_all - all - bios))
note "$bios I/Os as bios, $commands as commands"
check "some of the I/O went as bios" test $bios -ge $((SWITCHES / 4))
check "and some as commands" test $commands -ge $((SWITCHES / 4))
check "fio saw no error" fio_stop io
check "the host has the same data" same_on_host "/dev/$node" lu0 0 33554432
check_eq "no path has an error" "$(path_get p0 errors) $(path_get p1 errors)" "0 0"
check_eq "none is out of use" "$(path_state p0) $(path_state p1)" "live live"
