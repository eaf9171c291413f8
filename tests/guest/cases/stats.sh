#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the file stats: what was sent is counted, once, and no number goes backwards
# TOPOLOGY: scsi2-blk2
# PLAN: 50
# TAGS: smoke
# TIMEOUT: 150

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# sum FILE NAME: of all the words after the name.
sum()
{
	awk -v name="$2" '$1 == name { for (i = 2; i <= NF; i++) n += $i } END { print n + 0 }' "$1"
}

# total FILE PREFIX: of all lines whose names begin so.
total()
{
	awk -v prefix="$2" 'index($1, prefix) == 1 { n += $2 } END { print n + 0 }' "$1"
}

# grew NAME: by how much, from the file before to the file after.
grew()
{
	echo $(($(sum "$LAB_DIR/after" "$1") - $(sum "$LAB_DIR/before" "$1")))
}

# backwards OLD NEW: succeeds, and says which, if a number of OLD is less in NEW.
backwards()
{
	awk 'FNR == NR { old[$1] = $0; next }
		$1 == "last_error" || !($1 in old) { next }
		{
			split(old[$1], was, " ")
			for (i = 2; i <= NF; i++)
				if ($i < was[i]) { print old[$1] ", then: " $0; bad = 1 }
		}
		END { exit !bad }' "$1" "$2"
}

# adds_up FILE: the times in the states are the age, but for what rounding takes.
adds_up()
{
	lab_rest=$(($(sum "$1" age_ms) - $(total "$1" ms_)))
	echo "$lab_rest ms are missing"
	[ "$lab_rest" -ge 0 ] && [ "$lab_rest" -le 9 ]
}

# lived PATH: its age grows as the clock does.
lived()
{
	lab_t0=$(now)
	lab_a0=$(path_get "$1" stats | of /dev/stdin age_ms)
	lab_t1=$(now)
	wait_for 5 later $((lab_t1 + 50))
	lab_t2=$(now)
	lab_a1=$(path_get "$1" stats | of /dev/stdin age_ms)
	lab_t3=$(now)
	lab_age=$((lab_a1 - lab_a0))
	echo "$lab_age ms, $(((lab_t2 - lab_t1) * 10)) to $(((lab_t3 - lab_t0) * 10)) by the clock"
	[ $lab_age -ge $(((lab_t2 - lab_t1) * 10 - 11)) ] &&
		[ $lab_age -le $(((lab_t3 - lab_t0) * 10 + 11)) ]
}

later()
{
	[ "$(now)" -ge "$1" ]
}

# io read|write SIZE NUMBER
io()
{
	fio --name=io --filename="/dev/$node" --rw="rand$1" --bs="$2" --size=32m \
		--number_ios="$3" --direct=1 --ioengine=libaio --iodepth=8 >"$LAB_DIR/io"
}

# stat_of FIELD: 1 READs, 5 WRITEs, as for any disk.
stat_of()
{
	awk -v f="$1" '{ print $f }' "/sys/block/$node/stat"
}

# suspects PATH, refuses PATH: an I/O makes an error of that class there.
suspects()
{
	read_at "/dev/$node" 1048576 || return 1
	[ "$(path_get "$1" stats | of /dev/stdin errors_suspect)" -gt 0 ]
}

refuses()
{
	if write_4k "/dev/$node" 2097152; then
		return 1
	fi
	[ "$(path_get "$1" stats | of /dev/stdin errors_target)" -gt 0 ]
}

# watch_stats FILE: reads it over and over; what goes backwards is in $LAB_DIR/back, the
# number of readings in $LAB_DIR/seen.
watch_stats()
{
	(
		trap - EXIT
		set +e
		n=0
		cat "$1" >"$LAB_DIR/w.0"
		while [ ! -e "$LAB_DIR/stop" ]; do
			cat "$1" >"$LAB_DIR/w.1"
			backwards "$LAB_DIR/w.0" "$LAB_DIR/w.1" >>"$LAB_DIR/back"
			mv "$LAB_DIR/w.1" "$LAB_DIR/w.0"
			n=$((n + 1))
			echo $n >"$LAB_DIR/seen"
		done
		: >"$LAB_DIR/watched"
	) 9<&- &
}

seen()
{
	[ "$(cat "$LAB_DIR/seen")" -ge "$1" ]
}

