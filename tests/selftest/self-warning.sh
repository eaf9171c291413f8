#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: a kernel WARNING although every test is ok
# EXPECT: kernel: WARNING.*kernel tainted: W
# PLAN: 1
# NEEDS: badmod

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

check "the module loads" modprobe vmpbad mode=warn
