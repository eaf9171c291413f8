#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path over virtio-blk that joins a registered LU stays out of use, until the LU is registered no more
# TOPOLOGY: mixed-naa6
# NEEDS: sgio
# TIMEOUT: 120
# TAGS: array
# PLAN: 26

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"

conflicts_of()
{
	path_get "$1" stats | of /dev/stdin errors_conflict
}

check "virtio-blk is not there yet" host unplug p1
wait_for 20 lab_not has_disk p1
need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
check "register" pr "$dev" register 0 a1
check "reserve" pr "$dev" reserve a1 5
log_mark
check "virtio-blk comes" host plug p1
check "it cannot take part" wait_for 30 state_is p1 unable
check "which is said" wait_for 10 said \
	"$node: path $(disk_of p1) .*virtio-blk cannot take part in the reservations of the LU"
check_fails "it is not live" has_state p1 live
mark p0 p1
for n in 1 2 3 4 5 6 7 8; do
	write_4k "$dev" $((n * 4096))
	read_at "$dev" $((n * 4096))
done
check "I/O goes by virtio-scsi" carries p0
check_fails "and none by virtio-blk" carries p1
check_eq "there was no conflict" "$(conflicts_of p0) $(conflicts_of p1)" "0 0"
check "vmpathctl list has it so" sh -c "vmpathctl list $node | grep -qE '$(disk_of p1) .* unable\$'"
# The LU was registered first: reservations work on.
check_eq "SG_IO tells of keys" "$(sgio ioctl "$dev" PR_IN)" "PR_IN ok"
check_eq "which are ours" "$(keys "$dev")" "a1 "
check_eq "and so is the reservation" "$(holder "$dev")" "a1 5"
check "vmpathctl pr has it, too" sh -c "vmpathctl pr $node | grep -qE '^$(disk_of p1) .* unable\$'"
check "another key" pr "$dev" register a1 a2
check "release" pr "$dev" release a2 5
check "it is out of use still" state_is p1 unable
check "unregister" pr "$dev" register a2 0
check "now it comes into use" wait_for 60 has_state p1 live
check "and needs no registration" state_is p1 none
mark p1
put "$node" iopolicy round-robin
for n in 1 2 3 4 5 6 7 8; do
	write_4k "$dev" $((n * 4096))
done
check "it carries I/O" carries p1
log_mark
check_eq "from now on there are no reservations" "$(sgio pr "$dev" register 0 a1)" EOPNOTSUPP
check_eq "nor by SG_IO" "$(sgio ioctl "$dev" PR_OUT PR_IN | cut -d ' ' -f 2 | tr '\n' ' ')" \
	"EOPNOTSUPP EOPNOTSUPP "
check_eq "which is said once" "$(said "$node: no reservations" | wc -l)" 1
check_eq "p0 is live" "$(path_state p0)" live
