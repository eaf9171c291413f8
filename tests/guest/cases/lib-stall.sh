# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib.sh and lib-fault.sh by the cases whose paths stall.

# holds PATH: I/O of the meta-node is on it. aged PATH MS: and that for so long. idle PATH:
# there is none, and the tick has seen it.
holds()
{
	[ "$(path_get "$1" inflight)" -gt 0 ]
}

aged()
{
	lab_age=$(path_get "$1" inflight_age_ms)
	echo "$1: age $lab_age"
	[ "$lab_age" -ge "$2" ]
}

idle()
{
	! holds "$1" && [ "$(path_get "$1" inflight_age_ms)" -eq 0 ]
}

# reads NODE: 40 READs, one after the other; one on a path that hangs would never end.
reads()
{
	in_time 10 dd if="/dev/$1" iflag=direct bs=4096 count=40 of=/dev/null
}

# write_bg NAME FILE OFFSET: a block of the byte 0x5a. The calls of read_bg ask for it.
write_bg()
{
	rm -f "$LAB_DIR/read.$1"
	(
		trap - EXIT
		set +e
		tr '\0' 'Z' </dev/zero | dd of="$2" oflag=direct,seek_bytes seek="$3" bs=4096 \
			count=1 iflag=fullblock conv=notrunc status=none 2>"$LAB_DIR/read.$1.err"
		[ -s "$LAB_DIR/read.$1.err" ]
		echo "$? $(now)" >"$LAB_DIR/read.$1.new"
		mv "$LAB_DIR/read.$1.new" "$LAB_DIR/read.$1"
	) 9<&- &
}

# park NODE PATH: READs go round the paths, one after the other, until one stays on this one,
# which hangs; the first that come there may get through. parked_ok: all of them have ended well.
park()
{
	lab_parked=0
	while [ "$lab_parked" -lt 16 ]; do
		lab_parked=$((lab_parked + 1))
		read_bg "parked.$lab_parked" "/dev/$1" once
		wait_for 1 read_ended "parked.$lab_parked" && continue
		! holds "$2" || wait_for_not 1 holds "$2" || return 0
	done
	return 1
}

parked_ok()
{
	while [ "$lab_parked" -gt 0 ]; do
		wait_for 30 read_ok "parked.$lab_parked" || return 1
		lab_parked=$((lab_parked - 1))
	done
}
