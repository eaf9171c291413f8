# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by every case of the second tier: the first tier's lib.sh, and what
# only a whole distribution has: udev's database and links, LVM, md, systemd.

# shellcheck source=../../guest/cases/lib.sh
. "$(dirname "$0")/lib.sh"

# has_prop DEVICE KEY=VALUE: in udev's database; no_prop DEVICE KEY.
has_prop()
{
	udevadm info -q property -n "$1" | grep -qxF "$2"
}

no_prop()
{
	! udevadm info -q property -n "$1" | grep -q "^$2="
}

# leads_to LINK NODE, no_link LINK
leads_to()
{
	[ -L "$1" ] && [ "$(readlink -f "$1")" = "/dev/$2" ]
}

no_link()
{
	[ ! -e "$1" ] && [ ! -L "$1" ]
}

# links_of DEVICE: all of udev's links to it, one a line, without /dev/.
links_of()
{
	udevadm info -q symlink -n "$1" | tr ' ' '\n'
}

# idle: udev has nothing left to do.
idle()
{
	udevadm settle --timeout=0
}

# marked DISK: a component, or a partition of one, as vmpath-udev(7) says. It is asked
# of many, and a program takes long to start under emulation.
marked()
{
	lab_props="
$(udevadm info -q property -n "/dev/$1")
"
	for lab_want in VMPATH_VERDICT= SYSTEMD_READY=0 ID_FS_TYPE=vmpath_member \
		DM_MULTIPATH_DEVICE_PATH=1 UDISKS_IGNORE=1; do
		case $lab_props in
		*"
$lab_want"*) ;;
		*) echo "$1: no $lab_want"; return 1 ;;
		esac
	done
	for lab_key in ID_FS_UUID ID_FS_LABEL ID_PART_TABLE_TYPE ID_PART_ENTRY_UUID \
		LVM_VG_NAME_COMPLETE; do
		case $lab_props in
		*"
$lab_key="*) echo "$1: has $lab_key"; return 1 ;;
		esac
	done
	lab_links=${lab_props#*"
DEVLINKS="}
	for lab_link in ${lab_links%%"
"*}; do
		case $lab_link in
		/dev/disk/by-path/* | /dev/vmpath-member/*) ;;
		*) echo "$1: $lab_link"; return 1 ;;
		esac
	done
}

# components: every disk that vmpath has claimed, and their partitions.
components()
{
	for lab_dir in "$SYS"/disks/*; do
		[ "$(cat "$lab_dir/verdict")" = claimed ] || continue
		lab_disk=${lab_dir##*/}
		echo "$lab_disk"
		for lab_part in "/sys/block/$lab_disk/$lab_disk"*; do
			[ ! -e "$lab_part" ] || echo "${lab_part##*/}"
		done
	done
}

all_marked()
{
	[ -n "$(components)" ] || return 1
	for lab_dev in $(components); do
		marked "$lab_dev" || return 1
	done
}

# only_vmpath_holds: whoever else sits on a component.
only_vmpath_holds()
{
	for lab_dev in $(components); do
		for lab_holder in "/sys/class/block/$lab_dev/holders"/*; do
			case ${lab_holder##*/} in
			'*' | vmp*) ;;
			*)
				echo "$lab_dev is held by ${lab_holder##*/}"
				return 1
				;;
			esac
		done
	done
}

# slaves NODE: what a dm or md device sits on.
slaves()
{
	# shellcheck disable=SC2012 # kernel names
	ls "/sys/class/block/$1/slaves" | tr '\n' ' ' | sed 's/ $//'
}

# The known content, and whether a file has it.
content()
{
	seq 1 30000
}

content_is()
{
	content | cmp - "$1"
}

no_failed_units()
{
	lab_units=$(systemctl --failed --no-legend --plain)
	[ -z "$lab_units" ] || { echo "$lab_units"; return 1; }
}

# need_nodes LU...: the boot, not the case, brings module and meta-nodes.
need_nodes()
{
	for lab_lu; do
		wait_for 60 has_vmp "$lab_lu" || bail "no meta-node for $lab_lu: $(
			cat "$SYS"/disks/*/reason 2>&1)"
	done
	wait_for 30 idle || bail "udev does not come to rest"
}
