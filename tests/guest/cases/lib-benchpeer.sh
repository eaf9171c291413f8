# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What bench-instructions and bench-profile measure, on the topology `bench`: begin_target TARGET
# sets $file, and spend has fio work on it.

# start_all: the module on its disks, the scheduler `none` everywhere. Until nothing but the guest
# is waited for, the CPU has something to do, so that the clock does not run away.
start_all()
{
	while :; do :; done &
	busy=$!
	load deny=model:ACME:PEER
	need_vmp lu0 lu1 lu2 lu4 lu5 lu6
	for path in p7 p8; do
		into_null $path lu5
	done
	kill $busy
	release p2 p6
	for lu in lu0 lu2; do
		put "$(vmp_of $lu)" host_cache_none 1
	done
	for lu in lu0 lu2 lu5 lu6; do
		put "$(vmp_of $lu)" check_secs 86400
	done
	quiet_schedulers
}

quiet_schedulers()
{
	for dir in /sys/block/*/queue/scheduler; do
		grep -q '\[none\]' "$dir" || echo none >"$dir"
	done
}

# release PATH...: vmpath gives it back.
release()
{
	for path; do
		echo 0 >"$SYS/disks/$(disk_of "$path")/claim"
		wait_for 10 has_verdict "$path" refused
	done
}

# dm TABLE-WORD...: a device-mapper device as large as the disks.
dm()
{
	echo "0 $(cat "/sys/block/$(disk_of p2)/size") $*" | dmsetup create bench --noudevsync
	dmsetup mknodes bench
	file=/dev/mapper/bench
	quiet_schedulers
}

# multipath MODE SELECTOR: dm-multipath over the two paths of lu3.
multipath()
{
	modprobe -a dm_multipath dm_queue_length dm_round_robin
	dm multipath 2 queue_mode "$1" 0 1 1 "$2" 0 2 1 "/dev/$(disk_of p4)" 1 "/dev/$(disk_of p5)" 1
}

# nvme_shared POLICY: the namespace that two controllers share.
nvme_shared()
{
	for dir in /sys/class/nvme-subsystem/*; do
		[ "$(cat "$dir/subsysnqn")" = "nqn.2019-08.org.qemu:shared" ] || continue
		echo "$1" >"$dir/iopolicy" || return 1
		for name in "$dir"/nvme[0-9]*n[0-9]*; do
			[ ! -e "/dev/${name##*/}" ] || file=/dev/${name##*/}
		done
	done
}

# nvme_raw: the one that is alone.
nvme_raw()
{
	for dir in /sys/class/nvme/nvme*; do
		[ "$(tr -d ' ' <"$dir/serial")" != RAW ] || file=/dev/${dir##*/}n1
	done
}

# ours LU POLICY FAST
ours()
{
	node=$(vmp_of "$1")
	put "$node" iopolicy "$2"
	[ "$(get "$node" fast_recovery)" = "$3" ] || put "$node" fast_recovery "$3"
	file=/dev/$node
}

# has_target TARGET: does this kernel know it? NVMe has not always had that policy.
has_target()
{
	[ "$1" != nvme.queue-depth ] || nvme_shared queue-depth 2>"$LAB_DIR/nvme"
}

begin_target()
{
	file=
	case $1 in
	raw.scsi) file=/dev/$(disk_of p2) ;;
	raw.scsi.*)
		file=/dev/$(disk_of p2)
		echo "${1##*.}" >"/sys/block/${file##*/}/queue/scheduler" || return 1
		;;
	raw.blk) file=/dev/$(disk_of p6) ;;
	raw.nvme) nvme_raw ;;
	remap.two.*) ours lu0 "${1##*.}" 0 ;;
	fast.two.*) ours lu0 "${1##*.}" 1 ;;
	remap.one) ours lu2 queue-depth 0 ;;
	fast.one) ours lu2 queue-depth 1 ;;
	remap.blk) ours lu5 queue-depth 0 ;;
	remap.blk.one) ours lu6 queue-depth 0 ;;
	remap.blk.*) ours lu5 "${1##*.}" 0 ;;
	dm-linear) dm linear "/dev/$(disk_of p2)" 0 ;;
	dm-bio.*) multipath bio "${1##*.}" ;;
	dm-mq.*) multipath mq "${1##*.}" ;;
	nvme.*) nvme_shared "${1##*.}" ;;
	esac
	[ -b "$file" ]
}

end_target()
{
	case $1 in
	dm-*) wait_for 10 dmsetup remove bench ;;
	raw.scsi.*) quiet_schedulers ;;
	esac
}

# pattern NAME, then engine NAME: set $shape, fio's arguments, and $batch, how many I/Os it submits
# by one system call; then it waits until as many have ended.
pattern()
{
	batch=1
	case $1 in
	randread-4k) shape="--rw=randread --bs=4k --norandommap" ;;
	randread-4k-batch)
		batch=8
		shape="--rw=randread --bs=4k --norandommap --iodepth_batch_submit=$batch"
		shape="$shape --iodepth_batch_complete_min=$batch"
		shape="$shape --iodepth_batch_complete_max=$batch"
		;;
	randwrite-4k) shape="--rw=randwrite --bs=4k --norandommap" ;;
	read-128k) shape="--rw=read --bs=128k --mem=shmhuge" ;;
	esac
}

engine()
{
	case $1 in
	libaio) shape="$shape --ioengine=libaio" ;;
	io_uring) shape="$shape --ioengine=io_uring --fixedbufs=1" ;;
	esac
}

# spend IOS DEPTH: microseconds that these take of the CPU; $spent.
spend()
{
	spent=$(busy)
	# shellcheck disable=SC2086 # words
	fio --name=cell --thread=1 "--filename=$file" --size=1g --direct=1 $shape \
		"--iodepth=$2" "--number_ios=$1" >"$LAB_DIR/fio" 2>&1 ||
		bail "fio failed: $(cat "$LAB_DIR/fio")"
	spent=$(($(busy) - spent))
}
