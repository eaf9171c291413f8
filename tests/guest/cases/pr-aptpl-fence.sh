#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a guest that was fenced never registers itself again, nor after a restart of the array that keeps registrations (APTPL)
# TOPOLOGY: lio2
# TIMEOUT: 240
# GUESTS: 2
# TAGS: array

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-praptpl.sh
. "$(dirname "$0")/lib-praptpl.sh"

# nexuses GUEST: of a guest, as READ FULL STATUS has them.
nexuses()
{
	sg_persist -n -i -s "$dev" | grep -c ":guest$1,i" || :
}

# shut_out TAG: 11 tests, of the guest that was fenced after log_mark.
shut_out()
{
	begin=$(now)
	check "$1: it cannot write" conflicts write_4k "$dev" 4096
	spent=$(($(now) - begin))
	note "known after $spent hundredths of a second"
	check "$1: which is known within a second" test $spent -le $((100 * LAB_SCALE))
	check "$1: vmpath knows why" wait_for 20 has_value "$node" pr_key none
	check_eq "$1: and says it once" "$(said "$node: its registration is gone" | wc -l)" 1
	check "$1: nor can it write then" conflicts write_4k "$dev" 4096
	check "$1: no path is out of use for that" both_live
	flap p0
	check "$1: nor when a path has come" conflicts write_4k "$dev" 4096
	check "$1: its paths know" wait_for 20 states_are none none
	check_eq "$1: it is not registered" "$(nexuses 1)" 0
}

fencer()
{
	check "register" sg_persist -n -o -G -K 0 -S 0xa1 -Z "$dev"
	check "reserve" pr "$dev" reserve a1 5
	check "they meet" meet reserved
	check "the other one writes" meet written
	check "it is fenced" pr "$dev" preempt a1 b1 5
	check_eq "its keys are gone" "$(keys "$dev")" "a1 a1 "
	check "writes" writes_begin "$dev"
	restart
	check "they go on" writes_go_on
	check "none has failed" writes_end
	check "the other one may try" meet restarted
	check "it has" meet tried
	check "it has registered again" meet again
	check "it is fenced again" pr "$dev" preempt a1 b1 5
	check_eq "it is not registered" "$(nexuses 1)" 0
	check "the other one may try" meet fenced
	check "it has" meet refused
	check "this one writes" write_4k "$dev" 4096
	check "release" pr "$dev" release a1 5
	check "unregister" pr "$dev" register a1 0
}

victim()
{
	check "register" sg_persist -n -o -G -K 0 -S 0xb1 -Z "$dev"
	check "they meet" meet reserved
	check "it writes" write_4k "$dev" 4096
	log_mark
	check "they meet" meet written
	check "the array has restarted" meet restarted
	shut_out "fenced before the restart"
	check "it says so" meet tried
	check "it registers again" sg_persist -n -o -G -K 0 -S 0xb1 -Z "$dev"
	check "it writes" write_4k "$dev" 4096
	log_mark
	check "they meet" meet again
	check "the other one has fenced it" meet fenced
	shut_out "fenced again"
	check "it says so" meet refused
}

if [ "$LAB_GUEST" -eq 0 ]; then plan 22; else plan 34; fi
need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
if [ "$LAB_GUEST" -eq 0 ]; then
	fencer
else
	victim
fi
check "they meet" meet end
