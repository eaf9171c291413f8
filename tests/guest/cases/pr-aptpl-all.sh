#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an array restarts that keeps registrations (APTPL), with a reservation of all registrants: the path by the lost holder's port is shut out until it is released
# TOPOLOGY: lio2
# TIMEOUT: 240
# TAGS: array
# PLAN: 34

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-praptpl.sh
. "$(dirname "$0")/lib-praptpl.sh"

# by PATH: what becomes of a WRITE by its disk, past vmpath.
by()
{
	if write_4k "/dev/$(disk_of "$1")" 4096 2>"$LAB_DIR/by"; then
		echo written
	elif grep -q 'Invalid exchange' "$LAB_DIR/by"; then
		echo conflict
	else
		cat "$LAB_DIR/by"
	fi
}

# anew: WRITEs by the meta-node, which take the paths in turn, have shown that the nexuses are new.
anew()
{
	write_4k "$dev" 4096 2>"$LAB_DIR/anew" || grep 'Invalid exchange' "$LAB_DIR/anew"
	said 'to be registered anew'
}

# shut_out TYPE PATH: 2 tests. It can do nothing. Of type 8 LIO does not tell its capacity either: it
# has failed by itself.
shut_out()
{
	if [ "$1" = 7 ]; then
		check "type 7: the other has conflicts" \
			conflicts write_4k "/dev/$(disk_of "$2")" 4096
		check "type 7: it is in use for all that" has_state "$2" live
	else
		check_fails "type 8: the other does not" write_4k "/dev/$(disk_of "$2")" 4096
		check "type 8: it is out of use" wait_for 30 lab_not has_state "$2" live
	fi
}

# let_in TYPE PATH: it can, and is. Of type 8 the kernel has to ask for its capacity again.
let_in()
{
	if [ "$1" = 7 ]; then
		has_state "$2" live
	else
		echo 1 >"/sys/block/$(disk_of "$2")/device/rescan"
		wait_for 30 path_back "$2"
	fi
}

# LIO has all registrants hold it, but keeps out who comes by the port of one that is no more: RELEASE
# by that path has a conflict, and vmpath takes the other.
# all_hold TYPE: 17 tests.
all_hold()
{
	check "type $1: register" sg_persist -n -o -I -S 0xa1 -Z "$dev"
	check "type $1: reserve" pr "$dev" reserve a1 "$1"
	check_eq "type $1: either path writes" "$(by p0) $(by p1)" "written written"
	log_mark
	restart
	check "type $1: WRITEs tell vmpath of it" wait_for 60 anew
	check "type $1: the paths are registered anew" wait_for 30 states_are registered registered
	check_eq "type $1: the reservation is there" "$(holder "$dev")" "0 $1"
	note "p0: $(by p0), p1: $(by p1)"
	good=p0 bad=p1
	[ "$(by p0)" = written ] || good=p1 bad=p0
	check_eq "type $1: one path writes" "$(by $good)" written
	shut_out "$1" $bad
	check "type $1: release" pr "$dev" release a1 "$1"
	check "type $1: the path is live again" let_in "$1" $bad
	check "type $1: reserve" pr "$dev" reserve a1 "$1"
	check_eq "type $1: either path writes again" "$(by p0) $(by p1)" "written written"
	check "type $1: release" pr "$dev" release a1 "$1"
	# What lost nexuses have left behind, too.
	check "type $1: clear" pr "$dev" clear a1
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
put "$node" path_health_secs 0
put "$node" iopolicy round-robin
all_hold 7
all_hold 8
