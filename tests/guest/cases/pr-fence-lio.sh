#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a guest fences another one whose fio writes, on lio: within a second, and not a byte comes later
# TOPOLOGY: lio2
# TIMEOUT: 300
# GUESTS: 2
# TAGS: array

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-prfence.sh
. "$(dirname "$0")/lib-prfence.sh"

if [ "$LAB_GUEST" -eq 0 ]; then plan 89; else plan 91; fi
fence_begin
fence abort 5 full
fence preempt 1
fence abort 8
