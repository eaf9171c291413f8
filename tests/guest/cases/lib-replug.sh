# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by the cases of both tiers in which a guest's paths come back in another order.

# replug GONE LIVE PATH...: all go, each within GONE seconds, then all come, in this order,
# and are live within LIVE seconds.
replug()
{
	lab_gone=$1
	lab_live=$2
	shift 2
	for path; do
		host unplug "$path" && wait_for_not "$lab_gone" has_disk "$path" || return 1
	done
	for path; do
		host plug "$path" && wait_for "$lab_live" has_state "$path" live || return 1
	done
}
