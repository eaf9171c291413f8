#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an error of one path waits for what the other, stalled one says
# TOPOLOGY: scsi2
# PLAN: 20
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-stall.sh
. "$(dirname "$0")/lib-stall.sh"

at=67108864
sectors=131072-131079

# faulty PATH COUNT: that many I/Os have failed on it.
faulty()
{
	[ "$(path_get "$1" errors)" -ge "$2" ]
}

# written: what was written is on the disk.
written()
{
	[ "$(host read lu0 $at 8)" = 5a5a5a5a5a5a5a5a ]
}

need_vmp lu0
node=$(vmp_of lu0)
put "$node" iopolicy round-robin
put "$node" stall_timeout_ms 1000

check "p0 hangs" host throttle p0 hang
check "I/O is on it" park "$node" p0
check "it is stalled" wait_for 5 has_state p0 stalled
check "p1 fails at a place" host fail p1 5 write $sectors
write_bg w1 "/dev/$node" $at
check "a WRITE there fails on p1" wait_for 15 faulty p1 1
check "other I/O goes on" reads "$node"
check_fails "it waits for p0" wait_for 3 read_ended w1
check "p0 answers" host throttle p0 off
check "the WRITE ends well" wait_for 20 read_ok w1
check "by p0, so that p1 is proven bad" wait_for 5 was_failed p1
check "the data is on the disk" written
check "the I/O that was stalled ends well" parked_ok
check "p1 is healed" host heal p1
check "both are live" wait_for 40 path_back p1

# Nothing is waited for longer than for a path at all.
put "$node" no_path_timeout_ms 3000
check "p0 hangs again" host throttle p0 hang
check "I/O is on it again" park "$node" p0
check "it is stalled again" wait_for 5 has_state p0 stalled
host fail p1 5 write $sectors
write_bg w2 "/dev/$node" $at
check "the WRITE fails in the end" wait_for 15 read_failed w2
host throttle p0 off
host heal p1
check "the stalled I/O ends well" parked_ok
check_eq "one I/O was the LU's fault" "$(get "$node" target_errors)" 1
