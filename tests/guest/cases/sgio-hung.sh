#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an array hangs with a SCSI command of a program: that program waits, and nobody else
# TOPOLOGY: tgt2-each
# TIMEOUT: 120
# TAGS: array
# PLAN: 15

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-sgio.sh
. "$(dirname "$0")/lib-sgio.sh"

# asleep NAME: it waits for the device.
asleep()
{
	grep -q '^State:.*D' "/proc/$(cat "$LAB_DIR/bg.$1.pid")/status"
}

# writes BLOCK: of 4 KiB, within ten seconds.
writes()
{
	in_time 10 dd if=/dev/zero of="$dev" bs=4096 seek="$1" count=1 oflag=direct conv=fsync status=none
}

# Kernels from 6.16 on freeze a disk's queue, which waits for its commands, before they tell
# anybody that it goes.
told_late()
{
	case $(uname -r) in
	6.[0-9].* | 6.1[0-5].*) return 1 ;;
	esac
}

# goes PATH: its disk goes, and nothing is sent there.
goes()
{
	if told_late; then
		has_state "$1" disabled && asleep delete
	else
		has_state "$1" none
	fi
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
put "$node" check_secs 0
path_put p1 disable 1
host array p0 stop
# shellcheck disable=SC2046 # split it
ended_bg hung sg_raw -r 512 -o /dev/null "$dev" $(cdb16 88)
check "the command is with the device" wait_for 10 asleep hung
path_put p1 disable 0
# Its check waits ten seconds for the one that hangs.
check "the other path is live" wait_for 40 has_state p1 live
path_put p0 disable 1
check "I/O takes it" writes 256
check "vmpathctl list answers" in_time 10 vmpathctl list
check "and show" in_time 10 vmpathctl show "$node"
check "and the attributes" in_time 10 sh -c "cat /sys/block/$node/vmpath/paths/*/state"
check "another command takes the other path" in_time 10 sg_raw -r 96 "$dev" 12 00 00 00 60 00
check_fails "the module cannot go" in_time 10 rmmod vmpath
bg_kill hung
check_fails "the program cannot be killed" wait_for 2 has_ended hung

# What if its disk goes at this moment? (QEMU would stop the guest if the host pulled it.)
ended_bg delete sh -c "echo 1 >/sys/block/$(disk_of p0)/device/delete"
check "its disk goes, and the path is out of use" wait_for 20 goes p0
check "I/O goes on" writes 512
check "the command is with the device still" asleep hung
host array p0 cont
check "the array goes on, and the command ends" wait_for 30 has_ended hung
check "the disk is gone" wait_for 30 has_ended delete
check_eq "the node has one path" "$(nr_paths "$node")" 1
