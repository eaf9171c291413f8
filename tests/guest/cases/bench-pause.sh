#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: guest time from a path's error to success on the other; fio's gaps as a disk or HBA goes
# TOPOLOGY: pause
# CONFIG: CONFIG_FTRACE
# PLAN: 20
# TIMEOUT: 1800
# TAGS: bench

# For tests/bench.py, with `--accel steady`: an instruction is a nanosecond there, and time in
# which the CPU is idle passes at once. The disks answer at once. So what is seen is the time that
# the guest itself takes, kernel and fio included. While fio runs, the clock does not run away.
set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-bench.sh
. "$(dirname "$0")/lib-bench.sh"
# shellcheck source=lib-benchpeer.sh
. "$(dirname "$0")/lib-benchpeer.sh"

T=/sys/kernel/tracing
# What gaps() finds out.
quiet=0 gap=0 back=0 slowest=0 n=0
rounds=${BENCH_ROUNDS:-8}

# bad_node PATH: what fails at once, beside what into_null has put there. leads_to PATH NODE: from
# here on it does.
bad_node()
{
	host qmp "{\"execute\": \"blockdev-add\", \"arguments\": {\"driver\": \"blkdebug\", \
\"node-name\": \"bad-$1\", \"image\": \"null-$1\", \"inject-error\": [{\"event\": \"none\", \
\"iotype\": \"read\", \"errno\": 5, \"once\": false, \"immediately\": false}]}}" >/dev/null
}

leads_to()
{
	host qmp "{\"execute\": \"blockdev-reopen\", \"arguments\": {\"options\": [{\
\"driver\": \"throttle\", \"node-name\": \"t-$1\", \"throttle-group\": \"tg-$1\", \
\"file\": \"$2-$1\"}]}}" >/dev/null
}

# load_on FILE JOBS: small READs, a thousand a second for each job, each logged.
load_on()
{
	rm -f "$LAB_DIR"/load_lat.*.log
	fio_bg load "--filename=$1" "--numjobs=$2" --rw=randread --bs=4k --size=1g --direct=1 \
		--ioengine=libaio --iodepth=1 --norandommap --thinktime=1000 --time_based \
		--runtime=3600 --write_lat_log="$LAB_DIR/load" --disable_clat=1 --disable_slat=1 \
		--log_alternate_epoch=1 --log_alternate_epoch_clock_id=7
	wait_for 30 fio_opened load "$1" || bail "fio does not start: $(cat "$(fio_out load)")"
}

# guest_seconds N: I/O goes on for so long.
guest_seconds()
{
	lab_clock
	lab_until=$((lab_clock + $1 * 100))
	while [ "$lab_clock" -lt $lab_until ]; do
		nap
		lab_clock
	done
}

# gaps [STRUCK PLUGGED STOPPED]: the longest time without an end, in ms: $quiet if it was over
# before the first moment, $gap if it began before the second one, else $back, until fio is stopped;
# and what the slowest I/O took ($slowest). Each part has I/Os, or it fails. The first half second is
# fio's start.
gaps()
{
	lab_gaps=0
	sort -m -n "$LAB_DIR"/load_lat.*.log | awk -F ', *' -v struck="${1:-99999999}0" \
		-v plugged="${2:-99999999}0" -v stopped="${3:-0}0" '
		function pause(until) {
			if (until <= struck) { if (until - last > quiet) quiet = until - last }
			else if (last < plugged) { if (until - last > gap) gap = until - last }
			else if (until - last > back) back = until - last
		}
		NR == 1 { begin = $1 + 500 }
		last >= begin {
			pause($1 + 0)
			if ($1 >= struck && $2 / 1e6 > slowest) slowest = $2 / 1e6
		}
		$1 < struck { before++ }
		$1 >= struck && $1 < plugged { during++ }
		$1 >= plugged { after++ }
		{ last = $1; n++ }
		END {
			if (stopped + 0 > last) pause(stopped + 0)
			printf "quiet=%d gap=%d back=%d slowest=%d n=%d\n", quiet, gap, back, slowest, n
			exit !(before > 1000 && (stopped + 0 == 0 || during > 1000 && after > 1000))
		}' >"$LAB_DIR/gaps" || lab_gaps=1
	cat "$LAB_DIR/gaps"
	# shellcheck source=/dev/null
	. "$LAB_DIR/gaps"
	return "$lab_gaps"
}

