#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the last live path does not stall, and a stalled one has to do without another
# TOPOLOGY: scsi2-blk2
# PLAN: 30
# TIMEOUT: 150

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-stall.sh
. "$(dirname "$0")/lib-stall.sh"

need_vmp lu0 lu1
for lu in lu0 lu1; do
	slow=p0 other=p1
	[ $lu = lu0 ] || slow=p2 other=p3
	node=$(vmp_of $lu)
	put "$node" iopolicy round-robin
	put "$node" stall_timeout_ms 1000

	check "$lu: $other is out" path_put $other disable 1
	check "$lu: $slow hangs" host throttle $slow hang
	check "$lu: I/O is on it" park "$node" $slow
	check "$lu: for longer than it should be" wait_for 10 aged $slow 2000
	check_eq "$lu: it is live" "$(path_state $slow)" live
	check "$lu: $other comes back" path_put $other disable 0
	check "$lu: now $slow is stalled" wait_for 15 has_state $slow stalled
	check "$lu: I/O goes on" reads "$node"

	# No time-out at all: a moment without a path would show.
	put "$node" no_path_timeout_ms 0
	check "$lu: $other dies" host unplug $other
	check "$lu: $slow is live, for want of a better one" wait_for 5 has_state $slow live
	read_bg new "/dev/$node" once
	check_eq "$lu: no I/O has failed" "$(get "$node" no_path_errors)" 0
	check "$lu: $slow answers" host throttle $slow off
	check "$lu: new I/O ends well" wait_for 20 read_ok new
	check "$lu: and the old" parked_ok
	check_eq "$lu: no I/O has failed at all" "$(get "$node" no_path_errors)" 0
done
