#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: what SG_IO on a meta-node refuses: reservations, resets, other users; what the host refuses; virtio-blk
# TOPOLOGY: scsi2-blk2
# NEEDS: sgio
# TIMEOUT: 120
# PLAN: 45

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-sgio.sh
. "$(dirname "$0")/lib-sgio.sh"

# each IOCTL...: all of them, on the node.
each()
{
	sgio ioctl "$dev" "$@" | cut -d ' ' -f 2 | sort -u | tr '\n' ' '
}

user()
{
	sgio as 1000 "$@"
}

# unsupported COMMAND...: it fails, since its operation is not supported.
unsupported()
{
	"$@" >"$LAB_DIR/refused" 2>&1 && return 1
	cat "$LAB_DIR/refused"
	grep -q 'not supported' "$LAB_DIR/refused"
}

need_vmp lu0 lu1
node=$(vmp_of lu0)
dev=/dev/$node
blk=$(vmp_of lu1)

# What QEMU's scsi-hd does and does not.
as_on_disk "sg_inq" "$node" "p0 p1" sg_inq DEV
as_on_disk "sg_modes" "$node" "p0 p1" sg_modes -a DEV
as_on_disk "an unknown command gives the target's own sense data" "$node" "p0 p1" \
	sg_opcodes -n DEV
check_like "which is ILLEGAL REQUEST" "$(cat "$LAB_DIR/on.node")" "*ends 9*"
as_on_disk "and so does PERSISTENT RESERVE IN" "$node" "p0 p1" sg_persist -n -i -k DEV
as_on_disk "and REPORT TARGET PORT GROUPS" "$node" "p0 p1" sg_rtpg DEV
as_on_disk "START STOP UNIT by SG_IO is the program's own business" "$node" "p0 p1" \
	sg_raw DEV 1b 00 00 00 01 00

# Reservations.
log_mark
as_on_disk "PERSISTENT RESERVE OUT, which scsi-hd has not" "$node" "p0 p1" sg_persist -n -o -G -S 0x1 DEV
for words in "register 0 a1" "ignore 0 a1" "reserve a1 1" "release a1 1" "preempt a1 b1 1" \
	"abort a1 b1 1" "clear a1"; do
	# shellcheck disable=SC2086 # words
	check_eq "$words, by the kernel's ioctl" "$(sgio pr "$dev" $words)" "status 02"
done
check "RESERVE is refused" unsupported sg_raw "$dev" 16 00 00 00 00 00
check "and it is said why" said "$node: RESERVE.6. of sg_raw .* is refused: it would reserve the LU for one path"
check "RELEASE is refused" unsupported sg_raw "$dev" 17 00 00 00 00 00
check "RESERVE(10) is refused" unsupported sg_raw "$dev" 56 00 00 00 00 00 00 00 00 00
check "RELEASE(10) is refused" unsupported sg_raw "$dev" 57 00 00 00 00 00 00 00 00 00
# Ten in five seconds are said, and a slow guest needs longer.
i=0
began=$(now)
while [ $i -lt $((30 * LAB_SCALE)) ]; do
	i=$((i + 1))
	sg_raw "$dev" 16 00 00 00 00 00 >"$LAB_DIR/refused" 2>&1 || :
done
windows=$((($(now) - began) / 500))
check "the log is not filled with it" test "$(said 'is refused' | wc -l)" -le $((20 + 10 * windows))

# Other ioctls.
check_eq "resets, and what changes the LU, are no ioctls of a meta-node" \
	"$(each SG_SCSI_RESET START_UNIT STOP_UNIT DOORLOCK DOORUNLOCK CDROMEJECT CDROMCLOSETRAY \
		CDROM_SEND_PACKET SEND_COMMAND)" "ENOTTY "
check_eq "nor what asks for an address" \
	"$(each GET_IDLUN GET_BUS_NUMBER PROBE_HOST GET_PCI SG_GET_SCSI_ID)" "ENOTTY "
