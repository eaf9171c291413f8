#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: one error on one path: the I/O goes on, the path comes back
# TOPOLOGY: scsi2-blk2
# PLAN: 17
# TIMEOUT: 60
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# The mid-layer of SCSI tries an aborted command again, so there the error is not
# even seen. With virtio-blk each error reaches the module.
need_vmp lu0 lu1
for lu in lu0 lu1; do
	path=p1
	[ $lu = lu0 ] || path=p3
	other=p0
	[ $lu = lu0 ] || other=p2
	node=$(vmp_of $lu)
	put "$node" iopolicy round-robin
	check "$lu: the next READ on $path fails, only that" \
		host fail $path 5 read,once 0
	for i in 1 2 3 4; do
		read_at "/dev/$node" 0 || echo "READ $i"
	done >"$LAB_DIR/reads" 2>&1
	check_eq "$lu: no READ failed" "$(cat "$LAB_DIR/reads")" ""
	check_eq "$lu: the other path has no error" "$(path_get $other errors)" 0
	check "$lu: $path is live" wait_for 15 has_state $path live
	check "$lu: the meta-node is optimal" wait_for 5 has_value "$node" state optimal
	host heal $path
	check "$lu: every READ works" read_at "/dev/$node" 0
done
# The only path that there is errs once, and reads well when it is checked.
node=$(vmp_of lu1)
# What p3 was accused of has been looked into when it is live by a new check.
path_put p3 disable 1
path_put p3 disable 0
wait_for 15 has_state p3 live
path_put p2 disable 1
check "lu1: p2 is out of use" wait_for 10 has_state p2 disabled
check "lu1: the next READ on p3 fails, only that" host fail p3 5 read,once 0
check "lu1: it works all the same" read_at "/dev/$node" 0
check_eq "lu1: it was not the LU's error" "$(get "$node" target_errors)" 0
host heal p3
check_eq "lu1: the error was counted" "$(path_get p3 errors)" 2
