#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: under load a virtio-blk path comes back and leads to another LU of the same serial: it gets not one byte
# TOPOLOGY: scsi2-blk2
# PLAN: 13
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-array.sh
. "$(dirname "$0")/lib-array.sh"

lu0_now()
{
	host sha256 lu0 0 16777216
}

need_vmp lu0 lu1
node=$(vmp_of lu1)
serial=$(cat "/sys/block/$(disk_of p3)/serial")
check "the other LU has contents of its own" \
	dd if=/dev/urandom of="/dev/$(vmp_of lu0)" bs=1M count=16 oflag=direct
before=$(lu0_now)
mark p2
mark p3
fio_verify_bg io "/dev/$node" --runtime=600
check "p2 carries I/O" wait_for 20 carries p2
check "p3 carries I/O" wait_for 20 carries p3
check "p3 goes" host unplug p3
check "it comes and leads to the other LU" host plug p3 lu0 "serial=$serial"
check "it is a mismatch" wait_for 40 has_state p3 mismatch
check_like "for its contents" "$(vmpathctl explain "$(disk_of p3)")" '*other contents*'
mark p2
check "I/O goes on without it" wait_for 20 carries p2
check_eq "not one byte went to the other LU" "$(lu0_now)" "$before"
host unplug p3
host plug p3
check "the right LU is back there" wait_for 40 has_state p3 live
mark p3
check "and carries I/O" wait_for 40 carries p3
check "fio saw no error" fio_stop io
check "the host has the same data" same_on_host "/dev/$node" lu1 0 16777216
