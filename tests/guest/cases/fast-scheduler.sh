#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: fast recovery with each I/O scheduler on the paths: what is plugged, read ahead and written back
# TOPOLOGY: scsi2
# PLAN: 24
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# Through the page cache: 16 MiB are written back, and read ahead.
buffered()
{
	dd if=/dev/urandom of="$LAB_DIR/data" bs=1M count=16 2>/dev/null
	dd if="$LAB_DIR/data" of="/dev/$node" bs=1M conv=fsync 2>/dev/null
	blockdev --flushbufs "/dev/$node"
	dd if="/dev/$node" bs=64k count=256 2>/dev/null | cmp - "$LAB_DIR/data"
	rm "$LAB_DIR/data"
}

need_vmp lu0
node=$(vmp_of lu0)
put "$node" stall_timeout_ms 60000	# a machine that stands still is no stalled path
put "$node" host_cache_none 1
put "$node" fast_recovery 1
for name in none mq-deadline bfq kyber; do
	check "$name" scheduler $name p0 p1
	check "$name: through the page cache" buffered
	fio_verify_bg $name "/dev/$node" --runtime=3 --iodepth=16 --iodepth_batch_submit=8 \
		--iodepth_batch_complete_min=4
	check "$name: in batches" fio_wait $name 60
	check "$name: the host has the same data" same_on_host "/dev/$node" lu0 0 16777216
	check_eq "$name: no path has an error" "$(path_get p0 errors) $(path_get p1 errors)" "0 0"
	check_eq "$name: none is out of use" "$(path_state p0) $(path_state p1)" "live live"
done
