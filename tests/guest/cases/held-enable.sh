#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path that is held comes back at once when it is enabled, and when it is the last hope
# TOPOLOGY: scsi2-blk2
# PLAN: 28
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# falls_twice PATH: once, back by itself, and then too soon again.
falls_twice()
{
	path_falls "$1" && wait_for 30 has_state "$1" live && path_falls "$1"
}

need_vmp lu0 lu1
for lu in lu0 lu1; do
	path=p1 other=p0
	[ $lu = lu0 ] || path=p3 other=p2
	node=$(vmp_of $lu)
	put "$node" iopolicy round-robin
	put "$node" path_age_secs 600
	fio_verify_bg $lu "/dev/$node" --runtime=600
	check_eq "$lu: $path is not held" "$(path_get $path held_secs)" 0
	check "$lu: it fails, comes back, and fails" falls_twice $path
	check_eq "$lu: now it is held" "$(path_state $path)" held
	check "$lu: for ten minutes" test "$(path_get $path held_secs)" -gt 500
	check "$lu: which a probe does not change" path_put $path probe 1
	check_fails "$lu: it stays away" wait_for 3 has_state $path live
	check "$lu: it is enabled" vmpathctl enable "$(disk_of $path)"
	check "$lu: and live" wait_for 10 has_state $path live
	check_eq "$lu: it is held no more" "$(path_get $path held_secs)" 0
	# All is forgiven: it takes two falls again.
	check "$lu: it fails, comes back, and fails again" falls_twice $path
	check_eq "$lu: it is held again" "$(path_state $path)" held
	check "$lu: the other path goes" host unplug $other
	check "$lu: it is live" wait_for 10 has_state $path live
	check "$lu: fio saw no error" fio_stop $lu
done
