#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: what a LIO array can be made to do: move its groups, stop, die, come back, grow
# TOPOLOGY: lio2
# TIMEOUT: 120
# TAGS: lab array
# PLAN: 21

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

p0=/dev/$(disk_of p0)
p1=/dev/$(disk_of p1)

# rtpg_is TEXT: access states of the groups 1 and 2, as the array reports them.
rtpg_is()
{
	lab_got=$(sg_rtpg --raw "$p0" | od -An -v -tx1 | tr -d ' \n' | cut -c 9,10,33,34)
	echo "$lab_got"
	[ "$lab_got" = "$1" ]
}

# sense PATH: what a READ says.
sense()
{
	sg_raw -r 512 "/dev/$(disk_of "$1")" 28 0 0 0 0 0 0 0 1 0 2>&1 || :
}

sense_like()
{
	lab_sense=$(sense "$1")
	echo "$lab_sense"
	# shellcheck disable=SC2254 # it is a pattern
	case $lab_sense in
	$2) ;;
	*) return 1 ;;
	esac
}

size_is()
{
	[ "$(sg_readcap -b "$p0")" = "0x$(printf %x $(($1 / 512))) 0x200" ]
}

# scsi_dh_alua lets nothing through before it has heard of the move itself, by
# the unit attention to a command that it does let through.
write_p1()
{
	sg_turs "$p1"
	write_at "$p1" 1048576 65536 0x5a
}

# By passthrough, which scsi_dh_alua lets alone: p0 was in standby before the array
# died, and nothing tells the handler of its new life.
still_there()
{
	sg_raw -r 65536 -o "$LAB_DIR/data" "$p0" 28 0 0 0 08 0 0 0 80 0 || return 1
	lab_here=$(sha256sum <"$LAB_DIR/data" | cut -d ' ' -f 1)
	lab_there=$(host sha256 lu0 1048576 65536)
	echo "guest $lab_here host $lab_there"
	[ "$lab_here" = "$lab_there" ]
}

check "both groups are optimized" rtpg_is 0000
check "group 2 goes to standby" host array p1 alua standby
check "the other path sees it" wait_for 5 rtpg_is 0002
check_eq "and the array says so" "$(host array p1 alua)" standby
check "no READ on it" wait_for 10 sense_like p1 "*ort in standby state*"
check "group 2 becomes unavailable" host array p1 alua unavailable
check "no READ on it" wait_for 10 sense_like p1 "*ort in unavailable state*"
check "group 1 is not optimized and preferred" host array p0 alua non-optimized
check "PREF is set" host array p0 prefer on
check "RTPG has it all" wait_for 5 rtpg_is 8103
check "group 2 is in transition for a while" host array p1 alua optimized 10000
check "RTPG says so" wait_for 8 rtpg_is 810f
check "and is through" wait_for 30 rtpg_is 8100
check "STPG moves a group" sg_stpg --tp=1,2 --state=s,ao "$p0"
check "RTPG agrees" wait_for 5 rtpg_is 8200
check "data goes in by group 2" wait_for 20 write_p1
check "the array guest is killed" host array lu0 kill
check "and started again, in its first state" host array lu0 start
check "data is still there" wait_for 20 still_there
check "the LU grows" host resize lu0 301989888
check "the guest can see it" wait_for 10 size_is 301989888
