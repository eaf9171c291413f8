#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: aliases from /etc/vmpath/aliases are there after boot; the log tells of bad lines
# TOPOLOGY: hotplug
# PLAN: 10
# TIMEOUT: 120
# OVERLAY: aliases

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"

# told: the lines of the file that the log tells of, in this boot.
told()
{
	journalctl -b -q -t vmpathctl -o cat |
		sed -n 's:^/etc/vmpath/aliases\:\([0-9]*\)\: .*skipped$:\1:p' | tr '\n' ' '
}

has_told()
{
	[ "$(told)" = "$1" ]
}

kernel_has_told()
{
	journalctl -b -q -k -t vmpathctl -o cat | grep -q '^/etc/vmpath/aliases:4: .*skipped$'
}

need_nodes lu0
node=$(vmp_of lu0)
check_eq "the alias of lu0, by its name" "$(get "$node" alias)" fromfile
check "... is a link" leads_to /dev/vmpath/fromfile "$node"
check "the log tells of each bad line" wait_for 20 has_told "4 6 "
host plug p2
check "lu1 comes later" wait_for 30 has_vmp lu1
check "... and has its alias, by its WWID" wait_for 20 leads_to /dev/vmpath/late "$(vmp_of lu1)"
wait_for 30 idle
journalctl --sync
check_eq "the log tells no second time" "$(told)" "4 6 "

# As in the initramfs: nobody takes messages yet but the kernel.
rm /run/vmpath/aliases-told
check_fails "the kernel's log has nothing of it yet" kernel_has_told
mv /dev/log /dev/log.away
udevadm trigger --action=add --settle "/sys/block/$node"
mv /dev/log.away /dev/log
check "without the log's daemon the kernel keeps it" wait_for 20 kernel_has_told
check "the alias is still a link" leads_to /dev/vmpath/fromfile "$node"
check "no unit has failed" no_failed_units
