#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: one failed test fails the case
# EXPECT: not ok 2 - two
# PLAN: 3

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

pass "one"
check "two" false
pass "three"
