#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a SCSI disk goes offline and comes back: a path's error, known at once
# TOPOLOGY: scsi2
# PLAN: 9
# TIMEOUT: 60
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

path_says()
{
	path_get "$1" last_error | grep -xE "$2"
}

need_vmp lu0
node=$(vmp_of lu0)
disk=$(disk_of p1)
fio_verify_bg io "/dev/$node" --runtime=600
echo offline >"/sys/block/$disk/device/state"
check "p1 is failed" wait_for 10 has_state p1 failed
# Some kernels say it is an I/O error, others that the disk is offline; a command of fast
# recovery has found no connection.
check "and the error is named" path_says p1 'io|offline|transport'
check_eq "p0 is live" "$(path_state p0)" live
check_fails "p1 does not come back while it is" wait_for 5 has_state p1 live
echo running >"/sys/block/$disk/device/state"
check "it comes back by itself" wait_for 30 has_state p1 live
echo offline >"/sys/block/$(disk_of p0)/device/state"
check "p0 goes" wait_for 10 has_state p0 failed
echo running >"/sys/block/$(disk_of p0)/device/state"
check "and comes back" wait_for 30 has_state p0 live
check "fio saw no error" fio_stop io
check "the host has the data" same_on_host "/dev/$node" lu0 0 4194304
