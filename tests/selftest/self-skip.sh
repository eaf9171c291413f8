#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: harness: a case that cannot run is skipped, with its reason
# EXPECT: ^skip$
# PLAN: 2

set -eu
# shellcheck source=../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

skip_all "never runs"
