#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: two guests on one LU of lio: release, clear and preempt of each type while the path that reserved is away
# TOPOLOGY: lio2
# TIMEOUT: 300
# GUESTS: 2
# TAGS: array
# PLAN: 151

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-prtypes.sh
. "$(dirname "$0")/lib-prtypes.sh"
# shellcheck source=lib-prgone.sh
. "$(dirname "$0")/lib-prgone.sh"

all_gone
