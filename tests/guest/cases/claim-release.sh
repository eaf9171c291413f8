#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the administrator gives a disk back and claims it again, against a rule, under I/O
# TOPOLOGY: scsi2-blk2
# PLAN: 23
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# ask PATH 0|1
ask()
{
	{ echo "$2" >"/sys/module/vmpath/disks/$(disk_of "$1")/claim"; } 2>&1
}

claim_value()
{
	cat "/sys/module/vmpath/disks/$(disk_of "$1")/claim"
}

# free PATH: nobody holds it for himself alone
free()
{
	blockdev --rereadpt "/dev/$(disk_of "$1")" 2>&1 &&
		[ -z "$(ls "/sys/block/$(disk_of "$1")/holders")" ]
}

need_vmp lu0 lu1
node=$(vmp_of lu0)
blk=$(vmp_of lu1)
fio_verify_bg io "/dev/$node" --runtime=600
check_eq "it says that it is claimed" "$(claim_value p0)" 1
check_fails "the disk is not free" free p0
check "a path is given back under I/O" ask p0 0
check "and is refused" wait_for 20 has_verdict p0 refused
check_like "with the reason" "$(reason_of p0)" '*released by the administrator*'
check_eq "it says so, too" "$(claim_value p0)" 0
check "the meta-node has one path" test "$(nr_paths "$node")" = 1
check "the disk is free" free p0
check_fails "the last path of an open meta-node is not given back" ask p1 0
check_like "since it is needed" "$(ask p1 0 || :)" '*busy'
check "I/O goes on" fio_running io
check "it is claimed again" ask p0 1
check "and taken" wait_for 20 has_verdict p0 claimed
check "and live" wait_for 20 has_state p0 live
check "fio saw no error" fio_stop io
check_fails "what is no number is refused" ask p0 perhaps

check "all paths of a closed meta-node are given back" ask p2 0
check "one after the other" wait_for 20 ask p3 0
check "and it goes at once" wait_for 20 test ! -e "/sys/block/$blk"

wait_for 10 unload
load claim=none
check "claim=none: refused" wait_for 20 has_verdict p2 refused
check "claimed all the same" ask p2 1
check "the meta-node is back" wait_for 20 has_vmp lu1
check "and the others are left alone" has_verdict p3 refused
