#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: SET TARGET PORT GROUPS is refused, or never answered: I/O waits, but not for ever, and nothing else does
# TOPOLOGY: stub2-alua
# TIMEOUT: 300
# TAGS: array
# PLAN: 66

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-alua.sh
. "$(dirname "$0")/lib-alua.sh"

either_waits()
{
	stpg_waits p0 || stpg_waits p1
}

# stub_refused COUNT: as often at least the array has refused to move, all paths together.
stub_refused()
{
	[ $(($(stub_asked p0 answered) + $(stub_asked p1 answered))) -ge "$1" ]
}

all_of_sysfs()
{
	in_time 5 sh -c "cat /sys/block/$node/vmpath/[a-oq-z]* \
		/sys/block/$node/vmpath/paths/*/[a-oq-z]* /sys/module/vmpath/disks/*/*; :"
}

# open_module: it does not go, and says so at once.
open_module()
{
	in_time 5 rmmod vmpath && lab_rc=0 || lab_rc=$?
	echo "rmmod ended with $lab_rc"
	[ "$lab_rc" -eq 1 ]
}

# asked_apart: hundredths of a second from the first to the fourth time, by the log.
asked_apart()
{
	said "the array is asked" | awk '{
		sub(/^\[ */, "")
		t = $1 * 100
	}
	NR == 1 { first = t }
	NR == 4 { printf "%d\n", t - first }'
}

# prompt NAME: nothing waits for the array but the I/O of lu0; 7 tests.
prompt()
{
	check "$1: I/O waits" waits "$node"
	check "$1: sysfs can be read" all_of_sysfs
	check "$1: vmpathctl list answers" in_time 3 vmpathctl list
	check "$1: vmpathctl show answers" in_time 3 vmpathctl show "$node"
	mark p2 p3
	check "$1: I/O of lu1 goes on" wait_for 5 carries p2
	check "$1: by both its paths" wait_for 5 carries p3
	check "$1: unload is refused" open_module
}

# release: whatever waits is carried out.
release()
{
	host array lu0 stpg good >"$LAB_DIR/release"
}

# readable: lu0 can be read.
readable()
{
	in_time 5 dd if="/dev/$node" iflag=direct bs=4096 count=1 of=/dev/null
}

# begin MS: the module is new, and has not asked the array before; so long may I/O wait.
begin()
{
	need_vmp lu0 lu1
	node=$(vmp_of lu0)
	other=$(vmp_of lu1)
	put "$node" no_path_timeout_ms "$1"
	reader=other.$1
	read_bg "$reader" "/dev/$other"
}

defer release

# Refused. What the array says of it is another thing on each path.
begin 3000
check "p0's array refuses to move" host array p0 stpg 05 24 00
check "... and p1's fails to" host array p1 stpg 04 67 0a
log_mark
check "both paths are standby" groups standby standby
read_bg io "/dev/$node" once
check "the array is asked" wait_for 10 stub_refused 1
first=$(now)
check "then for the other group" wait_for 5 stub_refused 2
check "the log says that it was in vain, for p0" \
	wait_for 2 said "path $(disk_of p0): SET TARGET PORT GROUPS failed"
check "... and for p1" wait_for 2 said "path $(disk_of p1): SET TARGET PORT GROUPS failed"
check "the READ fails when its time is up" wait_for 15 read_failed io
note "$(($(read_end io) - first)) hundredths of a second after the first refusal"
check "the array is asked a fourth time" wait_for 15 stub_refused 4
took=$(asked_apart)
note "after $took hundredths of a second"
check "after one, two and four seconds" test "$took" -ge 695
check "the array lets p1 in by itself" host array p1 alua non-optimized
check "it is live" wait_for 10 has_state p1 live
check "and can be read" readable
check "p0 is optimized" host array p0 alua optimized
check "it is live" wait_for 20 has_state p0 live
check "the array was not asked for that" test "$(asked)" -le 5
check "lu1 has seen nothing of it" read_stop "$reader"
check "no path is blamed" no_blame "$node" 1
check "p1 is optimized, too" host array p1 alua optimized
check "the array does what it is asked" host array lu0 stpg good
wait_for 20 unload

# Never answered, and I/O may wait for a second: it has hope as long as the array has time.
begin 1000
check "the array does not answer" host array lu0 stpg hold
check "both paths are standby" groups standby standby
first=$(now)
read_bg last "/dev/$node" once
check "the array is asked" wait_for 10 either_waits
check "a READ fails in the end" wait_for 40 read_failed last
took=$(($(read_end last) - first))
note "after $took hundredths of a second"
check "the array had ten seconds" test $took -ge 800 -a $took -le $((3000 * LAB_SCALE))
check "the array answers" host array lu0 stpg good
# When it had answered one path before the other was asked, that needs not be.
check "it lets p0 in by itself" host array p0 alua optimized
check "... and p1" host array p1 alua optimized
check "p0 is live" wait_for 20 has_state p0 live
check "p1 is, too" wait_for 20 has_state p1 live
# Sooner it would fail, and be counted.
check "and it can be read" readable

# Never answered, by either path: each is asked, and keeps nothing but itself.
put "$node" no_path_timeout_ms -1
io_bg "$node"
check "the array does not answer" host array lu0 stpg hold
check "both paths are standby" groups standby standby
check "the array is asked" wait_for 20 either_waits
prompt "one path waits"
one=p0 two=p1
stpg_waits p0 || { one=p1 two=p0; }
check "$one is disabled" in_time 5 sh -c "echo 1 >$(path_dir $one)/disable"
check "and enabled" in_time 5 sh -c "echo 0 >$(path_dir $one)/disable"
check "ten seconds later the other path is asked" wait_for 20 stpg_waits $two
prompt "both wait"
check "the array answers by $one" host array $one stpg good
mark $one
check "and I/O goes by it" wait_for 10 carries $one
check "while $two waits" stpg_waits $two
check "it answers there" host array $two stpg good
check "and that is live" wait_for 10 has_state $two live

# The other way round: the array moves by itself meanwhile.
check "the array does not answer" host array lu0 stpg hold
check "both paths are standby" groups standby standby
check "the array is asked" wait_for 30 either_waits
one=p0 two=p1
stpg_waits p0 || { one=p1 two=p0; }
check "the array lets $two in by itself" host array $two alua optimized
mark $two
check "and I/O goes by it" wait_for 10 carries $two
check "while $one waits" stpg_waits $one
release
check "$one is live when the array has answered" wait_for 10 has_state $one live
check "fio saw no error" fio_stop io
check "no path is blamed" no_blame "$node" 1

check "lu1 has seen nothing of it" read_stop "$reader"
