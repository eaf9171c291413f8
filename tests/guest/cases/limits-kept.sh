#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: what the administrator sets in queue/ stays when paths go and come
# TOPOLOGY: scsi2
# PLAN: 16

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-limits.sh
. "$(dirname "$0")/lib-limits.sh"

# kept WHEN: 4 tests.
kept()
{
	check_eq "$1: max_sectors_kb" "$(queue "$node" max_sectors_kb)" 64
	check_eq "$1: read_ahead_kb" "$(queue "$node" read_ahead_kb)" 8192
	check_eq "$1: iostats" "$(queue "$node" iostats)" 0
	check_eq "$1: write_cache" "$(queue "$node" write_cache)" "write through"
}

need_vmp lu0
node=$(vmp_of lu0)
cd "/sys/block/$node/queue"
echo 64 >max_sectors_kb
echo 8192 >read_ahead_kb
echo 0 >iostats
echo "write through" >write_cache
cd /
path_put p1 disable 1
path_put p1 disable 0
check "a path that was disabled is back" wait_for 15 has_state p1 live
kept disabled
check "a path goes" host unplug p1
check "the meta-node knows" wait_for 15 has_value "$node" state degraded
kept gone
host plug p1
check "it comes back" wait_for 20 has_state p1 live
kept back
