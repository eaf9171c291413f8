#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path that crawls or hangs is stalled, I/O goes on by the other, it comes back
# TOPOLOGY: scsi2-blk2
# PLAN: 33
# TAGS: smoke
# TIMEOUT: 150

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-stall.sh
. "$(dirname "$0")/lib-stall.sh"

degraded()
{
	[ "$(get "$1" state)" = degraded ]
}

need_vmp lu0 lu1
for lu in lu0 lu1; do
	good=p0 slow=p1 how=1
	[ $lu = lu0 ] || good=p2 slow=p3 how=hang
	node=$(vmp_of $lu)
	log_mark
	fio_verify_bg $lu "/dev/$node" --runtime=600 --numjobs=2 --offset_increment=16m
	mark $good $slow
	check "$lu: $good carries I/O" wait_for 20 carries $good
	check "$lu: $slow carries I/O" wait_for 20 carries $slow
	check "$lu: $slow is throttled: $how" host throttle $slow $how
	# The throttle lets some more through before it bites.
	check "$lu: it is stalled" wait_for 10 has_state $slow stalled
	check "$lu: as its oldest I/O was 3 s old, 4 s at most" \
		said "$node: path $(disk_of $slow) stalled .oldest I/O 3[.][0-9] s"
	mark $good
	check "$lu: new I/O goes by $good" reads "$node"
	check "$lu: and so does fio's" wait_for 4 carries $good
	# One that crawls may have been back, and stalled again, if the guest is slow, too.
	check "$lu: the oldest I/O is known to be old" wait_for 30 aged $slow 3000
	check "$lu: the stall is counted" test "$(path_get $slow stalls)" -gt 0
	check_eq "$lu: and none of the other path" "$(path_get $good stalls)" 0
	check "$lu: the meta-node is degraded" wait_for 10 degraded "$node"
	check "$lu: $slow answers" host throttle $slow off
	check "$lu: it comes back" wait_for 20 has_state $slow live
	mark $slow
	check "$lu: and carries I/O" wait_for 10 carries $slow
	check "$lu: fio saw no error" fio_stop $lu
	check "$lu: without I/O there is no age" wait_for 4 idle $slow
done
check_eq "no I/O failed on the stalled paths" "$(path_get p1 errors) $(path_get p3 errors)" "0 0"
