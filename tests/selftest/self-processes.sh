#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: processes that a case left do not hold its module
# EXPECT: ^pass$
# PLAN: 1
# NEEDS: badmod

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

modprobe vmpbad
(
	trap - EXIT
	sleep 1000
) &
pass "something still runs"
