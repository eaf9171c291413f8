#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: what small reads cost on the raw disk, in remap mode and in fast recovery
# TOPOLOGY: scsi2-lu4
# PLAN: 1
# TIMEOUT: 600
# TAGS: bench

# For `tests/run.py --accel count bench-modes`: instructions for an I/O, fio's own included.
set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-bench.sh
. "$(dirname "$0")/lib-bench.sh"

ios=${BENCH_IOS:-4000}

# cost FILE DEPTH: sets $cost, in instructions, less what fio takes to begin and to end.
cost()
{
	run "$1" 1 $((32 * $2)) "--iodepth=$2"
	start=$spent
	run "$1" 1 $((ios + 32 * $2)) "--iodepth=$2"
	cost=$(((spent - start) * 1000 / ios))
}

need_vmp lu0 lu1
node=$(vmp_of lu0)
put "$node" host_cache_none 1
put "$node" check_secs 86400
spare=$(paths_of lu1 | head -n 1)
raw=$(disk_of "$spare")
echo 0 >"$SYS/disks/$raw/claim"
wait_for 10 has_verdict "$spare" refused
for disk in "$raw" "$(disk_of p0)" "$(disk_of p1)"; do
	echo none >"/sys/block/$disk/queue/scheduler"
done
row depth raw remap "" fast ""
for depth in 1 4 32; do
	put "$node" fast_recovery 0
	cost "/dev/$raw" $depth
	base=$cost
	cost "/dev/$node" $depth
	remap=$cost
	put "$node" fast_recovery 1
	cost "/dev/$node" $depth
	row $depth $base $remap "$((remap * 100 / base)) %" $cost "$((cost * 100 / base)) %"
done
pass "measured"
