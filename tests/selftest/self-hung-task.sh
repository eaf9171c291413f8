#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: a hung-task line although every test is ok
# EXPECT: kernel: INFO: task
# PLAN: 1

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

echo "INFO: task fio:77 blocked for more than 40 seconds." >/dev/kmsg
pass "one"
