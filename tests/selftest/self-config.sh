#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: a kernel that lacks an option skips the case
# EXPECT: ^skip$
# PLAN: 1
# CONFIG: CONFIG_NO_SUCH_OPTION

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

fail "this never runs"
