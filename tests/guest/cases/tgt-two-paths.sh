#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a tgt LU by two arrays' ports: one array dies under I/O and comes back
# TOPOLOGY: tgt2-each
# TIMEOUT: 120
# TAGS: array
# PLAN: 12
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-wwid.sh
. "$(dirname "$0")/lib-wwid.sh"
# shellcheck source=lib-array.sh
. "$(dirname "$0")/lib-array.sh"

array_run
