#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: vmpathctl stats and metrics agree with sysfs, and bear paths that go and come
# TOPOLOGY: scsi2-blk2
# PLAN: 34
# TIMEOUT: 150

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-json.sh
. "$(dirname "$0")/lib-json.sh"
# shellcheck source=lib-ctl.sh
. "$(dirname "$0")/lib-ctl.sh"

# value FILE DISK KEY: of the first object of that path in one line of JSON.
value()
{
	sed -n "s/.*{\"path\": \"$2\"[^}]*\"$3\": \([^,}]*\).*/\1/p" "$1"
}

# metric NAME LABELS: its value.
metric()
{
	awk -v name="$1{" -v label="$2" 'index($0, name) == 1 && index($0, label) { print $NF }' \
		"$LAB_DIR/vmpath.prom"
}

# sane FILE: no report has a negative number, or more than could have been done.
sane()
{
	! grep -E '": -|[0-9]{9}[0-9]*' "$1"
}

# lines FILE N: it has so many, at least.
lines()
{
	[ "$(wc -l <"$1")" -ge "$2" ]
}

# busy DISK: the last report has IOPS for it.
busy()
{
	tail -n 1 "$LAB_DIR/stream" >"$LAB_DIR/last"
	iops=$(value "$LAB_DIR/last" "$1" iops)
	[ -n "$iops" ] && [ "$iops" != 0.0 ]
}

need_vmp lu0 lu1
node=$(vmp_of lu0)
blk=$(vmp_of lu1)
a=$(disk_of p0)
b=$(disk_of p1)
put "$node" iopolicy round-robin
dd if="/dev/$node" of=/dev/null bs=4096 count=100 iflag=direct 2>"$LAB_DIR/dd"

check "stats" ends 0 vmpathctl stats
note "$(cat "$out")"
check "a path's I/O is that of sysfs" test \
	"$(vmpathctl stats -nr -o path,ios | sed -n "s/^$a //p")" = "$(path_get p0 ios)"
check_eq "a meta-node's is the sum of its paths'" \
	"$(vmpathctl stats -nr --by node -o node,paths,ios | sed -n "s/^$node //p")" \
	"2 $(($(path_get p0 ios) + $(path_get p1 ios)))"
hba=$(readlink "/sys/block/$a" | sed 's,.*/\([^/]*\)/virtio[0-9]*/.*,\1,')
check "HBAs are PCI functions" sh -c "vmpathctl stats -nr --by hba -o hba,ios | grep -qx '$hba $(path_get p0 ios)'"
check_eq "each virtio-blk disk is its own" "$(vmpathctl stats -nr --by hba | wc -l)" 4
check "by target port" ends 0 vmpathctl stats --by target-port --json
check "it is JSON" valid_json "$out"
check "by array" ends 0 vmpathctl stats --by array

fio_verify_bg io "/dev/$node" --runtime=300
wait_for 10 fio_running io
vmpathctl stats --json 1 60 >"$LAB_DIR/stream" &
pid=$!
defer "kill $pid || :"
check "reports come" wait_for 20 lines "$LAB_DIR/stream" 3
check "a path in use has IOPS" wait_for 30 busy "$a"
note "$(value "$LAB_DIR/last" "$a" iops) IOPS, $(value "$LAB_DIR/last" "$a" bytes_per_sec) B/s"
host unplug p1
wait_for 20 has_state p1 none
seen=$(wc -l <"$LAB_DIR/stream")
check "a path goes" wait_for 20 lines "$LAB_DIR/stream" $((seen + 2))
tail -n 1 "$LAB_DIR/stream" >"$LAB_DIR/last"
check_eq "and is in no report" "$(value "$LAB_DIR/last" "$b" ios)" ""
host plug p1
wait_for 20 has_state p1 live
seen=$(wc -l <"$LAB_DIR/stream")
check "it comes back" wait_for 20 lines "$LAB_DIR/stream" $((seen + 3))
tail -n 1 "$LAB_DIR/stream" >"$LAB_DIR/last"
check "and is in the last one" grep -q "\"path\": \"$(disk_of p1)\"" "$LAB_DIR/last"
check "every report is JSON" json_lines "$LAB_DIR/stream"
check "no number is negative or absurd" sane "$LAB_DIR/stream"
kill -INT $pid
rc=0
wait $pid || rc=$?
check_eq "SIGINT ends it well" $rc 0
check "fio saw no error" fio_stop io

vmpathctl disable "$a"
check "metrics" ends 0 vmpathctl metrics --output "$LAB_DIR/vmpath.prom"
check_eq "they end as they should" "$(tail -n 1 "$LAB_DIR/vmpath.prom")" "# EOF"
check_eq "I/O is that of sysfs" "$(metric vmpath_path_ios_total "path=\"$a\"")" "$(path_get p0 ios)"
check_eq "a disabled path" "$(metric vmpath_node_paths "node=\"$node\",name=\"$(get "$node" name)\",state=\"disabled\"")" 1
check_eq "makes it degraded" "$(metric vmpath_node_state "node=\"$node\",name=\"$(get "$node" name)\",state=\"degraded\"")" 1
check_eq "the other one is optimal" "$(metric vmpath_node_state "node=\"$blk\",name=\"$(get "$blk" name)\",state=\"optimal\"")" 1
check_eq "the size" "$(metric vmpath_node_size_bytes "node=\"$node\"")" "$(lu_size lu0)"
check_eq "the histogram has all READs of sysfs" \
	"$(metric vmpath_path_latency_seconds_count "path=\"$a\",op=\"read\"")" \
	"$(path_get p0 stats | sed -n 's/^ios_read //p')"
check "it is drawn" ends 0 vmpathctl stats --histogram
note "$(cat "$out")"
check "with bars" grep -q '^<.*[0-9] #' "$out"
check "what is counted is JSON, too" ends 0 vmpathctl show --json "$node"
check "of that kind" valid_json "$out"
vmpathctl enable "$a"
wait_for 15 has_state p0 live
wait_for 10 unload
check "without the module it fails" ends 1 vmpathctl metrics --output "$LAB_DIR/vmpath.prom"
check "but the file says so" grep -qx "vmpath_up 0" "$LAB_DIR/vmpath.prom"
check_eq "and nothing else" "$(grep -c '^vmpath' "$LAB_DIR/vmpath.prom")" 1
check "stats fails" ends 1 vmpathctl stats
