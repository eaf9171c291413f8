#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: which instructions a READ takes: raw disks, remap mode, fast recovery; small, large, in batches
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

ios=${BENCH_IOS:-20000}    # of the large ones 8000: a file has no more
targets=${BENCH_TARGETS:-raw.scsi remap.two.queue-depth fast.two.queue-depth raw.blk remap.blk}
patterns=${BENCH_PATTERNS:-randread-4k read-128k randread-4k-batch}
engines=${BENCH_ENGINES:-libaio io_uring}

# profile CELL IOS: what so many READs run is what NAME.2 has and NAME.1 has not, less what fio runs to
# begin and to end, which is between NAME.0 and NAME.1; NAME is CELL with commas.
profile()
{
	name=$(echo "$1" | tr / ,)
	spend 320 32
	spend $((8 * depth)) "$depth"
	host profile "$name.0"
	spend $((8 * depth)) "$depth"
	host profile "$name.1"
	spend $(($2 + 8 * depth)) "$depth"
	host profile "$name.2"
	note "profile $1 $2"
}

start_all
sed -n 's|^\([0-9a-f]*\) [tTwW] |# symbol \1 |p' /proc/kallsyms
for target in $targets; do
	begin_target "$target" || bail "cannot set up $target"
	for pattern in $patterns; do
		for engine in $engines; do
			pattern "$pattern"
			engine "$engine"
			n=$ios
			[ "$pattern" != read-128k ] || [ "$n" -lt 8000 ] || n=8000
			depth=$((4 * batch))
			profile "$target/$pattern/$engine/$depth" "$n"
		done
	done
	end_target "$target"
done
pass "measured"
