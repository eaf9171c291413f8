#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: a tgtd dies that no case has ended
# EXPECT: the array: tgtd of lu0 ended \(exit -9\)
# TOPOLOGY: tgt2
# PLAN: 2

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

check "the array ends by itself" host array lu0 crash
wait_for 50 false || :
pass "nobody has noticed"
