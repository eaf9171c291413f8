#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: as boot, without a filter for LVM: it complains of duplicates, and uses the meta-node
# TOPOLOGY: stack
# PLAN: 5
# OVERLAY: nofilter
# TIMEOUT: 300

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"

need_nodes lu0 lu1 lu2 lu3
check_eq "LVM has no filter" "$(lvmconfig --typeconfig current | grep -cE 'scan=|filter')" 1
check "LVM volume is active" wait_for 120 test -e /dev/vmpvg/lv
check_eq "it sits on the meta-node" \
	"$(slaves "$(basename "$(readlink -f /dev/vmpvg/lv)")")" "$(vmp_of lu0)"
check_like "LVM's commands are not content" "$(pvs 2>&1)" "*WARNING: Not using device*"
check "nobody but vmpath holds a component" only_vmpath_holds
