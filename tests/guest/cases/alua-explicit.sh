#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: only standby paths are left: the array is asked to move, once; so it is for the preferred group
# TOPOLOGY: lio2
# TIMEOUT: 240
# TAGS: array
# PLAN: 27

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-alua.sh
. "$(dirname "$0")/lib-alua.sh"

# optimized PATH...: the array says so of one of them at least.
optimized()
{
	for lab_p; do
		[ "$(host array "$lab_p" alua)" != optimized ] || return 0
	done
	return 1
}

has_path_value()
{
	[ "$(path_get "$1" "$2")" = "$3" ]
}

need_vmp lu0
node=$(vmp_of lu0)
# asked_well: again only when a second has brought no live path; the numbers are of the log.
asked_well()
{
	dmesg | awk '/vmpath: .* (is asked to make it optimized|path [a-z]* live )/ {
		t = $0
		sub(/^\[ */, "", t)
		t += 0
		if (/ live /) {
			ask = 0
			next
		}
		if (ask && t - ask < 0.9)
			exit 1
		ask = t
	}'
}

io_bg "$node"
check "the array may be asked" put "$node" prefer_secs 0
check "p1 is standby" host array p1 alua standby
check "I/O goes by p0" wait_for 5 only p0 p1
check_eq "nobody asks for p1" "$(asked)" 0
check "p0 is standby, too" host array p0 alua standby
check "the array was asked" wait_for 5 optimized p0 p1
mark p0 p1
check "I/O goes on" wait_for 5 carries_any
check "it was asked once, or again after a second in vain" asked_well
check "both are unavailable" groups unavailable unavailable
check "the array was asked" wait_for 15 optimized p0 p1
mark p0 p1
check "I/O goes on" wait_for 10 carries_any
check "it was asked once, or again after a second in vain" asked_well

check "p0 is optimized" host array p0 alua optimized
check "p1 is not" host array p1 alua non-optimized
check "I/O goes by p0" wait_for 12 only p0 p1
check "p1 is preferred" host array p1 prefer on
before=$(asked)
check "the module knows" wait_for 35 has_path_value p1 preferred 1
check "I/O stays" only p0 p1
check "the array may be asked two seconds after it is well" put "$node" prefer_secs 2
check "p1 is optimized" wait_for 10 optimized p1
check "the module knows" wait_for 5 access_is p1 optimized
check "p1 is not any more" host array p1 alua non-optimized
check "the module knows" wait_for 5 access_is p1 non-optimized
check "p1 is optimized again, later" wait_for 20 optimized p1
check_eq "the array was asked twice" "$(($(asked) - before))" 2
check "fio saw no error" fio_stop io
check "no path is blamed" no_blame "$node"
