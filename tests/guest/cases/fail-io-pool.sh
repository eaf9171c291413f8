#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: no memory for any I/O's context: the reserve carries all I/O, over a path's loss too
# TOPOLOGY: scsi2
# PLAN: 9
# TIMEOUT: 120
# CONFIG: CONFIG_FAILSLAB CONFIG_FAULT_INJECTION_DEBUG_FS
# APPEND: slub_debug=A,vmp_io

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-array.sh
. "$(dirname "$0")/lib-array.sh"

# Only the slab cache of the contexts fails, for every task, each time.
slab=/sys/kernel/debug/failslab
cache=/sys/kernel/slab/vmp_io

need_vmp lu0
node=$(vmp_of lu0)
check_eq "the contexts have a slab cache of their own, which can fail" "$(cat $cache/failslab)" 1
echo Y >$slab/cache-filter
echo N >$slab/task-filter
echo 0 >$slab/ignore-gfp-wait
echo 0 >$slab/verbose
echo 1 >$slab/interval
echo -1 >$slab/times
objects=$(cat $cache/total_objects)
echo 100 >$slab/probability
defer "echo 0 >$slab/probability"
mark p0
mark p1
fio_verify_bg io "/dev/$node" --runtime=600
check "p0 carries I/O" wait_for 20 carries p0
check "p1 carries I/O" wait_for 20 carries p1
check "a path goes" host unplug p1
mark p0
check "the other carries on" wait_for 20 carries p0
host plug p1
check "it comes back" wait_for 30 has_state p1 live
mark p1
check "and carries I/O" wait_for 20 carries p1
check "fio saw no error" fio_stop io
check_eq "not one context was allocated meanwhile" "$(cat $cache/total_objects)" "$objects"
