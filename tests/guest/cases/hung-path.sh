#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path hangs: its I/O waits, everything else goes on, no data is wrong
# TOPOLOGY: scsi2-blk2
# PLAN: 24
# TIMEOUT: 120
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# prompt COMMAND...: it succeeds, and within seconds.
prompt()
{
	timeout $((10 * LAB_SCALE)) "$@"
}

hangs()
{
	[ "$(path_get "$1" inflight)" -gt 0 ]
}

read_all()
{
	find "$1/" -type f -perm -400 -exec cat {} +
}

need_vmp lu0 lu1
for lu in lu0 lu1; do
	path=p1 other=lu1
	[ $lu = lu0 ] || path=p3 other=lu0
	node=$(vmp_of $lu)
	# Its depth is what a path that hangs may keep; the rest shows progress.
	fio_verify_bg $lu "/dev/$node" --iodepth=16 --runtime=600
	read_bg $other "/dev/$(vmp_of $other)"
	check "$lu: $path hangs" host throttle $path hang
	check "$lu: I/O is on it" wait_for 10 hangs $path
	check "$lu: its attributes can be read" prompt cat "$(path_dir $path)/state" \
		"$(path_dir $path)/inflight" "/sys/block/$node/vmpath/state"
	check "$lu: so can all of them" prompt sh -c "cat /sys/block/vmp*/vmpath/* \
		/sys/block/vmp*/vmpath/paths/*/[a-oq-z]* /sys/module/vmpath/disks/*/*; :"
	check "$lu: vmpathctl list answers" prompt vmpathctl list
	check "$lu: it is disabled at once" prompt sh -c "echo 1 >$(path_dir $path)/disable"
	check "$lu: new I/O goes on" prompt dd if="/dev/$node" iflag=direct bs=4096 count=50 \
		of=/dev/null
	check "$lu: $other knows nothing of it" read_stop $other
	check "$lu: $path answers" host throttle $path off
	check "$lu: it is enabled" path_put $path disable 0
	check "$lu: and live" wait_for 20 has_state $path live
	check "$lu: fio saw no error" fio_stop $lu
done
