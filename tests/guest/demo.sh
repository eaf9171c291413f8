#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the guest's part of `make demo`: two LUs lose a path under an application
# TOPOLOGY: scsi2-blk2
# NEEDS: demo
# TIMEOUT: 300
# PLAN: 43
#
# Reports KTAP as every case does. Lines for the person who watches go to
# tests/demo.py as `# demo: WORD TEXT`: say (what happens now), out (output of a
# command), chart. Every number in them is measured here.

set -eu
# shellcheck source=cases/lib.sh
. "$(dirname "$0")/lib.sh"
LAB_SABOTAGE=
LAB_LOCALE=C
# shellcheck source=/dev/null
. /lab/env
export LC_CTYPE="$LAB_LOCALE"

FILE_MIB=16
WRITES_PER_SECOND=300
BUCKET_MS=100
PAUSE_LIMIT_MS=10000

say()
{
	echo "# demo: say $*"
}

show()
{
	echo "# demo: out \$ $*"
	"$@" 2>&1 | sed 's/^/# demo: out /'
}

# must NAME COMMAND...: as check, but nothing goes on after a failure.
must()
{
	must_name=$1
	must_failed=$ktap_failed
	check "$@"
	[ "$ktap_failed" -eq "$must_failed" ] || bail "$must_name"
}

now_ms()
{
	echo "$(now)0"
}

# mark TEXT: a line in the kernel log, for log_ms.
mark()
{
	echo "demo: $*" >/dev/kmsg
}

# log_ms MARK TEXT: when the kernel logged TEXT first after a mark, in ms since
# boot. The log's clock and that of /proc/uptime differ by $skew.
log_ms()
{
	dmesg | awk -v mark="demo: $1" -v skew="$skew" -v text="$2" '
		marked && index($0, text) {
			sub(/^[^\[]*\[ */, "")
			print int($1 * 1000) + skew
			found = 1
			exit
		}
		index($0, mark) { marked = 1 }
		END { exit !found }'
}

# Time passes between the two readings, so the largest difference is the best.
measure_skew()
{
	best=
	for try in 1 2 3 4 5; do
		skew=0
		mark "clock $try"
		skew_at=$(now_ms)
		mark "end of $try"
		skew=$((skew_at - $(log_ms "clock $try" "end of $try")))
		[ -n "$best" ] && [ "$best" -ge "$skew" ] || best=$skew
	done
	skew=$best
}

# fio_blocks NAME FILE ARGUMENT...: over the blocks of a file, each with its checksum.
fio_blocks()
{
	blocks_name=$1
	blocks_file=$2
	shift 2
	fio --name="$blocks_name" --filename="$blocks_file" --thread=1 --bs=4k --direct=1 \
		--size=${FILE_MIB}m --ioengine=libaio --iodepth=16 --verify=crc32c \
		--verify_fatal=1 --verify_dump=0 "$@" >"$LAB_DIR/blocks" 2>&1 && return
	grep -v '^ ' "$LAB_DIR/blocks"
	return 1
}

# The application: random writes at a steady rate, each read back and compared
# soon after. The time that each I/O took goes to a log.
application()
{
	fio_logged_bg "$1" "$2" --size=${FILE_MIB}m --runtime=900 --verify_backlog=16 \
		--rate_iops=$WRITES_PER_SECOND
}

# running LU: the application has not ended and has met no error.
running()
{
	fio_running "$1" && ! grep -E 'err= *[1-9]|verify: bad|io_u error|error=' "$(fio_out "$1")"
}

# sabotage POINT: only for tests of the demo itself, which must then fail.
sabotage()
{
	case $LAB_SABOTAGE:$1 in
	corrupt:pulled) host pattern lu0 16777216 201326592 0x5a ;;
	lose:pulled)
		put "$node" no_path_timeout_ms 0
		host unplug p0
		;;
	warn:pulled) echo "WARNING: sabotage" >/dev/kmsg ;;
	slow:pulled)
		host throttle p0 hang
		sleep 12
		host throttle p0 off
		;;
	crash:pulled) echo c >/proc/sysrq-trigger ;;
	*) return 0 ;;
	esac
}

plug_back()
{
	if [ "$LAB_SABOTAGE" = stranger ]; then
		host plug "$1" serial=STRANGER wwn=0x5000c50015ea71ff
	else
		host plug "$1"
	fi
}

# What measure() finds out; I/Os per second, and ms.
total=0
rate_before=0
rate_during=0
rate_after=0
slow=0
slow_before=0
chart=

# measure LU PULLED GONE LIVE: sums up the application's log. Times in ms since boot.
measure()
{
	set -- "$1" "$2" "$3" "$4" "$LAB_DIR/$1_lat.1.log"
	[ -s "$5" ] || { echo "fio left no log"; return 1; }
	awk -F ', *' -v pulled="$2" -v gone="$3" -v live="$4" -v ms="$BUCKET_MS" -v margin=3000 '
		NR == 1 { first = $1 }
		{
			last = $1
			took = $2 / 1e6
			n++
			if ($1 < pulled) {
				before++
				if (took > slow_before) slow_before = took
			} else if (took > slow) slow = took
			if ($1 >= gone && $1 < live) during++
			if ($1 >= live) after++
			at = int(($1 - (gone - margin)) / ms)
			if (at >= 0 && $1 < live + margin) { bucket[at]++; if (at > top) top = at }
		}
		function rate(count, from, to) { return to > from ? int(count * 1000 / (to - from)) : 0 }
		END {
			printf "total=%d slow_before=%d slow=%d\n", n, slow_before + 0.5, slow + 0.5
			printf "rate_before=%d rate_during=%d rate_after=%d\n",
				rate(before, first, pulled), rate(during, gone, live), rate(after, live, last)
			printf "chart=%d,%d,%d", ms, margin / ms, (live - gone + margin) / ms
			for (i = 0; i <= top; i++) printf ",%d", bucket[i]
			print ""
		}' "$5" >"$LAB_DIR/measured"
	# shellcheck source=/dev/null
	. "$LAB_DIR/measured"
}

