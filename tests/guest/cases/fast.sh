#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: fast recovery: switched on and off, refused where it must be, and I/O goes as commands
# TOPOLOGY: scsi2-blk2
# PLAN: 32
# TIMEOUT: 90
# TAGS: smoke

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# as_bios: how many I/Os the disks below lu0 have seen as bios; commands do not count.
as_bios()
{
	as_bios=0
	for path in p0 p1; do
		lab_find_disk $path
		read -r reads _ _ _ writes _ <"/sys/block/$lab_disk/stat"
		as_bios=$((as_bios + reads + writes))
	done
	echo "$as_bios"
}

# Reads a megabyte in blocks of 4 KiB; $1 is the size that the disks see.
read_some()
{
	dd if="/dev/$node" of=/dev/null bs="$1" count=64 iflag=direct 2>"$LAB_DIR/dd"
}

# bios_of COMMAND...: prints how many bios it came to.
bios_of()
{
	before=$(as_bios)
	"$@" >&2
	echo $(($(as_bios) - before))
}

write_flushed()
{
	dd if=/dev/urandom of="/dev/$node" bs=4k count=16 oflag=direct conv=fsync 2>"$LAB_DIR/dd"
}

write_plain()
{
	dd if=/dev/urandom of="/dev/$node" bs=4k count=16 oflag=direct 2>"$LAB_DIR/dd"
}

# refused ERROR NODE ATTRIBUTE VALUE: it cannot be written, for this reason.
refused()
{
	error=$1
	shift
	! put "$@" 2>"$LAB_DIR/refused" || return 1
	cat "$LAB_DIR/refused"
	grep -q "$error" "$LAB_DIR/refused"
}

need_vmp lu0 lu1
node=$(vmp_of lu0)
blk=$(vmp_of lu1)
# The checker's own READs are bios: none for as long as this counts.
put "$node" check_secs 86400
check_eq "it is off" "$(get "$node" fast_recovery)" 0
check_eq "nobody has said that the host does not cache" "$(get "$node" host_cache_none)" 0
log_mark
check "it is refused as long as nobody has" refused "not permitted" "$node" fast_recovery 1
check "with the reason" said "$node: no fast recovery before host_cache_none is 1"
check_eq "it is still off" "$(get "$node" fast_recovery)" 0
check_eq "I/O goes as bios" "$(bios_of read_some 4k)" 64
check "nonsense is refused" refused "Invalid argument" "$node" host_cache_none maybe
check "host_cache_none" put "$node" host_cache_none 1
check_eq "that alone does not turn it on" "$(get "$node" fast_recovery)" 0
check "fast recovery is turned on" put "$node" fast_recovery 1
check_eq "it is on" "$(get "$node" fast_recovery)" 1
ios=$(($(path_get p0 ios) + $(path_get p1 ios)))
check_eq "I/O does not go as bios" "$(bios_of read_some 4k)" 0
check_eq "the paths have done it" \
	"$(($(path_get p0 ios) + $(path_get p1 ios) - ios))" 64
check_eq "nor I/O of 128 KiB" "$(bios_of read_some 128k)" 0
check_eq "nor writes" "$(bios_of write_plain)" 0
check "written with a flush" test "$(bios_of write_flushed)" -ge 1
check "the host has what was written" same_on_host "/dev/$node" lu0 0 65536
check "one block at the end of the disk" dd if="/dev/$node" of=/dev/null bs=512 count=1 \
	skip=$(($(cat "/sys/block/$node/size") - 1)) iflag=direct
# More than a request can take: it goes as bios, which the disk's queue splits.
check "16 MiB at once" dd if="/dev/$node" of="$LAB_DIR/much" bs=16M count=1 iflag=direct
rm -f "$LAB_DIR/much"
check "host_cache_none is taken back" put "$node" host_cache_none 0
check_eq "that turns it off" "$(get "$node" fast_recovery)" 0
check_eq "I/O goes as bios again" "$(bios_of read_some 4k)" 64
check "virtio-blk: host_cache_none" put "$blk" host_cache_none 1
log_mark
check "virtio-blk knows no fast recovery" refused "not supported" "$blk" fast_recovery 1
check "with the reason" said "$blk: no fast recovery over virtio-blk"
check_eq "it is off there" "$(get "$blk" fast_recovery)" 0
check "it may be turned off there" put "$blk" fast_recovery 0

# The module's parameter alone.
wait_for 10 unload
log_mark
check "the module is loaded with fast_recovery alone" load fast_recovery=1
check "it says that this has no effect" \
	said 'fast_recovery=1 has no effect before host_cache_none is 1'
need_vmp lu0
node=$(vmp_of lu0)
check_eq "it is off" "$(get "$node" fast_recovery)" 0
check "host_cache_none" put "$node" host_cache_none 1
check_eq "now it has" "$(get "$node" fast_recovery)" 1
