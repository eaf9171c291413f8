#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path that does one I/O a second: I/O goes down the other, and it is in use again when it is well
# TOPOLOGY: scsi2-blk2
# PLAN: 14
# TIMEOUT: 150

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-stall.sh
. "$(dirname "$0")/lib-stall.sh"

# fast NODE: 200 READs, one after the other, that would take minutes on the slow path.
fast()
{
	in_time 20 dd if="/dev/$1" iflag=direct bs=4096 count=200 of=/dev/null
}

slow_path()
{
	node=$(vmp_of "$1")
	put "$node" stall_timeout_ms 1000
	fio_verify_bg "$1" "/dev/$node" --numjobs=3 --offset_increment=16m --runtime=86400
	host throttle "$2" 1
	check "$1: $2 stalls" wait_for 20 has_state "$2" stalled
	check "$1: I/O goes on" fast "$node"
	mark "$3"
	check "$1: by $3" wait_for 10 carries "$3"
	host throttle "$2" off
	check "$1: $2 comes back" wait_for 40 path_back "$2"
	mark "$2"
	check "$1: and is used" wait_for 10 carries "$2"
	check "$1: fio saw no error" fio_stop "$1"
	check "$1: the host has the data" same_on_host "/dev/$node" "$1" 0 50331648
}

need_vmp lu0 lu1
slow_path lu0 p1 p0
slow_path lu1 p3 p2
