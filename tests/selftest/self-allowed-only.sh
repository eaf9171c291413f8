#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: another kernel line is not
# EXPECT: kernel: WARNING: surprise
# PLAN: 1
# ALLOW_DMESG: WARNING: expected$

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

echo "WARNING: expected" >/dev/kmsg
echo "WARNING: surprise" >/dev/kmsg
pass "one"
