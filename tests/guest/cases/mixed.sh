#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: one LU over virtio-scsi and virtio-blk: one meta-node, one name, whichever path comes first
# TOPOLOGY: mixed
# PLAN: 18
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-mixed.sh
. "$(dirname "$0")/lib-mixed.sh"

mixed_run 'naa-5000c50_*' ACME
