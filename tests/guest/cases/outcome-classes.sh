#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: what the array answers decides: to the caller, to another path, or again; each is counted under its class
# TOPOLOGY: stub2-alua
# TIMEOUT: 240
# TAGS: array
# PLAN: 57

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-alua.sh
. "$(dirname "$0")/lib-alua.sh"

# grew NAME [PATH]: by how much, on the meta-node or a path.
grew()
{
	stats_of "${2:-}" >"$LAB_DIR/now"
	echo $(($(of "$LAB_DIR/now" "$1") - $(of "$LAB_DIR/before.${2:-}" "$1")))
}

stats_of()
{
	if [ -n "$1" ]; then path_get "$1" stats; else cat "/sys/block/$node/vmpath/stats"; fi
}

keep_stats()
{
	for lab_p in "" p0 p1; do
		stats_of "$lab_p" >"$LAB_DIR/before.$lab_p"
	done
}

# carrier: the path that the policy has chosen for all I/O.
carrier()
{
	mark p0 p1
	read_at "/dev/$node" 0
	if carries p0 >"$LAB_DIR/carries"; then echo p0; else echo p1; fi
}

# errors_of CLASS PATH: how many more; of the class "none" there are none.
errors_of()
{
	if [ "$1" = none ]; then echo 0; else grew "errors_$1" "$2"; fi
}

# others CLASS: the errors of all other classes since keep_stats.
others()
{
	lab_all=0
	for lab_c in retry suspect failover target conflict; do
		[ $lab_c = "$1" ] || lab_all=$((lab_all + $(grew errors_$lab_c)))
	done
	echo $lab_all
}

# ends_so read|write TEXT: an I/O that ends with this error, none if it is empty.
ends_so()
{
	if [ "$1" = read ]; then
		read_at "/dev/$node" 1048576 2>"$LAB_DIR/dd" && lab_rc=0 || lab_rc=$?
	else
		write_4k "/dev/$node" 1048576 2>"$LAB_DIR/dd" && lab_rc=0 || lab_rc=$?
	fi
	cat "$LAB_DIR/dd"
	if [ -n "$2" ]; then
		[ "$lab_rc" -ne 0 ] && grep -q "$2" "$LAB_DIR/dd"
	else
		[ "$lab_rc" -eq 0 ]
	fi
}

both_live()
{
	has_state p0 live && has_state p1 live
}

# outcome NAME read|write ANSWER CLASS ERROR: 4 tests. The answer is one word, with commas;
# the class is "none" if the mid-layer repeats the command by itself.
outcome()
{
	name=$1 kind=$2 class=$4
	first=$(carrier)
	second=p1
	[ "$first" = p0 ] || second=p0
	keep_stats
	# shellcheck disable=SC2046 # split it
	host array "$first" $(echo "$3" | tr , ' ')
	check "$name: ${5:-no error} for the caller" ends_so "$kind" "$5"
	want="1 0" said="one error, of the class $class"
	[ "$class" != none ] || want="0 0" said="no error"
	check_eq "$name: $said" "$(errors_of "$class" "$first") $(others "$class")" "$want"
	case $class in
	suspect | failover | retry) want="0 1" ;;
	none) want="1 0" ;;
	*) want="0 0" ;;
	esac
	check_eq "$name: and who has done it" "$(grew "ios_$kind" "$first") $(grew "ios_$kind" "$second")" \
		"$want"
	# The check of a suspect reads by both paths: it must be over before the next answer. A
	# path that was enabled is live by a check of its own.
	if [ "$class" = suspect ]; then
		path_put "$first" disable 1
		path_put "$first" disable 0
	fi
	check "$name: both paths are live" wait_for 20 both_live
}

