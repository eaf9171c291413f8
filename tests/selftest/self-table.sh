#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: the rows of a case's table are kept
# EXPECT: ^pass, rows: what,took ms a path,12$
# PLAN: 1

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

row what "took ms"
pass "one"
row "a path" 12
