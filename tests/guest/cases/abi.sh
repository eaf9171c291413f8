#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: Documentation/ABI and the live sysfs tree have the same attributes
# TOPOLOGY: scsi2-blk2
# NEEDS: abi
# PLAN: 9
# TAGS: smoke

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ABI=${ABI:-/lab/abi}
[ -r "$ABI/sysfs-block-vmpath" ] || skip_all "no ABI files at $ABI"

# What is there, with N for the number of a meta-node and <disk> for a name.
live()
{
	find /sys/block/vmp*/vmpath/ "$SYS/disks" "$SYS/parameters" -type f | sed \
		-e 's,^/sys/block/vmp[0-9]*/,/sys/block/vmp<N>/,' \
		-e 's,/paths/[^/]*/,/paths/<disk>/,' -e 's,/disks/[^/]*/,/disks/<disk>/,' |
		sort -u
}

documented()
{
	sed -n 's/^What:[[:space:]]*//p' "$ABI"/sysfs-*-vmpath | sort
}

# lacks_none LIST-A LIST-B: no line of A is missing in B.
lacks_none()
{
	! grep -vxFf "$2" "$1"
}

# exists PATTERN: a file that the entry speaks of is there.
exists()
{
	# shellcheck disable=SC2046 # a pattern that becomes names
	set -- $(echo "$1" | sed 's/<N>/[0-9]*/; s/<disk>/*/')
	[ -e "$1" ] || { echo "there is no $1"; return 1; }
}

# alua ENTRY: QEMU's scsi-hd has no target port groups; alua-implicit looks at these.
alua()
{
	case ${1##*/} in
	target_port_group | access_state | preferred) ;;
	*) return 1 ;;
	esac
}

all_exist()
{
	while read -r what; do
		! alua "$what" || continue
		exists "$what" || return 1
	done <"$LAB_DIR/documented"
}

# access: an entry says (RO), (RW) or (WO), and the mode is like that.
access()
{
	awk '/^What:/ { what = $2 } /^\t\t\((RO|RW|WO)\)/ { print $1, what }' \
		"$ABI"/sysfs-*-vmpath >"$LAB_DIR/access"
	while read -r word what; do
		# shellcheck disable=SC2046
		set -- $(echo "$what" | sed 's/<N>/[0-9]*/; s/<disk>/*/')
		! alua "$what" || continue
		case $word:$(stat -c %a "$1") in
		"(RO)":444 | "(RW)":644 | "(WO)":200) ;;
		*)
			echo "$1: $word but $(stat -c %a "$1")"
			return 1
			;;
		esac
	done <"$LAB_DIR/access"
	[ -s "$LAB_DIR/access" ]
}

# A target port is only there for a disk that tells it.
replug_with_port()
{
	props='"driver": "scsi-hd", "id": "p1", "drive": "t-p1", "bus": "h1.0", "share-rw": true'
	props="$props, \"vendor\": \"ACME\", \"product\": \"ARRAY1\", \"port_index\": 1"
	props="$props, \"port_wwn\": 5764607523034234881, \"serial\": \"$(lu_serial lu0)\""
	props="$props, \"wwn\": $(($(lab_row lu lu0 | cut -d ' ' -f 3)))"
	host unplug p1 && wait_for 15 has_state p1 none &&
		host qmp "{\"execute\": \"device_add\", \"arguments\": {$props}}"
}

need_vmp lu0 lu1
check "a path comes by a port with a name" replug_with_port
check "it is live" wait_for 15 has_state p1 live
check_eq "its target port" "$(path_get p1 target_port)" 5000000000000001
check_eq "its number" "$(path_get p1 relative_port)" 1
live >"$LAB_DIR/live"
documented >"$LAB_DIR/documented"
check_eq "no entry is there twice" "$(uniq -d "$LAB_DIR/documented")" ""
check "there is an entry for each attribute" lacks_none "$LAB_DIR/live" "$LAB_DIR/documented"
check "there is an attribute for each entry" all_exist
check "they can be read and written as the entries say" access
check "each that can be read can be read" sh -c \
	"find /sys/block/vmp*/vmpath/ $SYS/disks -type f ! -perm 200 -exec cat {} + >/dev/null"
