#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: four paths each on virtio-scsi and virtio-blk: all carry I/O, any one will do
# TOPOLOGY: scsi4-blk4
# PLAN: 26
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vmp lu0 lu1

# four LU PATHS: 13 tests
four()
{
	node=$(vmp_of "$1")
	check_eq "$1: four paths" "$(nr_paths "$node")" 4
	check_eq "$1: optimal" "$(get "$node" state)" optimal
	fio_verify_bg "$1" "/dev/$node" --runtime=3
	check "$1: fio saw no error" fio_wait "$1" 40
	for path in $2; do
		check "$path carries I/O" test "$(path_get "$path" ios)" -gt 50
	done
	check "$1: the host has the same data" same_on_host "/dev/$node" "$1" 0 16777216

	fio_verify_bg one "/dev/$node" --runtime=20
	for path in $2; do
		[ "$path" = "${2##* }" ] || path_put "$path" disable 1
	done
	check_eq "$1: one is left, degraded" "$(get "$node" state)" degraded
	last=${2##* }
	before=$(path_get "$last" ios)
	check "$1: it carries the I/O" wait_for 20 more_than "$last" ios "$((before + 50))"
	for path in $2; do
		path_put "$path" disable 0
	done
	check "$1: all are back" wait_for 20 has_value "$node" state optimal
	check "$1: fio saw no error" fio_stop one
	check "$1: the host still has the same data" same_on_host "/dev/$node" "$1" 0 16777216
}

more_than()
{
	[ "$(path_get "$1" "$2")" -gt "$3" ]
}

four lu0 "p0 p1 p2 p3"
four lu1 "p4 p5 p6 p7"
