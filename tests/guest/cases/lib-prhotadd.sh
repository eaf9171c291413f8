# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib-pr.sh: disks come while this guest holds a reservation and writes for all it is
# worth, and reads that. Not one of its WRITEs and READs may meet a conflict: neither one that
# vmpath hands on or counts, nor, of the disk that comes, one that vmpath would repeat. READs of the
# kernel and of vmpath, to get to know a disk, may; where fio reads, they do not.
IO_AT=16777216
IO_LEN=16777216

T=/sys/kernel/tracing

# trace_conflicts: the kernel notes each READ and WRITE of a disk that ends so.
trace_conflicts()
{
	lab_event=$T/events/scsi/scsi_dispatch_cmd_done
	# READ and WRITE (10) and (16)
	echo 'result == 24 && (opcode == 0x28 || opcode == 0x2a || opcode == 0x88 || opcode == 0x8a)' \
		>$lab_event/filter
	echo 1 >$lab_event/enable
	defer "echo 0 >$lab_event/enable; echo 0 >$lab_event/filter"
}

# conflicts_on PATH: how many there were on the disk that is this path now, of WRITEs, and of READs
# of what fio reads.
conflicts_on()
{
	lab_hctl=$(readlink -f "/sys/block/$(disk_of "$1")/device")
	IFS=: read -r lab_h lab_c lab_i lab_l <<-EOF
		${lab_hctl##*/}
	EOF
	awk -v disk="host_no=$lab_h channel=$lab_c id=$lab_i lun=$lab_l " \
		-v from=$((IO_AT / 512)) -v to=$(((IO_AT + IO_LEN) / 512)) '
	index($0, disk) && match($0, /cmnd=\((READ|WRITE)_[0-9]+ lba=[0-9]+/) {
		split(substr($0, RSTART, RLENGTH), word, "=")
		if (word[2] ~ /WRITE/ || (word[3] + 0 >= from && word[3] + 0 < to))
			n++
	}
	END {
		print n + 0
	}' $T/trace
}

# no_conflict TAG: 1 test.
no_conflict()
{
	check_eq "$1: no I/O had a conflict" "$(get "$node" stats | of /dev/stdin errors_conflict)" 0
}

# carries_or_waits TYPE PATH: of types 1 and 3 one path alone may do I/O.
carries_or_waits()
{
	case $1.$(path_get "$2" pr_state) in
	[13].barred | *.registered) ;;
	*) return 1 ;;
	esac
	[ "$(path_get "$2" pr_state)" = barred ] || carries "$2"
}

# arrives TYPE PATH: 4 tests.
arrives()
{
	: >$T/trace
	check "type $1: $2 comes" host plug "$2"
	check "type $1: it is live" wait_for 30 has_state "$2" live
	mark "$2"
	check "type $1: it carries I/O, or another one alone may" wait_for 20 carries_or_waits "$1" "$2"
	check_eq "type $1: no I/O by it was a conflict" "$(conflicts_on "$2")" 0
}

# one_type TYPE: 26 tests.
one_type()
{
	check "type $1: reserve" pr "$dev" reserve a1 "$1"
	for path in p0 p1; do
		check "type $1: $path goes" path_down unplug $path
		no_conflict "type $1, $path gone"
		arrives "$1" $path
		no_conflict "type $1, $path back"
	done
	arrives "$1" p2
	check_eq "type $1: three are registered" "$(keys "$dev")" "a1 a1 a1 "
	no_conflict "type $1, with p2"
	check "type $1: p2 goes" path_down unplug p2
	check "type $1: fio goes on" fio_running io
	check "type $1: release" pr "$dev" release a1 "$1"
	# p2 has to be new to the array next time, too.
	check "type $1: clear" pr "$dev" clear a1
	check "type $1: register again" pr "$dev" register 0 a1
}

# barred_path: which one is not to do I/O.
barred_path()
{
	for lab_p in p0 p1; do
		[ "$(path_get $lab_p pr_state)" != barred ] || echo $lab_p
	done
}

# it_shows TYPE COMMAND: 4 tests. A conflict of a disk, by this command, can be seen at all.
it_shows()
{
	check "type $1 is reserved" pr "$dev" reserve a1 "$1"
	: >$T/trace
	barred=$(barred_path)
	check "past vmpath $2 has a conflict" conflicts "$2" "/dev/$(disk_of "$barred")" $IO_AT
	check_eq "it is seen" "$(conflicts_on "$barred")" 1
	check "type $1 is released" pr "$dev" release a1 "$1"
}

# hot_add TYPE...: 9 tests, and 26 for each type.
hot_add()
{
	need_vmp lu0
	node=$(vmp_of lu0)
	dev=/dev/$node
	trace_conflicts
	check "register" pr "$dev" register 0 a1
	it_shows 1 write_4k
	it_shows 3 read_at
	put "$node" iopolicy round-robin
	fio_verify_bg io "$dev" --offset=$IO_AT --size=$IO_LEN --runtime=86400
	for type; do
		one_type "$type"
	done
}

# hot_added: 4 tests.
hot_added()
{
	check "fio saw no error" fio_stop io
	check "the host has the same data" same_on_host "$dev" lu0 $IO_AT $IO_LEN
	check_eq "no I/O failed for want of a path" "$(get "$node" no_path_errors)" 0
	check_eq "no path has failed" "$(sed -n 's/^ms_\(failed\|held\) //p' \
		"/sys/block/$node/vmpath/paths"/*/stats | sort -u | tr '\n' ' ')" "0 "
}
