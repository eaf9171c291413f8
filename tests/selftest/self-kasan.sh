#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: freed memory is read (debug kernel)
# EXPECT: kernel: BUG: KASAN
# TAGS: debug
# PLAN: 1
# NEEDS: badmod
# CONFIG: CONFIG_KASAN

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

modprobe vmpbad mode=uaf || :
pass "one"
