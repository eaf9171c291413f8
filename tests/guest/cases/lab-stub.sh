#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the stub array carries data and answers INQUIRY as it is told, byte by byte
# TOPOLOGY: stub2
# TIMEOUT: 120
# TAGS: lab array
# PLAN: 21

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

p0=/dev/$(disk_of p0)
p1=/dev/$(disk_of p1)

# inquiry DISK PAGE LENGTH: its first bytes, in hexadecimal digits without blanks.
inquiry()
{
	sg_raw -b -r "$3" "$1" 12 01 "$2" 00 "$(printf %02x "$3")" 00 2>"$LAB_DIR/sg" |
		hexdump -v -e '1/1 "%02x"'
}

# size_is BYTES
size_is()
{
	[ "$(sg_readcap -b "$p0")" = "0x$(printf %x $(($1 / 512))) 0x200" ]
}

note "$(sg_inq "$p0")"
check_like "it says who it is" "$(sg_inq "$p0")" "*VMPATH*STUB*"
check_like "page 83 has the id" "$(sg_vpd -p di "$p0")" "*0x5000c50015ea71a0*"
good=$(inquiry "$p0" 83 64)
check "data goes in by one path, in small and large pieces" write_at "$p0" 1048576 65536 0x5a
check "and 1 MiB at once" dd if=/dev/urandom of="$p0" bs=1M count=1 seek=2 oflag=direct
check "and comes out by the other" same_on_host "$p1" lu0 1048576 2097152
check "page 83 is another" host array p1 page 83 008300080103000499998888
check_eq "so it comes" "$(inquiry "$p1" 83 12)" 008300080103000499998888
check_eq "the other path's does not change" "$(inquiry "$p0" 83 64)" "$good"
check "it is cut" host array p1 page 83 short 10
# QEMU tells the guest of no residual: zeros follow.
check_eq "so it comes" "$(inquiry "$p1" 83 64)" \
	"$(echo "$good" | cut -c 1-20)$(printf '%0108d' 0)"
check "it is filled" host array p1 page 80 0080040041 1028
check_eq "so it comes" "$(inquiry "$p1" 80 8)" 0080040041414141
check "the same seed" host array p1 page 83 random 7
check_eq "gives the same bytes" "$(host array p1 page 83 random 7)" "$(host array p1 page 83 random 7)"
check "it is refused" host array p1 page 83 drop
check_fails "so the guest sees" sg_vpd -p di "$p1"
check "it is good" host array p1 page 83 good
check_eq "so it comes, but for the port" "$(inquiry "$p1" 83 16)" "$(echo "$good" | cut -c 1-32)"
host array p1 sense 03 11 00
check_fails "a command for data fails, once" sg_dd if="$p1" of=/dev/null bs=512 count=1 iflag=sgio
check "the next does not" sg_dd if="$p1" of=/dev/null bs=512 count=1 iflag=sgio
check_fails "nonsense is refused" host array p1 page 83 xyz
