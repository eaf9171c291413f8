# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib.sh by the cases that break paths: single READs with their end
# and its time, and questions to the kernel log.

# read_at FILE OFFSET, write_4k FILE OFFSET: 4 KiB, direct.
read_at()
{
	dd if="$1" iflag=direct,skip_bytes skip="$2" bs=4096 count=1 of=/dev/null status=none
}

write_4k()
{
	dd if=/dev/zero of="$1" oflag=direct,seek_bytes seek="$2" bs=4096 count=1 \
		conv=notrunc status=none
}

# read_bg NAME FILE [MORE]: READs aside, one after the other until one fails; with
# MORE=once only one. NAME is for the calls below.
read_bg()
{
	rm -f "$LAB_DIR/read.$1"
	(
		trap - EXIT
		set +e
		while read_at "$2" 0 2>"$LAB_DIR/read.$1.err"; do
			[ "${3:-}" != once ] || break
			[ ! -e "$LAB_DIR/read.$1.stop" ] || break
		done
		[ -s "$LAB_DIR/read.$1.err" ]
		echo "$? $(now)" >"$LAB_DIR/read.$1.new"
		mv "$LAB_DIR/read.$1.new" "$LAB_DIR/read.$1"
	) 9<&- &
}

read_ended()
{
	[ -s "$LAB_DIR/read.$1" ]
}

# read_ok NAME: it has ended, and not by an error. read_failed NAME: by EIO.
read_ok()
{
	cat "$LAB_DIR/read.$1.err"
	read_ended "$1" && [ "$(cut -d ' ' -f 1 "$LAB_DIR/read.$1")" = 1 ]
}

read_failed()
{
	cat "$LAB_DIR/read.$1.err"
	read_ended "$1" && grep -q 'Input/output error' "$LAB_DIR/read.$1.err"
}

# read_stop NAME: end them; succeeds if there was no error.
read_stop()
{
	: >"$LAB_DIR/read.$1.stop"
	wait_for 30 read_ended "$1" && read_ok "$1"
}

# read_end NAME: when it ended, as `now`.
read_end()
{
	cut -d ' ' -f 2 "$LAB_DIR/read.$1"
}

# said PATTERN: the kernel log has it since the last log_mark.
log_mark()
{
	lab_mark="lab mark $(now)"
	echo "$lab_mark" >/dev/kmsg
}

said()
{
	dmesg | sed "1,/${lab_mark:-no mark}/d" | grep -E "$1"
}

# in_time SECONDS COMMAND...: succeeds if the command does, within this time.
in_time()
{
	lab_secs=$1
	shift
	timeout $((lab_secs * LAB_SCALE)) "$@"
}

# node_gone NODE
node_gone()
{
	[ ! -e "/sys/block/$1" ] && [ ! -e "/dev/$1" ]
}

# path_down KIND PATH, path_up KIND PATH: break a path in one of several ways and
# wait until the module knows; bring it back and wait until it is live.
path_down()
{
	case $1 in
	unplug) host unplug "$2" && wait_for 20 has_state "$2" none ;;
	fail) host fail "$2" 5 && wait_for 30 path_out "$2" ;;
	disable) path_put "$2" disable 1 && wait_for 10 has_state "$2" disabled ;;
	throttle) host throttle "$2" 40 ;;
	hang) host throttle "$2" hang ;;
	esac
}

path_up()
{
	case $1 in
	unplug) host plug "$2" ;;
	fail) host heal "$2" ;;
	disable) path_put "$2" disable 0 ;;
	throttle | hang) host throttle "$2" off ;;
	esac
	wait_for 30 path_back "$2"
}

# path_out PATH: it failed, for the first time or again.
path_out()
{
	has_state "$1" failed || has_state "$1" held
}

# was_failed PATH: for however short a time; one that reads well is back in a second.
was_failed()
{
	[ "$(path_get "$1" stats | of /dev/stdin ms_failed)" -gt 0 ]
}

# nobody_reads PATH...: with the stub; not a READ has come by these paths for a moment.
nobody_reads()
{
	lab_reads=$(for lab_p; do host array "$lab_p" count 28; done)
	nap
	nap
	nap
	[ "$lab_reads" = "$(for lab_p; do host array "$lab_p" count 28; done)" ]
}

# path_falls PATH: under I/O it fails, which shows, and is mended at once.
path_falls()
{
	host fail "$1" 5 && wait_for 30 path_out "$1" && host heal "$1"
}

# path_back PATH: is it live? If not, ask for it: a path that flaps is held.
path_back()
{
	has_state "$1" live && return 0
	if has_state "$1" held; then
		path_put "$1" disable 0
	else
		path_put "$1" probe 1
	fi 2>/dev/null || :
	return 1
}
