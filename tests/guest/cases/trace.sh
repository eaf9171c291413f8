#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the tracepoints of an I/O's way: pick, complete, classify, path_state
# TOPOLOGY: scsi2
# CONFIG: CONFIG_FTRACE
# PLAN: 15
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

T=/sys/kernel/tracing

# events NAME PATTERN: lines of that event in the trace; NAME may be a pattern, too.
events()
{
	sed -n "s/.* \($1\): \(.*\)/\1 \2/p" $T/trace | grep -E "${2:-.}"
}

nr_events()
{
	events "$@" | wc -l
}

clear()
{
	: >$T/trace
}

fails_there()
{
	read_at "/dev/$node" 1048576
	events vmp_classify "$node $b io: suspect"
}

need_vmp lu0
node=$(vmp_of lu0)
a=$(disk_of p0) b=$(disk_of p1)
put "$node" iopolicy round-robin
put "$node" check_secs 0
wait_for 10 test -d $T/events/vmpath || skip_all "no tracepoints of vmpath"
check_eq "there are four tracepoints" \
	"$(find $T/events/vmpath -mindepth 1 -type d -exec basename {} \; | sort | tr '\n' ' ')" \
	"vmp_classify vmp_complete vmp_path_state vmp_pick "
clear
check "I/O with none switched on" read_at "/dev/$node" 8192
check_eq "leaves no trace" "$(nr_events 'vmp_[a-z_]*')" 0
echo 1 >$T/events/vmpath/enable
defer "echo 0 >$T/events/vmpath/enable"
check "a READ" read_at "/dev/$node" 8192
check "is seen as it is sent" events vmp_pick "^vmp_pick $node ($a|$b) op 0 sector 16 size 4096$"
check "and as it ends" events vmp_complete "^vmp_complete $node ($a|$b) none after [0-9]+ us$"
check_eq "nothing is classified" "$(nr_events vmp_classify)" 0
clear
write_4k "/dev/$node" 12288
check "a WRITE, too" events vmp_pick "$node ($a|$b) op 1 sector 24 size 4096"

echo "path == \"$a\"" >$T/events/vmpath/vmp_pick/filter
clear
was=$(path_get p0 ios)
dd if="/dev/$node" of="$LAB_DIR/data" bs=4096 count=20 iflag=direct status=none
# Half of them, if it has stayed on one CPU.
n=$(($(path_get p0 ios) - was))
case $n in
0 | 20) bail "one path has all of the I/O" ;;
esac
check_eq "a filter lets the I/O of a path through" "$(nr_events vmp_pick)" "$n"
check_eq "all of that path" "$(nr_events vmp_pick "$node $a ")" "$n"
check_eq "the other tracepoints have theirs" "$(nr_events vmp_complete)" 20
echo 0 >$T/events/vmpath/vmp_pick/filter

clear
host fail p1 5
check "an error is classified" wait_for 20 fails_there
check "after it has come" events vmp_complete "$node $b io after"
check "the path changes its state" wait_for 20 events vmp_path_state "$node $b 1 -> "
echo 0 >$T/events/vmpath/enable
host heal p1
wait_for 30 path_back p1
clear
dd if="/dev/$node" of="$LAB_DIR/data" bs=4096 count=20 iflag=direct status=none
check_eq "switched off again they are silent" "$(nr_events 'vmp_[a-z_]*')" 0
