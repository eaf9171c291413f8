#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: FUA writes go to the disks as such where all paths take them
# TOPOLOGY: scsi2-fua
# PLAN: 7
# CONFIG: CONFIG_BLK_DEV_IO_TRACE
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-limits.sh
. "$(dirname "$0")/lib-limits.sh"

trace=/sys/kernel/tracing
[ -d $trace/events/block/block_rq_issue ] || skip_all "no trace events"
need_vmp lu0
node=$(vmp_of lu0)
check_eq "the disks have FUA" "$(queue "$(disk_of p0)" fua)$(queue "$(disk_of p1)" fua)" 11
check_eq "the meta-node has it" "$(queue "$node" fua)" 1
echo 1 >$trace/events/block/block_rq_issue/enable
defer "echo 0 >$trace/events/block/block_rq_issue/enable"

# issued: what was issued to the paths: "WFS", "W", "F" ... a line each
issued()
{
	sed -n 's/.*block_rq_issue: [0-9]*,[0-9]* \([A-Z]*\) .*/\1/p' $trace/trace
}

echo >$trace/trace
xfs_io -d -c "pwrite -q 0 4096" "/dev/$node"
check_eq "a plain write is a plain write" "$(issued | grep -c F)" 0
check "and was seen" sh -c "grep -q block_rq_issue: $trace/trace"
echo >$trace/trace
check "a write with O_DSYNC" xfs_io -d -c "pwrite -q -D -V 1 4096 4096" "/dev/$node"
note "$(issued | sort | uniq -c)"
check "is a write with FUA" sh -c "grep -q 'block_rq_issue: [0-9,]* WFS ' $trace/trace"
check "and the data is on the host" same_on_host "/dev/$node" lu0 4096 4096
