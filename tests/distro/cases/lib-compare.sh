# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What compare.sh measures with, whatever makes one disk of the paths: a load, the
# faults, and from fio's log what the load has seen of each. $stack says what it is,
# $bound is in ms.

stack='' bound=0
# What seen() finds out.
# shellcheck disable=SC2034 # for the case
pause=0 at=0 n=0 p999=0 p999_before=0 read_ms=0 write_ms=0 late=0 slow=0 quiet=0 before=0 during=0

# short FAULT: as figures and files have it. listed WORD LIST: it is one of the words.
short()
{
	echo "$1" | tr 'A-Z ' 'a-z-'
}

listed()
{
	case " $2 " in
	*" $1 "*) return 0 ;;
	esac
	return 1
}

# The load: 16 threads with one I/O at a time each, together 96 writes a second at times of
# chance, each read back and compared. (One thread with more in flight would not do: whenever
# fio has to wait for its rate, it first waits for all of them to end.)
load_start()
{
	fio_logged_bg load "/dev/$1" --runtime=900 --numjobs=16 --size=1m --offset_increment=1m \
		--iodepth=1 --rate_iops=6 --rate_process=poisson --verify_backlog=16 \
		--exitall_on_error
}

# ios PATH: that have ended on its disk; count_from_now LU: on its disks.
ios()
{
	read -r lab_r _ _ _ lab_w _ <"/sys/block/$(disk_of "$1")/stat"
	echo $((lab_r + lab_w))
}

count_from_now()
{
	for lab_p in $(paths_of "$1"); do
		ios "$lab_p" >"$LAB_DIR/ios.$lab_p"
	done
}

# busiest LU: the path with most I/O since then. carried LU COUNT: so many on all.
busiest()
{
	for lab_p in $(paths_of "$1"); do
		echo "$(($(ios "$lab_p") - $(cat "$LAB_DIR/ios.$lab_p"))) $lab_p"
	done | sort -rn | sed -n '1s/.* //p'
}

carried()
{
	lab_sum=0
	for lab_p in $(paths_of "$1"); do
		lab_sum=$((lab_sum + $(ios "$lab_p") - $(cat "$LAB_DIR/ios.$lab_p")))
	done
	echo "$lab_sum I/Os"
	[ $lab_sum -ge "$2" ]
}

# hba VERB PATH: unplug or plug what the path is on, which may be a PCI device itself.
hba()
{
	lab_hba=$(lab_row path "$2" | cut -d ' ' -f 6)
	case $lab_hba in
	-) host "$1" "$2" ;;
	*) host "$1-hba" "$lab_hba" ;;
	esac
}

# strike FAULT PATH, mend FAULT PATH
strike()
{
	case $1 in
	"path error") host fail "$2" 5 ;;
	"disk removed") host unplug "$2" ;;
	"HBA removed") hba unplug "$2" ;;
	"throttled") host throttle "$2" 1 ;;
	"SIGSTOP") host array "$2" stop ;;
	esac
}

mend()
{
	case $1 in
	"path error") host heal "$2" ;;
	"disk removed") host plug "$2" ;;
	"HBA removed") hba plug "$2" ;;
	"throttled") host throttle "$2" off ;;
	"SIGSTOP") host array "$2" cont ;;
	esac
}

