#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: multipathd as Debian has it (find_multipaths strict) takes none of our disks
# TOPOLOGY: stack
# PLAN: 7
# TIMEOUT: 120

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"
# shellcheck source=lib-multipathd.sh
. "$(dirname "$0")/lib-multipathd.sh"

without_maps strict
