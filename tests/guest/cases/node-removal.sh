#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a meta-node without paths is removed after its time, but not while it is open
# TOPOLOGY: scsi2-blk2
# PLAN: 19
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

need_vmp lu0 lu1
node=$(vmp_of lu0)
open=$(vmp_of lu1)
put "$node" delayed_removal_secs 4
put "$open" delayed_removal_secs 1
check "the path p0 goes" path_down unplug p0
before=$(now)
check "and p1" path_down unplug p1
check "the node is removed" wait_for 15 node_gone "$node"
check "after its time" test $(($(now) - before)) -ge 400

exec 5<"/dev/$open"
check "the path p2 goes" path_down unplug p2
check "and p3" path_down unplug p3
check_fails "a node that is open stays" wait_for 5 node_gone "$open"
check "a path comes back" path_up unplug p2
check_eq "to it" "$(vmp_of lu1)" "$open"
check "and its I/O works" read_at "/dev/$open" 0
check "so does that of who has it open" \
	dd of=/dev/null bs=4096 count=1 status=none <&5
check "the path goes again" path_down unplug p2
check_fails "the node stays again" wait_for 3 node_gone "$open"
exec 5<&-
check "and is removed when it is closed" wait_for 10 node_gone "$open"

check "the first LU is back" host plug p0
check "it has a node" wait_for 20 has_vmp lu0
check "and its path is live" wait_for 20 has_state p0 live
# A search for partitions that waits for a path would keep it open.
wait_for 15 published p0
put "$(vmp_of lu0)" delayed_removal_secs 600
check "the path goes" path_down unplug p0
check "the module goes without waiting for that" in_time 15 rmmod vmpath
