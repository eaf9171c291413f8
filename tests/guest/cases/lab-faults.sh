#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the host's faults reach the guest's raw disks, and go again
# TOPOLOGY: scsi2-blk2
# PLAN: 27
# TAGS: lab

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

read_at()
{
	dd if="$1" iflag=direct,skip_bytes skip="$2" bs=4096 count=1 of=/dev/null
}

size_of()
{
	cat "/sys/block/$1/size"
}

rescan()
{
	[ ! -e "/sys/block/$1/device/rescan" ] || echo 1 >"/sys/block/$1/device/rescan"
	[ "$(size_of "$1")" -eq "$2" ]
}

for path in p1 p3; do
	disk=$(disk_of $path)
	lu=lu0
	[ $path = p1 ] || lu=lu1
	check "$path: I/O can be made to fail" host fail $path 5 read 2048-2055
	check_fails "$path: the bad sectors fail" read_at "/dev/$disk" 1048576
	check "$path: the others do not" read_at "/dev/$disk" 2097152
	check "$path: it can be healed" host heal $path
	check "$path: all is well" read_at "/dev/$disk" 1048576
	check "$path: it can hang" host throttle $path hang
	fio_bg "$path" --filename="/dev/$disk" --rw=read --bs=4k --size=64k --direct=1 --ioengine=libaio
	check_fails "$path: I/O hangs" wait_for 2 fio_ended "$path"
	check "$path: it can be let go" host throttle $path off
	check "$path: I/O comes back" fio_wait "$path" 10
	check "$path: the LU grows" host resize $lu 335544320
	check "$path: the guest sees it" wait_for 10 rescan "$disk" 655360
	before=$(host allocated $lu)
	write_at "/dev/$disk" 8388608 1048576 0x11
	written=$(host allocated $lu)
	blkdiscard -o 8388608 -l 1048576 "/dev/$disk"
	note "allocated: $before, $written, $(host allocated $lu)"
	check "$path: discard frees blocks" test "$(host allocated $lu)" -lt "$written"
done
p1_opens()
{
	has_disk p1 && opens "/dev/$lab_disk"
}

check "a path goes" host unplug p1
check "and comes back as another LU" host plug p1 lu1 serial=OTHER
wait_for 10 p1_opens
check_like "as the guest sees" "$(/lib/udev/scsi_id -g -x -d "/dev/$(disk_of p1)")" "*ID_SERIAL_SHORT=*"
