#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: fast recovery: an LU that only wants time gets it, by every path, and no path is blamed
# TOPOLOGY: stub2
# PLAN: 12
# TIMEOUT: 120
# TAGS: array

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

TIMES=12	# more than a path gets

# all_say WORDS: the next READs and WRITEs by either path
all_say()
{
	for path in p0 p1; do
		times=0
		while [ $times -lt $TIMES ]; do
			times=$((times + 1))
			# shellcheck disable=SC2086 # words
			host array $path $1 || return 1
		done
	done
}

both_live()
{
	has_state p0 live && has_state p1 live
}

# patience NAME WORDS: 4 tests
patience()
{
	check "$1, by both paths, $TIMES times" all_say "$2"
	check "$1: the caller waits" write_4k "/dev/$node" 1048576
	check_eq "$1: no error of the LU" "$(get "$node" target_errors) $(get "$node" no_path_errors)" "0 0"
	# What is left of the answers goes to others.
	put "$node" iopolicy round-robin
	times=0
	while [ $times -lt $((3 * TIMES)) ]; do
		times=$((times + 1))
		read_at "/dev/$node" 1048576 || bail "a READ fails"
	done
	check "$1: both paths are live" wait_for 20 both_live
	put "$node" iopolicy single-active
}

need_vmp lu0
node=$(vmp_of lu0)
put "$node" host_cache_none 1
put "$node" fast_recovery 1
put "$node" check_secs 0
put "$node" iopolicy single-active
log_mark
patience "finding space" "sense 02 04 14"
patience "TASK ABORTED" "status 40"
check_fails "no path was failed" said "path .* failed"
check_eq "nor held" "$(path_get p0 held_secs) $(path_get p1 held_secs)" "0 0"
check "the data is there" write_4k "/dev/$node" 1048576
check_eq "fast recovery is on" "$(get "$node" fast_recovery)" 1
