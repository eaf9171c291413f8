#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: how long the longest I/O of a healthy path takes, and which stall_timeout_ms takes it for ill
# TOPOLOGY: scsi2-blk2
# PLAN: 4
# TIMEOUT: 600
# TAGS: bench

# A stall_timeout_ms that follows the path's own latency would be some multiple of its mean. So
# what counts is how far the longest I/O of a path in order is from the mean, under loads that change.
set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

secs=${BENCH_SECS:-6}
need_vmp lu0 lu1

# load NAME: fio's arguments.
load()
{
	case $1 in
	reads) echo "--rw=randread --bs=4k --iodepth=8" ;;
	bursts) echo "--rw=randrw --bs=1m --iodepth=32 --numjobs=3 --fsync=16 --thinktime=500ms --thinktime_blocks=64" ;;
	esac
}

# seen PATH: what it has done by now: I/Os, their time in ns, and by how long they took.
seen()
{
	path_get "$1" stats | awk '/^latency_ns_/ { ns += $2 }
		/^latency_log2_us_/ { for (i = 2; i <= NF; i++) n[i - 2] += $i }
		/^stalls / { stalls = $2 }
		END { printf "%d %.0f", stalls, ns; for (i = 0; i < 40; i++) printf " %d", n[i]; print "" }'
}

# longest PATH: since seen() went to $LAB_DIR/PATH: stalls, mean and the upper bound of the longest, us.
longest()
{
	{ cat "$LAB_DIR/$1"; seen "$1"; } | awk 'NR == 1 { split($0, was, " "); next }
		{
			for (i = 3; i <= NF; i++) {
				bound = i == 3 ? 1 : 2 * bound
				n += $i - was[i]
				if ($i > was[i]) top = bound
			}
			if (!n) exit 1
			printf "%d %d %d\n", $1 - was[1], ($2 - was[2]) / n / 1000, top
		}'
}

# measure LU LOAD: a row for each stall_timeout_ms and path.
measure()
{
	node=$(vmp_of "$1")
	for ms in 3000 1000 500 250 100; do
		put "$node" stall_timeout_ms $ms
		for p in $(paths_of "$1"); do
			seen "$p" >"$LAB_DIR/$p"
		done
		# shellcheck disable=SC2046 # words
		fio --name=load --thread=1 --filename="/dev/$node" --size=64m --direct=1 \
			--ioengine=libaio --time_based --runtime="$secs" $(load "$2") >"$LAB_DIR/fio" 2>&1 ||
			bail "fio failed: $(cat "$LAB_DIR/fio")"
		for p in $(paths_of "$1"); do
			longest "$p" >"$LAB_DIR/longest" || bail "$p has carried nothing"
			# shellcheck disable=SC2046 # words
			row "$1" "$2" $ms "$p" $(cat "$LAB_DIR/longest")
		done
	done
	pass "$1: $2 measured"
}

for what in reads bursts; do
	measure lu0 $what
	measure lu1 $what
done
