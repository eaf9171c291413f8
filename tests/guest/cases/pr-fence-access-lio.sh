#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a guest fences another one whose fio writes, on lio, where it may not even read: within a second, and not a byte comes later
# TOPOLOGY: lio2
# TIMEOUT: 300
# GUESTS: 2
# TAGS: array
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-prfence.sh
. "$(dirname "$0")/lib-prfence.sh"

# How a path goes, and comes back, whose guest may do nothing on the LU.
# shellcheck disable=SC2034 # for lib-prfence.sh
SHUT_OUT=disable
if [ "$LAB_GUEST" -eq 0 ]; then plan 55; else plan 57; fi
fence_begin
fence preempt 6
fence preempt 3
