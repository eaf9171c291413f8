#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: SCSI commands while paths fail: what reads is sent again, what writes once
# TOPOLOGY: stub2
# TIMEOUT: 240
# TAGS: array
# PLAN: 67

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-sgio.sh
. "$(dirname "$0")/lib-sgio.sh"

both_live()
{
	has_state p0 live && has_state p1 live
}

# ends OPCODE NAME WANT "PATH..." COMMAND...: its code, how often it came by the first path, and
# by the second. These paths are then read from, by a check, and nothing is left to come.
ends()
{
	lab_code=$1 lab_name=$2 lab_want=$3 lab_blamed=$4
	shift 4
	for lab_b in $lab_blamed; do
		host array "$lab_b" count 28 >"$LAB_DIR/checks.$lab_b"
	done
	check_eq "$lab_name" "$(sent "$lab_code" "$first $second" "$@")" "$lab_want"
	for lab_b in $lab_blamed; do
		wait_for 10 checked "$lab_b" || note "no check of $lab_b"
	done
	wait_for 20 both_live || note "a path is not live"
}

checked()
{
	[ "$(host array "$1" count 28)" -gt "$(cat "$LAB_DIR/checks.$1")" ]
}

# read_ends, write_ends NAME WANT [PATHS]
read_ends()
{
	ends 88 "READ, $1" "$2" "${3:-}" read16 "$dev"
}

write_ends()
{
	ends 8a "WRITE, $1" "$2" "${3:-}" write16 "$dev" "$LAB_DIR/block"
}

# find_first: which path do commands take?
find_first()
{
	first=p0 second=p1
	[ "$(sent 88 "p0 p1" read16 "$dev")" = "0 1 0" ] || first=p1 second=p0
}

# answers PATH TIMES WORD...: so it answers the next commands for data.
answers()
{
	lab_to=$1 lab_n=$2
	shift 2
	while [ "$lab_n" -gt 0 ]; do
		host array "$lab_to" "$@"
		lab_n=$((lab_n - 1))
	done
}

# never_failed: how long paths were failed or held, in all.
never_failed()
{
	for lab_p in p0 p1; do
		path_get $lab_p stats
	done | awk '/^ms_(failed|held) / { n += $2 } END { print n + 0 }'
}

