# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by the cases about queue limits.

# Of paths that are alike, the meta-node has just these.
# shellcheck disable=SC2034 # for the cases
same_limits="logical_block_size physical_block_size minimum_io_size optimal_io_size
max_sectors_kb max_hw_sectors_kb max_segments max_segment_size discard_granularity
discard_max_bytes write_zeroes_max_bytes write_cache fua rotational stable_writes
dma_alignment zoned"

# queue DISK ATTRIBUTE: of /sys/block/DISK/queue
queue()
{
	cat "/sys/block/$1/queue/$2"
}

queue_is()
{
	[ "$(queue "$1" "$2")" = "$3" ]
}

# flushes DISK: how many flush requests the disk has got
flushes()
{
	awk '{ print $16 }' "/sys/block/$1/stat"
}
