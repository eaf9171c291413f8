#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: what vmpathctl reads of sysfs in five states, for tests/tool/record to keep
# TOPOLOGY: scsi2-blk2
# PLAN: 11
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-ctl.sh
. "$(dirname "$0")/lib-ctl.sh"

# record NAME: the files that vmpathctl reads, a line each, as a note.
# shellcheck disable=SC2154 # lib-ctl.sh sets out
record()
{
	note "tree $1"
	find -H "$SYS/version" "$SYS/disks" /sys/block/vmp*/size /sys/block/vmp*/dev \
		/sys/block/vmp*/vmpath -type f | while read -r file; do
		note "${file#/}:$(sed ':a; N; $!ba; s/\n/\\n/g' "$file" 2>/dev/null)"
	done
	for link in /sys/block/sd* /sys/block/vd*; do
		note "${link#/} -> $(readlink "$link")"
	done
	note "tree ends"
	check "$1: vmpathctl lists it" ends 0 vmpathctl list --disks
	note "$(cat "$out")"
}

read_fails()
{
	dd if="/dev/$node" of=/dev/null bs=4096 count=64 iflag=direct 2>&1 || :
	has_state p1 failed
}

need_vmp lu0 lu1
wait_for 15 settled || bail "discovery does not end"
node=$(vmp_of lu0)
put "$node" iopolicy round-robin
put "$node" alias orders-db
record two-paths

host fail p1 5
check "a path fails" wait_for 30 read_fails
check "a path is disabled" ends 0 vmpathctl disable "$(disk_of p3)"
record degraded

host heal p1
vmpathctl enable "$(disk_of p3)"
wait_for 30 has_state p1 live || bail "p1 does not come back"
host unplug p3
host plug p3 lu0 serial=5000C50015EA71A0
check "the LU comes as virtio-blk, too" wait_for 30 has_state p3 live
record mixed

check "a path is released" ends 0 vmpathctl release "$(disk_of p1)"
host unplug p2
host plug p2 lu1 serial=5000C50015EA71A0
check "another LU with its id is none of its paths" wait_for 30 has_state p2 mismatch
record mismatch

host unplug p3
exec 8<"/dev/$node"
host unplug p0
check "no path is left" wait_for 30 has_value "$node" state no-path
record no-path
exec 8<&-
