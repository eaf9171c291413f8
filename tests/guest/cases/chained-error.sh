#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a discard of many bios, of which one fails: the caller is told, whichever it is
# TOPOLOGY: baddiscard
# PLAN: 10
# TIMEOUT: 60

# The block layer chains the bios of a discard: each is the parent of the one before it, and the last
# one tells for all. A MEDIUM ERROR of another one is in it already when it ends well.
set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

MIB=1048576

# discards OFFSET LENGTH, in MiB
discards()
{
	blkdiscard -o $(($1 * MIB)) -l $(($2 * MIB)) "/dev/$node"
}

# is_told OFFSET LENGTH: it fails, and with that error.
is_told()
{
	! discards "$@" 2>"$LAB_DIR/told" || { echo "it was said to be done"; return 1; }
	cat "$LAB_DIR/told"
}

need_vmp lu0
node=$(vmp_of lu0)
# The disks are not to make one of them again.
for disk in "$node" "$(disk_of p0)" "$(disk_of p1)"; do
	echo $MIB >"/sys/block/$disk/queue/discard_max_bytes"
	echo 2 >"/sys/block/$disk/queue/nomerges"
	check_eq "$disk: 1 MiB at once" "$(cat "/sys/block/$disk/queue/discard_max_bytes")" $MIB
done
check "sixteen that are good" discards 8 16
check "one that is bad" is_told 32 1
check "the first of sixteen" is_told 32 16
check "one in the middle" is_told 24 16
check "the last one" is_told 17 16
check "two, and the last one is good" is_told 32 2
check_eq "no path has failed" "$(path_state p0) $(path_state p1)" "live live"
