#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: all paths go and come back within the time-out: I/O waits and has no error
# TOPOLOGY: scsi2-blk2
# PLAN: 16
# TAGS: smoke
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

need_vmp lu0 lu1
for lu in lu0 lu1; do
	first=p0 last=p1
	[ $lu = lu0 ] || first=p2 last=p3
	node=$(vmp_of $lu)
	fio_verify_bg $lu "/dev/$node" --runtime=600
	check "$lu: one path goes" path_down unplug $first
	check "$lu: the other path goes" path_down unplug $last
	check "$lu: no path is left" wait_for 5 has_value "$node" state no-path
	read_bg $lu "/dev/$node" once
	check_fails "$lu: a READ waits" wait_for 3 read_ended $lu
	check "$lu: a path comes back" path_up unplug $last
	check "$lu: the READ ends" wait_for 15 read_ended $lu
	check "$lu: without an error" read_ok $lu
	check "$lu: nor did fio see one" fio_stop $lu
done
