#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: weight: a path of three times the weight has three times the I/O
# TOPOLOGY: scsi2-blk2
# PLAN: 24
# TIMEOUT: 150

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-policy.sh
. "$(dirname "$0")/lib-policy.sh"

need_vmp lu0 lu1

# queued PATH PATH: what is in flight on each, in $first and $second, while I/O waits.
queued()
{
	first=0 second=0
	at1=$(path_dir "$1")/inflight at2=$(path_dir "$2")/inflight
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		read -r n <"$at1"
		first=$((first + n))
		read -r n <"$at2"
		second=$((second + n))
		usleep 100000
	done
	note "in flight, ten looks: $first and $second"
}

# queues POLICY LOW HIGH: what of all that waits is on the first path, in per cent
queues()
{
	put "$node" iopolicy "$1"
	fio_bg "$1" --filename="/dev/$node" --rw=randread --bs=4k --size=16m --direct=1 \
		--ioengine=libaio --iodepth=32 --time_based --runtime=86400
	wait_for 10 deep
	queued "$a" "$b"
	check "$lu: $1: $2 to $3 % of the queue is on the heavy path" between "$2" "$3"
	fio_stop "$1" || bail "fio failed"
}

deep()
{
	[ $(($(path_get "$a" inflight) + $(path_get "$b" inflight))) -ge 30 ]
}

# weights LU PATH PATH: 12 tests
weights()
{
	lu=$1 node=$(vmp_of "$1") a=$2 b=$3
	check_eq "$1: 10 is what a path has" "$(path_get "$2" weight)" 10
	path_put "$2" weight 30
	check_eq "$1: a new weight is set" "$(path_get "$2" weight)" 30
	put "$node" iopolicy round-robin
	spread "$2" "$3" "/dev/$node" --number_ios=2000
	check "$1: round-robin: three in four" between 73 77
	spread "$2" "$3" "/dev/$node" --number_ios=2000 --iodepth=32 --iodepth_batch=32
	check "$1: in batches, too" between 70 80

	host throttle "$2" 100
	host throttle "$3" 100
	queues queue-depth 68 82
	path_put "$2" weight 100
	queues latency 60 99
	host throttle "$2" off
	host throttle "$3" off

	path_put "$2" weight 9
	put "$node" iopolicy single-active
	spread "$2" "$3" "/dev/$node" --number_ios=300
	check "$1: single-active takes the heavier one" between 0 0
	path_put "$2" weight 11
	spread "$2" "$3" "/dev/$node" --number_ios=300
	check "$1: and keeps it" between 0 0
	path_put "$3" disable 1
	spread "$2" "$3" "/dev/$node" --number_ios=300
	check "$1: until it is gone" between 100 100
	path_put "$3" disable 0
	check "$1: all are live again" wait_for 15 has_value "$node" state optimal
	put "$node" iopolicy queue-depth
	path_put "$2" weight 10
	spread "$2" "$3" "/dev/$node" --number_ios=1000 --iodepth=1
	check "$1: alike again: queue-depth is even at a depth of one" even
	check_eq "$1: no error" "$(path_get "$2" errors)$(path_get "$3" errors)" 00
}

weights lu0 p0 p1
weights lu1 p2 p3
