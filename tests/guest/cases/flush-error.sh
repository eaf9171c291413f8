#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a flush that fails on one path goes to another; on all, fsync fails and no path does
# TOPOLOGY: scsi2-blk2
# PLAN: 18
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

error_seen()
{
	sync_node && [ "$(path_get "$1" errors)" -gt 0 ]
}

# flush_error LU PATH PATH NUMBER: 9 tests. NUMBER of flushes fail on each path: more
# than one fsync uses up, and no more than a slow guest can get through.
flush_error()
{
	node=$(vmp_of "$1")
	put "$node" iopolicy round-robin
	check "$1: fsync succeeds" sync_node
	fail_flushes "$2" 6
	ok=0
	for _ in 1 2 3 4 5 6; do
		! sync_node || ok=$((ok + 1))
	done
	check_eq "$1: flushes fail on one path: fsync succeeds" "$ok" 6
	# Whose turn it is each CPU knows for itself.
	check "$1: the error was seen" wait_for 30 error_seen "$2"
	check "$1: the path comes back" wait_for 60 has_value "$node" state optimal
	wait_for 30 host heal "$2" || bail "cannot heal $2"

	fail_flushes "$2" "$4"
	fail_flushes "$3" "$4"
	check_fails "$1: flushes fail on both: fsync fails" sync_node
	check "$1: which fails no path" wait_for 60 has_value "$node" state optimal
	check "$1: other I/O goes well" dd if=/dev/zero "of=/dev/$node" bs=4096 count=4 \
		oflag=direct conv=notrunc
	check "$1: fsync succeeds when flushes do again" wait_for 60 sync_node
	wait_for 30 host heal "$2" || bail "cannot heal $2"
	wait_for 30 host heal "$3" || bail "cannot heal $3"
	check "$1: and all is well" wait_for 60 has_value "$node" state optimal
}

flush_error lu0 p0 p1 40
flush_error lu1 p2 p3 10