# deleted_counts: the disk of p1 goes under I/O, and some of it was on its way there.
deleted_counts()
{
	wait_for 20 has_state p1 live
	wait_for 10 carries p1
	lab_host=$(readlink -f "/sys/block/$(disk_of p1)/device" | sed 's,.*/host\([0-9]*\)/.*,\1,')
	echo 1 >"/sys/block/$(disk_of p1)/device/delete"
	wait_for 10 has_state p1 none
	lab_found=$(grew errors_failover)
	echo "- - -" >"/sys/class/scsi_host/host$lab_host/scan"
	wait_for 20 has_state p1 live
	mark p1
	echo "$lab_found errors of the class"
	[ "$lab_found" -gt 0 ]
}

need_vmp lu0
node=$(vmp_of lu0)
put "$node" iopolicy single-active
put "$node" check_secs 0

outcome "RESERVATION CONFLICT, READ" read status,18 conflict "Invalid exchange"
check_eq "nothing was tried elsewhere" "$(grew failovers) $(grew retries)" "0 0"
check_like "the last error says so" "$(of "$LAB_DIR/now" last_error)" \
	"* conflict reservation-conflict read 2048 $(disk_of "$first")"
check_eq "the path was never out of use" "$(grew ms_failed "$first") $(grew ms_probing "$first")" "0 0"
outcome "RESERVATION CONFLICT, WRITE" write status,18 conflict "Invalid exchange"
check_like "the last error says so" "$(stats_of "" | of /dev/stdin last_error)" \
	"* conflict reservation-conflict write 2048 $(disk_of "$first")"
vmpathctl metrics >"$LAB_DIR/metrics"
check "vmpathctl counts it, too" grep -q \
	"^vmpath_node_class_errors_total{.*class=\"conflict\".*} 2$" "$LAB_DIR/metrics"

outcome "MEDIUM ERROR" read sense,03,11,00 target "No data available"
outcome "DATA PROTECT" write sense,07,27,00 target "Remote I/O error"
outcome "INTERNAL TARGET FAILURE" read sense,04,44,00 suspect ""
outcome "INTERNAL TARGET FAILURE, WRITE" write sense,04,44,00 suspect ""
outcome "ILLEGAL REQUEST of no known reason" read sense,05,55,00 suspect ""
outcome "BUSY" read status,08 none ""
outcome "TASK SET FULL" write status,28 none ""

# The array takes no data here: no error of the path, and yet it left for another one.
first=$(carrier)
second=p1
[ "$first" = p0 ] || second=p0
keep_stats
# RTPG says so, too: else the check may be over before the kernel has said all of the error.
check "the path is standby" host array "$first" alua standby
check "standby: no error for the caller" ends_so read ""
check_eq "it is no error, and counted as sent elsewhere" \
	"$(others none) $(grew failovers "$first") $(grew failovers "$second")" "0 1 0"
check_eq "the other path has done it" "$(grew ios_read "$first") $(grew ios_read "$second")" "0 1"
host array "$first" alua optimized >"$LAB_DIR/alua"
check "the array is asked, and the path is live again" wait_for 20 both_live

# Which LU is it?
first=$(carrier)
keep_stats
check "a path is reset" host array "$first" sense 06 29 00
check "POWER ON OR RESET: no error for the caller" ends_so write ""
check_eq "it is none of the path" "$(others none)" 0
check "and counted as sent again" test "$(grew retries)" -ge 1
check "both paths are live" wait_for 20 both_live

# A path that is gone for sure.
put "$node" iopolicy round-robin
fio_verify_bg io "/dev/$node" --runtime=600 --numjobs=2 --offset_increment=16m
wait_for 20 carries p1
keep_stats
mark p1
check "I/O on a disk that goes is of the class failover" wait_for 100 deleted_counts
for class in retry suspect target conflict; do
	[ "$(grew errors_$class)" -eq 0 ] || note "$(grew errors_$class) of the class $class"
done
check_eq "and of no other" "$(others failover)" 0
check "all of it was sent to another path" test "$(grew failovers)" -ge "$(grew errors_failover)"
check "fio saw no error" fio_stop io
check "the host has the same data" same_on_host "/dev/$node" lu0 0 16777216
check_eq "nothing failed for want of a path" "$(get "$node" no_path_errors)" 0
