#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: the second guest ends its case without coming to the rendezvous
# EXPECT: ^fail: guest 0: not ok 1 - they meet$
# GUESTS: 2
# PLAN: 1

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

if [ "$LAB_GUEST" -eq 1 ]; then
	pass "elsewhere"
	exit 0
fi
check "they meet" meet there
grep -q "guest 1 has ended its case" "$LAB_DIR/check" || bail "the reason is wrong"
