#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: bios that fail in the guest, on one path's disk, are sent to the other
# TOPOLOGY: scsi2-blk2
# PLAN: 14
# TIMEOUT: 90
# CONFIG: CONFIG_FAIL_MAKE_REQUEST CONFIG_FAULT_INJECTION_DEBUG_FS

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

fault=/sys/kernel/debug/fail_make_request

need_vmp lu0 lu1
echo 0 >$fault/verbose
echo 1 >$fault/interval
echo -1 >$fault/times
echo 30 >$fault/probability
defer "echo 0 >$fault/probability"
for lu in lu0 lu1; do
	path=p1
	[ $lu = lu0 ] || path=p3
	node=$(vmp_of $lu)
	knob=/sys/block/$(disk_of $path)/make-it-fail
	fio_verify_bg $lu "/dev/$node" --runtime=600
	echo 1 >"$knob"
	check "$lu: $path is out of use" wait_for 20 path_out $path
	echo 100 >$fault/probability
	# A check that began before may let it in: it is asked anew.
	path_put $path disable 1
	path_put $path disable 0
	check "$lu: it is not live while each bio fails" wait_for 20 has_state $path failed
	check_fails "$lu: and does not become it" wait_for 4 has_state $path live
	check "$lu: the meta-node is degraded" has_value "$node" state degraded
	echo 0 >"$knob"
	check "$lu: it comes back" wait_for 30 path_back $path
	check "$lu: fio saw no error" fio_stop $lu
	check "$lu: the host has the data" same_on_host "/dev/$node" $lu 0 4194304
	echo 30 >$fault/probability
done
