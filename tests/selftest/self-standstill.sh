#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: a case that fails while the machine stands still is run again, and the run says so
# TAGS: standstill
# EXPECT: ^pass, run again$
# PLAN: 1

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

check "the machine stood still before" [ "$LAB_STOOD" -gt 0 ]
