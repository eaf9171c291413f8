#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: no path for longer than the time-out: EIO after it, and none before
# TOPOLOGY: scsi2-blk2
# PLAN: 22
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

fails_at_once()
{
	read_bg "$1" "/dev/$node" once
	wait_for 3 read_failed "$1"
}

need_vmp lu0 lu1
for lu in lu0 lu1; do
	first=p0 last=p1
	[ $lu = lu0 ] || first=p2 last=p3
	node=$(vmp_of $lu)
	put "$node" no_path_timeout_ms 5000
	fio_verify_bg $lu "/dev/$node" --runtime=600
	read_bg $lu "/dev/$node"
	check "$lu: one path goes" path_down unplug $first
	# The time counts from the loss, which is somewhere in between.
	before=$(now)
	check "$lu: the other path goes" path_down unplug $last
	after=$(now)
	check "$lu: the READs end" wait_for 30 read_ended $lu
	check "$lu: with EIO" read_failed $lu
	ended=$(read_end $lu)
	note "$lu: EIO $((ended - before)) to $((ended - after)) hundredths after the loss"
	check "$lu: not before the time-out" test $((ended - before)) -ge 500
	check "$lu: soon after it" test $((ended - after)) -le $((500 + 500 * LAB_SCALE))
	check_fails "$lu: fio gets an error too" fio_wait $lu 15
	# One that was to wait would do so for 5 s.
	check "$lu: by now a READ fails at once" wait_for 20 fails_at_once $lu
	check "$lu: a path comes back" path_up unplug $first
	check "$lu: and I/O goes on" read_at "/dev/$node" 0
	check "$lu: the data is right" same_on_host "/dev/$node" $lu 0 1048576
done
