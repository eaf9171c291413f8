#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a registration that the array gets late, after a PREEMPT, does not let the guest in again
# TOPOLOGY: stub2
# TIMEOUT: 300
# TAGS: array
# PLAN: 89

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"

# silent: p1 has our key to come, and does not say so; 3 tests.
silent()
{
	check "p1 keeps who is to be registered" host array p1 pr hold
	check "all are, but by p1 nobody has an answer" pr "$dev" ignore a1
	check "so it is out of use" wait_for 20 state_is p1 no-answer
}

# fenced: somebody preempts us, and then p1's registration comes; 2 tests.
fenced()
{
	check "somebody preempts p0" host array p0 pr set 0
	check "the registration by p1 is late" host array p1 pr set a1
}

# none: no path is registered, and all are in use; 4 tests.
none()
{
	check "vmpath has no registration" wait_for 30 key_is none
	check "both paths are live" wait_for 60 both_live
	check "the array has no key" wait_for 20 keys_are "$dev" ""
	check "and there is nothing left to be done" wait_for 10 state_is p1 none
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
# What is out of use again and again need not wait.
put "$node" path_health_secs 0

# Nobody preempts us: late is good enough.
silent
check_eq "the array has one key" "$(keys "$dev")" "a1 "
check "p1 answers" host array p1 pr good
check "both paths are live" wait_for 60 both_live
check_eq "and registered" "$(keys "$dev")" "a1 a1 "
check "unregistered" pr "$dev" register a1 0

# It is p1 that finds it out, when its answer comes.
silent
fenced
check "p1 answers" host array p1 pr good
none

# It is p0, by what the array says of it. p1 answers when all is over.
silent
fenced
check "p0 has a unit attention" host array p0 sense 06 2a 03
check "... for the next I/O" dd if="$dev" iflag=direct bs=4096 count=1 of=/dev/null
check "p0 is not registered, though our key is there" wait_for 20 key_is none
check_eq "it is" "$(keys "$dev")" "a1 "
check "p1 answers" host array p1 pr good
none

# hung: p1 comes back and is registered late, after us all; p0 comes back, too; 13 tests.
hung()
{
	check "all are registered" pr "$dev" register 0 a1
	check_eq "with the array" "$(keys "$dev")" "a1 a1 "
	check "p1 goes" host unplug p1
	check "with its registration" host array p1 pr set 0
	check "which it is to have again" host array p1 pr hold
	check "it comes" host plug p1
	check "and has no answer" wait_for 40 state_is p1 no-answer
	check "p0 goes" host unplug p0
	fenced
	log_mark
	check "p0 comes" host plug p0
	check "it is not registered by the other's key" \
		wait_for 30 said "not known yet whether we are registered still"
	check_eq "the array has p1's alone" "$(keys "/dev/$(disk_of p0)")" "a1 "
}

hung
check "p1 answers" host array p1 pr good
none

# p1 is taken out of use, and will not tell.
hung
check "p1 is disabled" path_put p1 disable 1
check "p0 is live" wait_for 60 has_state p0 live
check "vmpath has no registration" wait_for 10 key_is none
check_eq "that of p1's nexus is left" "$(keys "$dev")" "a1 "
check "what p1 kept is over" host array p1 pr good
check "p1 is enabled" path_put p1 disable 0
none

# p1 goes unheard, but p0 is registered all the time, and can tell. (Kernels from 6.16 on let no disk
# go before its commands have ended; QEMU would stop the guest if the host pulled it.)
silent
host_of_p1=$(readlink -f "/sys/block/$(disk_of p1)/device" | sed 's,.*/host\([0-9]*\)/.*,\1,')
echo 1 >"/sys/block/$(disk_of p1)/device/delete" &
delete=$!
wait_for 2 has_state p1 none || :
check "what p1 kept is over" host array p1 pr good
check "its disk has gone" wait "$delete"
check "and the path" wait_for 20 has_state p1 none
echo "- - -" >"/sys/class/scsi_host/host$host_of_p1/scan"
check "p0 speaks for the registration" wait_for 20 state_is p0 registered
check "both paths are live" wait_for 60 both_live
check "p1 goes" host unplug p1
check "p0 goes" host unplug p0
check "p0 comes" host plug p0
check "it is live" wait_for 60 has_state p0 live
check "and registered as before" state_is p0 registered
check "p1 comes" host plug p1
check "both paths are live" wait_for 60 both_live
check_eq "and registered" "$(keys "$dev")" "a1 a1 "
