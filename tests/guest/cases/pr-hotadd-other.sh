#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: paths come back without their registrations while another guest holds a reservation and this one, which is registered, writes: no I/O sees a conflict
# TOPOLOGY: stub2
# CONFIG: CONFIG_FTRACE
# MODES: fast
# TIMEOUT: 300
# TAGS: array
# PLAN: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-prhotadd.sh
. "$(dirname "$0")/lib-prhotadd.sh"

# of_other TYPE: 21 tests.
of_other()
{
	check "type $1: another guest reserves" host array p0 pr other c1 "$1"
	for path in p0 p1; do
		check "type $1: $path goes" path_down unplug $path
		check "type $1: so does its registration" host array $path pr set 0
		no_conflict "type $1, $path gone"
		arrives "$1" $path
		check_eq "type $1: it is registered" "$(keys "$dev")" "a1 a1 c1 "
		no_conflict "type $1, $path back"
	done
	check "type $1: fio goes on" fio_running io
	check "type $1: the other guest leaves" host array p0 pr other 0
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
trace_conflicts
# What is out of use again and again need not wait.
put "$node" path_health_secs 0
check "register" pr "$dev" register 0 a1
it_shows 1 write_4k
put "$node" iopolicy round-robin
fio_verify_bg io "$dev" --offset=$IO_AT --size=$IO_LEN --runtime=86400
for type in 5 6 7 8; do
	of_other $type
done
check "fio saw no error" fio_stop io
