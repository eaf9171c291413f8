#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: the rows of a case's table are kept, and what it measured over time
# EXPECT: ^pass, rows: what,took ms a path,12, some: -100,1 0,0 100,7$
# PLAN: 1

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

row what "took ms"
pass "one"
row "a path" 12
series some -100 100 1 0 7
