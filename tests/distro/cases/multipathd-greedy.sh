#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: multipathd that wants every disk (find_multipaths greedy) gets none of ours
# TOPOLOGY: stack
# PLAN: 7
# OVERLAY: greedy
# TIMEOUT: 120

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"
# shellcheck source=lib-multipathd.sh
. "$(dirname "$0")/lib-multipathd.sh"

without_maps greedy