# The meta-node's paths alone, one after the other, must give the same data.
read_down_each_path()
{
	for each in $(paths_of "$1"); do
		only=$(disk_of "$each")
		for other in $(paths_of "$1"); do
			[ "$other" = "$each" ] || vmpathctl disable "$(disk_of "$other")"
		done
		must "every block is right when read down $only alone" \
			fio_blocks check "$2" --rw=read
		for other in $(paths_of "$1"); do
			[ "$other" = "$each" ] || vmpathctl enable "$(disk_of "$other")"
		done
		must "both paths of $node are live" wait_for 20 has_value "$node" state optimal
	done
}

# pull LU PATH: the path goes and comes back under the application.
pull()
{
	node=$(vmp_of "$1")
	disk=$(disk_of "$2")
	must "$node is optimal" wait_for 20 has_value "$node" state optimal
	say "ext4 on /dev/$node, and a file of $FILE_MIB MiB in which each block has a checksum"
	must "mkfs and mount work on the meta-node" mount_new ext4 "/dev/$node" "/mnt/$1"
	must "it has a journal" has_journal "/dev/$node"
	must "the file is written" fio_blocks fill "/mnt/$1/data" --rw=write --do_verify=0 --end_fsync=1
	say "fio starts: $WRITES_PER_SECOND random writes a second, each read back and compared"
	application "$1" "/mnt/$1/data"
	sleep 4
	must "fio runs on both paths" running "$1"

	pulled=$(now_ms)
	mark "$2 is pulled"
	say "the host pulls $disk out of the running guest (QMP device_del $2)"
	must "the host has pulled the path" host unplug "$2"
	must "$node lives on with one path" wait_for 20 has_value "$node" state degraded
	gone=$(log_ms "$2 is pulled" "$node: path $disk ") ||
		bail "the kernel log does not say when $disk went"
	show vmpathctl list "$node"
	sabotage pulled
	sleep 4
	must "fio has noticed nothing" running "$1"

	say "the host plugs it back; it carries I/O again once the module has read from it"
	mark "$2 is back"
	must "the host has plugged the path" plug_back "$2"
	must "the path is live again" wait_for 30 has_state "$2" live
	must "$node is optimal again" wait_for 20 has_value "$node" state optimal
	back=$(disk_of "$2")
	live=$(log_ms "$2 is back" "$node: path $back live") ||
		bail "the kernel log does not say when $back came back"
	show vmpathctl list "$node"
	sleep 3
	must "fio ends without an error and without a wrong block" fio_stop "$1"
	must "fio has logged its I/O" measure "$1" "$pulled" "$gone" "$live"
	echo "# demo: chart $node $disk $chart"
	say "$total I/Os, no error; I/Os per second: $rate_before on two paths, $rate_during on one, $rate_after on two again"
	say "longest pause the application saw: $slow ms (slowest I/O from the pull on; before it: $slow_before ms)"
	must "no I/O took longer than $((PAUSE_LIMIT_MS / 1000)) s" test "$slow" -lt $PAUSE_LIMIT_MS
}

# data LU: what is on the disk, seen from every side.
data()
{
	node=$(vmp_of "$1")
	say "the data: every block of the file down each path alone, then e2fsck"
	read_down_each_path "$1" "/mnt/$1/data"
	must "the file system is unmounted" umount "/mnt/$1"
	must "e2fsck finds nothing wrong" e2fsck -fn "/dev/$node"
}

# has_journal DEVICE: ext4 as everybody has it, not what mkfs makes without its file.
has_journal()
{
	blkid -s TYPE -o value "$1" | grep -x ext4
}

# refused DISK: mkfs does not get at it, for the right reason.
refused()
{
	! mkfs.ext4 -q -F "$1" >"$LAB_DIR/mkfs" 2>&1 || return 1
	cat "$LAB_DIR/mkfs"
	grep -q "in use by the system" "$LAB_DIR/mkfs"
}

say "four disks, which are two LUs with two paths each; the guest cannot know yet"
show lsblk -d -o NAME,SIZE,VENDOR,MODEL,SUBSYSTEMS
must "the module loads" insmod "/lib/modules/$(uname -r)/extra/vmpath.ko"
need_vmp lu0 lu1
say "it asked each disk which LU it leads to, and put one meta-node on each LU"
show vmpathctl list
measure_skew
must "nobody can make a file system on a single path any more" refused "/dev/$(disk_of p0)"

say "1 of 2: $(vmp_of lu0), two virtio-scsi HBAs"
pull lu0 p1
data lu0
say "2 of 2: $(vmp_of lu1), two virtio-blk devices"
pull lu1 p3
data lu1
must "the module unloads" unload
