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
# Targets that are measured with some of these alone: NAME/PATTERN,PATTERN/DEPTH,DEPTH
brief=${BENCH_BRIEF:-}

# cells_of TARGET: sets $own_patterns and $own_depths.
cells_of()
{
	own_patterns=$patterns own_depths=$depths
	for word in $brief; do
		[ "${word%%/*}" = "$1" ] || continue
		word=${word#*/}
		own_patterns=$(echo "${word%/*}" | tr , ' ')
		own_depths=$(echo "${word#*/}" | tr , ' ')
	done
}

# measure TARGET: a figure for each of its cells.
measure()
{
	cells_of "$1"
	for pattern in $own_patterns; do
		for engine in $engines; do
			pattern "$pattern"
			engine "$engine"
			spend 320 32    # the first one takes half a percent more or less
			for depth in $own_depths; do
				[ "$depth" -ge "$batch" ] || continue
				spend $((8 * depth)) "$depth"
				start=$spent
				spend $((ios + 8 * depth)) "$depth"
				row "$1/$pattern/$engine/$depth" $((8 * depth)) "$start" \
					$((ios + 8 * depth)) "$spent"
				figure "$1/$pattern/$engine/$depth" \
					$(((spent - start) * 1000 / ios)) instructions
			done
		done
	done
}

start_all
row cell I/Os us I/Os us
for target in $targets; do
	has_target "$target" || { note "$target: not in this kernel"; continue; }
	begin_target "$target" || bail "cannot set up $target"
	measure "$target"
	end_target "$target"
done
pass "measured"
