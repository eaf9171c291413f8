#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: no_path_timeout_ms can be changed while I/O waits
# TOPOLOGY: scsi1
# PLAN: 13
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

need_vmp lu0
node=$(vmp_of lu0)
put "$node" no_path_timeout_ms 600000
check "the only path goes" path_down unplug p0
read_bg a "/dev/$node" once
check_fails "600000: a READ waits" wait_for 3 read_ended a
before=$(now)
check "2000 is taken" put "$node" no_path_timeout_ms 2000
check "it fails" wait_for 15 read_failed a
check "2 s later and not before" test $(($(read_end a) - before)) -ge 190

check "-1 is taken when the time is up" put "$node" no_path_timeout_ms -1
read_bg b "/dev/$node" once
check_fails "-1: a READ waits" wait_for 4 read_ended b
check "0 is taken" put "$node" no_path_timeout_ms 0
check "0: it fails at once" wait_for 10 read_failed b

put "$node" no_path_timeout_ms 600000
read_bg c "/dev/$node" once
check_fails "a READ waits again" wait_for 2 read_ended c
check "the path comes back" path_up unplug p0
check "the READ ends" wait_for 15 read_ended c
check "without an error" read_ok c
