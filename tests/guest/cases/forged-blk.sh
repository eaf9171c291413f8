#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: two different LUs with one serial, virtio-blk: never merged
# TOPOLOGY: forged-blk
# PLAN: 20
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-mismatch.sh
. "$(dirname "$0")/lib-mismatch.sh"

mismatch_run "other contents"
mismatch_untouched
# shellcheck disable=SC2154 # mismatch_run sets it
check_like "vmpathctl explains it" "$(vmpathctl explain "$(disk_of "$bad")")" '*other contents*'
