#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: vmpathctl set, disable, enable, probe on live meta-nodes, and exit codes
# TOPOLOGY: scsi2
# PLAN: 45
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-ctl.sh
. "$(dirname "$0")/lib-ctl.sh"

need_vmp lu0
node=$(vmp_of lu0)
a=$(disk_of p0)
b=$(disk_of p1)

check "set a policy" ends 0 vmpathctl set "$node" iopolicy=round-robin
check_eq "it is set" "$(get "$node" iopolicy)" round-robin
check "set three at once" ends 0 vmpathctl set "/dev/$node" no_path_timeout_ms=1500 \
	delayed_removal_secs=7 alias=orders
check_eq "they are set" "$(get "$node" no_path_timeout_ms) $(get "$node" delayed_removal_secs) $(get "$node" alias)" \
	"1500 7 orders"
check "by alias" ends 0 vmpathctl set orders iopolicy=single-active
check_eq "it is set" "$(get "$node" iopolicy)" single-active
check "no policy" ends 1 vmpathctl set "$node" iopolicy=best
check_eq "is no change" "$(get "$node" iopolicy)" single-active
check "no number" ends 2 vmpathctl set "$node" no_path_timeout_ms=soon
check "below the least" ends 1 vmpathctl set "$node" no_path_timeout_ms=-2
check "too large" ends 1 vmpathctl set "$node" delayed_removal_secs=86401
check_eq "no change" "$(get "$node" no_path_timeout_ms) $(get "$node" delayed_removal_secs)" "1500 7"
check "no attribute" ends 2 vmpathctl set "$node" colour=blue
check "one that cannot be set" ends 2 vmpathctl set "$node" wwid=1
check "no such meta-node" ends 3 vmpathctl set vmp9 iopolicy=round-robin
check "the weight of a path" ends 0 vmpathctl set "$a" weight=30
check_eq "is set" "$(path_get p0 weight)" 30
check "one that is too heavy" ends 1 vmpathctl set "$a" weight=101
check "is shown" sh -c "vmpathctl list -nr -o node,weight | grep -qx '$a 30'"
check "clear the alias" ends 0 vmpathctl set "$node" alias=
check_eq "it is gone" "$(get "$node" alias)" ""
check "no arguments" ends 2 vmpathctl set "$node"

check "disable a path" ends 0 vmpathctl disable "$a"
check_eq "it is disabled" "$(path_state p0)" disabled
check_eq "the meta-node is degraded" "$(get "$node" state)" degraded
before=$(path_get p0 ios)
check "I/O goes on" dd if="/dev/$node" of=/dev/null bs=4096 count=64 iflag=direct
check_eq "not by this path" "$(path_get p0 ios)" "$before"
check "disable it again" ends 0 vmpathctl disable "$a"
check "the last one is refused" ends 1 vmpathctl disable "$b"
check "it says what to do" grep -q -- --force "$LAB_DIR/err"
check_eq "it stays" "$(path_state p1)" live
check "probe a disabled path" ends 0 vmpathctl probe "$a"
check_eq "leaves it disabled" "$(path_state p0)" disabled
check "the last one, by force" ends 0 vmpathctl disable --force "$b"
check_eq "no path is left" "$(get "$node" state)" no-path
check "enable both" ends 0 vmpathctl enable "$a" "$b"
check "they come back" wait_for 15 has_value "$node" state optimal
check "probe a live path" ends 0 vmpathctl probe "/dev/$b"
check_eq "leaves it live" "$(path_state p1)" live
check "disable no path" ends 3 vmpathctl disable sdzz
check "disable a meta-node" ends 3 vmpathctl disable "$node"
check "disable nothing" ends 2 vmpathctl disable
check "both at once: the second is the last" ends 1 vmpathctl disable "$a" "$b"
check_eq "the first is done" "$(path_state p0) $(path_state p1)" "disabled live"
check "no command" ends 2 vmpathctl frobnicate