need_vmp lu0 lu1
for lu in lu0 lu1; do
	p=p0 q=p1
	[ $lu = lu0 ] || p=p2 q=p3
	node=$(vmp_of $lu)
	stats=/sys/block/$node/vmpath/stats
	put "$node" iopolicy round-robin
	cat "$stats" >"$LAB_DIR/before"
	reads=$(stat_of 1) writes=$(stat_of 5)
	check "$lu: 400 READs" io read 8k 400
	check "$lu: 300 WRITEs" io write 4k 300
	cat "$stats" >"$LAB_DIR/after"
	check_eq "$lu: the READs are counted" "$(grew ios_read) $(grew bytes_read)" "400 3276800"
	check_eq "$lu: and the WRITEs" "$(grew ios_write) $(grew bytes_write)" "300 1228800"
	check_eq "$lu: as iostat counts them" "$(($(stat_of 1) - reads)) $(($(stat_of 5) - writes))" \
		"$(grew ios_read) $(grew ios_write)"
	check_eq "$lu: each has its place in the histogram" \
		"$(grew latency_log2_us_read) $(grew latency_log2_us_write)" "400 300"
	# Not all can have been done within the same 2 us; a guest's clock cannot do that.
	check "$lu: they took time" test "$(grew latency_ns_read)" -gt 400000
	check "$lu: a flush" xfs_io -c fsync "/dev/$node"
	cat "$stats" >"$LAB_DIR/after"
	check_eq "$lu: is neither, and one of each path" \
		"$(grew ios_other) $(grew ios_write) $(grew bytes_other)" "2 300 0"
	path_get $p stats >"$LAB_DIR/p"
	path_get $q stats >"$LAB_DIR/q"
	check_eq "$lu: the paths have carried it all" \
		"$(($(total "$LAB_DIR/p" ios_) + $(total "$LAB_DIR/q" ios_)))" \
		"$(total "$LAB_DIR/after" ios_)"
	check_eq "$lu: the single files say the same" "$(path_get $p ios) $(path_get $p bytes)" \
		"$(total "$LAB_DIR/p" ios_) $(total "$LAB_DIR/p" bytes_)"
	check_eq "$lu: and the mean latency" "$(path_get $p latency_us)" \
		"$(($(total "$LAB_DIR/p" latency_ns_) / 1000 / \
			$(($(sum "$LAB_DIR/p" ios_read) + $(sum "$LAB_DIR/p" ios_write)))))"
done

check "a path's times add up" adds_up "$LAB_DIR/p"
check "a meta-node's, too" adds_up "$LAB_DIR/after"
check "a path ages as the clock says" lived p2
path_get p3 stats >"$LAB_DIR/before"
path_put p3 disable 1
path_get p3 stats >"$LAB_DIR/after"
check_fails "a change of state takes no time away" backwards "$LAB_DIR/before" "$LAB_DIR/after"
live=$(path_get p3 stats | of /dev/stdin ms_live)
check "another state's time goes on" wait_for 10 sh -c \
	"[ \$(sed -n 's/^ms_disabled //p' $(path_dir p3)/stats) -gt 100 ]"
check_eq "and live's does not" "$(path_get p3 stats | of /dev/stdin ms_live)" "$live"
check "the meta-node is degraded meanwhile" test "$(of "$stats" ms_degraded)" -gt 100
path_put p3 disable 0

node=$(vmp_of lu0)
stats=/sys/block/$node/vmpath/stats
put "$node" check_secs 0	# a check would find the fault before I/O does
check_eq "no error so far" "$(of "$stats" last_error) $(total "$stats" errors_)" "0 0"
start=$(date +%s)
host fail p1 28 write
check "a path that refuses WRITEs" wait_for 10 refuses p1
path_get p1 stats >"$LAB_DIR/p"
check_eq "the error's class is target" \
	"$(of "$LAB_DIR/p" errors_suspect) $(of "$LAB_DIR/p" errors_failover) $(of "$LAB_DIR/p" failovers)" \
	"0 0 0"
check_like "the last error says so" "$(of "$LAB_DIR/p" last_error)" \
	"* target no-space write 4096 $(disk_of p1)"
host heal p1
host fail p1 5
check "a path that fails READs" wait_for 20 suspects p1
path_get p1 stats >"$LAB_DIR/p"
check_eq "the READ left the path" "$(of "$LAB_DIR/p" failovers)" "$(of "$LAB_DIR/p" errors_suspect)"
check_eq "all classes together" "$(total "$LAB_DIR/p" errors_)" "$(path_get p1 errors)"
check_like "the last error says it" "$(of "$LAB_DIR/p" last_error)" \
	"* suspect io read 2048 $(disk_of p1)"
when=$(of "$LAB_DIR/p" last_error | cut -d ' ' -f 1)
check "and when it was" test "$when" -ge "$start" -a "$when" -le "$(date +%s)"
check_eq "the meta-node has the same" "$(grep -E '^(errors|last)_' "$stats")" \
	"$(grep -E '^(errors|last)_' "$LAB_DIR/p")"
host heal p1
check "it comes back" wait_for 30 path_back p1

watch_stats "$stats"
fio_verify_bg io "/dev/$node" --runtime=600 --numjobs=2 --offset_increment=16m
check "the file is read while there is I/O" wait_for 30 seen 20
cat "$stats" >"$LAB_DIR/before"
check "p1 goes" path_down unplug p1
cat "$stats" >"$LAB_DIR/after"
check_fails "no number goes backwards" backwards "$LAB_DIR/before" "$LAB_DIR/after"
check "it comes" path_up unplug p1
seen=$(cat "$LAB_DIR/seen")
check "the file is read on" wait_for 30 seen $((seen + 10))
: >"$LAB_DIR/stop"
wait_for 10 test -e "$LAB_DIR/watched"
check_eq "no reader saw a number go back" "$(cat "$LAB_DIR/back")" ""
check "fio saw no error" fio_stop io
check_eq "p1's counts began anew" "$(path_get p1 stats | of /dev/stdin errors_suspect)" 0
