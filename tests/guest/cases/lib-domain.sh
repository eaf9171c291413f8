# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib.sh, lib-fault.sh and lib-stall.sh by the cases of failure domains.

# doubted PATH 0|1
doubted()
{
	lab_doubted=$(path_get "$1" doubted)
	echo "$1: doubted $lab_doubted"
	[ "$lab_doubted" = "$2" ]
}

# busy DISK: something is on it. silence PATH: it does not answer any more; QEMU lets the
# first requests through, so some READs go to the disk itself until one stays there.
busy()
{
	read -r lab_reads lab_writes <"/sys/block/$1/inflight"
	[ $((lab_reads + lab_writes)) -gt 0 ]
}

silence()
{
	host throttle "$1" hang || return 1
	for lab_n in 1 2 3 4; do
		read_bg "silent.$lab_n" "/dev/$(disk_of "$1")" once
	done
	wait_for 10 busy "$(disk_of "$1")"
}

# doubts FAILING SIBLING OTHER: 18 tests. FAILING is a path of lu0, the others of lu1;
# SIBLING shares a domain with FAILING, OTHER does not. What SIBLING is asked it does not
# answer at first, so that one can see what is made of that.
doubts()
{
	node0=$(vmp_of lu0)
	node1=$(vmp_of lu1)
	put "$node0" iopolicy round-robin
	put "$node1" iopolicy round-robin
	# Else who does not answer would be stalled before one has looked.
	put "$node1" stall_timeout_ms 0

	check "$2 is silent" silence "$2"
	echo offline >"/sys/block/$(disk_of "$1")/device/state"
	check "I/O on $1's LU goes on" reads "$node0"
	check "$1 has failed" wait_for 10 has_state "$1" failed
	check "$2 is in doubt" wait_for 5 doubted "$2" 1
	check_eq "and live" "$(path_state "$2")" live
	check "$3 is not in doubt" doubted "$3" 0
	mark "$2" "$3"
	check "I/O on its LU goes on" reads "$node1"
	check "by $3" carries "$3"
	check_fails "not by $2" carries "$2"
	check "$2 answers" host throttle "$2" off
	check "it is not in doubt any more" wait_for 20 doubted "$2" 0
	mark "$2"
	check "I/O goes on once more" reads "$node1"
	check "by $2, too" carries "$2"
	echo running >"/sys/block/$(disk_of "$1")/device/state"
	check "$1 comes back" wait_for 30 has_state "$1" live

	put "$node0" stall_timeout_ms 1000
	silence "$2" || bail "$2 is not silent"
	host throttle "$1" hang
	check "I/O is on $1" park "$node0" "$1"
	check "it stalls, and $2 is in doubt" wait_for 10 doubted "$2" 1
	host throttle "$1" off
	host throttle "$2" off
	check "the I/O ends well" parked_ok
	check "$2 is not in doubt any more" wait_for 20 doubted "$2" 0
}
