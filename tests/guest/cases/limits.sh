#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the queue limits and features of a meta-node are its paths'
# TOPOLOGY: scsi2-blk2
# PLAN: 40

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-limits.sh
. "$(dirname "$0")/lib-limits.sh"

need_vmp lu0 lu1
for pair in "lu0 p1" "lu1 p2"; do
	lu=${pair% *}
	path=${pair#* }
	node=$(vmp_of "$lu")
	disk=$(disk_of "$path")
	for attr in $same_limits; do
		check_eq "$lu: $attr" "$(queue "$node" "$attr")" "$(queue "$disk" "$attr")"
	done
	check_eq "$lu: no entropy from it" "$(queue "$node" add_random)" 0
	check_eq "$lu: I/O is counted" "$(queue "$node" iostats)" 1
	check "$lu: discard is offered" test "$(queue "$node" discard_max_bytes)" -gt 0
done
