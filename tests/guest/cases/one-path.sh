#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an LU with one path has a meta-node too, which a second path makes optimal
# TOPOLOGY: scsi1-blk1
# PLAN: 10

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vmp lu0 lu1
for lu in lu0 lu1; do
	path=p0
	[ $lu = lu0 ] || path=p1
	node=$(vmp_of $lu)
	check_eq "$lu: one path" "$(nr_paths "$node")" 1
	check_eq "$lu: degraded, since one loss would end it" "$(get "$node" state)" degraded
	fio_verify_bg $lu "/dev/$node" --runtime=2
	check "$lu: fio saw no error" fio_wait $lu 30
	check "$lu: the host has the same data" same_on_host "/dev/$node" $lu 0 16777216
	check_eq "$lu: the path has no error" "$(path_get $path errors)" 0
done
