#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: LVM, md and an xfs by label come up at boot, on meta-nodes alone
# TOPOLOGY: stack
# PLAN: 14
# OVERLAY: stack
# TIMEOUT: 300

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"

md_is_up()
{
	[ -e /dev/md/vmpmd ] && mdadm --detail /dev/md/vmpmd | grep -q 'Active Devices : 2'
}

md_members()
{
	mdadm --detail /dev/md/vmpmd | sed -n 's:.*active sync *\(/dev/.*\):\1:p' | sort |
		tr '\n' ' '
}

need_nodes lu0 lu1 lu2 lu3
check "LVM volume is active" wait_for 120 test -e /dev/vmpvg/lv
check_eq "it sits on the meta-node" \
	"$(slaves "$(basename "$(readlink -f /dev/vmpvg/lv)")")" "$(vmp_of lu0)"
check_eq "pvs shows the meta-node" \
	"$(pvs --noheadings -o pv_name -S vg_name=vmpvg 2>/dev/null | tr -d ' ')" \
	"/dev/$(vmp_of lu0)"
check "md array is active, with both members" wait_for 120 md_is_up
check_eq "mdadm shows meta-nodes" "$(md_members)" \
	"$(printf '%s\n' "/dev/$(vmp_of lu1)" "/dev/$(vmp_of lu2)" | sort | tr '\n' ' ')"
check "xfs is mounted by its label" wait_for 120 findmnt /srv/xfs
check_eq "... from the meta-node's partition" "$(findmnt -no SOURCE /srv/xfs)" \
	"/dev/$(vmp_of lu3)p1"
check "the volume's data" sh -c "mount -o ro /dev/vmpvg/lv /srv/lv"
check "... is what was written" content_is /srv/lv/content
mount -o ro /dev/md/vmpmd /srv/md
check "the array's data is what was written" content_is /srv/md/content
check "the xfs's data is what was written" content_is /srv/xfs/content
wait_for 30 idle
check "every component is marked" all_marked
check "nobody but vmpath holds a component" only_vmpath_holds
check "no unit has failed" no_failed_units
