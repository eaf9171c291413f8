#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: root=/dev/vda: the initramfs leaves the module out, the root's disk stays what it is
# TOPOLOGY: scsi2
# PLAN: 5
# TIMEOUT: 120
# TAGS: root-on-vmpath
# APPEND: root=/dev/vda

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"

need_nodes lu0
check_eq "the root is on the disk itself" "$(findmnt -no SOURCE /)" /dev/vda
check_eq "the disk is refused" "$(cat "$SYS/disks/vda/verdict")" refused
check_like "... because it is in use" "$(cat "$SYS/disks/vda/reason")" "in use*"
check "other disks are marked" all_marked
check "no unit has failed" no_failed_units
