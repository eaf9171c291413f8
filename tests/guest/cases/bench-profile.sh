#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: which instructions a small READ takes: raw disks, remap mode, fast recovery; libaio, io_uring
# TOPOLOGY: bench
# PLAN: 1
# TIMEOUT: 1200
# TAGS: bench
# APPEND: nvme_core.multipath=Y transparent_hugepage=never norandmaps hugepages=16

# For `tests/bench.py --profile`; tests/bench/profile.py shows what it finds. Cells are as those
# of bench-instructions, and so is the guest. There are more I/Os, since what the guest does besides is
# not taken out.
set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-bench.sh
. "$(dirname "$0")/lib-bench.sh"
# shellcheck source=lib-benchpeer.sh
. "$(dirname "$0")/lib-benchpeer.sh"

ios=${BENCH_IOS:-20000}
targets=${BENCH_TARGETS:-raw.scsi remap.two.queue-depth fast.two.queue-depth raw.blk remap.blk}
engines=${BENCH_ENGINES:-libaio io_uring}
depth=4

# profile NAME: what $ios READs run is what NAME.2 has and NAME.1 has not, less what fio runs to
# begin and to end, which is between NAME.0 and NAME.1.
profile()
{
	spend 320 32
	spend $((8 * depth)) "$depth"
	host profile "$1.0"
	spend $((8 * depth)) "$depth"
	host profile "$1.1"
	spend $((ios + 8 * depth)) "$depth"
	host profile "$1.2"
	note "profile $1 $ios"
}

start_all
sed -n 's|^\([0-9a-f]*\) [tTwW] |# symbol \1 |p' /proc/kallsyms
for target in $targets; do
	begin_target "$target" || bail "cannot set up $target"
	for engine in $engines; do
		pattern "${BENCH_PATTERN:-randread-4k}"
		engine "$engine"
		profile "$target-$engine"
	done
	end_target "$target"
done
pass "measured"
