#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: SCSI commands with lengths, directions and pointers of chance fail no path and stop nothing
# TOPOLOGY: scsi2
# NEEDS: sgio
# TIMEOUT: 240
# PLAN: 9

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-sgio.sh
. "$(dirname "$0")/lib-sgio.sh"

# fuzz NAME SECONDS: aside, with a seed of its own.
fuzz()
{
	seed=$(rand 100000)
	note "seed $seed, $2 s"
	ended_bg "$1" sgio fuzz "$dev" "$2" "$seed"
}

# many NAME: it ended well, and a good many of its commands came to their end.
many()
{
	ended_with "$1" 0
	note "$(tr '\n' ' ' <"$LAB_DIR/bg.$1.out")"
	[ "$(of "$LAB_DIR/bg.$1.out" sent)" -gt 100 ] && [ "$(of "$LAB_DIR/bg.$1.out" ok)" -gt 20 ]
}

failed_ms()
{
	for lab_p in p0 p1; do
		path_get $lab_p stats
	done | awk '/^ms_(failed|held|mismatch) / { n += $2 } END { print n + 0 }'
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
secs=8
[ "${LAB_DEBUG:-0}" = 0 ] || secs=60
fio_bg io --filename="$dev" --rw=randread --bs=4k --size=16m --direct=1 --ioengine=libaio \
	--iodepth=4 --time_based --runtime=600

fuzz alone $secs
check "it comes to its end" wait_for $((secs + 30)) has_ended alone
check "commands were sent, and some carried out" many alone
check_eq "no path has failed by it" "$(failed_ms)" 0

fuzz pulled $secs
check "a path is pulled meanwhile" host unplug p0
wait_for 20 has_state p0 none
check "and plugged in again" host plug p0
check "it is live" wait_for 30 has_state p0 live
check "it comes to its end" wait_for $((secs + 30)) has_ended pulled
check "commands were sent, and some carried out" many pulled
check "fio saw no error" fio_stop io
