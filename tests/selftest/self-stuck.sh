#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: a guest that stands still before its case begins is reset, and the run says so
# TAGS: stuck
# EXPECT: ^pass, reset once$
# PLAN: 2

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

pass "it has booted"
check_like "the host answers" "$(host ping)" "[0-9]*"
