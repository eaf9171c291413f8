#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a guest fences another one whose fio writes, on tgt: within a second, and not a byte comes later
# TOPOLOGY: tgt2
# TIMEOUT: 300
# GUESTS: 2
# TAGS: array
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-prfence.sh
. "$(dirname "$0")/lib-prfence.sh"

# no_abort: 9 tests for the one that fences, 6 for the other one.
no_abort()
{
	check "abort: register" pr "$dev" register 0 "$me"
	check "abort: they meet" meet abort.begin
	if [ "$LAB_GUEST" -eq 0 ]; then
		check "abort: reserve" pr "$dev" reserve a1 5
		# ILLEGAL REQUEST; Linux-IO has it.
		check "abort: tgt knows no PREEMPT AND ABORT" pr_ends 5 pr "$dev" abort a1 b1 5
		check_eq "abort: all are registered still" "$(keys "$dev")" "a1 a1 b1 b1 "
		check_eq "abort: it is reserved still" "$(holder "$dev")" "a1 5"
	fi
	check "abort: they meet" meet abort.refused
	[ "$LAB_GUEST" -eq 0 ] || check "abort: the other one writes" write_4k "$dev" $FENCE_AT
	check "abort: they meet" meet abort.written
	check "abort: unregister" pr "$dev" register "$me" 0
}

if [ "$LAB_GUEST" -eq 0 ]; then plan 98; else plan 97; fi
fence_begin
fence preempt 5 full
fence preempt 1
fence preempt 8
no_abort
