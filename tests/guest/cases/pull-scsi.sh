#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a scsi disk is pulled at any moment after its arrival
# TOPOLOGY: late
# PLAN: 4
# TIMEOUT: 150

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pull.sh
. "$(dirname "$0")/lib-pull.sh"
