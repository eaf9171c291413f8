#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: reservations of chance, from several threads, fail no path, and no I/O but by conflicts
# TOPOLOGY: tgt2
# NEEDS: sgio
# TIMEOUT: 240
# TAGS: array
# PLAN: 19

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-sgio.sh
. "$(dirname "$0")/lib-sgio.sh"

# shellcheck source=lib-sgiofuzz.sh
. "$(dirname "$0")/lib-sgiofuzz.sh"

# generation: one more with each that the array has carried out and that changes a registration.
generation()
{
	echo $(($(sg_persist -n -i -k "$dev" |
		sed -n 's/.*PR generation=\(0x[0-9a-f]*\).*/\1/p')))
}

# unreserved TAG: 4 tests. Whatever was registered and reserved, who registers anew can clear it.
unreserved()
{
	check "$1: it can be registered" pr "$dev" ignore a1
	check "$1: both paths are" wait_for 30 keys_are "$dev" "a1 a1 "
	check "$1: all is cleared" pr "$dev" clear a1
	check_eq "$1: nothing is reserved" "$(holder "$dev")" none
}

# fio_ends: it is told to, and does.
fio_ends()
{
	kill -INT "$(cat "$LAB_DIR/fio.io.pid")" && wait_for 30 fio_ended io
}

# A conflict (EBADE) may be real, where one thread reserves what another one has just unregistered;
# vmpath asks the array once a second at most. Any other error ends fio.
fuzz_begin --continue_on_error=read --ignore_error=52
fuzz alone $secs pr
check "it comes to its end" wait_for $((secs + 30)) has_ended alone
check "commands were sent, and some carried out" many alone
check "some changed registrations" test "$(generation)" -gt 20
check_eq "no path has failed by it" "$(failed_ms)" 0
unreserved "after that"

# Not pulled: QEMU 7.2 never ends what it cancels in removing a disk, and what then has a conflict.
fuzz again $secs pr
check "a path is taken out of use meanwhile" path_down disable p0
check "and back into use" path_put p0 disable 0
check "it comes to its end" wait_for $((secs + 30)) has_ended again
check "commands were sent, and some carried out" many again
unreserved "with a path less for a time"
check "fio has seen no error but conflicts" fio_running io
check "it ends" fio_ends
note "$(grep -E 'err=|errors' "$(fio_out io)")"
check "both paths are live" wait_for 30 has_value "$node" state optimal
