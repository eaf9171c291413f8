#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an LU grows and shrinks under I/O; the meta-node follows when all its paths have
# TOPOLOGY: scsi2-blk2
# PLAN: 32
# TIMEOUT: 150

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-resize.sh
. "$(dirname "$0")/lib-resize.sh"

need_vmp lu0 lu1
small=$((256 * 1048576 / 512))
large=$((320 * 1048576 / 512))
# shellcheck disable=SC2016 # for the program that it calls
uevent sh -c 'echo "$ACTION $DEVNAME ${RESIZE:-0}"' >"$LAB_DIR/uevents" 2>/dev/null 9<&- &
defer "kill $!"

# resize NAME LU PATH PATH SECTORS: 5 tests
resize()
{
	node=$(vmp_of "$2")
	old=$(cat "/sys/block/$node/size")
	resize_path "$3" $(($5 * 512))
	check "$1: the first path has seen it" wait_for 15 size_is "$(disk_of "$3")" "$5"
	check_fails "$1: the meta-node has not followed" wait_for 3 lab_not size_is "$node" "$old"
	resize_path "$4" $(($5 * 512))
	check "$1: the second has, so it follows" wait_for 15 size_is "$node" "$5"
	check_eq "$1: as programs see it" "$(blockdev --getsize64 "/dev/$node")" $(($5 * 512))
	check_eq "$1: both paths are live" "$(path_state "$3") $(path_state "$4")" "live live"
}

resized_event()
{
	grep -qx "change $node 1" "$LAB_DIR/uevents"
}

for lu in lu0 lu1; do
	node=$(vmp_of $lu)
	[ $lu = lu0 ] && paths="p0 p1" || paths="p2 p3"
	fio_verify_bg $lu "/dev/$node" --time_based --runtime=200
	resize "$lu grows" $lu "${paths% *}" "${paths#* }" $large
	check "$lu: there is a uevent" wait_for 10 resized_event
	end=$(((large - 8) * 512))
	check "$lu: its new end can be written" write_at "/dev/$node" $end 4096 0x66
	check "$lu: and is on the host" same_on_host "/dev/$node" $lu $end 4096
	resize "$lu shrinks" $lu "${paths% *}" "${paths#* }" $small
	check_fails "$lu: what was its end is beyond it" write_at "/dev/$node" $end 4096 0x77
	check "$lu: fio saw no error" fio_stop $lu
	check_eq "$lu: no path had an error" \
		"$(path_get "${paths% *}" errors)$(path_get "${paths#* }" errors)" 00
done
