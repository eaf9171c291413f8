#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the stub array carries data and answers as it is told, byte by byte
# TOPOLOGY: stub2-alua
# TIMEOUT: 120
# TAGS: lab array
# PLAN: 45

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-alua.sh
. "$(dirname "$0")/lib-alua.sh"

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

# read_ends PATH: how a READ ends, as an exit code of sg3-utils.
read_ends()
{
	sg_raw -r 512 "/dev/$(disk_of "$1")" 28 00 00 00 00 00 00 00 01 00 >"$LAB_DIR/sg" 2>&1 && echo 0 ||
		echo $?
}

# groups_of DISK BYTE LENGTH: what it says to REPORT TARGET PORT GROUPS; the byte is the CDB's
# second one, with the format.
groups_of()
{
	sg_raw -b -r "$3" "$1" a3 "$2" 00 00 00 00 00 00 00 "$(printf %02x "$3")" 00 00 \
		2>"$LAB_DIR/sg" | hexdump -v -e '1/1 "%02x"'
}

# alua PATH STATE: that is what the array says of it.
alua()
{
	[ "$(host array "$1" alua)" = "$2" ]
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

host array p1 status 18
check_eq "a READ ends with RESERVATION CONFLICT" "$(read_ends p1)" 24
check_eq "the next does not" "$(read_ends p1)" 0
lab_count=$(host array p1 count 28)
read_ends p1 >"$LAB_DIR/ends"
check_eq "commands are counted" "$(host array p1 count 28)" $((lab_count + 1))

one=00cf00010000000100000001
two=00cf00020000000100000002
check_eq "two port groups, the short header" "$(groups_of "$p0" 0a 28)" "00000018$one$two"
check_eq "... and the long one" "$(groups_of "$p0" 2a 32)" "0000001c10050000$one$two"
check "the short one alone" host array p0 rtpg no-long
check_eq "the long one is refused" "$(groups_of "$p0" 2a 32)" ""
check_eq "the short one is not" "$(groups_of "$p0" 0a 28)" "00000018$one$two"
check "another answer" host array p0 rtpg 0000000c01cf000900
check_eq "so it comes" "$(groups_of "$p0" 0a 9)" 0000000c01cf000900
check "good again" host array p0 rtpg good
check "p1 is standby" host array p1 alua standby
check_eq "p0 says so, too" "$(groups_of "$p0" 0a 28)" "00000018${one}02${two#??}"
check_like "data is refused there" "$(read_ends p1)" "[1-9]*"
check_eq "and nowhere else" "$(read_ends p0)" 0
check "the guest has it optimized, by p0" sg_stpg -o -t 2 "$p0"
check "the array says so" alua p1 optimized
check_eq "data is taken there" "$(read_ends p1)" 0
check "it refuses to be moved" host array p0 stpg 05 24 00
check_like "so the guest sees" "$(sg_stpg -s -t 2 "$p0" 2>&1 || :)" "*llegal request*"
check "it does not answer that" host array p0 stpg hold
sg_stpg -s -t 2 "$p0" >"$LAB_DIR/stpg" 2>&1 9<&- &
check "as the guest asks" wait_for 10 stpg_waits p0
check_eq "data goes by p0 meanwhile" "$(read_ends p0) $(host array p1 alua)" "0 optimized"
host array p0 stpg good
check "then it has moved" wait_for 10 alua p1 standby
wait $!
