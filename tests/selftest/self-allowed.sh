#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: the one expected kernel line is allowed
# EXPECT: ^pass$
# PLAN: 1
# ALLOW_DMESG: WARNING: expected$

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

echo "WARNING: expected" >/dev/kmsg
pass "one"
