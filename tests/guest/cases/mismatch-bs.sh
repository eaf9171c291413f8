#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path of another block size: refused, loudly, and no I/O goes down it
# TOPOLOGY: mismatch-bs
# PLAN: 19

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-mismatch.sh
. "$(dirname "$0")/lib-mismatch.sh"

mismatch_run "another block size"
mismatch_untouched
