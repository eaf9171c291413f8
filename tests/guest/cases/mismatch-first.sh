#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path that never works comes first and keeps another out: only until it goes
# TOPOLOGY: mismatch-first
# PLAN: 8

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

has_disk p0 || bail "p0 is not there"
! has_disk p1 || bail "p1 is there"
host fail p0 5
log_mark
load
# Without a node a path's state is in the log alone.
check "the first path does not become live" wait_for 15 said "path $(disk_of p0) failed"
host plug p1
wait_for 15 has_disk p1 || bail "p1 does not come"
check "the second one has another capacity" wait_for 15 said "path $(disk_of p1) mismatch"
check_fails "there is no node" test -b /dev/vmp0
host unplug p0
check "without the first it is the LU's" wait_for 15 has_state p1 live
node=$(vmp_of lu1)
check_eq "with its capacity" "$(cat "/sys/block/$node/size")" $((128 * 2048))
check "it is written and read" fio --name=io --filename="/dev/$node" --rw=write --bs=64k \
	--size=8m --direct=1 --verify=crc32c
host heal p0
host plug p0
check "now the other is refused" wait_for 15 has_state p0 mismatch
check_eq "and the node is as it was" "$(cat "/sys/block/$node/size")" $((128 * 2048))
