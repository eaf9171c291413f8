#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: which instructions a small read takes, on the raw disk, in remap mode and in fast recovery
# TOPOLOGY: bench
# PLAN: 1
# TIMEOUT: 600
# TAGS: bench
# APPEND: transparent_hugepage=never norandmaps

# For `tests/run.py --accel profile bench-profile`; tests/bench/profile.py shows what it finds.
set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-bench.sh
. "$(dirname "$0")/lib-bench.sh"

ios=${BENCH_IOS:-4000}

# profile NAME FILE: what these reads run is between NAME.long and NAME.short.
profile()
{
	run "$2" 1 320 --iodepth=4
	host profile "$1.0"
	run "$2" 1 320 --iodepth=4
	host profile "$1.1"
	run "$2" 1 $((ios + 320)) --iodepth=4
	host profile "$1.2"
	note "$1 $ios IOs, $spent us"
}

need_vmp lu0 lu1
node=$(vmp_of lu0)
put "$node" host_cache_none 1
put "$node" check_secs 86400
raw=$(disk_of p2)
echo 0 >"$SYS/disks/$raw/claim"
wait_for 10 has_verdict p2 refused
for disk in "$raw" "$(disk_of p0)" "$(disk_of p1)"; do
	echo none >"/sys/block/$disk/queue/scheduler"
done
sed -n 's|^\([0-9a-f]*\) [tTwW] |# symbol \1 |p' /proc/kallsyms
profile raw "/dev/$raw"
profile remap "/dev/$node"
put "$node" fast_recovery 1
profile fast "/dev/$node"
pass "measured"
