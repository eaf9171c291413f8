# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib-pr.sh: guest 0 fences guest 1, in which fio writes for all it is worth, and goes
# on to try when it is fenced. What got through, and when, is in fio's log; when it had its first
# error, fio says by itself.
#
# The guests' clocks differ. Guest 1 asks guest 0 for its time; the answer was given between the
# question and its coming, so a moment of guest 0 is known here but for so long.

# Where the other one writes: 4 MiB past the file system.
FENCE_AT=209715200
FENCE_LEN=4194304

# writer: until fio is stopped, though there are conflicts (52 is EBADE); any other error ends it. In
# writer_lat.1.log a line for each WRITE that was done: its end in ms, as of /proc/uptime, and the
# ns that it took; in first.error its first message and when it came, in 1/100 s.
writer()
{
	rm -f "$LAB_DIR/messages" "$LAB_DIR/first.error"
	mkfifo "$LAB_DIR/messages"
	(
		trap - EXIT
		first_message
	) <"$LAB_DIR/messages" 9<&- &
	# shellcheck disable=SC2034 # for fio_bg
	fio_err=$LAB_DIR/messages
	fio_bg writer --filename="$dev" --rw=randwrite --bs=4k --direct=1 --ioengine=libaio \
		--iodepth=32 --offset=$FENCE_AT --size=$FENCE_LEN --buffer_pattern=0xbb \
		--continue_on_error=write --ignore_error=,52 --error_dump=1 \
		--time_based --runtime=86400 \
		--write_lat_log="$LAB_DIR/writer" --disable_clat=1 --disable_slat=1 \
		--log_alternate_epoch=1 --log_alternate_epoch_clock_id=7 \
		--random_generator=tausworthe64 --randseed="${LAB_SEED:-1}"
	# shellcheck disable=SC2034
	fio_err=
}

# first_message: reads fio's messages, as they come, to the end.
first_message()
{
	IFS= read -r lab_message || return 0
	echo "$(now) $lab_message" >"$LAB_DIR/first.new"
	mv "$LAB_DIR/first.new" "$LAB_DIR/first.error"
	cat >/dev/null
}

# writer_ends: fio is told to, and does.
writer_ends()
{
	kill -INT "$(cat "$LAB_DIR/fio.writer.pid")" && wait_for 30 fio_ended writer
}

# stands NAME: fio is stopped, and all that was on its way has ended.
stands()
{
	kill -STOP "$(cat "$LAB_DIR/fio.$1.pid")" && wait_for 30 idle
}

# goes_on NAME
goes_on()
{
	kill -CONT "$(cat "$LAB_DIR/fio.$1.pid")"
}

idle()
{
	[ "$(path_get p0 inflight) $(path_get p1 inflight)" = "0 0" ]
}

# count NAME: of the meta-node.
count()
{
	get "$node" stats | of /dev/stdin "$1"
}

# more NAME NUMBER: it has become more than that.
more()
{
	[ "$(count "$1")" -gt "$2" ]
}

# some FILE: it has a few lines.
some()
{
	[ "$(wc -l <"$1")" -gt 4 ]
}

# same_byte DEVICE OFFSET LENGTH OCTAL: nothing else is there.
same_byte()
{
	[ "$(dd if="$1" iflag=direct,skip_bytes,count_bytes skip="$2" count="$3" bs=64k status=none |
		tr -d "\\$4" | wc -c)" = 0 ]
}

# late_writes EARLIEST LATEST: the PREEMPT was answered between these, 1/100 s of this guest. Prints
# how many writes are in the log, how many ms after the PREEMPT at most the last one ended, and how
# many were begun after it.
late_writes()
{
	awk -F ', *' -v early="$(($1 * 10))" -v late="$(($2 * 10 + 20))" '
	$3 == 1 {
		n++
		if ($1 > last)
			last = $1
		if ($1 - $2 / 1000000 > late)
			begun++
	}
	END {
		printf "%d %d %d\n", n, last - early, begun
	}' "$LAB_DIR/writer_lat.1.log"
}

