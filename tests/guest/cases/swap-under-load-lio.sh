#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: under load another LU takes the place of one path's, on LIO: it gets not one byte
# TOPOLOGY: lio2
# TIMEOUT: 240
# TAGS: array
# PLAN: 25

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-array.sh
. "$(dirname "$0")/lib-array.sh"
# shellcheck source=lib-swap.sh
. "$(dirname "$0")/lib-swap.sh"

swap_run
