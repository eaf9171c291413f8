#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: guest instructions for an I/O, of vmpath, of the disks below it, and of others
# TOPOLOGY: bench
# PLAN: 1
# TIMEOUT: 5400
# TAGS: bench
# APPEND: nvme_core.multipath=Y transparent_hugepage=never norandmaps hugepages=16

# For tests/bench.py, with `--accel steady`: an instruction is a nanosecond there, and time in
# which the CPU is idle is not counted. What fio takes is part of it.
set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-bench.sh
. "$(dirname "$0")/lib-bench.sh"
# shellcheck source=lib-benchpeer.sh
. "$(dirname "$0")/lib-benchpeer.sh"

ios=${BENCH_IOS:-4000}
targets=${BENCH_TARGETS:-raw.scsi remap.two.queue-depth fast.two.queue-depth raw.blk remap.blk dm-linear dm-bio.round-robin dm-mq.queue-length raw.nvme nvme.numa}
patterns=${BENCH_PATTERNS:-randread-4k}
engines=${BENCH_ENGINES:-libaio}
depths=${BENCH_DEPTHS:-1 4 32}

# pattern NAME: sets $shape, fio's arguments, and $n, how many I/Os.
pattern()
{
	n=$ios
	case $1 in
	randread-4k) shape="--rw=randread --bs=4k --norandommap" ;;
	randwrite-4k) shape="--rw=randwrite --bs=4k --norandommap" ;;
	read-128k) shape="--rw=read --bs=128k --mem=shmhuge" ;;
	esac
}

engine()
{
	case $1 in
	libaio) shape="$shape --ioengine=libaio" ;;
	io_uring) shape="$shape --ioengine=io_uring --fixedbufs=1" ;;
	esac
}

# spend IOS: microseconds that these take of the CPU; $spent.
spend()
{
	spent=$(busy)
	# shellcheck disable=SC2086 # words
	fio --name=cell --thread=1 "--filename=$file" --size=1g --direct=1 $shape \
		"--iodepth=$depth" "--number_ios=$1" >"$LAB_DIR/fio" 2>&1 ||
		bail "fio failed: $(cat "$LAB_DIR/fio")"
	spent=$(($(busy) - spent))
}

# measure TARGET: a figure for each of its cells.
measure()
{
	for pattern in $patterns; do
		for engine in $engines; do
			pattern "$pattern"
			engine "$engine"
			depth=32
			spend 320    # the first one takes half a percent more or less
			for depth in $depths; do
				spend $((8 * depth))
				start=$spent
				spend $((n + 8 * depth))
				figure "$1/$pattern/$engine/$depth" \
					$(((spent - start) * 1000 / n)) instructions
			done
		done
	done
}

start_all
for target in $targets; do
	has_target "$target" || { note "$target: not in this kernel"; continue; }
	begin_target "$target" || bail "cannot set up $target"
	measure "$target"
	end_target "$target"
done
pass "measured"
