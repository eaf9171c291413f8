#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an LU with blocks of 4 KiB: limits, sizes, and no smaller I/O
# TOPOLOGY: scsi2-4k
# PLAN: 9
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vmp lu0
node=$(vmp_of lu0)
check_eq "logical block" "$(blockdev --getss "/dev/$node")" 4096
check_eq "physical block" "$(blockdev --getpbsz "/dev/$node")" 4096
check_eq "size" "$(blockdev --getsize64 "/dev/$node")" "$(lu_size lu0)"
check_fails "I/O of 512 bytes is refused" \
	dd if="/dev/$node" of=/dev/null bs=512 count=1 iflag=direct
check "I/O of 4096 bytes is not" dd if="/dev/$node" of=/dev/null bs=4096 count=1 iflag=direct
check "write and verify" fio_verify_bg io "/dev/$node" --runtime=2
check "fio saw no error" fio_wait io 30
check "the host has the same data" same_on_host "/dev/$node" lu0 0 16777216
check_eq "no path had an error" "$(path_get p0 errors)$(path_get p1 errors)" 00
