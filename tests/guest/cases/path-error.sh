#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path that fails at some sectors is left, and comes back when it reads them
# TOPOLOGY: scsi2-blk2-single
# PLAN: 20
# TAGS: smoke
# TIMEOUT: 120
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
	fio_verify_bg $lu "/dev/$node" --size=2m --runtime=600
	check "$lu: $path fails in the middle" host fail $path 5 read,write 1024-1031
	check "$lu: the path is failed" wait_for 30 has_state $path failed
	check_eq "$lu: the meta-node is degraded" "$(get "$node" state)" degraded
	check_like "$lu: what the path's last error was" "$(path_get $path last_error)" io
	check "$lu: the errors are counted" test "$(path_get $path errors)" -gt 0
	check_fails "$lu: it does not come back while it is bad" \
		wait_for 7 has_state $path live
	check "$lu: $path is healed" host heal $path
	check "$lu: it comes back by itself" wait_for 30 has_state $path live
	before=$(path_get "$path" ios)
	more_ios()
	{
		[ "$(path_get "$path" ios)" -gt $((before + 20)) ]
	}
	check "$lu: and carries I/O" wait_for 10 more_ios
	check "$lu: fio saw no error" fio_stop $lu
done
