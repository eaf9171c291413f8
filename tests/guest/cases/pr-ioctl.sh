#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: persistent reservations by the kernel's own ioctls, and by SG_IO: one and the same
# TOPOLOGY: lio2
# NEEDS: sgio
# TIMEOUT: 120
# TAGS: smoke array
# PLAN: 66

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"

# by NAME WANT WORD...: what the kernel's ioctl says.
by()
{
	lab_name=$1 lab_want=$2
	shift 2
	check_eq "$lab_name" "$(sgio pr "$dev" "$@")" "$lab_want"
}

# told: the disk that is no path has no unit attention any more, which an ioctl would end with.
told()
{
	for lab_try in 1 2 3 4; do
		! sg_turs "$disk" >"$LAB_DIR/told" 2>&1 || return 0
	done
	echo "try $lab_try: $(cat "$LAB_DIR/told")"
}

# other WORD...: the same by that disk.
other()
{
	told
	sgio pr "$disk" "$@"
}

# reads NAME WANT WORD...: 2 tests: as the disk answers, and right. Kernels have had that since 7.
reads()
{
	lab_name=$1 lab_want=$2
	shift 2
	lab_got=$(sgio pr "$dev" "$@")
	case $(uname -r) in
	6.*)
		check_eq "$lab_name: no such ioctl" "$lab_got" ENOTTY
		skip "$lab_name" "the kernel has no such ioctl"
		;;
	*)
		check_eq "$lab_name, as on the disk" "$lab_got" "$(other "$@")"
		check_eq "$lab_name" "$lab_got" "$lab_want"
		;;
	esac
}

# sent_as ACTION WORD...: well, and PERSISTENT RESERVE OUT has this service action.
sent_as()
{
	lab_action=$1
	shift
	echo 1 >$T/enable
	lab_got=$(sgio pr "$dev" "$@")
	echo 0 >$T/enable
	echo "$lab_got"
	grep "raw=5f $lab_action " /sys/kernel/tracing/trace && [ "$lab_got" = ok ]
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
by "a registration" ok register 0 a1
check_eq "both paths have it" "$(keys "$dev")" "a1 a1 "
by "a second one without the key is a conflict" "status 18" register 0 a2
by "ignoring the key it is not" ok ignore 0 a2
check_eq "both paths have that" "$(keys "$dev")" "a2 a2 "
# The kernel's types are 1 to 6.
for type in "1 1" "2 3" "3 5" "4 6" "5 7" "6 8"; do
	by "type $type: reserve" ok reserve a2 "${type% *}"
	check_like "the array says so" "$(holder "$dev")" "* ${type#* }"
	by "type $type: release" ok release a2 "${type% *}"
done
by "no such type" EINVAL reserve a2 9
by "a reservation with another's key is a conflict" "status 18" reserve a1 1
by "cleared" ok clear a2
check_eq "nobody is registered" "$(keys "$dev")" ""

# Another I_T nexus: a disk that is no path any more.
disk=/dev/$(disk_of p1)
T=/sys/kernel/tracing/events/scsi/scsi_dispatch_cmd_start
: >/sys/kernel/tracing/trace
check "p1 is given back" vmpathctl release "${disk#/dev/}"
reads "nobody is registered" 0: keys 4
reads "nothing is reserved" "none 0" holder
check_eq "another one registers" "$(other register 0 b1)" ok
check_eq "and reserves" "$(other reserve b1 1)" ok
by "so do we" ok register 0 a1
reads "two keys" "2: b1 a1" keys 4
reads "there is room for one" "2: b1" keys 1
reads "the reservation is his" "b1 1" holder
check "a write is a conflict" conflicts write_4k "$dev" 4096
by "a PREEMPT without the key is a conflict" "status 18" preempt a9 b1 1
by "no such type" EINVAL preempt a1 b1 9
check_eq "nothing has changed" "$(keys "$dev")$(holder "$dev")" "a1 b1 b1 1"
check "PREEMPT is sent" sent_as 04 preempt a1 b1 3
check_eq "he is not registered" "$(keys "$dev")" "a1 "
check_eq "his reservation is ours" "$(holder "$dev")" "a1 5"
reads "so says the ioctl" "a1 3" holder
check "we may write" write_4k "$dev" 4096
check "he may not" conflicts write_4k "$disk" 8192
by "released" ok release a1 3
check_eq "he registers again" "$(other register 0 b2)" ok
check_eq "and reserves" "$(other reserve b2 2)" ok
check "PREEMPT AND ABORT is sent" sent_as 05 abort a1 b2 4
check_eq "he is not registered" "$(keys "$dev")" "a1 "
check_eq "his reservation is ours" "$(holder "$dev")" "a1 6"
reads "so says the ioctl" "a1 4" holder
reads "one key" "1: a1" keys 4
by "cleared" ok clear a1

# By SG_IO a list of another length or shape is sent to nobody: it could not be had for all paths.
note "on the disk: $(sg_raw -s 16 -i /dev/zero "$disk" 5f 00 00 00 00 00 00 00 10 00 2>&1)"
check_eq "a whole list" "$(sgio ioctl "$dev" PR_OUT)" "PR_OUT ok"
check_eq "none, a short one, one in pieces, the wrong way" \
	"$(sgio ioctl "$dev" PR_OUT_NONE PR_OUT_SHORT PR_OUT_PIECES PR_OUT_BACK |
		cut -d ' ' -f 2 | tr '\n' ' ')" "EINVAL EINVAL EINVAL EINVAL "
check_eq "p0 is live" "$(path_state p0)" live
