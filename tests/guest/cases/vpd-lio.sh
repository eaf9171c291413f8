#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: what LIO tells of a path is kept: port, group, relative port, target port groups
# TOPOLOGY: lio2
# CONFIG: CONFIG_DYNAMIC_DEBUG
# TIMEOUT: 90
# TAGS: array
# PLAN: 15

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# told PATH TEXT: the module's debugging messages have it.
told()
{
	lab_disk=$(disk_of "$1")
	dmesg | grep -F " vmpath: $lab_disk: " | tail -n 4
	dmesg | grep -F " vmpath: $lab_disk: " | grep -qF "$2"
}

check "the group of p1 is not optimized" host array p1 alua non-optimized
check "... but preferred" host array p1 prefer on
check "the module loads" load dyndbg=+p
need_vmp lu0
node=$(vmp_of lu0)
check_eq "both are paths of one meta-node" "$(nr_paths "$node")" 2
for n in 0 1; do
	check_like "p$n: the target port" "$(path_get p$n target_port)" "iqn.*,t,0x000$((n + 1))"
	check_eq "p$n: the relative port" "$(path_get p$n relative_port)" $((n + 1))
	check_eq "p$n: the target port group" "$(path_get p$n target_port_group)" $((n + 1))
	check "p$n: pages and target device" told p$n \
		"TPGS 3, pages b0 b1 b2, 2 designators, target device iqn."
done
check "p0: its group's state" told p0 "target port group 1 of 2 groups is optimized"
check "p1: its group's state" told p1 "target port group 2 of 2 groups is non-optimized, preferred"
check_like "the name" "$(get "$node" name)" "lio_?????????????????????????"
