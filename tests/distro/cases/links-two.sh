#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: two guests have the same links to the same data, whatever the order, LUNs, reboots
# TOPOLOGY: three-lus
# TIMEOUT: 500
# GUESTS: 2
# PLAN: 12

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"
# shellcheck source=../../guest/cases/lib-replug.sh
. "$(dirname "$0")/lib-replug.sh"

other=$((1 - LAB_GUEST))

# links: each by-name and by-id link, ours or not, and what is read through it; one word.
links()
{
	find /dev/vmpath /dev/disk/by-id -type l | sort | while read -r link; do
		sum=$(head -c 1048576 "$link" | sha256sum) || sum=unreadable
		echo "$link=${sum%% *}"
	done | tr '\n' ' ' | sed 's/ $//; s/ /,/g'
}

# place: where p0, p2 and p4 are in this guest.
place()
{
	echo "$(path_get p0 hctl),$(path_get p2 hctl),$(disk_of p4)"
}

# word_of KEY: what the other guest has put; it may be booting, which takes longer than
# the host waits at a time.
word_of()
{
	lab_tries=6
	until host wait "$1"; do
		lab_tries=$((lab_tries - 1))
		[ "$lab_tries" -gt 0 ] || return 1
	done
}

same_links()
{
	check_eq "$1: links and data are the other guest's" "$(links)" "$theirs"
}

all_live()
{
	for path in p0 p1 p2 p3 p4 p5; do
		has_state $path live || { echo "$path: $(path_state $path)"; return 1; }
	done
}

# ready: every path is there, and udev has done what it has to.
ready()
{
	need_nodes lu0 lu1 lu2
	wait_for 60 all_live
	wait_for 60 idle
}

ready
mine=$(links)
host put "$LAB_GUEST.links" "$mine"
host put "$LAB_GUEST.place" "$(place)"
note "$(place)" "
" "$(echo "$mine" | tr ',' '\n')"
theirs=$(word_of "$other.links")

if [ "$LAB_PHASE" -eq 0 ]; then
	check_fails "the other guest has other places" test "$(place)" = "$(word_of "$other.place")"
	check_eq "a name and a WWID for each LU, and no other link" \
		"$(echo "$mine" | grep -o '/dev/vmpath/[^=]*\|by-id/vmpath-[^=]*' | wc -l)" \
		"$(echo "$mine" | tr ',' '\n' | wc -l)"
	check_eq "three LUs, each with data of its own under two links" \
		"$(echo "$mine" | tr ',' '\n' | sed 's/.*=//' | sort | uniq -c |
			awk '{ n[$1]++ } END { print n[2] " " length(n) }')" "3 1"
	same_links "at first"
	if [ "$LAB_GUEST" -eq 0 ]; then
		check "one path of each comes back" replug 30 60 p5 p1 p3
	else
		check "every path comes back, in another order" replug 30 60 p4 p2 p5 p0 p3 p1
	fi
	ready
	same_links "after a hot-replug"
	check "no unit has failed" no_failed_units
	if [ "$LAB_GUEST" -eq 1 ]; then
		sync
		reboot_guest
	fi
	check "the module goes" wait_for 30 rmmod vmpath
	check "... and comes" modprobe vmpath
	ready
else
	check_eq "it was rebooted" "$LAB_GUEST.$LAB_PHASE" 1.1
	check "no unit has failed, anew" no_failed_units
fi
same_links "anew"
host put "$LAB_GUEST.end" through
check_eq "both are through" "$(word_of "$other.end")" through
check "every component is marked" all_marked
