#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: xfs survives the loss of each path in turn, on either transport, and loses no fsync-ed write
# TOPOLOGY: scsi2-blk2
# PLAN: 48
# TIMEOUT: 300

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# shellcheck disable=SC2034 # for lib-fs.sh
fs=xfs
# shellcheck disable=SC2034 # for lib-fs.sh
fsck="xfs_repair -n"
# shellcheck source=lib-fs.sh
. "$(dirname "$0")/lib-fs.sh"
fs_survives lu0 p0 p1
fs_survives lu1 p2 p3
