#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: LUN 0 goes under load and the HBA's other LUN stays: QEMU then answers in its place, and no I/O fails
# TOPOLOGY: scsi2-lu2
# PLAN: 33
# TIMEOUT: 300
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

need_vmp lu0 lu1
node=$(vmp_of lu0)
# What is out of use again and again need not wait.
put "$node" path_health_secs 0
fio_verify_bg io "/dev/$node" --runtime=600 --numjobs=2 --offset_increment=16m --iodepth=32
for round in 1 2 3 4 5; do
	for path in p0 p1; do
		mark $path
		check "$round: $path carries I/O" wait_for 20 carries $path
		check "$round: and goes" path_down unplug $path
		check "$round: and comes back" path_up unplug $path
	done
done
check "fio saw no error" fio_stop io
check_eq "nor did anybody" "$(get "$node" target_errors) $(get "$node" no_path_errors)" "0 0"
check "the host has the data" same_on_host "/dev/$node" lu0 0 33554432
