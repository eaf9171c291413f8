#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: the kernel is tainted
# EXPECT: kernel tainted: L
# PLAN: 1

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

echo 16384 >/proc/sys/kernel/tainted
pass "one"