# watch UNTIL [COMMAND...]: up to that time, or until the command succeeds. When the load
# has ended, which it does by itself at its first error alone, that is noted in $ended, ms.
watch()
{
	lab_until=$1
	shift
	while [ "$(now)" -lt "$lab_until" ]; do
		if [ -z "$ended" ] && fio_ended load; then
			ended=$(now)0
		fi
		if [ $# -gt 0 ] && "$@" >"$LAB_DIR/watch" 2>&1; then
			return 0
		fi
		sleep 0.1
	done
	[ $# -eq 0 ]
}

# in_seconds N: that time, as `now`, for what is waited for.
in_seconds()
{
	echo $(($(now) + $1 * LAB_SCALE * 100))
}

# back FAULT PATH: it is mended, the path is in use by $stack again, and I/O goes on.
back()
{
	mend "$1" "$2" || return 1
	watch "$(in_seconds 90)" works "$2" || { echo "$2 is not back"; return 1; }
	count_from_now "$lu"
	[ -n "$ended" ] || watch "$(in_seconds 30)" carried "$lu" 100
}

# seen: from fio's log, in ms, from $struck until after the path's return: the longest time in
# which nothing ended (pause) and when that began (at), the slowest READ and WRITE, the slowest
# I/O that began more than $bound after $struck (late), the I/Os of more than a second (slow);
# the longest pause before $struck (quiet), and I/Os a second before and from then up to $mended.
# Besides, of the I/Os that were under way at any time from $struck to $mended: how many (n), and
# which time 99.9 % of them do not exceed (p999); the same of those that ended before (p999_before).
seen()
{
	ls "$LAB_DIR"/load_lat.*.log || { echo "fio left no log"; return 1; }
	sort -m -n "$LAB_DIR"/load_lat.*.log >"$LAB_DIR/log"
	{
		spans
		echo "p999=$(took 1 | percentile) p999_before=$(took 0 | percentile)"
		echo "n=$(took 1 | wc -l)"
	} >"$LAB_DIR/seen"
	rm "$LAB_DIR"/load_lat.*.log
	cat "$LAB_DIR/seen"
	# shellcheck source=/dev/null
	. "$LAB_DIR/seen"
}

# took DURING: ns of each I/O that was under way between $struck and $mended (1), or that had ended
# before (0).
took()
{
	awk -F ', *' -v struck="${struck}0" -v mended="${mended}0" -v during="$1" '
		($1 >= struck) == during && $1 - $2 / 1e6 < mended { print $2 }' "$LAB_DIR/log"
}

# percentile: 99.9 % of the ns that it reads, in ms.
percentile()
{
	sort -n | awk '{ ns[NR] = $1 }
		END { printf "%.1f\n", NR ? ns[int((NR * 999 + 999) / 1000)] / 1e6 : 0 }'
}

# timeline: a series of how many I/Os have ended in each 100 ms, from 3 s before $struck until
# 10 s after $mended.
timeline()
{
	# shellcheck disable=SC2046 # words
	series "$(short "$fault")-$stack" -3000 100 $(awk -F ', *' -v struck="${struck}0" \
		-v mended="${mended}0" '
		{ last = $1 - struck + 3000 }
		last >= 0 { n[int(last / 100)]++ }
		END {
			if (last > mended - struck + 13000) last = mended - struck + 13000
			for (i = 0; i < int(last / 100); i++) print n[i] + 0
		}' "$LAB_DIR/log")
}

# figures_of: what was seen, for tests/bench.py.
figures_of()
{
	lab_row=$stack/$(short "$fault")
	figure "$lab_row/pause" "$pause" ms
	figure "$lab_row/p99.9" "$p999" ms
	figure "$lab_row/slowest" "$slowest" ms
	figure "$lab_row/over-1-s" "$slow" I/Os
	figure "$lab_row/during" "$during" I/Os/s
	figure "$lab_row/under-way" "$n" I/Os
	figure "$lab_row/before/pause" "$quiet" ms
	figure "$lab_row/before/p99.9" "$p999_before" ms
	figure "$lab_row/before/rate" "$before" I/Os/s
	figure "$lab_row/mended-after" $(((mended - struck) * 10)) ms
	lab_n=0
	[ "$failed" = - ] || lab_n=1
	figure "$lab_row/failed" $lab_n runs
}

# spans: the first of these, as assignments.
spans()
{
	awk -F ', *' -v struck="${struck}0" -v mended="${mended}0" -v bound="$bound" \
		-v ended="${ended:-0}" '
		NR == 1 { first = last = $1 }
		{
			gap = $1 - last
			from = last
			last = $1
			took = $2 / 1e6
			if ($1 < struck) {
				n_before++
				if (gap > quiet) quiet = gap
				next
			}
			if (gap > pause) { pause = gap; at = from }
			if (took > slowest[$3]) slowest[$3] = took
			if (took > 1000) slow++
			if ($1 - took > struck + bound && took > late) late = took
			if ($1 < mended) n_during++
		}
		END {
			if (ended && ended - last > pause) { pause = ended - last; at = last }
			printf "pause=%d at=%d read_ms=%d write_ms=%d late=%d slow=%d quiet=%d before=%d during=%d\n",
				pause, at - struck, slowest[0], slowest[1], late, slow, quiet,
				n_before * 1000 / (struck - first), n_during * 1000 / (mended - struck)
		}' "$LAB_DIR/log"
}

row_head()
{
	row fault stack "pause ms" "after ms" "p99.9 ms" "slowest READ ms" "WRITE ms" "over 1 s" \
		"a second before" during "quiet pause ms" "I/O error"
}

# suffer FAULT LU SECONDS: the path of the LU with the most I/O meets with the fault, for so
# long; a row of the table. Three tests.
suffer()
{
	fault=$1 lu=$2 ended='' failed=-
	node=$(node_of "$lu")
	load_start "$node"
	count_from_now "$lu"
	wait_for 60 carried "$lu" 400 || bail "$stack: no I/O on $node: $(cat "$(fio_out load)")"
	path=$(busiest "$lu")
	struck=$(now)
	check "$stack, $fault: $path is hit" strike "$fault" "$path"
	watch $(($(now) + $3 * 100))
	mended=$(now)
	check "$stack, $fault: $path is back" back "$fault" "$path"
	fio_stop load >"$LAB_DIR/load" || failed=yes
	[ -z "$ended" ] || failed="after $(((ended - struck * 10) / 1000)) s"
	note "$(cat "$LAB_DIR/load")"
	check "$stack, $fault: it is measured" seen
	slowest=$read_ms
	[ "$write_ms" -le "$slowest" ] || slowest=$write_ms
	row "$fault" "$stack" "$pause" "$at" "$p999" "$read_ms" "$write_ms" "$slow" "$before" \
		"$during" "$quiet" "$failed"
	figures_of
	timeline
}
