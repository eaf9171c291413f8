#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a disk on which no verdict comes is marked after a bounded wait; the verdict ends that
# TOPOLOGY: empty
# PLAN: 13
# TIMEOUT: 240
# APPEND: vmpath.deny=wwid:virtio-VMPLU2

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"

is_verdict()
{
	has_prop "/dev/$(disk_of "$1")" "VMPATH_VERDICT=$2"
}

unmarked()
{
	no_prop "/dev/$1" SYSTEMD_READY && ! has_prop "/dev/$1" DM_MULTIPATH_DEVICE_PATH=1 &&
		no_prop "/dev/$1" UDISKS_IGNORE
}

# Neither disk has a capacity, so the module cannot say yet what they are.
need_nodes lu0
blank=$(disk_of p2)
denied=$(disk_of p3)
check "udev has waited for p2, and not for ever" wait_for 60 is_verdict p2 pending
check "... and for p3" wait_for 60 is_verdict p3 pending
check "meanwhile p2 is marked" marked "$blank"
check "... and p3" marked "$denied"
check "lu1 gets its size" host resize lu1 67108864
check "... becomes a meta-node" wait_for 60 has_vmp lu1
check "... with its link" wait_for 30 leads_to "/dev/disk/by-id/vmpath-$(
	get "$(vmp_of lu1)" wwid)" "$(vmp_of lu1)"
check "p2 is claimed, also for udev" wait_for 30 is_verdict p2 claimed
check "... and still marked" marked "$blank"

# Seen by LVM once it is known to be none of ours.
host resize lu2 67108864
check "p3 is denied by a rule" wait_for 60 has_verdict p3 refused
check "udev knows" wait_for 30 is_verdict p3 refused
check "its marks are gone" unmarked "$denied"
check "systemd gets to know it" wait_for 30 systemctl is-active "dev-$denied.device"
