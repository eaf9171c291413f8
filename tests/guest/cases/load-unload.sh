#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the module comes and goes; wrong parameters are refused by name
# TOPOLOGY: scsi2-blk2
# PLAN: 43
# TAGS: smoke
# ALLOW_DMESG: vmpath: .*must be

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

einval()
{
	! load "$1" || return 1
	! loaded
} 2>"$LAB_DIR/load"

# refused PARAMETER PATTERN: EINVAL, and the kernel log says why.
refused()
{
	dmesg -c >/dev/null
	check "$1 is refused" einval "$1"
	check "$1: as EINVAL" grep -q "Invalid argument" "$LAB_DIR/load"
	dmesg >"$LAB_DIR/dmesg"
	check "$1: and the log says so" grep -q "vmpath: .*$2" "$LAB_DIR/dmesg"
}

refused claim=perhaps "claim=perhaps: must be"
refused iopolicy=best "iopolicy=best: must be"
refused no_path_timeout_ms=-2 "no_path_timeout_ms=-2: must be"
refused deny=sda 'deny: "sda" is no rule'
refused allow=transport:nvme 'allow: "transport:nvme" is no rule'
refused deny=model:ACME 'is no rule'
refused no_path_timeout_ms=soon "soon' invalid for parameter"
refused allow= 'allow= has no rule'
refused allow=, 'allow: "" is no rule'
# shellcheck disable=SC2046 # one word for each rule
many=wwid:1$(printf ',wwid:%d' $(seq 2 33))
refused "allow=$many" 'allow: more than 32 rules'
refused "deny=$many" 'deny: more than 32 rules'
check "nothing is left of that" lab_not loaded
check "an empty deny= is none" load deny= "allow=${many%,*}"
check "that goes, too" wait_for 10 unload

need_vmp lu0 lu1
check_eq "two meta-nodes" "$(find /sys/block -name 'vmp*' | wc -l)" 2
check "it goes" wait_for 10 unload
check_fails "no meta-node is left" ls /sys/block/vmp0
check_eq "no holder is left" "$(find /sys/block/*/holders -mindepth 1 | wc -l)" 0

need_vmp lu0
node=$(vmp_of lu0)
exec 5<"/dev/$node"
check_fails "it stays while a node is open" unload
exec 5<&-
check "and goes when it is not" wait_for 10 unload
check "and comes back" load
