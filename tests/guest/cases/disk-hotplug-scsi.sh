#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a scsi disk is removed and added five times under I/O
# TOPOLOGY: scsi2
# PLAN: 18
# TIMEOUT: 90
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-hotplug.sh
. "$(dirname "$0")/lib-hotplug.sh"
