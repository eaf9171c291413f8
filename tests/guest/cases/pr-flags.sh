#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: ALL_TG_PT, SPEC_I_PT and APTPL of a registration reach the array: by one path for all ports, and for another guest
# TOPOLOGY: lio2
# TIMEOUT: 120
# GUESTS: 2
# TAGS: array

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"

# register FLAG...: with the key a1
register()
{
	sg_persist -n -o -G -K 0 -S 0xa1 "$@" "$dev"
}

both_registered()
{
	path_get p0 pr_state
	path_get p1 pr_state
	[ "$(path_get p0 pr_state) $(path_get p1 pr_state)" = "registered registered" ]
}

# full TEXT: how often READ FULL STATUS says so.
full()
{
	sg_persist -n -i -s "$dev" >"$LAB_DIR/full"
	grep -c "$1" "$LAB_DIR/full"
}

# What is registered outlives a loss of power (PTPL_A).
kept()
{
	sg_persist -n -i -c "$dev" | grep 'Power Loss Active.*: 1'
}

# nexus_of PORT: the initiator port of this guest that is registered there.
nexus_of()
{
	sg_persist -n -i -s "$dev" | awk -v port="$1" '
		/Relative port address/ { at = $NF }
		/guest1,i/ && at == sprintf("0x%x", port) { print $NF }'
}

if [ "$LAB_GUEST" -eq 0 ]; then plan 26; else plan 8; fi
need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
if [ "$LAB_GUEST" -eq 0 ]; then
	check "they meet" meet begin
	check "register for all target ports" register --param-alltgpt
	note "$(sg_persist -n -i -s "$dev" 2>&1)"
	check_eq "all of them are there" "$(keys "$dev")" "a1 a1 "
	check "and the array knows why" test "$(full 'All target ports bit set')" -ge 1
	check "both paths are registered" both_registered
	check "a path goes" host unplug p1
	check "it is gone" wait_for 20 has_state p1 none
	check "it comes" host plug p1
	check "it is live" wait_for 30 has_state p1 live
	check_eq "and registered" "$(path_get p1 pr_state)" registered
	check "it goes" sg_persist -n -o -G -K 0xa1 -S 0 --param-alltgpt "$dev"
	check_eq "nobody is registered" "$(keys "$dev")" ""
	check "register with APTPL" register --param-aptpl
	check_eq "both paths" "$(keys "$dev")" "a1 a1 "
	check "the array keeps them" kept
	path_put p1 disable 1
	check "p0 goes" sg_persist -n -o -G -K 0xa1 -S 0 --param-aptpl "$dev"
	path_put p1 disable 0
	check "p1 is live" wait_for 20 has_state p1 live
	check_eq "and went before" "$(keys "$dev")" ""
	check "which did not tell the array to keep none" kept
	id=$(host wait id)
	path_put p1 disable 1
	check "register by p0, and $id with it" register -X "$id"
	path_put p1 disable 0
	check "p1 is live" wait_for 20 has_state p1 live
	check "both paths are registered" both_registered
	check "and so is the other guest, by one" test "$(full guest1)" -eq 1
	check "reserve for registrants" pr "$dev" reserve a1 5
	check "the other may know" host put reserved now
	check "it has written" host wait written
	host put end now
else
	# Its I_T nexus by p0, as the array tells it; then it goes by that alone. The other one
	# looks at the keys only when this one's are gone.
	check "register" pr "$dev" register 0 b1
	id=$(nexus_of "$(path_get p0 relative_port)")
	check "it goes" pr "$dev" register b1 0
	path_put p1 disable 1
	check "they meet" meet begin
	check "it tells the other one who it is" host put id "$id"
	check "the first one has reserved" host wait reserved
	check "a guest that has registered nothing, and is registered, may write" write_4k "$dev" 4096
	check "it says so" host put written now
	check "the end" host wait end
fi
