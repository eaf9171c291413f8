#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: a target port group is unavailable: its path is out of use, then both; I/O waits
# TOPOLOGY: lio2
# TIMEOUT: 180
# TAGS: array
# PLAN: 22

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-alua.sh
. "$(dirname "$0")/lib-alua.sh"

left_out unavailable
