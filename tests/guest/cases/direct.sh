#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a READ or WRITE is a request of the path's disk at once, but with an I/O scheduler, in a batch, or where it is full
# TOPOLOGY: scsi2-blk2
# CONFIG: CONFIG_FTRACE
# PLAN: 27
# TIMEOUT: 120
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

trace=/sys/kernel/tracing

# bios PATH...: sets $bios, how many of eight READs came to these disks as bios
bios()
{
	echo >$trace/trace
	dd if="/dev/$node" of=/dev/null bs=4k count=8 iflag=direct 2>"$LAB_DIR/dd" || return 1
	bios=0
	for path in "$@"; do
		dev=$(tr : , <"/sys/block/$(disk_of "$path")/dev")
		bios=$((bios + $(grep -c "block_bio_queue: $dev R" $trace/trace || :)))
	done
}

# A thousand I/Os or more see each scheduler; the switch waits for those before.
switch_schedulers()
{
	round=0
	while [ $round -lt 5 ]; do
		round=$((round + 1))
		for name in none mq-deadline $more; do
			scheduler "$name" "$@" || return 1
			read -r reads _ _ _ writes _ <"/sys/block/$node/stat"
			wait_for 10 went_on $((reads + writes + 100)) || return 1
		done
	done
	scheduler none "$@"
}

went_on()
{
	read -r reads _ _ _ writes _ <"/sys/block/$node/stat"
	[ $((reads + writes)) -ge "$1" ]
}

# Of one I/O at a time there is often no room for another.
narrow()
{
	for path in "$@"; do
		depth=/sys/block/$(disk_of "$path")/device/queue_depth
		[ ! -w "$depth" ] || echo 1 >"$depth" || return 1
		echo 4 >"/sys/block/$(disk_of "$path")/queue/nr_requests" 2>/dev/null || :
	done
}

idle()
{
	for path in "$@"; do
		read -r reads writes <"/sys/block/$(disk_of "$path")/inflight"
		[ "$reads $writes" = "0 0" ] || return 1
		[ "$(path_get "$path" inflight)" = 0 ] || return 1
	done
	read -r reads writes <"/sys/block/$node/inflight"
	[ "$reads $writes" = "0 0" ]
}

# direct LU PATH...
direct()
{
	lu=$1
	shift
	node=$(vmp_of "$lu")
	check "$lu: no scheduler" scheduler none "$@"
	check "$lu: READs" bios "$@"
	check_eq "$lu: none of them was a bio of a path's disk" "$bios" 0
	check "$lu: mq-deadline" scheduler mq-deadline "$@"
	check "$lu: READs" bios "$@"
	if [ "$LAB_MODE" = fast ] && [ "$lu" = lu0 ]; then
		check_eq "$lu: none of these either, they are commands" "$bios" 0
	else
		check_eq "$lu: all of these were" "$bios" 8
	fi
	fio_verify_bg "$lu" "/dev/$node" --runtime=1000 --iodepth=16
	check "$lu: the scheduler is switched under load" switch_schedulers "$@"
	check "$lu: fio saw no error" fio_stop "$lu"
	check "$lu: the paths take one command at a time" narrow "$@"
	fio_verify_bg "$lu" "/dev/$node" --runtime=3 --iodepth=16 --numjobs=2 \
		--offset_increment=16m
	check "$lu: fio saw no error" fio_wait "$lu" 60
	check "$lu: the host has the same data" same_on_host "/dev/$node" "$lu" 0 33554432
	check_eq "$lu: no path has an error" "$(path_get "$1" errors) $(path_get "$2" errors)" "0 0"
	check "$lu: nothing is left over" wait_for 5 idle "$@"
}

need_vmp lu0 lu1
# A routine check reads by a bio.
put "$(vmp_of lu0)" check_secs 0
put "$(vmp_of lu1)" check_secs 0
more=
for name in bfq kyber; do
	! scheduler "$name" p0 2>/dev/null || more="$more $name"
done
note "besides none and mq-deadline there are:${more:- none}"
log_mark
echo 1 >$trace/events/block/block_bio_queue/enable
direct lu0 p0 p1
direct lu1 p2 p3
echo 0 >$trace/events/block/block_bio_queue/enable
check_fails "the kernel has nothing to say" said 'WARNING|BUG|over max'
