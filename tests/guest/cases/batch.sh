#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: what is submitted at once stays on a path, sixteen at most, and paths share all the same
# TOPOLOGY: scsi2-blk2
# PLAN: 26
# TIMEOUT: 120
# CONFIG: CONFIG_BLK_DEV_IO_TRACE

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-policy.sh
. "$(dirname "$0")/lib-policy.sh"

trace=/sys/kernel/tracing
[ -d $trace/events/block/block_bio_remap ] || skip_all "no trace events"
need_vmp lu0 lu1
echo 1 >$trace/events/block/block_bio_remap/enable
defer "echo 0 >$trace/events/block/block_bio_remap/enable"

# The interrupts of all disks so far.
interrupts()
{
	awk '/virtio[0-9]+-req/ { for (i = 2; i <= 3; i++) n += $i } END { print n + 0 }' \
		/proc/interrupts
}

# submit N: 960 reads, N at once; $ios, how often the path changed: $changes, the
# longest run on one path: $longest, interrupts of disks: $irqs
submit()
{
	echo >$trace/trace
	irqs=$(interrupts)
	spread "$a" "$b" "/dev/$node" --number_ios=960 "--iodepth=$1" "--iodepth_batch_submit=$1" \
		"--iodepth_batch_complete_min=$1" --cpus_allowed=0
	irqs=$(($(interrupts) - irqs))
	# 253,0: the path's number; <- (254,0): the meta-node's
	sed -n "s/.*block_bio_remap: \([0-9]*,[0-9]*\) .*<- ($dev) .*/\1/p" $trace/trace >"$LAB_DIR/remap"
	# shellcheck disable=SC2046 # three numbers
	set -- $(awk 'NR > 1 && $1 != last { changes++; run = 0 }
		{ run++; if (run > longest) longest = run; last = $1 }
		END { print NR, changes + 0, longest + 0 }' "$LAB_DIR/remap")
	ios=$1 changes=$2 longest=$3
	note "of $ios I/Os $changes went another way than the one before, at most $longest in a row;" \
		"$irqs interrupts"
}

# batches LU PATH PATH: 13 tests
batches()
{
	node=$(vmp_of "$1") a=$2 b=$3
	dev=$(tr : , <"/sys/block/$node/dev")
	put "$node" iopolicy round-robin
	submit 1
	check "$1: one by one: all are seen" test "$ios" -ge 960
	check "$1: each takes another path" test $((changes * 10)) -ge $((ios * 9))
	for policy in round-robin queue-depth latency; do
		put "$node" iopolicy $policy
		submit 8
		check "$1: $policy: eight at once stay together" test $((changes * 5)) -le "$ios"
		# latency keeps to a path that is the least bit better.
		[ $policy != latency ] || continue
		check "$1: $policy: and the next ones go elsewhere" test "$longest" -le 64
		check "$1: $policy: even" even
	done
	put "$node" iopolicy round-robin
	submit 32
	check "$1: of 32 at once 16 stay together" test $((changes * 10)) -le "$ios"
	check_eq "$1: not more" "$longest" 16
	check "$1: even" even
	check_eq "$1: no error" "$(path_get "$2" errors)$(path_get "$3" errors)" 00
}

batches lu0 p0 p1
batches lu1 p2 p3