# flap PATH: 2 tests. One of the paths of the guest that fences goes, and comes back.
flap()
{
	lab_how=unplug
	[ "$lab_type" != 3 ] || lab_how=$SHUT_OUT
	check "$tag, $lab_step: $1 goes" path_down "$lab_how" "$1"
	check "$tag, $lab_step: it comes back" path_up "$lab_how" "$1"
}

# fenced WORD [full]: 17 tests, of the guest that is; with full 6 more.
fenced()
{
	had=$(count ios_write) conflicts=$(count errors_conflict)
	asked=$(now)
	check "$tag: what time is it" host put "$1.ask" now
	there=$(host wait "$1.time")
	heard=$(now)
	check "$tag: it writes" writer
	check "$tag: writes are allowed" wait_for 30 more ios_write $((had + 64))
	check_eq "$tag: none had a conflict" "$(count errors_conflict)" "$conflicts"
	check "$tag: they have begun" host put "$1.writes" begin
	fenced_at=$(host wait "$1.fenced")
	early=$((fenced_at - there + asked)) late=$((fenced_at - there + heard))
	note "$tag: clocks differ by $((asked - there)) to $((heard - there)) hundredths of a second"
	check "$tag: writes fail" wait_for 30 test -s "$LAB_DIR/first.error"
	read -r first message <"$LAB_DIR/first.error"
	note "$tag: the first one $((first - late)) to $((first - early)) hundredths after the PREEMPT"
	note "$message"
	check "$tag: that is within a second" test $((first - early)) -le $((100 * LAB_SCALE))
	check "$tag: it is counted" more errors_conflict "$conflicts"
	check_eq "$tag: no path is out of use for that" "$(path_state p0) $(path_state p1)" "live live"
	if [ "${2:-}" = full ]; then
		# QEMU 7.2 never ends what it cancels in removing a disk, and what then has a conflict.
		check "$tag: it holds still" stands writer
		check "$tag: a path goes" host unplug p0
		check "$tag: it is gone" wait_for 20 has_state p0 none
		check "$tag: it comes" host plug p0
		check "$tag: it is live" wait_for 30 has_state p0 live
		goes_on writer
		check "$tag: it is tried" wait_for 30 more errors_conflict "$(count errors_conflict)"
	fi
	check "$tag: fio ends" writer_ends
	note "$(grep -E 'write:|errors|err=' "$(fio_out writer)")"
	check "$tag: its first error is a conflict" \
		grep -q 'errors .*first_error=52/<Invalid exchange>' "$(fio_out writer)"
	# shellcheck disable=SC2046 # split it
	set -- "$1" $(late_writes $early $late)
	note "$tag: $2 writes; the last one ended $3 ms after the PREEMPT, $4 were begun later"
	check "$tag: there were writes" test "$2" -gt 64
	check "$tag: the last one is not a second later" test "$3" -le $((1000 * LAB_SCALE))
	check_eq "$tag: none that was begun later got through" "$4" 0
	check "$tag: it is still fenced" conflicts write_4k "$dev" $FENCE_AT
	check_eq "$tag: no path has failed" "$(sed -n 's/^ms_\(failed\|held\) //p' \
		"/sys/block/$node/vmpath/paths"/*/stats | sort -u | tr '\n' ' ')" "0 "
	# The other's path may be away just now.
	check "$tag: and not registered" wait_for 30 keys_are "$dev" "a1 a1 "
	host put "$1.stopped" now
}

