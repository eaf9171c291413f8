#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the administrator takes a path out of use, and back, under I/O; probe
# TOPOLOGY: scsi2-blk2
# PLAN: 23
# TIMEOUT: 90
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

idle()
{
	[ "$(path_get "$1" inflight)" -eq 0 ]
}

need_vmp lu0 lu1
for lu in lu0 lu1; do
	path=p0
	[ $lu = lu0 ] || path=p2
	node=$(vmp_of $lu)
	fio_verify_bg $lu "/dev/$node" --runtime=600
	check "$lu: $path is disabled" path_put $path disable 1
	check_eq "$lu: its state says so" "$(path_state $path)" disabled
	check_eq "$lu: and its attribute" "$(path_get $path disable)" 1
	check "$lu: its I/O ends" wait_for 10 idle $path
	ios=$(path_get $path ios)
	check "$lu: a probe is taken" path_put $path probe 1
	check_fails "$lu: but does not enable it" wait_for 3 has_state $path live
	check_eq "$lu: it carries no I/O" "$(path_get $path ios)" "$ios"
	check "$lu: it is enabled" path_put $path disable 0
	check "$lu: and live again" wait_for 15 has_state $path live
	check "$lu: fio saw no error" fio_stop $lu
done
check_fails "disable wants a truth value" path_put p0 disable perhaps
put "$(vmp_of lu0)" no_path_timeout_ms 1000
path_put p0 disable 1
path_put p1 disable 1
check_fails "with every path disabled I/O fails in the end" read_at "/dev/$(vmp_of lu0)" 0
path_put p1 disable 0
check "and works when one is enabled" wait_for 15 read_at "/dev/$(vmp_of lu0)" 0
