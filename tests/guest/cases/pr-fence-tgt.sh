#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a guest fences another one that writes, on tgt: within a second, and not a byte comes later
# TOPOLOGY: tgt2
# TIMEOUT: 180
# GUESTS: 2
# TAGS: array
# PLAN: 23

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-prfence.sh
. "$(dirname "$0")/lib-prfence.sh"

fence preempt
