#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: paths come, old ones and a new one, while a guest holds a reservation on tgt and writes: no I/O sees a conflict
# TOPOLOGY: tgt2-more
# CONFIG: CONFIG_FTRACE
# TIMEOUT: 300
# TAGS: array
# PLAN: 169

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-prhotadd.sh
. "$(dirname "$0")/lib-prhotadd.sh"

hot_add 1 3 5 6 7 8
hot_added
