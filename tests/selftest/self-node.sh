#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: a device node is left behind
# EXPECT: left behind: /dev/vmp
# PLAN: 1

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

mknod /dev/vmpx c 1 3
pass "one"
