#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an array that knows the short header alone, or garbles its target port groups: what it tells is used, no path is lost
# TOPOLOGY: stub2-alua
# TIMEOUT: 300
# TAGS: array
# PLAN: 70

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-alua.sh
. "$(dirname "$0")/lib-alua.sh"

# What p1 tells with the short header: group 1 has port 1, group 2 is p1's own.
group1=00cf00010000000100000001
group2=01cf00020000000100000002

asked_since()
{
	[ "$(stub_asked "$1" "$2")" -gt "$3" ]
}

# ask PATH: its groups, and wait until that has been done.
ask()
{
	lab_asked=$(($(stub_asked "$1" short) + $(stub_asked "$1" long)))
	path_put "$1" probe 1
	wait_for 10 asked_more "$1" "$lab_asked"
}

asked_more()
{
	[ $(($(stub_asked "$1" short) + $(stub_asked "$1" long))) -gt "$2" ]
}

# knows PATH STATE: the access state is that one, "any", or "none": it is taken for an
# LU without ALUA. The path is live, but for "any".
knows()
{
	lab_knows=$(path_get "$1" access_state 2>/dev/null || echo none)
	echo "$1: $lab_knows, $(path_state "$1")"
	case $2 in
	any) has_state "$1" live || has_state "$1" standby ;;
	*) [ "$lab_knows" = "$2" ] && has_state "$1" live ;;
	esac
}

# alone PATH OTHER: I/O goes by it when the other one is not there.
alone()
{
	path_put "$2" disable 1
	mark "$1"
	wait_for 20 carries "$1" && lab_rc=0 || lab_rc=1
	path_put "$2" disable 0
	wait_for 20 has_state "$2" live || lab_rc=1
	return "$lab_rc"
}

# again PATH: it is claimed anew.
again()
{
	vmpathctl release "$(disk_of "$1")"
	wait_for 10 has_state "$1" none
	vmpathctl claim "$(disk_of "$1")"
}

# garble ANSWER: from p1 from now on; one word, with commas.
garble()
{
	# shellcheck disable=SC2046 # split it
	host array p1 rtpg $(echo "$1" | tr , ' ') >"$LAB_DIR/rtpg"
	note "p1 tells $(cut -c 1-120 "$LAB_DIR/rtpg")"
}

# garbled NAME ANSWER NEW KNOWN: what p1 is taken for when it comes, and when it was live
# before; 6 tests.
garbled()
{
	garble "$2"
	check "$1: p1 comes" again p1
	check "$1: it is live: $3" wait_for 20 knows p1 "$3"
	if [ "$3" = any ]; then
		mark p0 p1
		check "$1: and I/O goes on, whether it is used or not" wait_for 10 carries_any
	else
		check "$1: and can be used" alone p1 p0
	fi
	garble good
	check "$1: a good answer, and it is optimized" good_again
	garble "$2"
	ask p1
	check "$1, live: it is $4" wait_for 10 knows p1 "$4"
	mark p0 p1
	check "$1, live: I/O goes on" wait_for 10 carries_any
	garble good
	wait_for 20 known_well || fail "$1: p1 does not recover"
}

# Who was taken to have no group, or another one, goes first.
good_again()
{
	[ "$(path_get p1 target_port_group 2>/dev/null)" = 2 ] || again p1
	wait_for 30 known_well
}

known_well()
{
	knows p1 optimized && return 0
	path_put p1 probe 1
	return 1
}

check "the array knows the short header alone" host array lu0 rtpg no-long
check "p1 is not optimized" host array p1 alua non-optimized
long=$(stub_asked p0 long)
need_vmp lu0
node=$(vmp_of lu0)
check "p0's state is known" access_is p0 optimized
check "... and p1's" access_is p1 non-optimized
check_eq "... and their groups" "$(path_get p0 target_port_group) $(path_get p1 target_port_group)" "1 2"
check "the long header was asked for" asked_since p0 long "$long"
io_bg "$node"
check "I/O goes by p0" wait_for 10 only p0 p1
long=$(stub_asked p1 long)
check "p1 is asked again" ask p1
check_eq "with the short header at once" "$(stub_asked p1 long)" "$long"
check "p0 is standby" host array p0 alua standby
check "the module knows" wait_for 5 access_is p0 standby
check "I/O goes by p1" wait_for 10 only p1 p0
check "p0 is optimized again" host array p0 alua optimized
check "I/O goes by p0" wait_for 30 only p0 p1
check "p1 is optimized, too" host array p1 alua optimized
check "the array knows both again" host array lu0 rtpg good
check "the module knows" wait_for 20 known_well

garbled "a length beyond the buffer" "ffffffff$group1$group2" non-optimized non-optimized
garbled "cut in the header of its own group" "00000010$group1$group2" none unknown
garbled "cut in the ports of its own group" "00000016$group1$group2" none non-optimized
garbled "more ports than there is room for" "00000018${group1}01cf0002000000ff00000002" \
	non-optimized non-optimized
garbled "groups without its port" "0000000c01cf00070000000100000009" none unknown
garbled "no group" "00000000$group1$group2" unknown optimized
garbled "refused with either header" drop unknown optimized
seed=$((LAB_SEED % 100000))
note "seed $seed"
garbled "noise" random,$seed any any

check "p0 has the last word on nothing but itself" access_is p0 optimized
check "fio saw no error" fio_stop io
check "no path is blamed" no_blame "$node"
check "the host has the same data" same_on_host "/dev/$node" lu0 0 16777216
check "the module goes" wait_for 20 unload
