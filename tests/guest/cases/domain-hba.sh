#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path fails or stalls: what shares its HBA is in doubt until it has read
# TOPOLOGY: scsi2-lu2
# PLAN: 18
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-stall.sh
. "$(dirname "$0")/lib-stall.sh"
# shellcheck source=lib-domain.sh
. "$(dirname "$0")/lib-domain.sh"

need_vmp lu0 lu1
doubts p1 p3 p2
