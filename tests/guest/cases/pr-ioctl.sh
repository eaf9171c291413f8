#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: persistent reservations by the kernel's own ioctls, and by SG_IO: one and the same
# TOPOLOGY: lio2
# NEEDS: sgio
# TIMEOUT: 120
# TAGS: smoke array
# PLAN: 27

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"

# by NAME WANT WORD...: what the kernel's ioctl says.
by()
{
	lab_name=$1 lab_want=$2
	shift 2
	check_eq "$lab_name" "$(sgio pr "$dev" "$@")" "$lab_want"
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
by "a registration" ok register 0 a1
check_eq "both paths have it" "$(keys "$dev")" "a1 a1 "
by "a second one without the key is a conflict" "status 18" register 0 a2
by "ignoring the key it is not" ok ignore 0 a2
check_eq "both paths have that" "$(keys "$dev")" "a2 a2 "
# The kernel's types are 1 to 6.
for type in "1 1" "2 3" "3 5" "4 6" "5 7" "6 8"; do
	by "type $type: reserve" ok reserve a2 "${type% *}"
	check_like "the array says so" "$(holder "$dev")" "* ${type#* }"
	by "type $type: release" ok release a2 "${type% *}"
done
by "no such type" EINVAL reserve a2 9
by "a reservation with another's key is a conflict" "status 18" reserve a1 1
by "cleared" ok clear a2
check_eq "nobody is registered" "$(keys "$dev")" ""
