#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: vmpathctl pr names the I_T nexuses, where the array has READ FULL STATUS
# TOPOLOGY: lio2
# TIMEOUT: 120
# TAGS: array
# PLAN: 15

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-json.sh
. "$(dirname "$0")/lib-json.sh"
# shellcheck source=lib-ctl.sh
. "$(dirname "$0")/lib-ctl.sh"

# nexus PATH HOLDER: its line, by the target port that the path has.
nexus()
{
	grep -E "^0x000000000000abc1 this guest $2 +$(path_get "$1" relative_port) +$(disk_of "$1") +iqn\." "$out"
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
check "register" pr "$dev" register 0 abc1
check "reserve for one path" pr "$dev" reserve abc1 3
check "told" ends 0 vmpathctl pr "$node"
note "$(cat "$out")"
check "the type" grep -qE "^reservation +exclusive access \(type 3\)" "$out"
check_eq "a nexus for each path" "$(grep -c '^0x000000000000abc1 this guest .* iqn\.' "$out")" 2
check_eq "one of them holds it" "$(grep -c '^0x.* this guest yes .* iqn\.' "$out")" 1
holds=p0 other=p1
if [ "$(path_get p0 pr_state)" = barred ]; then
	holds=p1 other=p0
fi
check "the path that is not barred holds it" nexus "$holds" yes
check "the other one does not" nexus "$other" no
check_eq "it is barred" "$(path_get "$other" pr_state)" barred
check "as JSON" ends 0 vmpathctl pr --json "$node"
check "it is JSON" valid_json "$out"
check "it has the path" json_has "$out" path "\"$(disk_of "$holds")\""
check_eq "and the initiators" "$(grep -c '"initiator": "iqn\.' "$out")" 2
check "the target port" json_has "$out" target_port "$(path_get "$holds" relative_port)"
note "$(sg_persist -n -i -s -H "$dev")"
check "release" pr "$dev" release abc1 3
