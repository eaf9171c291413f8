#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: two guests see the same LUs, and meet; one is rebooted and goes on
# TOPOLOGY: three-lus
# TIMEOUT: 120
# GUESTS: 2
# TAGS: lab array
# PLAN: 9

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

all_disks()
{
	for path in p0 p1 p2 p3 p4 p5; do
		has_disk $path || { echo "no $path"; return 1; }
	done
}

# same_data: what the first guest wrote at a place of its own on each LU.
same_data()
{
	for pair in p0:lu0 p3:lu1 p4:lu2; do
		same_on_host "/dev/$(disk_of "${pair%:*}")" "${pair#*:}" 1048576 4096 || return 1
	done
}

write_data()
{
	for path in p0 p3 p4; do
		write_at "/dev/$(disk_of "$path")" 1048576 4096 0x77 || return 1
	done
}

if [ "$LAB_PHASE" -eq 0 ]; then
	check "all disks are there" all_disks
	if [ "$LAB_GUEST" -eq 0 ]; then
		check "data is written" write_data
	else
		check_fails "a word that nobody puts is not waited for ever" host wait nothing 1
	fi
	check "they meet" meet written
	check "both have the data" same_data
	check "a word is left" host put "from$LAB_GUEST" "hello-$LAB_GUEST"
	check_eq "the other's word" "$(host wait "from$((1 - LAB_GUEST))")" "hello-$((1 - LAB_GUEST))"
	[ "$LAB_GUEST" -eq 0 ] || reboot_guest
	pass "the first guest goes on without one"
else
	check_eq "the second guest has been rebooted" "$LAB_GUEST $LAB_PHASE" "1 1"
fi
check "all disks are there" all_disks
check "they meet again" meet end
