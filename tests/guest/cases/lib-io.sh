# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Part of lib.sh: I/O for the cases. fio in the background with verification, an
# fsync-ed write log, patterns, file systems.

# rand N: a number below N from the case's seed, the same in every repetition.
rand()
{
	lab_rand=${LAB_SEED:-1}
	[ ! -e "$LAB_DIR/rand" ] || read -r lab_rand <"$LAB_DIR/rand"
	lab_rand=$(((lab_rand * 1103515245 + 12345) % 2147483648))
	echo "$lab_rand" >"$LAB_DIR/rand"
	echo $(((lab_rand >> 8) % $1))
}

# fio_bg NAME FIO-ARGUMENT...: runs fio aside; NAME is for the calls below. Its messages are among
# its output, or in $fio_err.
fio_bg()
{
	lab_fio=$1
	shift
	rm -f "$LAB_DIR/fio.$lab_fio.rc"
	(
		trap - EXIT
		set +e
		exec >"$LAB_DIR/fio.$lab_fio.out" 2>&1
		[ -z "${fio_err:-}" ] || exec 2>"$fio_err"
		fio --name="$lab_fio" --thread=1 --group_reporting "$@" 9<&- &
		echo $! >"$LAB_DIR/fio.$lab_fio.pid"
		wait $!
		echo $? >"$LAB_DIR/fio.$lab_fio.rc"
	) &
	wait_for 10 test -s "$LAB_DIR/fio.$lab_fio.pid"
}

# fio_verify_bg NAME FILENAME [FIO-ARGUMENT...]: random writes that are read back
# and compared, 4 KiB, direct, until fio_stop or, by default, for 10 s.
fio_verify_bg()
{
	lab_fio=$1
	lab_file=$2
	shift 2
	fio_bg "$lab_fio" --filename="$lab_file" --rw=randwrite --bs=4k --size=16m --direct=1 \
		--ioengine=libaio --iodepth=8 --verify=crc32c --verify_fatal=1 --verify_backlog=256 \
		--verify_dump=0 --time_based --runtime=10 --random_generator=tausworthe64 \
		--randseed="${LAB_SEED:-1}" "$@"
	wait_for 10 fio_opened "$lab_fio" "$lab_file" || :
}

# fio_logged_bg NAME FILENAME [FIO-ARGUMENT...]: likewise; when it has ended, each I/O of job N is
# a line of $LAB_DIR/NAME_lat.N.log: its end in ms, by the clock of /proc/uptime, the ns that it
# took, 0 if a READ or 1 if a WRITE, its size.
fio_logged_bg()
{
	fio_verify_bg "$@" --write_lat_log="$LAB_DIR/$1" --disable_clat=1 --disable_slat=1 \
		--log_alternate_epoch=1 --log_alternate_epoch_clock_id=7
}

# fio_opened NAME FILENAME: fio takes its time until it has it open.
fio_opened()
{
	fio_ended "$1" && return 0
	read -r lab_pid <"$LAB_DIR/fio.$1.pid"
	for lab_fd in "/proc/$lab_pid/fd/"*; do
		# shellcheck disable=SC3013 # busybox, dash and bash have -ef
		[ ! "$lab_fd" -ef "$2" ] || return 0
	done
	return 1
}

fio_ended()
{
	[ -s "$LAB_DIR/fio.$1.rc" ]
}

fio_running()
{
	! fio_ended "$1"
}

# fio_wait NAME SECONDS: succeeds if fio ends in time without an error.
fio_wait()
{
	if ! wait_for "$2" fio_ended "$1"; then
		why
		kill -9 "$(cat "$LAB_DIR/fio.$1.pid")" 2>/dev/null || :
		echo "fio $1 did not end in $2 s"
		return 1
	fi
	fio_report "$1"
	return "$(cat "$LAB_DIR/fio.$1.rc")"
}

# fio_stop NAME: ends a run early; succeeds if it had no error until then.
fio_stop()
{
	kill -INT "$(cat "$LAB_DIR/fio.$1.pid")" 2>/dev/null || :
	if ! wait_for 30 fio_ended "$1"; then
		why
		return 1
	fi
	fio_report "$1"
	! grep -qE 'err= *[1-9]|verify: bad|io_u error' "$LAB_DIR/fio.$1.out"
}

fio_report()
{
	grep -E 'err=|verify|error|IOPS|read:|write:' "$LAB_DIR/fio.$1.out" || :
}

# fio_out NAME: where fio's own output is.
fio_out()
{
	echo "$LAB_DIR/fio.$1.out"
}

# wlog_start NAME FILE: appends numbered lines to FILE, each fsync-ed, and notes a
# number in memory once its fsync has returned. wlog_stop NAME ends it; wlog_check
# NAME FILE succeeds if every noted line is in FILE.
wlog_start()
{
	rm -f "$LAB_DIR/wlog.$1.stop" "$LAB_DIR/wlog.$1.end"
	: >"$LAB_DIR/wlog.$1"
	(
		trap - EXIT
		set +e
		lab_n=0
		while [ ! -e "$LAB_DIR/wlog.$1.stop" ]; do
			lab_n=$((lab_n + 1))
			echo "line $lab_n" | dd of="$2" conv=notrunc,fsync oflag=append \
				status=none 2>>"$LAB_DIR/wlog.$1.err" || break
			echo "line $lab_n" >>"$LAB_DIR/wlog.$1"
		done
		: >"$LAB_DIR/wlog.$1.end"
	) 9<&- &
}

wlog_stop()
{
	: >"$LAB_DIR/wlog.$1.stop"
	wait_for 30 test -e "$LAB_DIR/wlog.$1.end" || return 1
	cat "$LAB_DIR/wlog.$1.err"
	[ ! -s "$LAB_DIR/wlog.$1.err" ]
}

wlog_check()
{
	[ -s "$LAB_DIR/wlog.$1" ] || { echo "the log is empty"; return 1; }
	echo "$(wc -l <"$LAB_DIR/wlog.$1") lines"
	head -n "$(wc -l <"$LAB_DIR/wlog.$1")" "$2" | cmp - "$LAB_DIR/wlog.$1"
}

# write_at FILE OFFSET LENGTH BYTE: that many bytes of one value, direct, in 4 KiB.
write_at()
{
	xfs_io -d -c "pwrite -q -b 4096 -S $4 $2 $3" "$1"
}

# sha_of FILE OFFSET LENGTH: of what the guest reads, past its page cache.
sha_of()
{
	dd if="$1" iflag=direct,skip_bytes,count_bytes skip="$2" count="$3" bs=64k status=none |
		sha256sum | cut -d ' ' -f 1
}

# same_on_host FILE LU OFFSET LENGTH: the guest and the image agree.
same_on_host()
{
	lab_here=$(sha_of "$1" "$3" "$4")
	lab_there=$(host sha256 "$2" "$3" "$4")
	echo "guest $lab_here host $lab_there"
	[ "$lab_here" = "$lab_there" ]
}

# mount_new FSTYPE DEVICE DIR: makes a file system and mounts it until the end.
mount_new()
{
	case $1 in
	# It refuses what is smaller than 300 MB, as the lab's LUs are.
	xfs) mkfs.xfs --unsupported -q -f "$2" ;;
	ext4) mkfs.ext4 -q -F "$2" ;;
	esac
	mkdir -p "$3"
	mount -t "$1" "$2" "$3"
	defer "umount '$3' 2>/dev/null"
}
