#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: memory runs out while disks are found and claimed: late, but never a crash or a leak
# TOPOLOGY: scsi2-blk2
# PLAN: 3
# TIMEOUT: 240
# ALLOW_DMESG: kobject_add_internal failed for .* \(error: -12
# CONFIG: CONFIG_FAILSLAB CONFIG_FAIL_PAGE_ALLOC CONFIG_FAULT_INJECTION_DEBUG_FS

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# The module works in unbound kworkers, so those are marked, with kthreadd, whose
# children inherit the mark. The loader is not: the kernel's own way of making a
# slab cache leaks when memory runs out.
slab=/sys/kernel/debug/failslab
page=/sys/kernel/debug/fail_page_alloc

# mark VALUE: which tasks fail.
mark()
{
	for dir in /proc/[0-9]*; do
		read -r comm <"$dir/comm" || continue
		case $comm in
		kthreadd | kworker/u*) echo "$1" >"$dir/make-it-fail" ;;
		esac
	done 2>/dev/null || :
}

# faults PERCENT
faults()
{
	echo "$1" >$slab/probability
	echo "$1" >$page/probability
}

recovered()
{
	for p in p0 p1 p2 p3; do
		has_state $p live || return 1
	done
}

for dir in "$slab" "$page"; do
	echo 1 >"$dir/task-filter"
	echo 1 >"$dir/interval"
	echo -1 >"$dir/times"
	echo 0 >"$dir/verbose"
done
echo 0 >$slab/ignore-gfp-wait
echo 0 >$page/ignore-gfp-wait
echo 0 >$page/min-order
defer 'faults 0; mark 0'
note "seed ${LAB_SEED:-1}"

rounds=0 late=0 refused=0
for percent in 1 3 5 10 20 40; do
	mark 1
	faults $percent
	# With little enough memory the module itself is refused, and comes later.
	if ! load; then
		refused=$((refused + 1))
		faults 0
		load || break
		faults $percent
	fi
	# A moment of life with little memory, not something to wait for.
	sleep "0.$(printf %03d "$(rand 900)")"
	recovered || late=$((late + 1))
	faults 0
	mark 0
	wait_for 60 recovered || break
	read_at "/dev/$(vmp_of lu0)" 0 || break
	read_at "/dev/$(vmp_of lu1)" 0 || break
	wait_for 20 unload || break
	rounds=$((rounds + 1))
done
note "$late of $rounds times not all paths came at once, $refused times not the module"
check_eq "every time all four paths came, and the module went" "$rounds" 6
check "some came late" test "$late" -gt 0
check "the module comes" need_vmp lu0 lu1
