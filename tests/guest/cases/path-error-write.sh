#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path that fails writes alone loses none
# TOPOLOGY: scsi2-blk2
# PLAN: 14
# TIMEOUT: 90
# MODES: fast

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
	log_mark
	fio_verify_bg $lu "/dev/$node" --size=2m --runtime=600
	check "$lu: writes fail on $path" host fail $path 5 write
	check "$lu: the path is failed" wait_for 30 path_out $path
	# READs work, so it may come back, but then it must fail again.
	check "$lu: it does not stay" wait_for 30 said "path $(disk_of $path) failed"
	check "$lu: $path is healed" host heal $path
	check "$lu: it comes back" wait_for 30 path_back $path
	check "$lu: fio saw no error" fio_stop $lu
	check "$lu: the host has the data" same_on_host "/dev/$node" $lu 0 2097152
done
