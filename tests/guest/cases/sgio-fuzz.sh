#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: SCSI commands with lengths, directions and pointers of chance fail no path and stop nothing
# TOPOLOGY: scsi2
# NEEDS: sgio
# TIMEOUT: 240
# PLAN: 9

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-sgio.sh
. "$(dirname "$0")/lib-sgio.sh"

# shellcheck source=lib-sgiofuzz.sh
. "$(dirname "$0")/lib-sgiofuzz.sh"

# shellcheck disable=SC2119 # it has no arguments
fuzz_begin
fuzz alone $secs
check "it comes to its end" wait_for $((secs + 30)) has_ended alone
check "commands were sent, and some carried out" many alone
check_eq "no path has failed by it" "$(failed_ms)" 0

fuzz pulled $secs
check "a path is pulled meanwhile" host unplug p0
wait_for 20 has_state p0 none
check "and plugged in again" host plug p0
check "it is live" wait_for 30 has_state p0 live
check "it comes to its end" wait_for $((secs + 30)) has_ended pulled
check "commands were sent, and some carried out" many pulled
check "fio saw no error" fio_stop io