# written PATH COUNT: there was a WRITE more.
written()
{
	[ "$(host array "$1" count 8a)" -gt "$2" ]
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
put "$node" check_secs 0
dd if=/dev/urandom of="$LAB_DIR/block" bs=512 count=1 status=none
find_first

read_ends "as it should" "0 1 0"
write_ends "as it should" "0 1 0"
check_eq "the host has it" "$(host sha256 lu0 512 512)" "$(sha256sum "$LAB_DIR/block" | cut -d ' ' -f 1)"

answers $first 1 sense 04 44 00
read_ends "the controller fails: by the other path" "0 1 1" "$first"
answers $first 1 sense 05 55 00
read_ends "ILLEGAL REQUEST of no known reason: by the other path" "0 1 1" "$first"
answers $first 1 sense 02 04 0b
read_ends "standby: by the other path" "0 1 1" "$first"
answers $first 1 sense 04 44 00
answers $second 1 sense 04 44 00
read_ends "both controllers fail: that is the answer" "3 1 1" "$first $second"
check_like "with the sense data" "$(cat "$LAB_DIR/sent")" "*nternal target failure*"
answers $first 1 sense 0b 47 00
read_ends "aborted: by the same path" "0 2 0"
answers $first 1 sense 06 2a 09
read_ends "the capacity has changed: by the same path" "0 2 0"
answers $first 9 sense 0b 47 00
read_ends "aborted, nine times: by the other path" "0 9 1" "$first"
answers $first 9 sense 0b 47 00
answers $second 9 sense 0b 47 00
read_ends "aborted everywhere: that is the answer" "11 9 9" "$first $second"
answers $first 1 status 08
read_ends "BUSY: by the same path" "0 2 0"
# By the same path, if its LU is known again by then.
answers $first 1 sense 06 29 00
# shellcheck disable=SC2046 # split it
set -- $(sent 88 "$first $second" read16 "$dev")
check_eq "READ, power on or reset, whose LU? a second time" "$1 $(($2 + $3))" "0 2"
wait_for 20 both_live
# Checks are over: they would have the next answer.
wait_for 20 nobody_reads p0 p1
answers $first 1 sense 03 11 00
read_ends "MEDIUM ERROR: to the program" "3 1 0"
answers $first 1 sense 05 24 00
read_ends "invalid field: to the program" "5 1 0"
answers $first 1 status 18
read_ends "RESERVATION CONFLICT: to the program" "24 1 0"

answers $first 1 sense 04 44 00
write_ends "the controller fails: to the program" "3 1 0" "$first"
answers $first 1 sense 02 04 0b
write_ends "standby: to the program" "2 1 0" "$first"
answers $first 1 sense 0b 47 00
write_ends "aborted: to the program" "11 1 0"
answers $first 1 sense 06 29 00
write_ends "power on or reset: to the program" "6 1 0"
wait_for 20 nobody_reads p0 p1
answers $first 1 status 18
write_ends "RESERVATION CONFLICT: to the program" "24 1 0"
write_ends "and then as it should" "0 1 0"
check_eq "no path has failed by all that" "$(never_failed)" 0
check_eq "nor an I/O; the conflicts alone are counted" \
	"$(get "$node" stats | awk '/^errors_/ && $2 { print $1, $2 }')" "errors_conflict 2"

# A path goes.
reads_bg "$dev"
check "commands are sent" reads_go_on
for path in p0 p1; do
	check "$path is pulled" host unplug $path
	check "it is gone" wait_for 20 has_state $path none
	check "the commands go on" reads_go_on
	check "it is plugged in again" host plug $path
	check "it is live" wait_for 30 has_state $path live
	echo offline >"/sys/block/$(disk_of $path)/device/state"
	check "$path is offline" reads_go_on
	echo running >"/sys/block/$(disk_of $path)/device/state"
	check "it is back" wait_for 30 path_back $path
	check "$path is disabled" path_put $path disable 1
	check "the commands go on" reads_go_on
	path_put $path disable 0
	check "it is enabled" wait_for 20 has_state $path live
done
check "no command failed" reads_stop

# What writes, and has not been sent.
find_first
echo offline >"/sys/block/$(disk_of $first)/device/state"
check_eq "a WRITE that has not been sent goes by the other path" \
	"$(sent 8a "$first $second" write16 "$dev" "$LAB_DIR/block" 2)" "0 0 1"
check_eq "the host has it" "$(host sha256 lu0 1024 512)" "$(sha256sum "$LAB_DIR/block" | cut -d ' ' -f 1)"
echo running >"/sys/block/$(disk_of $first)/device/state"
wait_for 30 path_back $first

# One that has been sent, and whose path goes.
find_first
host array $first hush
before="$(host array $first count 8a) $(host array $second count 8a)"
# shellcheck disable=SC2046 # split it
ended_bg sent sg_raw -v -s 512 -i "$LAB_DIR/block" "$dev" $(cdb16 8a 3)
check "a WRITE is with the array" wait_for 20 written $first "${before% *}"
check_fails "it waits" has_ended sent
# QEMU stops the guest until the array has answered.
host array $first speak 3
check "its path is pulled" host unplug $first
check "so it ends" wait_for 30 has_ended sent
note "$(cat "$LAB_DIR/bg.sent") $(cat "$LAB_DIR/bg.sent.out")"
check_fails "and not well" ended_with sent 0
check_like "the host's end of it is the program's" "$(cat "$LAB_DIR/bg.sent.out")" "*Host_status=*"
check_eq "it has been sent once" "$(host array $first count 8a) $(host array $second count 8a)" \
	"$((${before% *} + 1)) ${before#* }"
check "the path is plugged in again" host plug $first
check "it is live" wait_for 30 has_state $first live

works "sg_logs, of an array that has logs" "$node" "p0 p1" sg_logs -a DEV

# No path.
put "$node" no_path_timeout_ms -1
path_put p0 disable 1
path_put p1 disable 1
# shellcheck disable=SC2046 # split it
ended_bg wait sg_raw -r 512 -o /dev/null "$dev" $(cdb16 88)
# shellcheck disable=SC2046
ended_bg write sg_raw -s 512 -i "$LAB_DIR/block" "$dev" $(cdb16 8a)
check_fails "without a path they wait" wait_for 3 has_ended wait
bg_kill write
check "a signal ends that" wait_for 10 has_ended write
path_put p1 disable 0
check "a path does, too" wait_for 20 has_ended wait
check "and it ends well" ended_with wait 0
path_put p1 disable 1
put "$node" no_path_timeout_ms 500
# shellcheck disable=SC2046
ended_bg wait sg_raw -r 512 -o /dev/null "$dev" $(cdb16 88)
check "it does not wait for longer than it should" wait_for 10 has_ended wait
check_like "the end is EIO" "$(cat "$LAB_DIR/bg.wait.out")" "*nput/output error*"
path_put p0 disable 0
path_put p1 disable 0
check "both paths are live at the end" wait_for 20 both_live
