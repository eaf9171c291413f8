#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the WWID of virtio-blk disks, from plain, long, blank, NAA-like serials and those that carry an id
# TOPOLOGY: ids-blk
# PLAN: 13

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-wwid.sh
. "$(dirname "$0")/lib-wwid.sh"

load
wait_for 15 settled || bail "discovery does not end"
wait_for 15 all_published || bail "a claimed disk has no meta-node"
check "a plain serial" wwid_like p0 "virtio-plain-serial"
check "twenty bytes, without an end" wwid_like p1 "virtio-20-bytes-exactly-xyz"
check "cut at twenty bytes" wwid_like p2 "virtio-more-than-twenty-byt"
check "blanks and slashes have no place in a name" wwid_like p3 "virtio-with_blank_slash"
check "sixteen hex digits that are an NAA id" wwid_like p4 35000c50015ea71f2
check "outer blanks go" wwid_like p5 "virtio-blanks"
check_eq "blanks alone are no id" "$(verdict_of p6)" refused
check_like "and it says why" "$(reason_of p6)" "no id: *"
check "a serial that carries an id, past libvirt" wwid_like p7 36001405a5d2f0f6c1e24b0fb4c7d9e10
check_eq "its name is the one it has over SCSI" "$(cat "$(path_dir p7)/../../name")" \
	lio_a5d2f0f6c1e24b0fb4c7d9e10
check "a serial that carries an id, past QEMU" wwid_like p8 36123456789abcdef0123456789abcdef
check_eq "its name" "$(cat "$(path_dir p8)/../../name")" naa-6123456_789abcdef0123456789abcdef
check_eq "eight meta-nodes" "$(find /sys/block -name 'vmp*' | wc -l)" 8
