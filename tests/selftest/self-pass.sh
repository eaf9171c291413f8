#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: a case with nothing wrong passes
# EXPECT: ^pass$
# PLAN: 5

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

pass "one"
check "a command" true
check_fails "a verb that is not there" host frobnicate
check_like "the host answers" "$(host ping)" "[0-9]*"
skip "three" "no need"
