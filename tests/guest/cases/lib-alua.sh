# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib.sh by the cases on ALUA: lu0 on LIO or a stub by p0 and p1, each in a
# target port group of its own.

# groups STATE0 STATE1: the array moves them.
groups()
{
	host array p0 alua "$1" && host array p1 alua "$2"
}

# access_is PATH STATE: the module knows.
access_is()
{
	lab_access=$(path_get "$1" access_state)
	echo "$1: $lab_access, $(path_get "$1" state)"
	[ "$lab_access" = "$2" ]
}

# mark PATH...; carries PATH: more I/O has ended well there since.
mark()
{
	for lab_m; do
		path_get "$lab_m" ios >"$LAB_DIR/ios.$lab_m"
	done
}

carries()
{
	lab_ios=$(path_get "$1" ios) || return 1
	echo "$1: $(cat "$LAB_DIR/ios.$1"), then $lab_ios"
	[ "$lab_ios" -gt "$(cat "$LAB_DIR/ios.$1")" ]
}

carries_any()
{
	carries p0 || carries p1
}

# only PATH OTHER: I/O goes by PATH and not by OTHER.
only()
{
	mark "$1" "$2"
	lab_until=$(($(now) + 40))
	while [ "$(now)" -lt "$lab_until" ]; do
		sleep 0.05
	done
	carries "$1" && ! carries "$2"
}

# io_bg NODE: three jobs that verify what they write.
io_bg()
{
	fio_verify_bg io "/dev/$1" --runtime=900 --numjobs=3 --offset_increment=32m
}

# asked: how often an array was asked to move.
asked()
{
	dmesg | grep -c "the array is asked to make it optimized" || :
}

# stub_asked PATH long|short|stpg|answered: how often a stub has been asked for its groups with
# this header, to move, and has answered that.
stub_asked()
{
	host array "$1" asked | sed "s/.*$2 \([0-9]*\).*/\1/"
}

# no_blame NODE [FAILED]: no I/O was counted as an error of a path, and none failed, or so many
# for want of a path.
no_blame()
{
	for lab_p in p0 p1; do
		lab_errors=$(path_get "$lab_p" errors)
		[ "$lab_errors" -eq 0 ] || { echo "$lab_p: $lab_errors errors"; return 1; }
	done
	[ "$(get "$1" no_path_errors) $(get "$1" target_errors)" = "${2:-0} 0" ]
}

# waits NODE: no path is live, and I/O waits.
waits()
{
	has_value "$1" state no-path && fio_running io
}
