#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a flush reaches the disk, and the data is there
# TOPOLOGY: scsi2-blk2
# PLAN: 18
# TIMEOUT: 90
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-limits.sh
. "$(dirname "$0")/lib-limits.sh"

need_vmp lu0 lu1

# Of both paths together.
both()
{
	echo $(($(flushes "$one") + $(flushes "$two")))
}

# flush LU DISK DISK: 9 tests
flush()
{
	one=$2
	two=$3
	dev=/dev/$(vmp_of "$1")
	before=$(both)
	check "$1: write without fsync" dd if=/dev/zero "of=$dev" bs=4096 count=4 oflag=direct conv=notrunc
	check_eq "$1: sends no flush" "$(both)" "$before"
	check "$1: fsync" xfs_io -c fsync "$dev"
	check_eq "$1: is one flush of each path" "$(both)" $((before + 2))
	before=$(both)
	check "$1: fsync again" xfs_io -c fsync "$dev"
	check_eq "$1: is one flush" "$(both)" $((before + 1))
	tr '\0' '\125' </dev/zero | head -c 1048576 >"$LAB_DIR/data"
	check "$1: buffered data and fsync" dd "if=$LAB_DIR/data" "of=$dev" bs=65536 seek=4 conv=notrunc,fsync
	check_eq "$1: the data is on the host after it" "$(host sha256 "$1" 262144 1048576)" \
		"$(sha256sum <"$LAB_DIR/data" | cut -d ' ' -f 1)"
	before=$(both)
	fio --name=sync --filename="$dev" --rw=randwrite --bs=4k --size=4m --number_ios=50 \
		--fsync=1 --direct=1 --ioengine=psync >"$LAB_DIR/fio" || bail "fio failed"
	note "$1: flushes: $before, $(both)"
	check "$1: forty-nine fsyncs are as many flushes" test $(($(both) - before)) -ge 49
}

flush lu0 "$(disk_of p0)" "$(disk_of p1)"
flush lu1 "$(disk_of p2)" "$(disk_of p3)"
