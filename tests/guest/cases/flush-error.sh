#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a flush that fails where something was written fails fsync, for another path cannot do it; no path fails
# TOPOLOGY: scsi2-blk2
# PLAN: 20
# TIMEOUT: 180

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vmp lu0 lu1

# QEMU flushes through a path what was written through it, so both get some; an
# SCSI disk tries a flush six times.
sync_node()
{
	fio --name=dirty --filename="/dev/$node" --rw=randwrite --bs=4k --size=1m --number_ios=32 \
		--direct=1 --ioengine=libaio --iodepth=4 >"$LAB_DIR/dirty" || return 2
	xfs_io -c fsync "/dev/$node"
}

# fail_flushes PATH NUMBER: as many in a row, since none can be healed that fails for ever.
fail_flushes()
{
	kinds=once
	for _ in $(seq "$2"); do
		kinds=$kinds,flush
	done
	host fail "$1" 5 "$kinds"
}

# refused LU WHAT: flushes fail; 4 tests.
refused()
{
	check_fails "$1: flushes fail on $2: fsync fails" sync_node
	check "$1: which fails no path" wait_for 60 has_value "$node" state optimal
	check "$1: other I/O goes well" dd if=/dev/zero "of=/dev/$node" bs=4096 count=4 \
		oflag=direct conv=notrunc
	check "$1: fsync succeeds when flushes do again" wait_for 60 sync_node
}

# flush_error LU PATH PATH NUMBER: 10 tests. NUMBER of flushes fail on each path: more
# than one fsync uses up, and no more than a slow guest can get through.
flush_error()
{
	node=$(vmp_of "$1")
	put "$node" iopolicy round-robin
	check "$1: fsync succeeds" sync_node
	fail_flushes "$2" "$4"
	refused "$1" "one path"
	wait_for 30 host heal "$2" || bail "cannot heal $2"

	fail_flushes "$2" "$4"
	fail_flushes "$3" "$4"
	refused "$1" both
	wait_for 30 host heal "$2" || bail "cannot heal $2"
	wait_for 30 host heal "$3" || bail "cannot heal $3"
	check "$1: and all is well" wait_for 60 has_value "$node" state optimal
}

flush_error lu0 p0 p1 40
flush_error lu1 p2 p3 10
