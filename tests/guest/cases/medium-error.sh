#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a MEDIUM ERROR on every path is the caller's; no path fails
# TOPOLOGY: badmedium
# PLAN: 15
# TAGS: smoke
# TIMEOUT: 90
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-medium.sh
. "$(dirname "$0")/lib-medium.sh"
