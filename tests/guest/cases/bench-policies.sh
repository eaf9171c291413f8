#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: what each policy costs: CPU time and rate of small reads, one job, four, in batches
# TOPOLOGY: scsi2-blk2
# PLAN: 2
# TIMEOUT: 600
# TAGS: bench

# CPU time is in tenths of a microsecond: with `tests/run.py --accel count bench-policies`
# that is a hundred instructions, and the rates say nothing; with others the rates are those of an
# emulation, good for comparing the lines of one run.
set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-bench.sh
. "$(dirname "$0")/lib-bench.sh"

ios=${BENCH_IOS:-4000}
need_vmp lu0 lu1
# mq-deadline, which a disk of one queue has, costs more than all else.
for path in p0 p1 p2 p3; do
	echo none >"/sys/block/$(disk_of $path)/queue/scheduler"
done

# cell JOBS FIO-ARGUMENT...: CPU us an I/O, less what fio itself takes to begin and to
# end; I/Os a second
cell()
{
	jobs=$1
	shift
	run "/dev/$node" "$jobs" 32 --iodepth=16 "$@"
	start=$spent
	run "/dev/$node" "$jobs" $((ios + 32)) --iodepth=16 "$@"
	printf ' %9s %7s' "$(((spent - start) * 10 / ios))" \
		"$(sed -n 's/.*IOPS=\([0-9.k]*\).*/\1/p' "$LAB_DIR/fio" | head -n 1)"
}

# table LU
table()
{
	node=$(vmp_of "$1")
	fio --name=warm --filename="/dev/$node" --rw=write --bs=1m --size=64m --direct=1 \
		>"$LAB_DIR/fio"
	for policy in queue-depth round-robin single-active cpu-affine latency; do
		put "$node" iopolicy $policy
		note "$(printf '%-4s %-14s' "$1" $policy; cell 1; cell 4;
			cell 1 --iodepth_batch_submit=8 --iodepth_batch_complete_min=8)"
	done
	pass "$1: measured"
}

note "                         one job         four jobs  one, in batches"
note "                      us/10  I/Os/s     us/10  I/Os/s     us/10  I/Os/s"
table lu0
table lu1
