#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: the kernel panics
# EXPECT: QEMU ended.*kernel: .*crash
# PLAN: 1

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

pass "one"
sync
echo c >/proc/sysrq-trigger
