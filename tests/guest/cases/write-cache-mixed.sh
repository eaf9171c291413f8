#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: paths with and without a volatile cache: every fsync flushes where there is one
# TOPOLOGY: limits
# PLAN: 8
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-limits.sh
. "$(dirname "$0")/lib-limits.sh"

need_vmp lu0
node=$(vmp_of lu0)
put "$node" iopolicy round-robin
check "a path without cache comes" host plug p4
wait_for 20 has_disk p4 || bail "no disk"
disk=$(disk_of p0)
wait_for 20 lab_not has_state p4 none || bail "not a path"
wait_for 20 lab_not has_state p4 probing || bail "not probed"
check_eq "it has none" "$(queue "$(disk_of p4)" write_cache)" "write through"
check_eq "the meta-node has one" "$(queue "$node" write_cache)" "write back"
before=$(flushes "$disk")
for _ in 1 2 3 4 5 6 7 8; do
	xfs_io -c fsync "/dev/$node"
done
check_eq "eight fsyncs are eight flushes of the disk with the cache" \
	"$(($(flushes "$disk") - before))" 8
check_eq "no path had an error" "$(path_get p0 errors)$(path_get p4 errors)" 00

# QEMU flushes what was written through a path; an SCSI disk tries six times.
sync_node()
{
	fio --name=dirty --filename="/dev/$node" --rw=randwrite --bs=4k --size=1m --number_ios=32 \
		--direct=1 --ioengine=libaio --iodepth=4 >"$LAB_DIR/dirty" || return 2
	xfs_io -c fsync "/dev/$node"
}

host fail p0 5 once,flush,flush,flush,flush,flush,flush
check_fails "the cache refuses: fsync fails, the other path cannot do it" sync_node
check "no path is failed for that" wait_for 20 has_value "$node" state optimal
check "fsync succeeds when the cache takes it" wait_for 60 sync_node
wait_for 30 host heal p0 || bail "cannot heal p0"
