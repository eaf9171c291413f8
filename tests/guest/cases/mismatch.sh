#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a path of another capacity, virtio-scsi: refused, loudly, and no I/O goes down it
# TOPOLOGY: mismatch
# PLAN: 19

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-mismatch.sh
. "$(dirname "$0")/lib-mismatch.sh"

mismatch_run "another capacity"
mismatch_untouched
