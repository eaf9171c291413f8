#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: vmpath is not loaded: rules change nothing, multipath -ll shows the very WWIDs
# TOPOLOGY: stack-tgt
# PLAN: 11
# TIMEOUT: 180
# APPEND: modprobe.blacklist=vmpath
# OVERLAY: greedy

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"

# wwids: as multipath -ll shows them, of the virtio-scsi LUs; it knows no virtio-blk.
wwids()
{
	multipath -ll 2>/dev/null | sed -n 's/^\([^ |`]*\) dm-[0-9][0-9]* .*/\1/p' | sort
}

# paths_in_use: those that multipath -ll shows as good.
paths_in_use()
{
	multipath -ll 2>/dev/null | grep -c '[0-9]:0:0:[0-9] *sd[a-z] .* active ready running'
}

four_maps()
{
	[ "$(wwids | wc -l)" -eq 4 ] && [ "$(paths_in_use)" -eq 8 ]
}

no_maps()
{
	multipath -F
	! dmsetup ls --target multipath | grep -v "No devices"
}

plain()
{
	no_prop "/dev/$1" VMPATH_VERDICT && no_prop "/dev/$1" UDISKS_IGNORE
}

check "the system is up" wait_for 60 systemctl is-active multipathd
wait_for 30 idle
check_fails "vmpath is not loaded" test -e /sys/module/vmpath
check "a virtio-blk disk is as udev makes it" plain "$(disk_of p2)"
check "... with its link" test -L "/dev/disk/by-id/virtio-$(lu_serial lu1)"
check "a virtio-scsi disk has no mark of ours" plain "$(disk_of p0)"
check "multipathd has a map for each LU, with two paths" wait_for 60 four_maps
theirs=$(wwids)
multipath -ll | sed 's/^/# /'
check_like "the id of lu4, on tgt, has 16 bytes" "$(/lib/udev/scsi_id -g -d "/dev/$(disk_of p8)")" \
	"36???????????????????????????????"
multipathd disablequeueing maps >/dev/null || :
systemctl stop multipathd.socket multipathd.service
check "the maps go" wait_for 30 no_maps
check "the module comes" modprobe vmpath
need_nodes lu0 lu1 lu2 lu3 lu4
ours=$(for lu in lu0 lu2 lu3 lu4; do get "$(vmp_of $lu)" wwid; done | sort)
check_eq "its WWIDs are those of multipath -ll" "$ours" "$theirs"
check_like "lu4's is among them" "
$theirs
" "*
$(get "$(vmp_of lu4)" wwid)
*"
