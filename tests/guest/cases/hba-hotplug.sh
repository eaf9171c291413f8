#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a whole HBA is removed and added under I/O, then the other one
# TOPOLOGY: scsi2
# PLAN: 14
# TAGS: smoke debug
# TIMEOUT: 90
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

need_vmp lu0
node=$(vmp_of lu0)
fio_verify_bg io "/dev/$node" --runtime=600
for n in 1 0; do
	check "h$n is removed" host unplug-hba h$n
	check "p$n is no path any more" wait_for 20 has_state p$n none
	check_eq "the meta-node is degraded" "$(get "$node" state)" degraded
	check "h$n is added" host plug-hba h$n
	check "p$n takes I/O again" wait_for 30 has_state p$n live
	check "the meta-node is optimal" wait_for 5 has_value "$node" state optimal
done
check "fio saw no error" fio_stop io
check "the host has the data" same_on_host "/dev/$node" lu0 0 16777216
