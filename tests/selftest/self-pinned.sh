#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: a module that cannot be unloaded
# EXPECT: vmpbad cannot be unloaded
# PLAN: 1
# NEEDS: badmod

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

check "the module loads" modprobe vmpbad mode=pin
