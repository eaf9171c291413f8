#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the root's disk has an id: the initramfs mounts the root from its meta-node
# TOPOLOGY: scsi2
# PLAN: 6
# TIMEOUT: 120
# TAGS: root-on-vmpath

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"

need_nodes lu0
source=$(readlink -f "$(findmnt -no SOURCE /)")
check_like "the root is on a meta-node" "$source" "/dev/vmp*"
node=${source#/dev/}
check "it has its link" leads_to "/dev/vmpath/$(get "$node" name)" "$node"
check "the root's label leads to it" leads_to /dev/disk/by-label/vmproot "$node"
check "every component is marked" all_marked
check "it can be written" sh -c "seq 1 1000 >/root/file && sync && [ -s /root/file ]"
check "no unit has failed" no_failed_units
