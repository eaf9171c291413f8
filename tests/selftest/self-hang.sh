#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: a case that never ends
# EXPECT: time-out
# PLAN: 2
# TIMEOUT: 4

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

pass "one"
while :; do
	sleep 1
done
