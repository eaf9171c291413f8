#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: two guests give three LUs the same names, whatever the order, LUNs, replugs, reboots
# TOPOLOGY: three-lus
# TIMEOUT: 150
# GUESTS: 2
# TAGS: array
# PLAN: 16

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-wwid.sh
. "$(dirname "$0")/lib-wwid.sh"
# shellcheck source=lib-replug.sh
. "$(dirname "$0")/lib-replug.sh"

other=$((1 - LAB_GUEST))

# ident LU: its name and WWID as one word.
ident()
{
	lab_node=$(vmp_of "$1")
	echo "$(get "$lab_node" name)|$(get "$lab_node" wwid)" | tr ' ' '~'
}

# place: where p0 and p2 are in this guest.
place()
{
	echo "$(path_get p0 hctl),$(path_get p2 hctl)"
}

# same_names WHEN: as the other guest had them when it came up first.
same_names()
{
	for lu in lu0 lu1 lu2; do
		check_eq "$lu, $1: name and WWID are the other guest's" "$(ident $lu)" \
			"$(host wait "$other.$lu")"
	done
}

all_wwids()
{
	for path in p0 p1 p2 p3; do
		same_wwid $path || return 1
	done
}

need_vmp lu0 lu1 lu2
if [ "$LAB_PHASE" -eq 0 ]; then
	check_eq "three meta-nodes" "$(find /sys/block -name 'vmp*' | wc -l)" 3
	for lu in lu0 lu1 lu2; do
		note "$lu: $(vmp_of $lu) $(ident $lu)"
		host put "$LAB_GUEST.$lu" "$(ident $lu)"
	done
	host put "$LAB_GUEST.place" "$(place)"
	check_fails "the other guest has other places" test "$(place)" = "$(host wait "$other.place")"
	check "the WWIDs are scsi_id's" all_wwids
	same_names "at first"
	if [ "$LAB_GUEST" -eq 0 ]; then
		check "one path of each comes back" replug 10 20 p5 p1 p3
	else
		check "every path comes back, in another order" replug 10 20 p4 p2 p5 p0 p3 p1
	fi
	need_vmp lu0 lu1 lu2
	same_names "after a replug"
	[ "$LAB_GUEST" -eq 0 ] || reboot_guest
	wait_for 10 unload
	need_vmp lu0 lu1 lu2
	pass "the first guest has loaded the module anew"
else
	check_eq "the second guest was rebooted" "$LAB_PHASE" 1
	for lu in lu0 lu1 lu2; do
		note "$lu: $(vmp_of $lu) $(ident $lu)"
	done
fi
same_names "anew"
check "both are through" meet end
check_eq "three meta-nodes" "$(find /sys/block -name 'vmp*' | wc -l)" 3
