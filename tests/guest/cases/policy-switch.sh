#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: 100 switches of the policy under verified I/O; what is no policy changes nothing
# TOPOLOGY: scsi2
# PLAN: 11
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-policy.sh
. "$(dirname "$0")/lib-policy.sh"

need_vmp lu0
node=$(vmp_of lu0)
attr=/sys/block/$node/vmpath/iopolicy
p0=$(path_dir p0)
p1=$(path_dir p1)

# refused VALUE: EINVAL, and the policy is what it was.
refused()
{
	read -r was <"$attr"
	! printf '%s' "$1" >"$attr" 2>"$LAB_DIR/error" || { echo "accepted"; return 1; }
	read -r is <"$attr"
	[ "$was" = "$is" ] || { echo "$was became $is"; return 1; }
}

fio_verify_bg io "/dev/$node" --time_based --runtime=600
wait_for 20 grep -q '[1-9]' "$p0/ios"
wrong=0
n=0
while [ $n -lt 100 ]; do
	for policy in round-robin queue-depth single-active cpu-affine latency; do
		echo $policy >"$attr"
		read -r is <"$attr"
		[ "$is" = $policy ] || wrong=$((wrong + 1))
		n=$((n + 1))
		usleep 20000
	done
done
check_eq "each of $n switches is in force at once" "$wrong" 0
check "fio still runs" fio_running io
for value in best "" " " "round-robinx" "ROUND-ROBIN" "queue_depth"; do
	case $value in
	"") check "an empty line is refused" refused '
' ;;
	*) check "'$value' is refused" refused "$value" ;;
	esac
done
check "fio saw no error" fio_stop io
check_eq "no path had one" "$(cat "$p0/errors" "$p1/errors" "$p0/failovers" "$p1/failovers" | tr -d '\n')" 0000
# A count that was lost on one of them would have each I/O take the other path, or that one.
put "$node" iopolicy queue-depth
spread p0 p1 "/dev/$node" --iodepth=1 --number_ios=400
check "no count of what is in flight was lost: single I/Os go to both alike" even
