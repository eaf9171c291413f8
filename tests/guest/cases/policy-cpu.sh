#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: cpu-affine: each CPU has its path, another one when that is gone, and its own again
# TOPOLOGY: scsi2-blk2
# PLAN: 26
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-policy.sh
. "$(dirname "$0")/lib-policy.sh"

[ "$(grep -c '^processor' /proc/cpuinfo)" -eq 2 ] || skip_all "needs two CPUs"
need_vmp lu0 lu1

# on_cpu CPU [FIO-ARGUMENT...]: $first and $second of I/O that this CPU submits
on_cpu()
{
	lab_cpu=$1
	shift
	spread "$a" "$b" "/dev/$node" --number_ios=300 "--cpus_allowed=$lab_cpu" "$@"
}

# all_to FIRST|SECOND
all_to()
{
	case $1 in
	first) [ "$first" -ge 300 ] && [ "$second" -eq 0 ] ;;
	second) [ "$second" -ge 300 ] && [ "$first" -eq 0 ] ;;
	esac
}

# affine LU PATH PATH: 13 tests
affine()
{
	node=$(vmp_of "$1")
	a=$2
	b=$3
	put "$node" iopolicy cpu-affine
	# An error is to be found by I/O, not by a routine check.
	put "$node" check_secs 0
	check_eq "$1: the policy is set" "$(get "$node" iopolicy)" cpu-affine
	on_cpu 0
	mine=first other=second lost=$a stays=$b
	[ "$second" -eq 0 ] || mine=second other=first lost=$b stays=$a
	check "$1: one CPU, one path" all_to $mine
	on_cpu 1
	check "$1: the other CPU, the other path" all_to $other
	on_cpu 0 --iodepth_batch=8
	check "$1: and so it stays" all_to $mine

	path_put "$lost" disable 1
	on_cpu 0
	check "$1: its path is gone: it takes the other" all_to $other
	on_cpu 1
	check "$1: as who has it already" all_to $other
	path_put "$lost" disable 0
	check "$1: its path is back" wait_for 15 has_state "$lost" live
	on_cpu 0
	check "$1: it has that again" all_to $mine
	on_cpu 1
	check "$1: and the other keeps its own" all_to $other

	path_put "$stays" weight 100
	on_cpu 0
	check "$1: a path of ten times the weight has both" all_to $other
	path_put "$stays" weight 10

	host fail "$lost" 5 read
	on_cpu 0
	check "$1: what fails on the CPU's path goes to the other" test $((first + second)) -ge 300
	host heal "$lost"
	check "$1: after an error" test "$(path_get "$lost" errors)" -gt 0
	check "$1: all paths are live again" wait_for 30 has_value "$node" state optimal
}

affine lu0 p0 p1
affine lu1 p2 p3
