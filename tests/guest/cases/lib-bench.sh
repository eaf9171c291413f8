# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# CPU time of small reads, for cases that measure. With `tests/run.py --accel count` a
# microsecond of it is a thousand instructions.

# busy: microseconds that the CPUs have worked so far
busy()
{
	awk '/^now at / { now = $3 } /\.(idle|iowait)_sleeptime/ { idle += $3 }
		/\.idle_sleeptime/ { cpus++ }
		END { printf "%d\n", (cpus * now - idle) / 1000 }' /proc/timer_list
}

# run FILE JOBS IOS FIO-ARGUMENT...: small reads; $spent, us
run()
{
	file=$1 jobs=$2 n=$3
	shift 3
	spent=$(busy)
	fio --name=cell --thread=1 --group_reporting "--numjobs=$jobs" "--filename=$file" \
		--rw=randread --bs=4k --size=64m --direct=1 --ioengine=libaio --norandommap \
		"--number_ios=$((n / jobs))" "$@" >"$LAB_DIR/fio" 2>&1 ||
		bail "fio failed: $(cat "$LAB_DIR/fio")"
	spent=$(($(busy) - spent))
}

# into_null PATH: from here on its I/O is over at once and has no contents.
into_null()
{
	host qmp "{\"execute\": \"blockdev-add\", \"arguments\": {\"driver\": \"null-co\", \
\"node-name\": \"null-$1\", \"size\": $(lu_size "$2"), \"read-zeroes\": true}}" >/dev/null
	host qmp "{\"execute\": \"blockdev-reopen\", \"arguments\": {\"options\": [{\
\"driver\": \"throttle\", \"node-name\": \"t-$1\", \"throttle-group\": \"tg-$1\", \
\"file\": \"null-$1\"}]}}" >/dev/null
}
