#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path that is read-only, beside one that is not: refused, loudly, and no I/O goes down it
# TOPOLOGY: mismatch-ro
# PLAN: 18

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-mismatch.sh
. "$(dirname "$0")/lib-mismatch.sh"

mismatch_run "another read-only state"
