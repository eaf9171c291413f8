#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the array behind one path stands still for 30 s: I/O goes on, no data is wrong
# TOPOLOGY: tgt2-each
# PLAN: 12
# TIMEOUT: 150

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-stall.sh
. "$(dirname "$0")/lib-stall.sh"

# 100 ms for the tool, stall_timeout_ms and 1 s for a stall; in hundredths of a second. An
# emulated CPU is ten times slower and shares the host's with others: more there, and yet a
# tenth of the time for which nothing comes from the array.
if [ "${LAB_ACCEL:-kvm}" = kvm ]; then
	list_bound=10 stall_bound=400
else
	list_bound=300 stall_bound=600
fi

# within HUNDREDTHS COMMAND...: it succeeds, in that time; the longest is in `longest`.
longest=0
within()
{
	lab_bound=$1
	shift
	lab_t=$(now)
	"$@" >"$LAB_DIR/within" 2>&1 || { cat "$LAB_DIR/within"; return 1; }
	lab_t=$(($(now) - lab_t))
	[ $lab_t -le $longest ] || longest=$lab_t
	[ $lab_t -le "$lab_bound" ] || { echo "it took $lab_t hundredths of a second"; return 1; }
}

# responsive UNTIL: the tool answers within 100 ms, and new I/O goes on, up to that time.
responsive()
{
	while [ "$(now)" -lt "$1" ]; do
		within $list_bound vmpathctl list || return 1
		reads "$node" || return 1
	done
}

need_vmp lu0
node=$(vmp_of lu0)
put "$node" iopolicy round-robin
fio_verify_bg io "/dev/$node" --runtime=600 --numjobs=2 --offset_increment=16m --iodepth=16
mark p0 p1
check "p0 carries I/O" wait_for 20 carries p0
check "p1 carries I/O" wait_for 20 carries p1
stopped=$(now)
check "the array of p1 stands still" host array p1 stop
check "p1 is stalled" wait_for 10 has_state p1 stalled
took=$(($(now) - stopped))
note "after $took hundredths of a second"
check "within stall_timeout_ms and 1 s" test $took -le $stall_bound
check "new I/O goes on and vmpathctl answers, for 30 s" responsive $((stopped + 3000))
note "vmpathctl list took $longest hundredths at most"
check "the old I/O is on p1 still" aged p1 20000
check "the array goes on" host array p1 cont
check "p1 comes back" wait_for 60 path_back p1
mark p1
check "and carries I/O" wait_for 20 carries p1
check "fio saw no error" fio_stop io
check "the host has the same data" same_on_host "/dev/$node" lu0 0 33554432
