#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: blank virtio-blk LUs with one serial: used by one path until contents prove what they are
# TOPOLOGY: blank-blk
# PLAN: 18
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# p0 and p1 lead to lu0; p2, plugged later, to lu1, which has the same serial.
one_live()
{
	[ "$({ has_state p0 live && echo p0; has_state p1 live && echo p1; } | wc -l)" = 1 ]
}

# blank PATH: it is there, out of use, and says why.
blank()
{
	has_verdict "$1" claimed && ! has_state "$1" live && reason_of "$1" | grep blank
}

twin=$(host sha256 lu1 0 16777216)
load
check "one path is live" wait_for 20 one_live
first=p0 same=p1
has_state p0 live || { first=p1 same=p0; }
check "the other says that it is blank" wait_for 20 blank $same
check "another blank LU comes" host plug p2
check "it says so, too" wait_for 20 blank p2
check "and nobody else has become live" one_live
node=$(cd /sys/block && ls -d vmp*)
check_eq "the meta-node is degraded" "$(get "$node" state)" degraded
check "I/O far from both ends goes well" fio --name=io --filename="/dev/$node" --rw=randwrite \
	--bs=4k --offset=64m --size=16m --number_ios=200 --direct=1 --ioengine=libaio --iodepth=8
check "still one path is live" one_live
check "the first block is written" dd if=/dev/urandom of="/dev/$node" bs=4096 count=1 oflag=direct \
	conv=notrunc status=none
check "the same LU: live" wait_for 30 has_state $same live
check "another LU: a mismatch" wait_for 30 has_state p2 mismatch
check_like "which says why" "$(reason_of p2)" '*other contents*'
check_eq "and is untouched" "$(host sha256 lu1 0 16777216)" "$twin"

check "it is wiped" dd if=/dev/zero of="/dev/$node" bs=65536 count=1 oflag=direct \
	conv=notrunc status=none
path_put $first disable 1
wait_for 10 has_state $first disabled || bail "$first cannot be disabled"
path_put $first disable 0
check "a path that was proven comes back, blank or not" wait_for 20 has_state $first live
path_put p2 probe 1
check "a path that differed does not" wait_for 20 has_state p2 mismatch
host unplug $same
wait_for 20 has_state $same none || bail "$same cannot be unplugged"
host plug $same
check "one that is plugged anew waits for contents again" wait_for 20 blank $same
check_eq "the other LU is untouched" "$(host sha256 lu1 0 16777216)" "$twin"
