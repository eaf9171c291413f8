#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: a command fails and ends the script
# EXPECT: exit code 7
# PLAN: 2

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

pass "one"
(exit 7)
pass "two"
