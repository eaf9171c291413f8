#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an array restarts that keeps registrations (APTPL), and the one path left may not take over what a lost nexus holds: the caller is told
# TOPOLOGY: lio2
# TIMEOUT: 240
# TAGS: array
# PLAN: 31

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-praptpl.sh
. "$(dirname "$0")/lib-praptpl.sh"

# written SECONDS: it ends within that.
written()
{
	in_time "$1" dd if=/dev/zero of="$dev" bs=4096 seek=1 count=1 oflag=direct conv=notrunc
}

# LIO lets nobody in by the port of who holds it but that nexus itself.
# alone TYPE: 15 tests.
alone()
{
	check "type $1: register" sg_persist -n -o -I -S 0xa1 -Z "$dev"
	check "type $1: p1 is out of use" path_put p1 disable 1
	check "type $1: reserve" pr "$dev" reserve a1 "$1"
	check "type $1: it is written" write_4k "$dev" 4096
	log_mark
	restart
	check "type $1: then a write conflicts" conflicts written 60
	check "type $1: that is said" said "$node: no path may take over the reservation"
	check_eq "type $1: the path has not failed for it" "$(path_state p0)" live
	check "type $1: the next write conflicts" conflicts written 20
	check "type $1: p1 is in use" path_put p1 disable 0
	check "type $1: and registered" wait_for 30 has_state p1 live
	check "type $1: the reservation is taken over in the end" wait_for 60 writes
	check_eq "type $1: it is as it was" "$(holder "$dev")" "a1 $1"
	check "type $1: release" pr "$dev" release a1 "$1"
}

writes()
{
	write_4k "$dev" 4096 && said "holds the reservation now"
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
put "$node" path_health_secs 0
alone 5
alone 1
check "unregister" pr "$dev" register a1 0