# fences WORD ACTION TYPE [full]: 13 tests, of the other one; with full 6 more.
fences()
{
	host wait "$1.ask" >"$LAB_DIR/asked"
	check "$tag: it is this time" host put "$1.time" "$(now)"
	if [ "${4:-}" = full ]; then
		# The LU is the file system's but for what the other writes to.
		check "$tag: a file system" mkfs.xfs --unsupported -q -f -d size=200m "$dev"
		mkdir -p /mnt/x
		check "$tag: it is mounted" mount -t xfs "$dev" /mnt/x
		wlog_start log /mnt/x/log
		wait_for 30 some "$LAB_DIR/wlog.log"
	fi
	check "$tag: the other writes" host wait "$1.writes"
	lab_step=reserved
	flap p1
	start=$(now)
	check "$tag: $2 of the other" pr "$dev" "$2" a1 b1 "$3"
	end=$(now)
	note "$tag: took $((end - start)) hundredths of a second"
	check "$tag: the other may know" host put "$1.fenced" "$end"
	# Nothing of the other's may come after this.
	write_at "$dev" $FENCE_AT $FENCE_LEN 0xaa
	lab_step=preempted
	flap p0
	check "$tag: the other has been stopped" host wait "$1.stopped"
	check_eq "$tag: its keys are gone" "$(keys "$dev")" "a1 a1 "
	check_eq "$tag: what is reserved is this one's" "$(holder "$dev")" "$(held_by a1 "$3")"
	check "$tag: not a byte of it came later" same_byte "$dev" $FENCE_AT $FENCE_LEN 252
	check_eq "$tag: no I/O of this one had a conflict" "$(count errors_conflict)" 0
	if [ "${4:-}" = full ]; then
		check "$tag: the log goes on" wlog_stop log
		check "$tag: and nothing of it is lost" wlog_check log /mnt/x/log
		check "$tag: it is unmounted" umount /mnt/x
		check "$tag: the file system is whole" xfs_repair -n "$dev"
	fi
}

# fence ACTION TYPE [full]: preempt or abort; 28 tests for each of the two, and 6 with full. Of
# types 1 and 3 the holder alone may write: there the other one reserves, which is a test of its own and
# not of the one that fences, and what it holds is taken from it. A path of the one that fences
# goes and comes back after each step; with type 3 on LIO it is only out of use ($SHUT_OUT), see
# lib-prtypes.sh.
fence()
{
	tag="$1, type $2"
	word=$1.$2
	lab_type=$2
	reserves=0
	case $2 in
	[13]) reserves=1 ;;
	esac
	check "$tag: register" pr "$dev" register 0 "$me"
	if [ "$LAB_GUEST" -eq 0 ]; then
		lab_step=registered
		flap p0
	fi
	check "$tag: they meet" meet "$word.begin"
	check_eq "$tag: two guests, two paths each" "$(keys "$dev")" "a1 a1 b1 b1 "
	if [ "$LAB_GUEST" -eq $reserves ]; then
		check "$tag: reserve" pr "$dev" reserve "$me" "$2"
	fi
	check "$tag: they meet" meet "$word.reserved"
	if [ "$LAB_GUEST" -eq 0 ]; then
		fences "$word" "$@"
	else
		fenced "$word" "${3:-}"
	fi
	check "$tag: they meet" meet "$word.end"
	# Back again.
	[ "$LAB_GUEST" -eq 0 ] || check "$tag: the other may register again" pr "$dev" register 0 b1
	check "$tag: they meet" meet "$word.again"
	if [ "$LAB_GUEST" -eq 0 ]; then
		check "$tag: release" pr "$dev" release a1 "$2"
		lab_step=released
		flap p1
	fi
	check "$tag: they meet" meet "$word.last"
	[ "$LAB_GUEST" -eq 0 ] || check "$tag: it writes again" write_4k "$dev" $FENCE_AT
	check "$tag: unregister" pr "$dev" register "$me" 0
	check "$tag: they meet" meet "$word.over"
}

# fence_begin: before the first one.
fence_begin()
{
	need_vmp lu0
	node=$(vmp_of lu0)
	dev=/dev/$node
	me=a1
	[ "$LAB_GUEST" -eq 0 ] || me=b1
}
