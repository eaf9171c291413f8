#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: paths come, old ones and a new one, while a guest holds a reservation on lio and writes: no I/O sees a conflict
# TOPOLOGY: lio2-more
# CONFIG: CONFIG_FTRACE
# TIMEOUT: 300
# TAGS: array
# PLAN: 154

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-prhotadd.sh
. "$(dirname "$0")/lib-prhotadd.sh"

hot_add 1 5 6 7 8
# Of type 3 LIO does not even tell its capacity to a disk that comes, so it is not used before the
# reservation is released.
check "type 3: reserve" pr "$dev" reserve a1 3
check "type 3: p0 goes" path_down unplug p0
check "type 3: p0 comes" host plug p0
check "type 3: its disk is there" wait_for 20 has_disk p0
mark p1
check "type 3: p1 carries I/O" wait_for 20 carries p1
check_eq "type 3: p0 is no path" "$(path_state p0)" none
no_conflict "type 3"
check "type 3: release" pr "$dev" release a1 3
check "type 3: p0 is live" wait_for 30 has_state p0 live
mark p0
check "type 3: it carries I/O" wait_for 20 carries p0
no_conflict "type 3, released"
hot_added
