#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: a test of the second guest alone fails
# EXPECT: ^fail: guest 1: not ok 1 - both guests
# GUESTS: 2
# PLAN: 1

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

check_eq "both guests" "$LAB_GUEST" 0
