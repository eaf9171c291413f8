#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: SCSI commands on a meta-node of a LIO array: COMPARE AND WRITE, and what else tgt has not
# TOPOLOGY: lio2
# TIMEOUT: 120
# TAGS: array
# PLAN: 23

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-sgio.sh
. "$(dirname "$0")/lib-sgio.sh"

block()
{
	dd if=/dev/zero bs=512 count=1 status=none | tr '\000' "$1"
}

# there FILE BLOCK: a path has it, past the meta-node.
there()
{
	sg_dd if="/dev/$(disk_of p1)" of="$LAB_DIR/there" bs=512 skip="$2" count=1 blk_sgio=1 \
		>"$LAB_DIR/sg_dd" 2>&1 || { cat "$LAB_DIR/sg_dd"; return 1; }
	cmp "$1" "$LAB_DIR/there"
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node

works "sg_inq" "$node" "p0 p1" sg_inq DEV
works "sg_vpd, the pages there are" "$node" "p0 p1" sg_vpd DEV
works "sg_vpd, the ids" "$node" "p0 p1" sg_vpd -p di DEV
works "sg_rtpg" "$node" "p0 p1" sg_rtpg -d DEV
works "sg_readcap, 16 bytes" "$node" "p0 p1" sg_readcap -l DEV
works "sg_modes" "$node" "p0 p1" sg_modes -a DEV
works "sg_turs" "$node" "p0 p1" sg_turs DEV
as_on_disk "sg_logs, or its refusal" "$node" "p0 p1" sg_logs -a DEV
as_on_disk "sg_get_lba_status, or its refusal" "$node" "p0 p1" sg_get_lba_status --lba=0 DEV

block 'a' >"$LAB_DIR/one"
block 'b' >"$LAB_DIR/next"
cat "$LAB_DIR/one" "$LAB_DIR/next" >"$LAB_DIR/both"
check "sg_write_same" sg_write_same --16 --lba=8192 --num=16 --in="$LAB_DIR/one" "$dev"
check "its last block is there" there "$LAB_DIR/one" 8207
check "sg_compare_and_write" sg_compare_and_write --in="$LAB_DIR/both" --lba=8200 "$dev"
check "the block is there" there "$LAB_DIR/next" 8200
sg_compare_and_write -q --in="$LAB_DIR/both" --lba=8200 "$dev" >"$LAB_DIR/caw" 2>&1 && rc=0 || rc=$?
check_eq "a second one miscompares" "$rc" 14
check "and writes nothing" there "$LAB_DIR/next" 8200

check_eq "both paths are live, and had no error" \
	"$(path_state p0) $(path_state p1) $(cat /sys/block/"$node"/vmpath/paths/*/errors | tr -d '\n')" \
	"live live 00"
