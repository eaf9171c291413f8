#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: makes, on meta-nodes, the LVM volume, md array and xfs that the boots find
# TOPOLOGY: stack
# PLAN: 5
# TIMEOUT: 120

set -eu
# shellcheck source=lib-distro.sh
. "$(dirname "$0")/lib-distro.sh"

# put_content DEVICE DIR: a file system of the known content.
put_content()
{
	mkfs.ext4 -q -F "$1" && mount "$1" "$2" && content >"$2/content" && umount "$2"
}

lvm()
{
	pvcreate -q "/dev/$(vmp_of lu0)" && vgcreate -q vmpvg "/dev/$(vmp_of lu0)" &&
		lvcreate -q -y -n lv -L 64M vmpvg && put_content /dev/vmpvg/lv /srv/lv &&
		vgchange -an vmpvg
}

md()
{
	mdadm --create /dev/md/vmpmd --run --level=1 --raid-devices=2 --metadata=1.2 \
		--name=vmpmd --homehost=any --assume-clean \
		"/dev/$(vmp_of lu1)" "/dev/$(vmp_of lu2)" &&
		put_content /dev/md/vmpmd /srv/md &&
		mdadm --stop /dev/md/vmpmd
}

xfs()
{
	node=/dev/$(vmp_of lu3)
	echo 'label: gpt
		type=linux, name=vmppart' | sfdisk -q "$node" &&
		wait_for 30 test -e "${node}p1" && mkfs.xfs -q -L vmpxfs "${node}p1" &&
		wait_for 30 leads_to /dev/disk/by-label/vmpxfs "${node##*/}p1" &&
		wait_for 30 mount "${node}p1" /mnt && content >/mnt/content && umount /mnt
}

# The array is started again as soon as its disks are let go, and stays clean.
closed()
{
	! findmnt -t xfs,ext4 -o TARGET -n | grep -v '^/$' || return 1
	[ ! -e /dev/vmpvg/lv ] || { ls -l /dev/vmpvg; return 1; }
	for state in /sys/block/md*/md/array_state; do
		[ -e "$state" ] || continue
		case $(cat "$state") in
		clear | inactive | clean | readonly | read-auto) ;;
		*) echo "$state: $(cat "$state")"; return 1 ;;
		esac
	done
}

need_nodes lu0 lu1 lu2 lu3
check "every disk is claimed and marked" all_marked
check "an LVM volume on lu0" lvm
check "an md array on lu1 and lu2" md
check "an xfs with a label in a partition of lu3" xfs
sync
wait_for 30 closed || :
check "nothing is open" closed
