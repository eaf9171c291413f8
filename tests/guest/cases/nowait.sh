#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: REQ_NOWAIT: io_uring sends no I/O to workers, RWF_NOWAIT works, both transports
# TOPOLOGY: scsi2-blk2
# PLAN: 15
# TIMEOUT: 90
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

trace=/sys/kernel/tracing
event=$trace/events/io_uring/io_uring_queue_async_work
need_vmp lu0 lu1

# Workers of io_uring, anywhere.
workers()
{
	cat /proc/[0-9]*/task/[0-9]*/comm 2>/dev/null | grep -c '^iou-wrk' || :
}

# nowait LU: 7 tests
nowait()
{
	node=$(vmp_of "$1")
	echo >$trace/trace
	[ ! -e $event ] || echo 1 >$event/enable
	fio_bg "$1" --filename="/dev/$node" --rw=randrw --bs=4k --size=16m --direct=1 \
		--ioengine=io_uring --nonvectored=1 --iodepth=8 --time_based --runtime=4
	most=0
	while fio_running "$1"; do
		n=$(workers)
		[ "$n" -le "$most" ] || most=$n
		usleep 200000
	done
	check "$1: io_uring" fio_wait "$1" 30
	check_eq "$1: has no workers" "$most" 0
	punts=$(grep -c io_uring_queue_async_work: $trace/trace || :)
	[ ! -e $event ] || echo 0 >$event/enable
	if [ -e $event ]; then
		check_eq "$1: none was asked for" "$punts" 0
	else
		skip "$1: none was asked for" "no such trace event"
	fi
	check "$1: writes with RWF_NOWAIT" xfs_io -d -c "pwrite -q -N -V 1 0 4096" "/dev/$node"
	check "$1: pvsync2 with nowait" fio --name=nw --filename="/dev/$node" --rw=randread --bs=4k \
		--size=4m --number_ios=300 --direct=1 --ioengine=pvsync2 --nowait=1 \
		--ignore_error=EAGAIN,EAGAIN
	check "$1: verified, through io_uring" fio --name=v --filename="/dev/$node" --rw=randwrite \
		--bs=4k --size=2m --direct=1 --ioengine=io_uring --iodepth=32 --verify=crc32c
	check_eq "$1: no error" "$(cat /sys/block/"$node"/vmpath/paths/*/errors | tr -d '\n')" 00
}

nowait lu0
nowait lu1

# The fsync of io_uring always goes to a worker: would it have been seen?
if [ -e $event ]; then
	echo >$trace/trace
	echo 1 >$event/enable
	fio --name=f --filename="/dev/$node" --rw=write --bs=4k --size=64k --fsync=1 --direct=1 \
		--ioengine=io_uring >"$LAB_DIR/fsync" || note "fio failed"
	echo 0 >$event/enable
	check "a worker would have been seen" grep -q io_uring_queue_async_work: $trace/trace
else
	skip "a worker would have been seen" "no such trace event"
fi
