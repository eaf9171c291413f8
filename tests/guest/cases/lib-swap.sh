# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by the swap cases, after lib-array.sh: lu0 is behind p0 and p1, and on the
# array of p1 lu1 takes its place, while verified I/O runs on the meta-node. Not one
# byte may go to lu1, and the application must not notice.

loaded=

# lu1_now: what its image holds, and how much of it.
lu1_now()
{
	echo "$(host sha256 lu1 0 268435456) $(host allocated lu1)"
}

# refused NAME: 5 tests; lu1 is behind p1 by now.
refused()
{
	check "$1: the path is a mismatch" wait_for 40 has_state p1 mismatch
	mark p0
	check "$1: I/O goes on without it" wait_for 20 goes_on p0
	check_eq "$1: not one byte went to the other LU" "$(lu1_now)" "$before"
	check "$1: lu0 comes back there" host array p1 swap lu0
	check "$1: and the path to use" wait_for 40 has_state p1 live
}

# goes_on PATH: it carries what fio does, or else what we do.
goes_on()
{
	[ -n "$loaded" ] || writes
	carries "$1"
}

# under_load: starts I/O on both paths.
under_load()
{
	loaded=yes
	mark p0
	mark p1
	fio_verify_bg io "/dev/$node" --runtime=600
	wait_for 20 carries p0 && wait_for 20 carries p1
}

# What is on its way to the array when that swaps its LUs is beyond anybody.
idle()
{
	wait_for 10 no_inflight
}

no_inflight()
{
	[ "$(path_get p1 inflight)" -eq 0 ]
}

p1_device()
{
	echo "$1" >"/sys/block/$(disk_of p1)/device/state"
}

# swap_run: 25 tests.
swap_run()
{
	need_vmp lu0
	node=$(vmp_of lu0)
	before=$(lu1_now)
	check "both paths carry I/O" under_load

	check "unmapped: the array unmaps the LU" host array p1 unmap
	check "unmapped: the path fails" wait_for 20 has_state p1 failed
	idle
	check "unmapped: another LU is mapped" host array p1 swap lu1
	refused unmapped

	path_put p1 disable 1
	idle
	check "disabled: the array swaps the LU" host array p1 swap lu1
	path_put p1 disable 0
	refused disabled

	p1_device offline
	check "offline: the path fails" wait_for 20 has_state p1 failed
	idle
	check "offline: the array swaps the LU" host array p1 swap lu1
	p1_device running
	refused offline

	mark p1
	check "p1 carries I/O again" wait_for 20 carries p1
	check "fio saw no error" fio_stop io
	check "the host has the same data" same_on_host "/dev/$node" lu0 0 16777216
}

# writes: 64 of them, one at a time, over both paths.
writes()
{
	mark p0
	dd if=/dev/urandom of="/dev/$node" bs=4k count=64 oflag=direct 2>/dev/null &&
		carries p0
}

# unnoticed NAME: 7 tests; lu1 is behind p1 by now, nothing was on its way and nothing
# has failed: a unit attention is the only sign there will be.
unnoticed()
{
	check_eq "$1: the guest knows of nothing" "$(path_state p1)" live
	check "$1: writes go well" writes
	refused "$1"
}
