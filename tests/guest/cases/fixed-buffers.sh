#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: io_uring's fixed buffers, a bvec for each page: the data is right, joined or not
# TOPOLOGY: scsi2-blk2
# APPEND: hugepages=16
# PLAN: 17
# TIMEOUT: 240
# MODES: fast

# Huge pages are neighbours, so direct.c makes one bvec of them; malloc's are some here and there.
# 127.5 KiB has each buffer but the first begin within a page.
set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# buffers NAME FIO-ARGUMENT...: writes what is read back and compared
buffers()
{
	name=$1
	shift
	fio_verify_bg "$name" "/dev/$node" --ioengine=io_uring --fixedbufs=1 --size=16m \
		--verify_backlog=64 --time_based=0 --runtime=0 "$@"
	fio_wait "$name" 60
}

# narrow PATH...: of a few I/Os there is no room for another.
narrow()
{
	for path in "$@"; do
		echo 4 >"/sys/block/$(disk_of "$path")/queue/nr_requests" || return 1
	done
}

# fixed LU PATH PATH: 8 tests
fixed()
{
	lu=$1 a=$2 b=$3
	node=$(vmp_of "$lu")
	scheduler none "$a" "$b"
	check "$lu: huge pages" buffers huge --bs=128k --mem=shmhuge
	check "$lu: huge pages, 512 bytes to 127.5 KiB" \
		buffers odd --bsrange=512-130560 --blockalign=512 --mem=shmhuge
	check "$lu: small pages" buffers small --bs=128k --mem=malloc
	check "$lu: small pages, 512 bytes to 127.5 KiB" \
		buffers small-odd --bsrange=512-130560 --blockalign=512 --mem=malloc
	check "$lu: small pages, 4 to 64 KiB" buffers few --bsrange=4k-64k --mem=malloc
	check "$lu: there is room for four" narrow "$a" "$b"
	check "$lu: huge pages" buffers full --bs=128k --mem=shmhuge --iodepth=16
	check "$lu: the host has the same data" same_on_host "/dev/$node" "$lu" 0 16777216
}

[ -e /proc/sys/vm/nr_hugepages ] || skip_all "no huge pages"
need_vmp lu0 lu1
log_mark
fixed lu0 p0 p1
fixed lu1 p2 p3
check_fails "the kernel has nothing to say" said 'WARNING|BUG|over max'
