#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the WWID is scsi_id's, for NAA ids of each kind, and without any
# TOPOLOGY: ids
# PLAN: 17

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-wwid.sh
. "$(dirname "$0")/lib-wwid.sh"

load
wait_for 15 settled || bail "discovery does not end"
wait_for 15 all_published || bail "a claimed disk has no meta-node"
for path in p0 p1 p2 p3 p4 p5 p6; do
	check "$path: as scsi_id has it" same_wwid $path
done
check "NAA 5" wwid_like p0 35000c50015ea71f0
check "NAA 2" wwid_like p1 32000c50015ea71f0
check "NAA 3" wwid_like p2 33000c50015ea71f0
check "the NAA id of the LU, not of the port" wwid_like p3 35000c50015ea71f1
check_eq "the port's is the target port" "$(path_get p3 target_port)" 5000c50015ea71ff
check "only a serial" wwid_like p4 "*SERIAL-ONLY"
check "a serial and a port id" wwid_like p5 "*WITHPORT"
check_eq "its target port" "$(path_get p5 target_port)" 5000c50015ea71fe
check_fails "no target port, no file" test -e "$(path_dir p0)/target_port"
check_eq "each has a meta-node of its own" "$(find /sys/block -name 'vmp*' | wc -l)" 7
