#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: LUs of 3 TiB: what is beyond 2 TiB is read and written there, also while paths go
# TOPOLOGY: large
# PLAN: 24
# TIMEOUT: 180
# MODES: fast

# From 2 TiB on the number of a block has more than 32 bits: READ(16), WRITE(16).
set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

TIB=1099511627776
T=/sys/kernel/tracing

# is_blank FILE OFFSET LENGTH
is_blank()
{
	[ "$(dd if="$1" iflag=direct,skip_bytes,count_bytes skip="$2" count="$3" bs=64k status=none |
		tr -d '\0' | wc -c)" = 0 ]
}

# commands OPERATION: the disks have seen one since `: >trace`.
commands()
{
	grep -q "($1 " $T/trace
}

# large LU PATH PATH: 11 tests
large()
{
	lu=$1
	node=$(vmp_of "$lu")
	check_eq "$lu: its size" "$(blockdev --getsize64 "/dev/$node")" $((3 * TIB))
	check "$lu: a write across 2 TiB" write_at "/dev/$node" $((2 * TIB - 131072)) 262144 0xc3
	check "$lu: one beyond" write_at "/dev/$node" $((2 * TIB + 1048576)) 65536 0x5a
	check "$lu: the host has the same" \
		same_on_host "/dev/$node" "$lu" $((2 * TIB - 262144)) 2097152
	check "$lu: nothing is where 32 bits would lead" is_blank "/dev/$node" 65536 2097152
	fio_verify_bg io "/dev/$node" --offset=$((3 * TIB - 16777216)) --runtime=600
	for path in "$2" "$3"; do
		check "$lu: $path goes" path_down unplug "$path"
		check "$lu: $path comes back" path_up unplug "$path"
	done
	check "$lu: fio saw no error" fio_stop io
	check "$lu: the host has the same" \
		same_on_host "/dev/$node" "$lu" $((3 * TIB - 16777216)) 16777216
}

need_vmp lu0 lu1
echo 1 >$T/events/scsi/scsi_dispatch_cmd_start/enable
: >$T/trace
large lu0 p0 p1
check "WRITE(16) was sent" commands WRITE_16
check "READ(16) was sent" commands READ_16
echo 0 >$T/events/scsi/scsi_dispatch_cmd_start/enable
large lu1 p2 p3
