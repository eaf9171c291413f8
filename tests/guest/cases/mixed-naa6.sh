#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the same for an id of 16 bytes, carried by the virtio-blk serial
# TOPOLOGY: mixed-naa6
# PLAN: 19
# TIMEOUT: 120
# TAGS: array

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-mixed.sh
. "$(dirname "$0")/lib-mixed.sh"

mixed_run 'tgt_*' IET
check_eq "the serial is what vmpathctl makes of the WWID" \
	"$(vmpathctl serial "$(get "$(vmp_of lu0)" wwid)")" "$(cat "/sys/block/$(disk_of p1)/serial")"
