#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: two guests on one LU of lio: each type of reservation, what the other may do, a path comes and goes after every step
# TOPOLOGY: lio2
# TIMEOUT: 600
# GUESTS: 2
# TAGS: array
# PLAN: 291

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-prtypes.sh
. "$(dirname "$0")/lib-prtypes.sh"

# How a path goes, and comes back, whose guest may do nothing on the LU.
# shellcheck disable=SC2034 # for lib-prtypes.sh
SHUT_OUT=disable
all_types
