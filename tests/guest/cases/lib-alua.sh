# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib.sh by the cases on ALUA: lu0 on LIO or a stub by p0 and p1, each in a
# target port group of its own.

# An array that is emulated may itself need longer to say so.
prompt=3
[ "${LAB_ACCEL:-kvm}" != kvm ] || prompt=1

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

carries_any()
{
	carries p0 || carries p1
}

# only PATH OTHER: I/O goes by PATH and not by OTHER.
only()
{
	mark "$1" "$2"
	lab_until=$(($(now) + 40))
	while [ "$(now)" -lt "$lab_until" ] ||
		{ [ "$(now)" -lt $((lab_until + 500 * LAB_SCALE)) ] && ! carries "$1"; }; do
		nap
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

# stpg_waits PATH: the stub has been asked to move there, and does not answer.
stpg_waits()
{
	[ "$(stub_asked "$1" stpg)" -gt "$(stub_asked "$1" answered)" ]
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

# left_out STATE: 22 tests. In a state in which the array takes no data a group's path is out
# of use, then both are.
left_out()
{
	check "the array alone moves p0's group" host array p0 access implicit
	check "... and p1's" host array p1 access implicit
	need_vmp lu0
	node=$(vmp_of lu0)
	io_bg "$node"
	mark p0 p1
	check "I/O goes by p0" wait_for 10 carries p0
	check "... and by p1" wait_for 10 carries p1
	check "p1 is $1" host array p1 alua "$1"
	check "the path is standby within a second" wait_for $prompt has_state p1 standby
	check "and known to be $1" access_is p1 "$1"
	check "I/O goes by p0 alone" wait_for 3 only p0 p1
	check_eq "that is no fault" "$(get "$node" state)" optimal
	check "p1 is optimized again" host array p1 alua optimized
	check "the path is live" wait_for 10 has_state p1 live
	mark p1
	check "and carries I/O" wait_for 5 carries p1
	check "both are $1" groups "$1" "$1"
	check "I/O waits" wait_for 3 waits "$node"
	check "p1 is not optimized now" host array p1 alua non-optimized
	check "it is live" wait_for 5 has_state p1 live
	check "I/O goes by p1" wait_for 3 only p1 p0
	check "p0 is optimized" host array p0 alua optimized
	check "I/O goes by p0 alone" wait_for 12 only p0 p1
	check_eq "the array was not asked to move" "$(asked)" 0
	check "fio saw no error" fio_stop io
	check "no path is blamed" no_blame "$node"
}
