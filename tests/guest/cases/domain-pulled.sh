#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: one HBA of four LUs is pulled under I/O: all four are off it within a second
# TOPOLOGY: scsi2-lu4
# PLAN: 13
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# off_h1: hundredths of a second from the first path on h1 that is not in use any more
# to the last one, as the kernel's log has it.
off_h1()
{
	said "path ($disks) (failed|held|removing) " | awk '
	{
		time = $0
		sub(/^\[ */, "", time)
		sub(/\].*/, "", time)
		disk = $0
		sub(/.*: path /, "", disk)
		sub(/ .*/, "", disk)
		if (disk in seen)
			next
		seen[disk] = 1
		if (!n++)
			first = time
		last = time
	}
	END {
		if (n != 4)
			exit 1
		printf "%d\n", (last - first) * 100
	}'
}

need_vmp lu0 lu1 lu2 lu3
disks=
for path in p1 p3 p5 p7; do
	disks="$disks${disks:+|}$(disk_of $path)"
done
for lu in lu0 lu1 lu2 lu3; do
	fio_verify_bg $lu "/dev/$(vmp_of $lu)" --runtime=600 --rate_iops=50
done
log_mark
check "h1 is pulled" host unplug-hba h1
check "four paths go" wait_for 20 off_h1
took=$(off_h1)
note "the last one $took hundredths of a second after the first"
# An emulated CPU takes that long to take four disks away, one after the other.
bound=300
[ "${LAB_ACCEL:-kvm}" != kvm ] || bound=100
check "within a second" test "$took" -le $((bound * LAB_SCALE))
check "h1 is plugged in" host plug-hba h1
for path in p1 p3 p5 p7; do
	wait_for 40 has_state $path live || bail "$path does not come back"
done
for lu in lu0 lu1 lu2 lu3; do
	check "$lu: fio saw no error" fio_stop $lu
	check "$lu: the host has the data" same_on_host "/dev/$(vmp_of $lu)" $lu 0 16777216
done
check_eq "no I/O was lost for want of a path" "$(get "$(vmp_of lu0)" no_path_errors)" 0
