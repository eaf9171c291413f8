#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: under load another LU takes the place of one path's, on tgt: it gets not one byte
# TOPOLOGY: tgt2-each
# TIMEOUT: 240
# TAGS: array
# PLAN: 32
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-array.sh
. "$(dirname "$0")/lib-array.sh"
# shellcheck source=lib-swap.sh
. "$(dirname "$0")/lib-swap.sh"

swap_run

# The disk itself is away meanwhile: it comes back as a path of the other LU.
under_load
gone=$(path_dir p1)
check "unplugged: the disk goes" host unplug p1
wait_for_not 20 test -e "$gone"
check "unplugged: the array swaps the LU" host array p1 swap lu1
check "unplugged: the disk comes" host plug p1
check "unplugged: it is claimed" wait_for 20 has_verdict p1 claimed
check_fails "unplugged: not by the LU's meta-node" test -e "/sys/block/$node/vmpath/paths/$(disk_of p1)"
check_eq "unplugged: not one byte went to the other LU" "$(lu1_now)" "$before"
check "fio saw no error" fio_stop io
