#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: SCSI commands on a meta-node: the tools answer as on the disk, and the data is the LU's
# TOPOLOGY: tgt2
# TIMEOUT: 180
# TAGS: smoke array
# PLAN: 49

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-sgio.sh
. "$(dirname "$0")/lib-sgio.sh"

# blocks FILE BYTE COUNT: that many blocks of one value.
blocks()
{
	dd if=/dev/zero bs=512 count="$3" status=none | tr '\000' "\\$(printf %03o "$2")" >"$1"
}

# host_has FILE BLOCK: what the image has from that block on.
host_has()
{
	lab_there=$(host sha256 lu0 $(($2 * 512)) "$(wc -c <"$1")")
	[ "$(sha256sum "$1" | cut -d ' ' -f 1)" = "$lab_there" ]
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
note "$(sg_inq "$dev"; sg_readcap "$dev"; sg_vpd -p di "$dev")"

works "sg_inq" "$node" "p0 p1" sg_inq DEV
works "sg_vpd, the pages there are" "$node" "p0 p1" sg_vpd DEV
works "sg_vpd, the ids" "$node" "p0 p1" sg_vpd -p di DEV
works "sg_vpd, block limits" "$node" "p0 p1" sg_vpd -p bl DEV
works "sg_vpd, provisioning" "$node" "p0 p1" sg_vpd -p lbpv DEV
works "sg_readcap" "$node" "p0 p1" sg_readcap DEV
works "sg_readcap, 16 bytes" "$node" "p0 p1" sg_readcap -l DEV
works "sg_modes" "$node" "p0 p1" sg_modes -a DEV
works "sg_turs" "$node" "p0 p1" sg_turs DEV
works "sg_luns" "$node" "p0 p1" sg_luns DEV
works "sg_requests" "$node" "p0 p1" sg_requests DEV
works "sg_persist, keys" "$node" "p0 p1" sg_persist -n -i -k DEV
works "sg_persist, reservation" "$node" "p0 p1" sg_persist -n -i -r DEV
works "sg_persist, capabilities" "$node" "p0 p1" sg_persist -n -i -c DEV
works "sg_opcodes" "$node" "p0 p1" sg_opcodes -n DEV
as_on_disk "sg_logs, which tgt has not" "$node" "p0 p1" sg_logs -a DEV
as_on_disk "sg_compare_and_write, which it has not either" "$node" "p0 p1" \
	sg_compare_and_write --in=/dev/zero --xferlen=1024 --lba=8200 DEV
as_on_disk "a command that no target has" "$node" "p0 p1" sg_raw DEV c1 00 00 00 00 00
as_on_disk "a read beyond the end" "$node" "p0 p1" sg_raw -r 512 DEV 28 00 7f ff ff ff 00 00 01 00
as_on_disk "a data page that is not there" "$node" "p0 p1" sg_vpd -p 0xc7 DEV
works "the id by udev's scsi_id" "$node" "p0 p1" /usr/lib/udev/scsi_id -g -u -d DEV
check_eq "which is the node's" "$(/usr/lib/udev/scsi_id -g -u -d "$dev")" "$(get "$node" wwid)"

dd if=/dev/urandom of="$LAB_DIR/data" bs=64k count=16 status=none
check "sg_dd writes 1 MiB" sg_dd if="$LAB_DIR/data" of="$dev" bs=512 seek=4096 count=2048 oflag=sgio
check "the host has it" host_has "$LAB_DIR/data" 4096
check "sg_dd reads it" sg_dd if="$dev" of="$LAB_DIR/back" bs=512 skip=4096 count=2048 iflag=sgio
check "it is the same" cmp "$LAB_DIR/data" "$LAB_DIR/back"
check "and so it is by a read of the node" same_on_host "$dev" lu0 2097152 1048576
check "sg_read" sg_read if="$dev" bs=512 skip=4096 count=64 blk_sgio=1

blocks "$LAB_DIR/one" 0x5a 1
blocks "$LAB_DIR/many" 0x5a 128
check "sg_write_same, 128 blocks" sg_write_same --lba=8192 --num=128 --in="$LAB_DIR/one" "$dev"
check "the host has them" host_has "$LAB_DIR/many" 8192

blocks "$LAB_DIR/none" 0 256
check "sg_unmap" sg_unmap --force --lba=4096 --num=256 "$dev"
check "the blocks are zeros" host_has "$LAB_DIR/none" 4096

check_eq "both paths are live, and had no error" \
	"$(path_state p0) $(path_state p1) $(cat /sys/block/"$node"/vmpath/paths/*/errors | tr -d '\n')" \
	"live live 00"
