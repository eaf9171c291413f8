#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: time and memory of 64, 128 and 256 LUs with four paths each, and of a disk more
# TOPOLOGY: size
# PLAN: 6
# TIMEOUT: 1800
# TAGS: bench

# For tests/bench.py, with `--accel steady`: an instruction is a nanosecond there, disks answer at
# once, and time in which the CPU is idle passes at once, too. The guest boots with all disks; those
# that a measurement is to do without are deleted in it.
set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-bench.sh
. "$(dirname "$0")/lib-bench.sh"
# shellcheck source=lib-size.sh
. "$(dirname "$0")/lib-size.sh"

limit=120    # percent of the cost of an LU among 64 that one among 256 may have

# come LUS PATHS: loads the module on so many; $took us until the last path is live, $spent us of
# the CPU.
come()
{
	size_mark
	spent=$(busy)
	modprobe vmpath
	size_wait ' live (READ' "$(($1 * $2))"
	spent=$(($(busy) - spent))
	took=$(size_span 0123 live)
	took=${took#* }
}

go()
{
	wait_for 60 rmmod vmpath || bail "the module does not go"
}

# tell LUS: the figures of what has come.
tell()
{
	claimed=$(size_span 0123 claimed)
	node=$(size_last_node)
	figure "lus-$1/last-disk-claimed" "${claimed#* }" us
	figure "lus-$1/last-meta-node" "$node" us
	figure "lus-$1/last-path-live" "$took" us
	figure "lus-$1/time-for-each-LU" $((took / $1)) us
	figure "lus-$1/CPU-for-each-LU" $((spent / $1)) us
	for host in 0 1 2 3; do
		span=$(size_span $host live)
		figure "lus-$1/HBA-$host-first-live" "${span% *}" us
		figure "lus-$1/HBA-$host-last-live" "${span#* }" us
	done
}

# measure LUS PATHS: time, and memory, all of it in slabs, in $slab; the module stays.
measure()
{
	size_used "$LAB_DIR/before"
	come "$1" "$2"
	[ "$2" -ne 4 ] || tell "$1"
	# Routine checks would keep workers.
	for file in /sys/block/vmp*/vmpath/check_secs; do
		echo 0 >"$file"
	done
	size_used "$LAB_DIR/after"
	grown=$(size_grown "$LAB_DIR/before" "$LAB_DIR/after")
	slab=${grown% *}
	awk 'NR == FNR { was[$1] = $2; next } $2 != was[$1] { print $1, $2 - was[$1] }' \
		"$LAB_DIR/before" "$LAB_DIR/after" >"$LAB_DIR/grown"
	while read -r cache bytes; do
		row "$1" "$2" "$cache" "$bytes"
	done <"$LAB_DIR/grown"
	figure "lus-$1x$2/slabs-for-each-LU" $((slab / $1)) bytes
	figure "lus-$1x$2/of-CPUs-for-each-LU" $((${grown#* } / $1)) bytes
}

# Disks that were deleted in the guest come back by a scan, of a target.
half_of_the_paths()
{
	size_delete "\$1 >= 2"
	measure 256 2
	go
	for host in 2 3; do
		for target in 0 1; do
			echo "0 $target -" >/sys/class/scsi_host/host$host/scan
		done
	done
	figure "each/path" $(((slab_256 - slab) / 512)) bytes
	figure "each/meta-node" $(((2 * slab - slab_256) / 256)) bytes
}

# The HBA that is looked at first does not answer: the paths of the others are live as soon.
one_hangs()
{
	alone=$(size_span 123 live)
	size_hang
	come 256 3
	figure "HBA-0-hangs/other-paths-live" "$took" us
	figure "HBA-0-answers/other-paths-live" "${alone#* }" us
	check "an HBA that hangs holds up no path of another" \
		[ "$took" -le $((${alone#* } * 11 / 10)) ]
	size_answer
	size_wait ' live (READ' 1024
	go
}

# one_more: disks that come while there are 64 LUs
one_more()
{
	# shellcheck disable=SC2046 # a word for each
	size_plug $(seq 1024 1055 | sed 's/^/p/')
	for row in 'attached Attached SCSI disk' 'claimed claimed:' 'live  live (READ'; do
		us=$(size_plugged "${row#* }")
		figure "first-path/from-found-to-${row%% *}" "${us% *}" us
		figure "path-more/from-found-to-${row%% *}" "${us#* }" us
	done
}

# linear NAME SMALL LARGE: what an LU takes, among 64 and among 256
linear()
{
	check "$1 of an LU among 256: $(($3 * 100 / $2)) % of that among 64, at most $limit" \
		[ $(($3 * 100)) -le $(($2 * limit)) ]
}

row LUs paths slab-cache bytes
# The first time the kernel's own tables grow, and stay as large.
come 256 4
go
measure 256 4
took_256=$took spent_256=$spent slab_256=$slab node_256=$node
for object in vmp_path vmp_disk vmp_head vmp_io; do
	figure "each/$object" "$(size_object $object)" bytes
done
go
one_hangs
half_of_the_paths
size_delete "\$3 >= 2"
measure 128 4
go
size_delete "\$3 >= 1"
measure 64 4
took_64=$took spent_64=$spent slab_64=$slab node_64=$node
one_more
pass "disks come to 64 LUs"
go
linear "time to the last meta-node" $((node_64 / 64)) $((node_256 / 256))
linear time $((took_64 / 64)) $((took_256 / 256))
linear CPU $((spent_64 / 64)) $((spent_256 / 256))
linear memory $((slab_64 / 64)) $((slab_256 / 256))
