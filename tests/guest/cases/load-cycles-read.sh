#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: 100 cycles of load and unload while disks come and go; it is unloaded when its nodes are there and read
# TOPOLOGY: scsi2-blk2
# PLAN: 6
# TIMEOUT: 300

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-cycles.sh
. "$(dirname "$0")/lib-cycles.sh"

hotplug_bg
done=0
while more_cycles "$done"; do
	load
	wait_for 30 has_vmp lu0 || bail "no meta-node in cycle $done"
	wait_for 10 opens "/dev/$(vmp_of lu0)" || bail "the node cannot be opened in cycle $done"
	read_at "/dev/$(vmp_of lu0)" 0 || bail "a READ fails in cycle $done"
	wait_for 20 gone || bail "the module stays: $(cat "$LAB_DIR/wait")"
	done=$((done + 1))
done
cycles_done "$done"
check "the module comes again" need_vmp lu0 lu1
