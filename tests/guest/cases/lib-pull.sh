# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The body of pull-scsi.sh and pull-blk.sh: a disk of lu0 comes and is pulled at a
# random moment, again and again.

# Opens whatever meta-node there is, as soon as it is, and reads it: first opens,
# partition scans and limits race with the removal.
reader()
{
	while [ ! -e "$LAB_DIR/stop" ]; do
		for dev in /sys/block/vmp*; do
			[ -e "$dev" ] || continue
			echo 0 >"$dev/vmpath/delayed_removal_secs"
			echo 500 >"$dev/vmpath/no_path_timeout_ms"
			blockdev --rereadpt "/dev/${dev##*/}"
			read_at "/dev/${dev##*/}" 0
		done 2>/dev/null
	done
	: >"$LAB_DIR/reader.end"
}

rounds=$((16 / LAB_SCALE + 4))
load
(
	trap - EXIT
	set +e
	reader
) >/dev/null 2>&1 9<&- &
note "seed ${LAB_SEED:-1}"
round=0
while [ "$round" -lt "$rounds" ]; do
	host plug p0
	[ $((round % 2)) -eq 0 ] || host plug p1
	# A random moment of its life, not something to wait for.
	sleep "0.$(printf %03d "$(rand 600)")"
	host unplug p0
	[ $((round % 2)) -eq 0 ] || host unplug p1
	round=$((round + 1))
done
check_eq "the rounds" "$round" "$rounds"
: >"$LAB_DIR/stop"
# What it set on a new node may have come before vmpath/ was there: then it waits 30 s for a path.
check "the reader ends" wait_for 60 test -e "$LAB_DIR/reader.end"
host plug p0
host plug p1
need_vmp lu0
check "data can be written" write_at "/dev/$(vmp_of lu0)" 0 65536 0x42
check "and is there" same_on_host "/dev/$(vmp_of lu0)" lu0 0 65536
