#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an LU grows while no path is in use: the paths that come back agree, and I/O that waited goes on
# TOPOLOGY: scsi2-blk2
# PLAN: 16
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-resize.sh
. "$(dirname "$0")/lib-resize.sh"

large=$((320 * 1048576 / 512))

need_vmp lu0 lu1
for lu in lu0 lu1; do
	node=$(vmp_of $lu)
	[ $lu = lu0 ] && paths="p0 p1" || paths="p2 p3"
	put "$node" no_path_timeout_ms -1
	fio_verify_bg $lu "/dev/$node" --runtime=600
	for p in $paths; do
		path_put "$p" disable 1
	done
	check "$lu: no path is left" wait_for 10 has_value "$node" state no-path
	for p in $paths; do
		resize_path "$p" $((large * 512))
		check "$lu: $p has seen that it has grown" wait_for 15 size_is "$(disk_of "$p")" $large
	done
	for p in $paths; do
		path_put "$p" disable 0
		check "$lu: $p is back" wait_for 20 has_state "$p" live
	done
	check "$lu: the meta-node has grown" wait_for 10 size_is "$node" $large
	check "$lu: fio saw no error" fio_stop $lu
	check "$lu: its new end can be written" write_at "/dev/$node" $(((large - 8) * 512)) 4096 0x66
done
