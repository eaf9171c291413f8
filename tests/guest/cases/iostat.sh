#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a meta-node's I/O is accounted as any disk's: /sys/block/vmpN/stat and iostat
# TOPOLOGY: scsi2-blk2
# PLAN: 16

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# stat_of NODE FIELD: 1 reads, 3 sectors read, 5 writes, 7 sectors written, 9 in flight now.
stat_of()
{
	awk -v f="$2" '{ print $f }' "/sys/block/$1/stat"
}

# some_io NODE read|write NUMBER
some_io()
{
	fio --name=io --filename="/dev/$1" --rw="rand$2" --bs=8k --size=32m --number_ios="$3" \
		--direct=1 --ioengine=libaio --iodepth=8 >"$LAB_DIR/io"
}

# column NAME: of iostat -dk, for the node
column()
{
	iostat -dk "$node" | awk -v name="$1" -v node="$node" '
		$1 == "Device" { for (i = 1; i <= NF; i++) if ($i == name) col = i }
		$1 == node { print $col }'
}

need_vmp lu0 lu1
for lu in lu0 lu1; do
	node=$(vmp_of $lu)
	reads=$(stat_of "$node" 1) read=$(stat_of "$node" 3)
	writes=$(stat_of "$node" 5) written=$(stat_of "$node" 7)
	kb=$(column kB_read)
	check "$lu: 300 READs" some_io "$node" read 300
	check "$lu: 200 WRITEs" some_io "$node" write 200
	check_eq "$lu: the READs are counted" $(($(stat_of "$node" 1) - reads)) 300
	check_eq "$lu: and their sectors" $(($(stat_of "$node" 3) - read)) 4800
	check_eq "$lu: the WRITEs are counted" $(($(stat_of "$node" 5) - writes)) 200
	check_eq "$lu: and theirs" $(($(stat_of "$node" 7) - written)) 3200
	check_eq "$lu: none is in flight" "$(stat_of "$node" 9)" 0
	check_eq "$lu: iostat shows them" $(($(column kB_read) - kb)) 2400
done
