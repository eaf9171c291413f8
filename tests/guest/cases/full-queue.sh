#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path hangs with its queue full: who waits for room does not keep the meta-node's own queue from being frozen
# TOPOLOGY: scsi2-blk2
# CONFIG: CONFIG_STACKTRACE
# PLAN: 17
# TIMEOUT: 120
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

READERS=16	# more than the path's disk takes

# Somebody waits for room in the queue of a path's disk.
full()
{
	for dir in $(waiting); do
		! grep -q blk_mq_get_tag "$dir/stack" || return 0
	done
	return 1
}

# The readers that are in the kernel for good.
waiting()
{
	for dir in /proc/[0-9]*; do
		read -r name 2>/dev/null <"$dir/comm" || continue
		[ "$name" != dd ] || ! grep -q '^State:.D' "$dir/status" 2>/dev/null || echo "$dir"
	done
}

# While it is in ->submit_bio() of the meta-node a task keeps that queue's reference.
in_submit_bio()
{
	for dir in $(waiting); do
		! grep -H vmp_ "$dir/stack" || return 0
	done
	return 1
}

# A limit is set, for which some kernels freeze the queue.
set_limit()
{
	timeout $((10 * LAB_SCALE)) sh -c "echo 128 >/sys/block/$node/queue/max_sectors_kb"
}

all_read()
{
	for reader in $(seq $READERS); do
		wait_for 30 read_ended "$lu.$reader" && read_ok "$lu.$reader" || return 1
	done
}

need_vmp lu0 lu1
for lu in lu0 lu1; do
	path=p0 other=p1
	[ $lu = lu0 ] || path=p2 other=p3
	node=$(vmp_of $lu)
	check "$lu: only $path is used" path_put $other disable 1
	put "$node" stall_timeout_ms 0
	echo 4 >"/sys/block/$(disk_of $path)/queue/nr_requests"
	check "$lu: $path hangs" host throttle $path hang
	for reader in $(seq $READERS); do
		read_bg "$lu.$reader" "/dev/$node" once
	done
	check "$lu: its queue is full" wait_for 20 full
	check_fails "$lu: nobody waits inside of the meta-node's" in_submit_bio
	check "$lu: its limits can be set" set_limit
	check "$lu: $path answers" host throttle $path off
	check "$lu: all have read" all_read
	check "$lu: $other is back" path_put $other disable 0
done
check_eq "no I/O had an error" "$(get "$(vmp_of lu0)" no_path_errors) $(get "$(vmp_of lu1)" no_path_errors)" "0 0"
