#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: how vmpath scales: I/Os a second relative to the raw disk, with 1, 2 and 4 CPUs and jobs
# TOPOLOGY: scaling
# CPUS: 4
# TIMEOUT: 1200
# TAGS: bench
# APPEND: transparent_hugepage=never

# Real time, so a figure of one run says little, the less where the CPUs of the guest have not as
# many of this machine for themselves. What counts is the ratio of figures that were taken within
# seconds, which suffer alike, and of many such pairs the median and the spread. One fio for each
# disk is there all the time; all but one of them are stopped. Every other pair is taken
# backwards, so that a machine that becomes slower or faster favours neither.
set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-io.sh
. "$(dirname "$0")/lib-io.sh"
# shellcheck source=lib-bench.sh
. "$(dirname "$0")/lib-bench.sh"

pairs=${BENCH_PAIRS:-9}
slice=${BENCH_SLICE:-0.7}       # seconds
sizes=${BENCH_CPUS:-1 2 4}
# Up to four of MODE.POLICY, and raw.two: two raw disks, each job in turn on both.
targets=${BENCH_TARGETS:-remap.queue-depth remap.cpu-affine remap.single-active fast.queue-depth raw.two}

# on_line COUNT: so many CPUs, the first ones.
on_line()
{
	for cpu in 1 2 3; do
		want=$((cpu < $1))
		file=/sys/devices/system/cpu/cpu$cpu/online
		[ "$(cat $file)" = $want ] || echo $want >$file
	done
	[ "$(grep -c '^processor' /proc/cpuinfo)" -eq "$1" ]
}

# disks_for TARGET: each of vmpath's targets has an LU.
disks_for()
{
	case $1 in
	raw) disk_of p6 ;;
	raw.two) echo "$(disk_of p6) $(disk_of p7)" ;;
	*)
		at=0
		for other in $targets; do
			[ "$other" != "$1" ] || vmp_of lu$at
			[ "${other%%.*}" = raw ] || at=$((at + 1))
			[ "$at" -ne 3 ] || at=5    # lu3 and lu4 are raw
		done
		;;
	esac
}

set_up()
{
	load deny=model:ACME:PEER
	need_vmp lu0 lu1 lu2 lu5
	for target in $targets; do
		[ "$target" != raw.two ] || continue
		node=$(disks_for "$target")
		put "$node" check_secs 86400
		put "$node" host_cache_none 1
		put "$node" iopolicy "${target#*.}"
		[ "${target%%.*}" != fast ] || put "$node" fast_recovery 1
	done
	for path in p0 p1 p2 p3 p4 p5 p6 p7 p8 p9; do
		echo none >"/sys/block/$(disk_of $path)/queue/scheduler"
	done
}

# sample: the time in ns, how many READs $disks have done, for how many ns QEMU has worked, and
# how many interrupts of disks there were
sample()
{
	awk -v disks="$disks" -v cpu="$(host cpu)" 'BEGIN {
		while ((getline <"/proc/timer_list") > 0 && !/^now at /) ;
		now = $3
		for (n = split(disks, disk, " "); n; n--) {
			getline <("/sys/block/" disk[n] "/stat")
			reads += $1
		}
		while ((getline <"/proc/interrupts") > 0) {
			if (!/virtio[0-9]+-request/)
				continue
			for (n = 2; $n ~ /^[0-9]+$/; n++)
				interrupts += $n
		}
		print now, reads, cpu, interrupts + 0
	}'
}

signal()
{
	kill "-$1" "$(cat "$LAB_DIR/fio.$2.pid")"
}

