#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: what a tgt array can be made to do: stop, die, come back, grow, be read-only
# TOPOLOGY: tgt2
# TIMEOUT: 120
# TAGS: lab array
# PLAN: 17

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-wwid.sh
. "$(dirname "$0")/lib-wwid.sh"
# shellcheck source=lib-array.sh
. "$(dirname "$0")/lib-array.sh"

p0=/dev/$(disk_of p0)
p1=/dev/$(disk_of p1)

# read_bg: a read of p0 aside; its end is in the file.
read_bg()
{
	rm -f "$LAB_DIR/read"
	(
		trap - EXIT
		set +e
		dd if="$p0" of=/dev/null bs=4096 count=1 iflag=direct >/dev/null 2>&1 9<&-
		echo $? >"$LAB_DIR/read"
	) &
}

size_is()
{
	sg_readcap -b "$p0"
	[ "$(sg_readcap -b "$p0")" = "0x$(printf %x $(($1 / 512))) 0x200" ]
}

note "$(sg_inq "$p0")"
check "each path is a nexus of its own" own_nexus
check "data goes in by one path" write_at "$p0" 1048576 65536 0x5a
check "and comes out by the other" same_on_host "$p1" lu0 1048576 65536
check "the array stops" host array lu0 stop
read_bg
check_fails "nothing ends" wait_for 3 test -s "$LAB_DIR/read"
check "it goes on" host array lu0 cont
check "the read ends" wait_for 30 test -s "$LAB_DIR/read"
check_eq "without an error" "$(cat "$LAB_DIR/read")" 0
check "the array is killed" host array lu0 kill
check "and started" host array lu0 start
check "data is still there" same_on_host "$p1" lu0 1048576 65536
check "the LU grows" host resize lu0 301989888
check "the guest can see it" wait_for 10 size_is 301989888
check "the LU becomes read-only" host array lu0 readonly on
check_like "no write gets through" \
	"$(sg_dd if=/dev/zero of="$p1" bs=512 count=8 oflag=sgio 2>&1)" "*Data Protect*"
check_fails "a path has no array of its own here" host array p0 kill
check_fails "unknown actions are refused" host array lu0 explode
