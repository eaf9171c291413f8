#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: one path of two goes and comes back, and I/O goes on
# TOPOLOGY: scsi2-blk2
# PLAN: 12
# TAGS: smoke
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vmp lu0 lu1
for lu in lu0 lu1; do
	path=p1
	[ $lu = lu0 ] || path=p3
	node=$(vmp_of $lu)
	fio_verify_bg $lu "/dev/$node" --runtime=6
	check "$lu: $path goes" host unplug $path
	check "$lu: the meta-node is degraded" wait_for 10 has_value "$node" state degraded
	check "$lu: $path comes back" host plug $path
	check "$lu: it is live again" wait_for 15 has_state $path live
	check "$lu: the meta-node is optimal" wait_for 10 has_value "$node" state optimal
	check "$lu: fio saw no error" fio_wait $lu 40
done
