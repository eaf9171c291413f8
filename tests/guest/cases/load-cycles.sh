#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: 100 cycles of load and unload while disks come and go; it is unloaded at once or at any moment
# TOPOLOGY: scsi2-blk2
# PLAN: 6
# TIMEOUT: 300

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-cycles.sh
. "$(dirname "$0")/lib-cycles.sh"

note "seed ${LAB_SEED:-1}"
hotplug_bg
done=0
while more_cycles "$done"; do
	load
	# Not to wait for something, but to be there at another moment each time.
	[ $((done % 3)) -eq 0 ] || sleep "0.$(printf %03d "$(rand 400)")"
	wait_for 20 gone || bail "the module stays: $(cat "$LAB_DIR/wait")"
	done=$((done + 1))
done
cycles_done "$done"
check "the module comes again" need_vmp lu0 lu1
