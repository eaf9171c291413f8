#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a LU that goes and comes back within the delayed removal has its node again
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
	number=$(cat "/sys/block/$node/dev")
	put "$node" iopolicy round-robin
	check "$lu: data is written" write_at "/dev/$node" 1048576 65536 0x37
	check "$lu: both paths go" eval "path_down unplug $first && path_down unplug $last"
	check "$lu: the node is there" test -b "/dev/$node"
	check "$lu: both come back" eval "path_up unplug $last && path_up unplug $first"
	check_eq "$lu: to the same node" "$(vmp_of $lu)" "$node"
	check_eq "$lu: of the same number" "$(cat "/sys/block/$node/dev")" "$number"
	check_eq "$lu: which keeps what was set" "$(get "$node" iopolicy)" round-robin
	check "$lu: and its data" same_on_host "/dev/$node" $lu 1048576 65536
done
