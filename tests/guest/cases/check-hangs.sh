#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a check never ends: who waits for what it says does not wait for ever, and who read nothing then is failed
# TOPOLOGY: stub2
# TIMEOUT: 180
# TAGS: array
# PLAN: 21
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

speak()
{
	host array lu0 speak >"$LAB_DIR/speak"
}

need_vmp lu0
node=$(vmp_of lu0)
put "$node" check_secs 0
put "$node" stall_timeout_ms 1000
put "$node" no_path_timeout_ms $((3000 * LAB_SCALE))
defer speak

# The only path errs. That it is bad, or the LU, its check would say.
check "p1 is out of use" path_put p1 disable 1
check "the next READ fails" host array p0 sense 04 44 00
check "and then p0 says nothing any more" host array p0 hush
begun=$(now)
read_bg io "/dev/$node" once
check_fails "a READ waits" wait_for 2 read_ended io
check "and fails when its time is up" wait_for 30 read_failed io
took=$(($(read_end io) - begun))
note "after $took hundredths of a second"
check "not before" test $took -ge $((290 * LAB_SCALE))
check_eq "that is counted" "$(get "$node" no_path_errors)" 1
check_eq "the last path is not taken away for it" "$(path_state p0)" live
check "p0 answers" host array p0 speak
check "and can be read" in_time 20 dd if="/dev/$node" iflag=direct bs=4096 count=1 of=/dev/null
check "p1 is in use" path_put p1 disable 0
check "both are live" wait_for 20 has_value "$node" state optimal

# A path that nobody uses stops answering, and when it does answer, reads nothing.
put "$node" check_secs 1
check "p1 says nothing any more" host array p1 hush
check "its check tells" wait_for 40 has_state p1 stalled
check_eq "it has not failed" "$(path_get p1 stats | of /dev/stdin ms_failed)" 0
put "$node" check_secs 0
i=0
while [ $i -lt 12 ]; do
	host array p1 sense 04 44 00
	i=$((i + 1))
done
check "p1 answers, with errors" host array p1 speak
check "it is failed" wait_for 20 was_failed p1
check "I/O goes on" in_time 20 dd if="/dev/$node" iflag=direct bs=4096 count=8 of=/dev/null
check "it comes back when it reads" wait_for 60 path_back p1
check "the meta-node is optimal" wait_for 20 has_value "$node" state optimal
check_eq "no other I/O has failed" "$(get "$node" no_path_errors)" 1
