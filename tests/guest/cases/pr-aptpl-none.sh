#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: an array restarts that has kept no registration, and does not say so: vmpath finds out, and makes none
# TOPOLOGY: lio2
# TIMEOUT: 240
# TAGS: array
# PLAN: 33

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-praptpl.sh
. "$(dirname "$0")/lib-praptpl.sh"

# gone: 5 tests. The registration is, and nobody has made it again.
gone()
{
	check "it is known to be gone" wait_for 30 has_value "$node" pr_key none
	check "of both paths" wait_for 20 states_are none none
	check_eq "that is said once" "$(said "$node: its registration is gone" | wc -l)" 1
	check_eq "nobody is registered" "$(keys "$dev")" ""
	check_eq "and nothing reserved" "$(holder "$dev")" none
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
check "register" pr "$dev" register 0 a1
flap p0
check "reserve" pr "$dev" reserve a1 5
flap p1
check "it writes" writes_begin "$dev"
log_mark
restart
check "it goes on to write: nothing is reserved any more" writes_go_on
check "no write has failed" writes_end
gone
flap p0
check_eq "a path that comes is not registered" "$(keys "$dev")" ""

# The same while nobody uses it: a routine check is all there is.
check "it is looked at often" put "$node" check_secs 1
check "register again" pr "$dev" register 0 a2
check "reserve" pr "$dev" reserve a2 1
check "it is written" write_4k "$dev" 4096
log_mark
restart
gone
check "it is written" write_4k "$dev" 4096
check "register again" pr "$dev" register 0 a3
check_eq "both paths are" "$(keys "$dev")" "a3 a3 "
