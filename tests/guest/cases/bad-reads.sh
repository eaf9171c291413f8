#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: INQUIRY, TEST UNIT READY and writes are fine and READs fail: the path stays out
# TOPOLOGY: scsi2-blk2
# PLAN: 17
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

need_vmp lu0 lu1
for lu in lu0 lu1; do
	path=p1
	[ $lu = lu0 ] || path=p3
	node=$(vmp_of $lu)
	fio_verify_bg $lu "/dev/$node" --size=2m --runtime=600
	check "$lu: READs fail on $path" host fail $path 5 read
	check "$lu: the path is failed" wait_for 30 path_out $path
	[ $lu = lu1 ] ||
		check "$lu: TEST UNIT READY is fine" sg_turs "/dev/$(disk_of $path)"
	log_mark
	check_fails "$lu: it does not come back" wait_for 7 has_state $path live
	check_fails "$lu: not for a moment" said "path $(disk_of $path) live"
	check "$lu: $path is healed" host heal $path
	check "$lu: it comes back" wait_for 60 has_state $path live
	check "$lu: fio saw no error" fio_stop $lu
	check "$lu: the host has the data" same_on_host "/dev/$node" $lu 0 2097152
done
