#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path that takes a second for each request from the start holds up nobody
# TOPOLOGY: hotplug
# PLAN: 7
# TIMEOUT: 240
# TAGS: slow-p1

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"

need_nodes lu0
node=$(vmp_of lu0)
check "the other path is live" wait_for 60 has_state p0 live
check "the link is there" wait_for 30 leads_to "/dev/disk/by-id/vmpath-$(get "$node" wwid)" "$node"
check "p1 joins" wait_for 120 has_state p1 live
check "both are marked" wait_for 60 all_marked
check "the host is itself again" host throttle p1 off
check "data goes through it" sh -c "seq 1 30000 >/tmp/in && truncate -s 256K /tmp/in &&
	dd if=/tmp/in of=/dev/$node bs=64K oflag=direct status=none &&
	dd if=/dev/$node of=/tmp/out bs=64K count=4 iflag=direct status=none && cmp /tmp/in /tmp/out"
check "no unit has failed" no_failed_units
