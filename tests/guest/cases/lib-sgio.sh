# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib.sh by the cases that send SCSI commands by SG_IO: READ(16) and
# WRITE(16), which nobody else in the guest sends, and what a disk says to the same.

# on DEVICE COMMAND...: with the device where the command says DEV; its output, and its end.
on()
{
	lab_dev=$1
	shift
	for lab_w; do
		shift
		[ "$lab_w" != DEV ] || lab_w=$lab_dev
		set -- "$@" "$lab_w"
	done
	"$@" >"$LAB_DIR/on" 2>&1 && lab_rc=0 || lab_rc=$?
	sed "s,$lab_dev,DEV,g" "$LAB_DIR/on"
	echo "ends $lab_rc"
}

# as_on_disk NAME NODE "PATH..." COMMAND...: the node answers as one of its paths does.
as_on_disk()
{
	lab_name=$1 lab_node=$2 lab_paths=$3
	shift 3
	on "/dev/$lab_node" "$@" >"$LAB_DIR/on.node"
	for lab_p in $lab_paths; do
		on "/dev/$(disk_of "$lab_p")" "$@" >"$LAB_DIR/on.disk"
		if cmp -s "$LAB_DIR/on.node" "$LAB_DIR/on.disk"; then
			pass "$lab_name"
			return
		fi
	done
	note "the node: $(head -n 30 "$LAB_DIR/on.node")"
	note "a path: $(head -n 30 "$LAB_DIR/on.disk")"
	fail "$lab_name"
}

# works NAME NODE "PATH..." COMMAND...: besides, it ends well.
works()
{
	lab_works=$1
	as_on_disk "$@"
	check_eq "$lab_works: and it ends well" "$(tail -n 1 "$LAB_DIR/on.node")" "ends 0"
}

# cdb16 OPCODE [BLOCK]: READ(16) is 88 and WRITE(16) 8a, of one block.
cdb16()
{
	printf '%s 00 00 00 00 00 00 00 00 %02x 00 00 00 01 00 00' "$1" "${2:-1}"
}

# read16 DEVICE [BLOCK], write16 DEVICE FILE [BLOCK]: the exit codes are those of sg3-utils.
read16()
{
	# shellcheck disable=SC2046 # split it
	sg_raw -r 512 -o /dev/null "$1" $(cdb16 88 "${2:-1}")
}

write16()
{
	# shellcheck disable=SC2046 # split it
	sg_raw -s 512 -i "$2" "$1" $(cdb16 8a "${3:-1}")
}

# sent OPCODE "PATH PATH" COMMAND...: how the command ends, and how often such a one came to
# the stubs of these paths.
sent()
{
	lab_op=$1 lab_paths=$2 lab_was='' lab_is=''
	shift 2
	for lab_p in $lab_paths; do
		lab_was="$lab_was $(host array "$lab_p" count "$lab_op")"
	done
	"$@" >"$LAB_DIR/sent" 2>&1 && lab_rc=0 || lab_rc=$?
	for lab_p in $lab_paths; do
		lab_was=${lab_was# }
		lab_is="$lab_is $(($(host array "$lab_p" count "$lab_op") - ${lab_was%% *}))"
		lab_was=${lab_was#"${lab_was%% *}"}
	done
	echo "$lab_rc$lab_is"
}

# reads_bg DEVICE: read16 aside, over and over; reads_stop: succeeds if there were some and
# none failed. reads_go_on: there were more since it was asked last.
reads_bg()
{
	rm -f "$LAB_DIR/reads.stop" "$LAB_DIR/reads.end" "$LAB_DIR/reads.bad"
	echo 0 >"$LAB_DIR/reads"
	echo 0 >"$LAB_DIR/reads.seen"
	(
		trap - EXIT
		set +e
		lab_n=0
		while [ ! -e "$LAB_DIR/reads.stop" ]; do
			read16 "$1" >"$LAB_DIR/reads.out" 2>&1 ||
				{ echo "ended with $?"; cat "$LAB_DIR/reads.out"; } >>"$LAB_DIR/reads.bad"
			lab_n=$((lab_n + 1))
			echo $lab_n >"$LAB_DIR/reads.new"
			mv "$LAB_DIR/reads.new" "$LAB_DIR/reads"
		done
		: >"$LAB_DIR/reads.end"
	) 9<&- &
}

reads_more()
{
	[ "$(cat "$LAB_DIR/reads")" -gt $(($(cat "$LAB_DIR/reads.seen") + 2)) ]
}

reads_go_on()
{
	cp "$LAB_DIR/reads" "$LAB_DIR/reads.seen"
	wait_for 20 reads_more
}

reads_stop()
{
	: >"$LAB_DIR/reads.stop"
	wait_for 60 test -e "$LAB_DIR/reads.end" || return 1
	echo "$(cat "$LAB_DIR/reads") commands"
	[ ! -e "$LAB_DIR/reads.bad" ] || { cat "$LAB_DIR/reads.bad"; return 1; }
	[ "$(cat "$LAB_DIR/reads")" -gt 0 ]
}

# ended_bg NAME PROGRAM...: aside, until it ends or bg_kill NAME; has_ended NAME; ended_with
# NAME CODE.
ended_bg()
{
	rm -f "$LAB_DIR/bg.$1" "$LAB_DIR/bg.$1.pid"
	lab_bg=$1
	shift
	(
		trap - EXIT
		set +e
		"$@" >"$LAB_DIR/bg.$lab_bg.out" 2>&1 &
		echo $! >"$LAB_DIR/bg.$lab_bg.pid"
		wait $!
		echo $? >"$LAB_DIR/bg.$lab_bg.new"
		mv "$LAB_DIR/bg.$lab_bg.new" "$LAB_DIR/bg.$lab_bg"
	) 9<&- &
	wait_for 10 test -s "$LAB_DIR/bg.$lab_bg.pid"
}

bg_kill()
{
	kill -TERM "$(cat "$LAB_DIR/bg.$1.pid")"
}

has_ended()
{
	[ -s "$LAB_DIR/bg.$1" ]
}

ended_with()
{
	cat "$LAB_DIR/bg.$1.out"
	has_ended "$1" && [ "$(cat "$LAB_DIR/bg.$1")" = "$2" ]
}