# begin SIZE: a fio of so many jobs, each on a CPU of its own, for each disk; they stand still.
begin()
{
	for target in raw $targets; do
		disks=$(disks_for "$target")
		file=/dev/${disks%% *}
		[ "$target" != raw.two ] || file=$file:/dev/${disks#* }
		fio_bg "$target" "--numjobs=$1" "--filename=$file" --size=1g --direct=1 \
			--ioengine=libaio --iodepth=4 --rw=randread --bs=4k --norandommap \
			"--cpus_allowed=0-$(($1 - 1))" --cpus_allowed_policy=split \
			--time_based --runtime=3600
		sample >"$LAB_DIR/then"
		wait_for 30 has_read 1000
		signal STOP "$target"
	done
}

# has_read COUNT: have $disks, since then?
has_read()
{
	sample | cat "$LAB_DIR/then" - | awk -v n="$1" 'NR == 1 { was = $2 }
		NR == 2 { exit !($2 - was >= n) }'
}

end()
{
	for target in raw $targets; do
		signal CONT "$target"
		fio_stop "$target"
	done
}

drained()
{
	for disk in $disks; do
		read -r reads writes <"/sys/block/$disk/inflight"
		[ "$((reads + writes))" -eq 0 ] || return 1
	done
}

# rate TARGET: lets its fio run; I/Os a second, I/Os a second of the CPUs' time, interrupts for a
# thousand I/Os
rate()
{
	disks=$(disks_for "$1")
	sample >"$LAB_DIR/then"
	signal CONT "$1"
	sleep "$slice"
	signal STOP "$1"
	wait_for 10 drained
	sample | cat "$LAB_DIR/then" - | awk 'NR == 1 { now = $1; was = $2; cpu = $3; had = $4 }
		NR == 2 { n = $2 - was
			printf "%.0f %.0f %.0f\n", n * 1e9 / ($1 - now), n * 1e9 / ($3 - cpu),
				n ? ($4 - had) * 1000 / n : 0 }'
}

# middle FILE [WORD]: the median of its numbers, or another quantile: 0 to 4 fourths
middle()
{
	sort -n "$1" | awk -v fourths="${2:-2}" '{ v[NR] = $1 }
		END {
			at = 1 + (NR - 1) * fourths / 4
			low = int(at)
			high = low < NR ? low + 1 : NR
			printf "%.4f\n", v[low] + (v[high] - v[low]) * (at - low)
		}'
}

# pair SIZE NUMBER: raw and each target once; the ratios go to files.
pair()
{
	order=$(echo "$targets" | awk -v back=$(($2 % 2)) '{
			$(int(NF / 2)) = $(int(NF / 2)) " raw"
			$0 = $0
			for (i = 1; i <= NF; i++) print $(back ? NF + 1 - i : i)
		}')
	seen=
	for target in $order; do
		rate "$target" >"$LAB_DIR/now.$target"
		seen="$seen $target $(cat "$LAB_DIR/now.$target")"
	done
	note "$1 CPUs, pair $2:$seen"
	for target in $order; do
		# shellcheck disable=SC2046 # three words
		row "$1" "$2" "$target" $(cat "$LAB_DIR/now.$target")
		sed 's/.* //' "$LAB_DIR/now.$target" >>"$LAB_DIR/$1.$target.interrupts"
	done
	read -r raw raw_work _ <"$LAB_DIR/now.raw"
	echo "$raw" >>"$LAB_DIR/$1.raw.time"
	echo "$raw_work" >>"$LAB_DIR/$1.raw.work"
	for target in $targets; do
		read -r is is_work _ <"$LAB_DIR/now.$target"
		if [ "$raw" -eq 0 ] || [ "$is" -eq 0 ]; then
			bail "nothing was read:$seen"
		fi
		ratio "$is" "$raw" >>"$LAB_DIR/$1.$target.time"
		ratio "$is_work" "$raw_work" >>"$LAB_DIR/$1.$target.work"
	done
}

ratio()
{
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.4f\n", a / b }'
}

# measure SIZE: its figures
measure()
{
	on_line "$1" || bail "the guest cannot have $1 CPUs on line"
	begin "$1"
	n=0
	while [ $n -lt "$pairs" ]; do
		n=$((n + 1))
		pair "$1" $n
	done
	end
	for what in time work; do
		figure "raw/$1-cpu/$what" "$(middle "$LAB_DIR/$1.raw.$what")" iops
		for target in $targets; do
			at=0
			for word in least low median high most; do
				figure "$target.$word/$1-cpu/$what" \
					"$(middle "$LAB_DIR/$1.$target.$what" $at)" ratio
				at=$((at + 1))
			done
		done
	done
	for target in raw $targets; do
		figure "$target/$1-cpu/interrupts" \
			"$(middle "$LAB_DIR/$1.$target.interrupts")" per-1000
	done
	pass "$1 CPUs: measured"
}

# shellcheck disable=SC2086 # words
plan "$(printf '%s\n' $sizes | wc -l)"
set_up
note "$LAB_ACCEL; $pairs pairs of $slice s; queues of a disk: \
$(find "/sys/block/$(disks_for raw)/mq" -maxdepth 1 -type d -name '[0-9]*' | wc -l)"
row CPUs pair system IOPS IOPS-of-work interrupts-of-1000
for size in $sizes; do
	measure "$size"
done
