#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: unload waits for the I/O of a path that hangs, and then ends
# TOPOLOGY: scsi2-blk2
# PLAN: 10
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

rmmod_ended()
{
	[ -s "$LAB_DIR/rmmod" ]
}

# in_flight DISK [COUNT]: that many READs are with it.
in_flight()
{
	read -r reads _ <"/sys/block/$1/inflight"
	[ "$reads" -ge "${2:-1}" ]
}

need_vmp lu0 lu1
for path in p1 p3; do
	# The first READ is let through; the checker's next ones are not.
	check "$path hangs" host throttle $path hang
	fio_bg $path --filename="/dev/$(disk_of $path)" --rw=read --bs=4k --size=64k \
		--direct=1 --ioengine=libaio
	wait_for 15 in_flight "$(disk_of $path)"
	path_put $path probe 1
	wait_for 15 in_flight "$(disk_of $path)" 2
done
(
	trap - EXIT
	set +e
	rmmod vmpath >"$LAB_DIR/rmmod.err" 2>&1
	echo $? >"$LAB_DIR/rmmod"
) 9<&- &
check_fails "unload waits" wait_for 5 rmmod_ended
check "the disks are there to be read meanwhile" lsblk
check "p1 answers" host throttle p1 off
check_fails "unload waits for the other" wait_for 3 rmmod_ended
check "p3 answers" host throttle p3 off
check "unload ends" wait_for 30 rmmod_ended
check_eq "well" "$(cat "$LAB_DIR/rmmod" "$LAB_DIR/rmmod.err")" 0
check "and the module comes again" need_vmp lu0 lu1
