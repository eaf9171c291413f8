#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: xfs survives the loss of each path in turn, and loses no fsync-ed write
# TOPOLOGY: blk2
# PLAN: 24
# TIMEOUT: 150

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
