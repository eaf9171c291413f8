#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a disk that hangs while it is discovered holds up no other
# TOPOLOGY: scsi2-blk2
# PLAN: 19
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

others_listed()
{
	timeout $((10 * LAB_SCALE)) vmpathctl list >"$LAB_DIR/list" && grep -q "$1" "$LAB_DIR/list"
}

# begun DISK: somebody reads it.
begun()
{
	read -r lab_reads _ <"/sys/block/$1/inflight" && [ "$lab_reads" -ge 1 ]
}

# hang PATH: the throttle lets a first READ through, so that is made here.
hang()
{
	disk=/dev/$(disk_of "$1")
	host throttle "$1" hang
	fio_bg "$1" --filename="$disk" --rw=read --bs=4k --size=64k --direct=1 --ioengine=libaio
	wait_for 20 begun "${disk#/dev/}" && ! wait_for 2 fio_ended "$1"
}

# p1 and p3 hang before the module comes.
check "p1 hangs" hang p1
check "p3 hangs" hang p3
check "the module loads" load
check "lu0 has its node" wait_for 20 has_vmp lu0
check "lu1 has its node" wait_for 20 has_vmp lu1
check "p0 is live" wait_for 20 has_state p0 live
check "p2 is live" wait_for 20 has_state p2 live
check_fails "p1 is not" has_state p1 live
check "lu0 can be read" read_at "/dev/$(vmp_of lu0)" 0
check "lu1 can be read" read_at "/dev/$(vmp_of lu1)" 0
check "vmpathctl shows them" others_listed "$(vmp_of lu1)"
host throttle p1 off
host throttle p3 off
fio_wait p1 20
fio_wait p3 20
check "p1 is live once it answers" wait_for 20 has_state p1 live
check "p3 too" wait_for 20 has_state p3 live

# The kernel's own look at the partition table hangs, so the disk's open does.
check "p1 goes" host unplug p1
check "and hangs" host throttle p1 hang
check "when it comes" host plug p1
node=$(vmp_of lu0)
fio_verify_bg io "/dev/$node" --runtime=3
check "lu0 goes on" fio_wait io 60
host throttle p1 off
check "p1 is live once it answers" wait_for 40 has_state p1 live
check "lu0 is optimal" wait_for 5 has_value "$node" state optimal
