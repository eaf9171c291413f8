#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: how long an application waits in five faults, with vmpath and with others
# TOPOLOGY: compare
# PLAN: 79
# TIMEOUT: 1500
# OVERLAY: greedy

# Three stacks, one after the other, on the same two LUs: vmpath as it is; dm-multipath and
# multipathd as Debian has them, but for "greedy", without which they take no disk of these; and
# with what is advised where paths are equal. A fourth, NVMe's own, on a namespace that two
# controllers share: one of them can go, but no fault of QEMU's hits the way by one alone.
# Nothing is asked of the latter three but that they were measured. Documentation/failover.rst has the result, tests/bench.py draws it.
# COMPARE_STACKS and COMPARE_FAULTS: only these, by the names that their figures have.
set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"
# shellcheck source=lib-compare.sh
. "$(dirname "$0")/lib-compare.sh"

stacks=${COMPARE_STACKS:-vmpath dm dm-tuned nvme}
faults=${COMPARE_FAULTS:-path-error disk-removed hba-removed throttled sigstop}
TUNED=/etc/multipath/conf.d/tuned.conf

# node_of LU: the one disk that the stack makes of its paths.
node_of()
{
	case $stack in
	vmpath) vmp_of "$1" ;;
	nvme) nvme_head ;;
	*) basename "$(readlink -e "/dev/mapper/$(wwid_of "$1")")" ;;
	esac
}

# nvme_head: of the two paths.
nvme_head()
{
	for lab_dir in /sys/class/nvme-subsystem/*/nvme[0-9]*n[0-9]*; do
		[ ! -b "/dev/${lab_dir##*/}" ] || { basename "$lab_dir"; return; }
	done
	return 1
}

# wwid_of LU: as multipath names it.
wwid_of()
{
	lab_p=$(paths_of "$1" | head -n 1)
	/lib/udev/scsi_id -g -d "/dev/$(disk_of "$lab_p")"
}

# works PATH: the stack uses it.
works()
{
	case $stack in
	vmpath) has_state "$1" live ;;
	nvme) has_disk "$1" && lab_is "/sys/block/$lab_disk/device/state" live ;;
	*)
		multipathd show paths raw format '%d %t %T' |
			grep "^$(disk_of "$1") *active *ready"
		;;
	esac
}

all_work()
{
	for lu in $lus; do
		node_of "$lu" || return 1
		for path in $(paths_of "$lu"); do
			works "$path" || return 1
		done
	done
}

# multipathd_start, multipathd_stop: and its maps.
multipathd_start()
{
	systemctl start multipathd.socket multipathd.service && wait_for 90 all_work
}

no_maps()
{
	multipath -F
	! dmsetup ls --target multipath | grep -v "No devices"
}

multipathd_stop()
{
	multipathd disablequeueing maps >"$LAB_DIR/queueing" 2>&1 || :
	systemctl stop multipathd.socket multipathd.service && wait_for 30 no_maps
}

# one_fault FAULT LU SECONDS TESTS COMMAND: after it COMMAND, which is so many tests.
one_fault()
{
	if listed "$(short "$1")" "$faults" && listed "$stack" "$stacks"; then
		suffer "$1" "$2" "$3"
		"$5"
		return
	fi
	lab_n=$((3 + $4))
	while [ $lab_n -gt 0 ]; do
		skip "$stack, $1" "not asked for"
		lab_n=$((lab_n - 1))
	done
}

same_data()
{
	for lu in $lus; do
		check "$stack: the host has $lu's data" \
			same_on_host "/dev/$(node_of "$lu")" "$lu" 0 16777216
	done
}

# five_faults TESTS COMMAND
five_faults()
{
	one_fault "path error" lu0 12 "$@"
	one_fault "disk removed" lu0 5 "$@"
	one_fault "HBA removed" lu0 5 "$@"
	one_fault throttled lu0 20 "$@"
	one_fault SIGSTOP lu1 30 "$@"
	same_data
}

# bounded: what is asked of vmpath. Of the I/O that is on a path when it falls silent nothing
# can be asked, nor of how long the host takes for each that waits there.
bounded()
{
	check_eq "vmpath, $fault: no I/O error, no wrong block" "$failed" -
	check "vmpath, $fault: no pause of more than $bound ms" test "$pause" -le "$bound"
	case $fault in
	throttled) check "vmpath, $fault: no I/O waits for more than the 15 others" \
		test "$slowest" -le $((16000 + bound)) ;;
	SIGSTOP) check "vmpath, $fault: I/O that begins after that time is not held up" \
		test "$late" -le "$bound" ;;
	*) check "vmpath, $fault: nor any I/O" test "$slowest" -le "$bound" ;;
	esac
}

stack=vmpath lus="lu0 lu1"
systemctl stop multipathd.socket multipathd.service
check "vmpath has both LUs" wait_for 90 all_work
# stall_timeout_ms and a second. An emulated CPU is ten times slower and shares the host's
# with others: two seconds more, and still a fifth of the time of SIGSTOP.
bound=$(($(get "$(vmp_of lu0)" stall_timeout_ms) + 1000))
[ "${LAB_ACCEL:-kvm}" = kvm ] || bound=$((bound + 2000))
row_head
five_faults 3 bounded
check "vmpath goes" wait_for 30 rmmod vmpath
# Else the next disk that comes would bring it back.
ln -s /dev/null /etc/modules-load.d/vmpath.conf
wait_for 30 idle

stack=dm
check "multipathd has both LUs" multipathd_start
note "$(multipath -ll)"
five_faults 0 true
check "it goes" multipathd_stop

stack=dm-tuned
mkdir -p "${TUNED%/*}"
cat >"$TUNED" <<END
defaults {
	path_grouping_policy multibus
	path_checker directio
	checker_timeout 5
	polling_interval 2
	max_polling_interval 4
	no_path_retry queue
	failback immediate
}
END
check "multipathd has both LUs, otherwise" multipathd_start
note "$(multipath -ll)"
five_faults 0 true
check "it goes" multipathd_stop

stack=nvme lus=lu2
check "NVMe has both paths" wait_for 30 all_work
one_fault "HBA removed" lu2 5 0 true
same_data
check_fails "vmpath was not there" loaded
check "no unit has failed" no_failed_units
