#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an LU that virtio-blk has a part in has no reservations, by whatever way they are asked for
# TOPOLOGY: mixed
# NEEDS: sgio
# TIMEOUT: 120
# PLAN: 22

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-ctl.sh
. "$(dirname "$0")/lib-ctl.sh"

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
chmod 644 "$dev" "/dev/$(disk_of p0)"
log_mark
for words in "register 0 a1" "ignore 0 a1" "reserve a1 1" "release a1 1" "preempt a1 b1 1" \
	"abort a1 b1 1" "clear a1"; do
	# shellcheck disable=SC2086 # words
	check_eq "$words: not supported" "$(sgio pr "$dev" $words)" EOPNOTSUPP
done
check_eq "nor by SG_IO" "$(sgio ioctl "$dev" PR_OUT)" "PR_OUT EOPNOTSUPP"
check_eq "nor is it told who has any" "$(sgio ioctl "$dev" PR_IN)" "PR_IN EOPNOTSUPP"
# Kernels from 7 on have an ioctl for that.
case $(uname -r) in
6.*) want=ENOTTY ;;
*) want=EOPNOTSUPP ;;
esac
check_eq "keys, by the kernel's ioctl" "$(sgio pr "$dev" keys 4)" $want
check_eq "the holder, likewise" "$(sgio pr "$dev" holder)" $want
check_eq "to others SG_IO is as on the disk" "$(sgio as 1000 sgio ioctl "$dev" PR_IN PR_OUT)" \
	"$(sgio as 1000 sgio ioctl "/dev/$(disk_of p0)" PR_IN PR_OUT)"
check_eq "that is said once" "$(said "$node: no reservations: it has paths over virtio-blk" | wc -l)" 1
check "vmpathctl pr fails" ends 1 vmpathctl pr "$node"
check "and says why" grep -q "over virtio-blk, which knows none" "$LAB_DIR/err"
check "virtio-scsi goes" host unplug p0
check "it is gone" wait_for 20 has_state p0 none
check_eq "with virtio-blk alone: not supported" "$(sgio pr "$dev" register 0 a1)" EOPNOTSUPP
check "vmpathctl pr fails" ends 1 vmpathctl pr "$node"
check_eq "a path over virtio-blk needs none" "$(path_get p1 pr_state)" none
check "I/O goes on" write_4k "$dev" 4096
check_eq "the path is live" "$(path_state p1)" live
