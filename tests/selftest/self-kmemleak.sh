#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: memory is leaked (debug kernel)
# EXPECT: kmemleak:
# TAGS: debug
# PLAN: 1
# NEEDS: badmod
# CONFIG: CONFIG_DEBUG_KMEMLEAK

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

check "the module loads" modprobe vmpbad mode=leak
