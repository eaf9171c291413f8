#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the guest finds its disks, and the host does what it is asked
# TOPOLOGY: scsi2-blk2
# PLAN: 12
# TAGS: lab

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

note "$(lsblk -o NAME,SIZE,SERIAL,TYPE)"
check "first scsi path is there" has_disk p0
check "second scsi path is there" has_disk p1
check "first virtio-blk path is there" has_disk p2
check "second virtio-blk path is there" has_disk p3
p1=$(disk_of p1)
check "data reaches the image" write_at "/dev/$p1" 1048576 65536 0x5a
check "the host sees the same data" same_on_host "/dev/$p1" lu0 1048576 65536
check "a disk goes" host unplug p1
check "and is gone" wait_for 10 lab_not has_disk p1
check "it comes back" host plug p1
check "and is there" wait_for 10 has_disk p1
check "an HBA goes" host unplug-hba h0
check "and comes back" host plug-hba h0
