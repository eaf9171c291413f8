#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: an array that cannot be set up
# EXPECT: the lab: tgtd of lu0: tgtadm --op update .*
# TOPOLOGY: tgt-broken
# PLAN: 1

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

pass "the guest has booted"
