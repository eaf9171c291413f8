#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: vmpathctl list, show, explain on live meta-nodes, as text and as JSON
# TOPOLOGY: scsi2-blk2
# PLAN: 34

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-json.sh
. "$(dirname "$0")/lib-json.sh"
# shellcheck source=lib-ctl.sh
. "$(dirname "$0")/lib-ctl.sh"

printf '{"a": [1, -2.5, true, null, "x\\"y"], "b": {}}\n' >"$out"
check "the check of JSON takes JSON" valid_json "$out"
printf '{"a": [1, ]}\n' >"$out"
check_fails "and nothing else" valid_json "$out"
check "list without the module fails" ends 1 vmpathctl list

load deny=transport:virtio-blk
need_vmp lu0
wait_for 15 settled || bail "discovery does not end"
node=$(vmp_of lu0)
disk=$(disk_of p0)
check "list" ends 0 vmpathctl list
note "$(cat "$out")"
check "it has the meta-node" grep -qE "^$node +optimal +2/2 +256M .*queue-depth" "$out"
check "and its paths below" grep -qE "[^ ]$(disk_of p1) +live .*virtio-scsi +[0-9]+:0:0:0" "$out"
check_eq "and nothing more" "$(wc -l <"$out")" 4
check "list --disks" ends 0 vmpathctl list --disks
check "it has those that are not claimed" grep -qE "$(disk_of p2) .*refused" "$out"

check "list --json" ends 0 vmpathctl list --json --disks
check "it is JSON" valid_json "$out"
check "with its version" json_has "$out" version 1
check "the meta-node" json_has "$out" node "\"$node\""
check "its state" json_has "$out" state '"optimal"'
check "its size" json_has "$out" size "$(lu_size lu0)"
check "its WWID" json_has "$out" wwid "\"$(get "$node" wwid)\""
check "a path" json_has "$out" path "\"$disk\""
check "why a disk is refused" json_has "$out" reason '"denied by a rule of deny="'

check "show" ends 0 vmpathctl show "$node"
check "it has the policy" grep -q queue-depth "$out"
check "show by WWID" ends 0 vmpathctl show "$(get "$node" wwid)"
check "show by name" ends 0 vmpathctl show "$(get "$node" name)"
check "show a path" ends 0 vmpathctl show "/dev/$disk"
check "show --json" ends 0 vmpathctl show --json "$node"
check "it is JSON" valid_json "$out"
check "it has both paths" test "$(grep -c '"path":' "$out")" -eq 2
check "pr on what has no reservations" ends 1 vmpathctl pr "$node"
check "it says so" grep -q "$node: the target refuses: invalid command operation code" "$LAB_DIR/err"
check "explain a refused disk" ends 0 vmpathctl explain "$(disk_of p2)"
check "it says why" grep -q "refused: denied by a rule of deny=" "$out"
check "explain a claimed disk" ends 0 vmpathctl explain "$disk"
check "it says whose" grep -q "claimed: a path of $node" "$out"
check "list -o" ends 0 vmpathctl list -n -r -o node,state "$node"
check_like "just these columns" "$(head -n 1 "$out")" "$node optimal"
