#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: after each unit attention by which its LU may be another, a path is asked who it is; after others not
# TOPOLOGY: stub2
# TIMEOUT: 180
# TAGS: array
# PLAN: 31
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-array.sh
. "$(dirname "$0")/lib-array.sh"

log=$LAB_DIR/monitor

# asked: how often p1 has been.
asked()
{
	grep -c "\"event\": \"probing\", \"node\": \"$node\", \"path\": \"$(disk_of p1)\"" "$log" || :
}

asked_since()
{
	[ "$(asked)" -gt "$1" ]
}

# doubted KEY ASC ASCQ WHAT: 4 tests.
doubted()
{
	before=$(asked)
	check "$4 comes" host array p1 sense "$1" "$2" "$3"
	check "$4: the path is asked" wait_for 20 asked_since "$before"
	check "$4: it is live again" wait_for 20 has_state p1 live
	mark p1
	check "$4: and carries I/O" wait_for 20 carries p1
}

need_vmp lu0
node=$(vmp_of lu0)
vmpathctl monitor --json >"$log" 9<&- &
monitor=$!
wait_for 15 grep -q '"event": "start"' "$log"
mark p0
mark p1
fio_verify_bg io "/dev/$node" --runtime=600
wait_for 20 carries p0
wait_for 20 carries p1

# A controller's own failure: the mid-layer alone would call it the LU's. It comes first:
# in the second after a doubt an error is taken for its echo, and does not count.
errors=$(path_get p1 errors)
more_errors()
{
	[ "$(path_get p1 errors)" -gt "$errors" ]
}
# What was on its way when it erred is eight I/Os at most; a path in doubt gets no new ones.
used_again()
{
	read -r lab_was <"$LAB_DIR/ios.p1"
	[ "$(path_get p1 ios)" -gt $((lab_was + 8)) ]
}
check "INTERNAL TARGET FAILURE comes" host array p1 sense 04 44 00
check "it is an error of the path" wait_for 20 more_errors
mark p1
check "which is live again" wait_for 20 has_state p1 live
check "and carries I/O" wait_for 20 used_again

# SPC-4, 5.14: what may stand behind the path is another LU now.
doubted 06 3f 03 "INQUIRY DATA HAS CHANGED"
doubted 06 3f 0e "REPORTED LUNS DATA HAS CHANGED"
doubted 06 29 00 "POWER ON OR RESET"
doubted 05 25 00 "LOGICAL UNIT NOT SUPPORTED"
# So QEMU answers to a WRITE in the place of LUN 0, when that is gone and others are not.
doubted 05 20 00 "INVALID COMMAND OPERATION CODE"

before=$(asked)
check "MODE PARAMETERS CHANGED comes" host array p1 sense 06 2a 01
mark p1
check "I/O goes on" wait_for 20 carries p1
check_eq "nobody asks" "$(asked)" "$before"
check "a WRITE is aborted" host array p1 sense 0b 00 00
mark p1
check "I/O goes on" wait_for 20 carries p1

kill -INT $monitor
check "fio saw no error" fio_stop io
check "the host has the same data" same_on_host "/dev/$node" lu0 0 16777216
