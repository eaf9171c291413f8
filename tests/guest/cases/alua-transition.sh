#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: target port groups in transition: another path, or I/O waits, but not for ever
# TOPOLOGY: lio2
# TIMEOUT: 240
# TAGS: array
# PLAN: 24

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-alua.sh
. "$(dirname "$0")/lib-alua.sh"

# The unit attention of a move is told to a command: these are some.
read_until_no_path()
{
	dd if="/dev/$node" iflag=direct bs=4096 count=8 of=/dev/null &
	has_value "$node" state no-path
}

# A slow guest may look twice in these seconds, or once.
is_moving()
{
	access_is "$1" transitioning && has_state "$1" standby
}

# probed: both paths have been asked since.
probed()
{
	path_put p0 probe 1 && path_put p1 probe 1 && wait_for 5 has_value "$node" state optimal
}

check "the array alone moves p0's group" host array p0 access implicit
check "... and p1's" host array p1 access implicit
need_vmp lu0
node=$(vmp_of lu0)
check "I/O fails at once without a path" put "$node" no_path_timeout_ms 0
io_bg "$node"
check "p1 moves, for five seconds" host array p1 alua non-optimized $((5000 * LAB_SCALE))
check "the path is in transition, and out of use" wait_for 4 is_moving p1
check "I/O goes by p0" wait_for 3 only p0 p1
check "p1 is live again" wait_for 15 has_state p1 live
check "it is not optimized" access_is p1 non-optimized
check "p1 moves, for four seconds" host array p1 alua optimized $((4000 * LAB_SCALE))
check "p0 does, too" host array p0 alua non-optimized $((4000 * LAB_SCALE))
check "I/O waits" wait_for 3 waits "$node"
check "p1 is live" wait_for 15 has_state p1 live
check "I/O goes by p1" wait_for 10 only p1 p0
check "fio saw no error" fio_stop io
check "no path is blamed" no_blame "$node"

check "the array says that p0 takes a second to move" host array p0 transition 1
check "... and p1" host array p1 transition 1
check "the module is told so" probed
# LIO moves for half a minute at most.
long=$((12000 * LAB_SCALE))
[ "$long" -le 30000 ] || long=30000
check "p1 moves, for twelve seconds" host array p1 alua non-optimized "$long"
check "p0 does, too" host array p0 alua optimized "$long"
check "no path is live" wait_for 5 read_until_no_path
check_fails "a READ fails, and does not wait for that" \
	timeout $((long * 3 / 4000)) dd if="/dev/$node" iflag=direct bs=4096 count=1 of=/dev/null
check "the array is in transition still" access_is p0 transitioning
check "both are live" wait_for 20 has_value "$node" state optimal
