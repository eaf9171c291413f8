#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a LIO LU by two target port groups: one portal goes under I/O and comes back
# TOPOLOGY: lio2
# TIMEOUT: 120
# TAGS: array
# PLAN: 20

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-wwid.sh
. "$(dirname "$0")/lib-wwid.sh"
# shellcheck source=lib-array.sh
. "$(dirname "$0")/lib-array.sh"

# designators PATH: page 83 as text, on one line.
designators()
{
	sg_vpd -p 0x83 "/dev/$(disk_of "$1")" | tr -s '\n ' '  '
}

check "each path is a nexus of its own" own_nexus
for n in 0 1; do
	text=$(designators p$n)
	check_like "p$n: the target port" "$text" "*Target port:*iqn.*,t,0x000$((n + 1)) *"
	check_like "p$n: the relative target port" "$text" "*Relative target port: 0x$((n + 1)) *"
	check_like "p$n: the target port group" "$text" "*Target port group: 0x$((n + 1)) *"
done
check_like "implicit and explicit ALUA" "$(sg_inq "/dev/$(disk_of p0)")" "*TPGS=3*"
array_run