# shellcheck disable=SC2086 # a list of words
asked="SG_IO SG_GET_VERSION_NUM SG_EMULATED_HOST SG_GET_TIMEOUT SG_GET_RESERVED_SIZE
SG_SET_TIMEOUT SG_SET_RESERVED_SIZE"
# shellcheck disable=SC2086
check_eq "what asks for limits is answered" "$(each $asked)" "ok "
# shellcheck disable=SC2086
as_on_disk "as on the disk" "$node" "p0 p1" sgio ioctl DEV $asked

# virtio-blk.
# shellcheck disable=SC2086
as_on_disk "virtio-blk has none of it" "$blk" "p2" sgio ioctl DEV $asked
check_eq "that is ENOTTY" "$(cut -d ' ' -f 2 "$LAB_DIR/on.node" | sort -u | tr '\n' ' ')" "0 ENOTTY "
as_on_disk "sg_inq says so" "$blk" "p2" sg_inq --only DEV
as_on_disk "and so a reservation" "$blk" "p2" sg_persist -n -o -G -S 0x1 DEV
as_on_disk "by the kernel's ioctl, too" "$blk" "p2" sgio pr DEV register 0 a1
check_like "which is EOPNOTSUPP" "$(cat "$LAB_DIR/on.node")" "EOPNOTSUPP*"
check_eq "and all others" "$(for words in "ignore 0 a1" "reserve a1 1" "release a1 1" \
	"preempt a1 b1 1" "abort a1 b1 1" "clear a1"; do
	# shellcheck disable=SC2086 # words
	sgio pr "/dev/$blk" $words
done | sort -u)" EOPNOTSUPP
check_eq "which is said once" \
	"$(said "$blk: no reservations: it has paths over virtio-blk, which knows none" | wc -l)" 1

# Other users, who may read.
for name in "$node" "$(disk_of p0)" "$(disk_of p1)"; do
	chmod 644 "/dev/$name"
done
dd if=/dev/zero of=/tmp/block bs=512 count=1 status=none
chmod 644 /tmp/block
works "a user may send INQUIRY" "$node" "p0 p1" sgio as 1000 sg_raw -R -r 96 DEV 12 00 00 00 60 00
# shellcheck disable=SC2046 # split it
works "and READ" "$node" "p0 p1" sgio as 1000 sg_raw -R -r 512 DEV $(cdb16 88)
# shellcheck disable=SC2046
as_on_disk "but not WRITE" "$node" "p0 p1" sgio as 1000 sg_raw -R -s 512 -i /tmp/block DEV $(cdb16 8a)
check_like "that is EPERM" "$(cat "$LAB_DIR/on.node")" "*peration not permitted*"
as_on_disk "nor UNMAP" "$node" "p0 p1" sgio as 1000 sg_raw -R DEV 42 00 00 00 00 00 00 00 00 00
log_mark
as_on_disk "nor PERSISTENT RESERVE OUT" "$node" "p0 p1" \
	sgio as 1000 sg_raw -R DEV 5f 00 00 00 00 00 00 00 00 00
check_fails "of which the log says nothing" said "is refused"

# Partitions.
echo ',,' | sfdisk -q "$dev"
wait_for 10 test -b "${dev}p1" || bail "no partition"
chmod 644 "${dev}p1"
check "root may send a command on a partition" sg_raw -r 96 "${dev}p1" 12 00 00 00 60 00
user sg_raw -R -r 96 "${dev}p1" 12 00 00 00 60 00 >"$LAB_DIR/refused" 2>&1 || :
check_like "others may not" "$(cat "$LAB_DIR/refused")" "*nappropriate ioctl*"

check_eq "no path had an error" \
	"$(path_state p0) $(path_state p1) $(cat /sys/block/"$node"/vmpath/paths/*/errors | tr -d '\n')" \
	"live live 00"
