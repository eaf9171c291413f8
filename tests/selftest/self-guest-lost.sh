#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: the second guest dies and never comes to the rendezvous
# EXPECT: guest 0: not ok 1 - they meet \| guest 1: QEMU ended
# GUESTS: 2
# PLAN: 1

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

[ "$LAB_GUEST" -eq 0 ] || host qmp '{"execute": "quit"}' || :
[ "$LAB_GUEST" -eq 0 ] || wait_for 30 false || :
check "they meet" meet there
note "$(cat "$LAB_DIR/check")"
