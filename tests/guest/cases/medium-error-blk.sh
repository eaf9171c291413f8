#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: EIO at some sectors on every path is the caller's; no path fails
# TOPOLOGY: badmedium-blk
# PLAN: 15
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-medium.sh
. "$(dirname "$0")/lib-medium.sh"
