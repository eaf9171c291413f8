#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: the kernel oopses in a module
# EXPECT: kernel: BUG: kernel NULL pointer
# PLAN: 1
# NEEDS: badmod

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

pass "one"
modprobe vmpbad mode=oops
