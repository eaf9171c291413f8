#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: odd, long, blank and garbled ids: scsi_id's WWID or a safe one, or refused
# TOPOLOGY: ids-odd
# PLAN: 19

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-wwid.sh
. "$(dirname "$0")/lib-wwid.sh"

load
wait_for 15 settled || bail "discovery does not end"
wait_for 15 all_published || bail "a claimed disk has no meta-node"
for path in p0 p1 p2 p3 p4 p6 p7 p9 p10; do
	check "$path: as scsi_id has it" same_wwid $path
done
# scsi_id lets these pass: text that is no ASCII, an NAA id cut short, and
# blanks, which would make one LU of all disks that have no serial.
check "bytes that are no ASCII" wwid_like p5 "0ACME_ARRAY1_______-utf8"
check "half an NAA 6 id is none" wwid_like p8 "0ACME_ARRAY1_NAA6-OF-8-BYTES"
for path in p11 p12; do
	check_eq "$path: blanks are no id" "$(verdict_of $path)" refused
	check_like "$path: and it says so" "$(reason_of $path)" "no id: *"
done
cat /sys/block/vmp*/vmpath/name /sys/block/vmp*/vmpath/wwid >"$LAB_DIR/names"
note "$(cat "$LAB_DIR/names")"
check_eq "names and WWIDs are fit for file names" \
	"$(LC_ALL=C grep -c '[^A-Za-z0-9#+.:=@_-]' "$LAB_DIR/names")" 0
cat /sys/block/vmp*/vmpath/name >"$LAB_DIR/names"
check_eq "no two have the same name" "$(sort "$LAB_DIR/names" | uniq -d)" ""
check_eq "vendor, model and serial have printable text alone" \
	"$(cat /sys/block/vmp*/vmpath/vendor /sys/block/vmp*/vmpath/model \
		/sys/block/vmp*/vmpath/serial | LC_ALL=C grep -c '[^ -~]')" 0
check "I/O works on one of them" dd if=/dev/zero "of=/dev/$(vmp_of lu1)" bs=4096 count=16 \
	oflag=direct
