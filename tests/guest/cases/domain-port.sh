#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path fails or stalls: what shares its target port is in doubt until it has read
# TOPOLOGY: ports
# PLAN: 20
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
check_eq "p0 and p2 have one target port" "$(path_get p0 target_port)" "$(path_get p2 target_port)"
check "p3 has another" test "$(path_get p3 target_port)" != "$(path_get p2 target_port)"
doubts p0 p2 p3