# switched: from the trace, in us: from the first error of the other path to the next success, and
# from when that I/O was sent.
switched()
{
	awk '{
		for (i = 2; i < NF && $i !~ /^vmp_/; i++) ;
		at = $(i - 1) + 0
		if ($i == "vmp_pick:" && !failed) sent = at
		if ($i == "vmp_complete:" && $(i + 3) != "none" && !failed) failed = at
		if ($i == "vmp_complete:" && $(i + 3) == "none" && failed) {
			printf "%.0f %.0f\n", (at - failed) * 1e6, (at - sent) * 1e6
			exit
		}
	}' $T/trace >"$LAB_DIR/switched"
	[ -s "$LAB_DIR/switched" ]
}

# path_error: p1 fails, fio's I/O on it goes to p0; then it is good again.
path_error()
{
	: >$T/trace
	echo 1 >$T/events/vmpath/enable
	leads_to p1 bad || return 1
	wait_for 30 switched || return 1
	echo 0 >$T/events/vmpath/enable
	cat "$LAB_DIR/switched" >>"$LAB_DIR/switches"
	leads_to p1 null && wait_for 60 path_back p1
}

path_errors()
{
	: >"$LAB_DIR/switches"
	lab_round=0
	while [ $lab_round -lt "$rounds" ]; do
		path_error || return 1
		lab_round=$((lab_round + 1))
	done
}

# removed FAULT: fio's gaps as p1 goes and comes back.
removed()
{
	what=p1 verb=unplug plug=plug
	[ "$1" = disk-removed ] || { what=h1 verb=unplug-hba plug=plug-hba; }
	load_on "/dev/$node" 4
	guest_seconds 3
	struck=$(now)
	check "$mode, $1: $what goes" host "$verb" "$what"
	left=$(now)
	guest_seconds 2
	plugged=$(now)
	check "$mode, $1: and comes back" host "$plug" "$what"
	check "$mode, $1: it is live" wait_for 60 has_state p1 live
	guest_seconds 1
	stopped=$(now)
	fio_stop load >"$LAB_DIR/load" || bail "fio failed: $(cat "$(fio_out load)")"
	check "$mode, $1: fio's gaps" gaps "$struck" "$plugged" "$stopped"
	note "$mode, $1: gap $gap ms, as it returns $back ms, before $quiet ms; slowest $slowest ms; $n I/Os"
	note "gone after $(((left - struck) * 10)) ms, plugged after $(((plugged - struck) * 10)) ms"
	row "$mode" "$1" - - - "$quiet" "$gap" "$back" "$slowest" "$n" $(((plugged - struck) * 10))
	figure "$mode/$1" "$gap" ms
	figure "$mode/$1/returns" "$back" ms
	figure "$mode/$1/slowest" "$slowest" ms
	figure "$mode/$1/before" "$quiet" ms
}

# measure MODE: `remap`, `fast`.
measure()
{
	mode=$1
	load_on "/dev/$node" 1
	check "$mode: the path fails and returns $rounds times" path_errors
	fio_stop load >"$LAB_DIR/load" || bail "fio failed: $(cat "$(fio_out load)")"
	note "$mode: us from error to success, from submission to success: $(
		tr '\n' ',' <"$LAB_DIR/switches")"
	awk '{ print NR, $0 }' "$LAB_DIR/switches" >"$LAB_DIR/rounds"
	while read -r number error sent; do
		row "$mode" path-error "$number" "$error" "$sent" - - - - - -
	done <"$LAB_DIR/rounds"
	# I/O that waits while QEMU has its path lead elsewhere waits for the host: of all the median.
	since=$(sort -n -k 2 "$LAB_DIR/switches" | sed -n "$(((rounds + 1) / 2))s/.* //p")
	figure "$mode/path-error/since-sent" "$since" us
	awk -v mode="$mode" '{ n++; sum += $1; if ($1 > longest) longest = $1 }
		END {
			printf "# figure %s/path-error %.1f us\n", mode, sum / n
			printf "# figure %s/path-error/longest %d us\n", mode, longest
		}' "$LAB_DIR/switches"
	removed disk-removed
	removed hba-removed
}

while :; do :; done &
spins=$!
load deny=model:ACME:PEER
need_vmp lu0
node=$(vmp_of lu0)
put "$node" host_cache_none 1
quiet_schedulers
into_null p0 lu0
into_null p1 lu0
into_null p2 lu1
bad_node p1
kill $spins
row mode fault round us-since-error us-since-sent gap-before gap gap-as-it-returns slowest I/Os out-ms
load_on "/dev/$(disk_of p2)" 4
guest_seconds 5
fio_stop load >"$LAB_DIR/load"
check "the raw disk's gaps" gaps
row raw - - - - "$quiet" - - - "$n" -
figure raw/gap "$quiet" ms
put "$node" fast_recovery 0
measure remap
put "$node" fast_recovery 1
measure fast
check "no path is lost" test "$(nr_paths "$node")" -eq 2
