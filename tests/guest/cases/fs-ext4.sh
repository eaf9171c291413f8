#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: ext4 survives the loss of each path in turn, and loses no fsync-ed write
# TOPOLOGY: scsi2
# PLAN: 24
# TIMEOUT: 150
# MODES: fast

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# shellcheck disable=SC2034 # for lib-fs.sh
fs=ext4
# shellcheck disable=SC2034 # for lib-fs.sh
fsck="e2fsck -fn"
# shellcheck source=lib-fs.sh
. "$(dirname "$0")/lib-fs.sh"
fs_survives lu0 p0 p1
