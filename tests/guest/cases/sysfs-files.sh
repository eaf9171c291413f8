#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: every attribute of the contract is there, with its mode, and can be read
# TOPOLOGY: scsi2-blk2
# PLAN: 12

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vmp lu0 lu1
node=$(vmp_of lu0)

# modes DIRECTORY: "NAME MODE" of each file, sorted
modes()
{
	for file in "$1"/*; do
		[ ! -f "$file" ] || echo "${file##*/} $(stat -c %a "$file")"
	done | sort
}

# has_all DIRECTORY NAME:MODE...: each is there, and has that mode.
has_all()
{
	modes "$1" >"$LAB_DIR/modes"
	shift
	for want; do
		grep -qx "${want%:*} ${want#*:}" "$LAB_DIR/modes" || {
			echo "no $want among:"
			cat "$LAB_DIR/modes"
			return 1
		}
	done
}

# reads DIRECTORY: each readable file has one line (stats has many), no blank at its end.
reads()
{
	for file in "$1"/*; do
		[ -f "$file" ] || continue
		case $(stat -c %a "$file") in 2*) continue ;; esac
		cat "$file" >"$LAB_DIR/value" || return 1
		[ "${file##*/}" = stats ] || [ "$(wc -l <"$LAB_DIR/value")" -eq 1 ] || { echo "$file: not one line"; return 1; }
		! grep -q '[[:blank:]]$' "$LAB_DIR/value" || { echo "$file: blanks"; return 1; }
	done
}

head="name:444 array:444 alias:644 wwid:444 vendor:444 model:444 serial:444 state:444 iopolicy:644
no_path_timeout_ms:644 stall_timeout_ms:644 delayed_removal_secs:644 path_health_secs:644
path_age_secs:644 check_secs:644 stats:444 prefer_secs:644 pr_key:444
fast_recovery:644 host_cache_none:644"
path="state:444 transport:444 inflight:444 inflight_age_ms:444 latency_us:444 stalls:444 ios:444 bytes:444
errors:444 failovers:444 last_error:444 held_secs:444 doubted:444 stats:444 weight:644 disable:644
pr_state:444"
# shellcheck disable=SC2086 # words
{
	check "a meta-node's files" has_all "/sys/block/$node/vmpath" $head
	check "a virtio-scsi path's files" has_all "$(path_dir p0)" $path hctl:444
	check "a virtio-blk path's files" has_all "$(path_dir p2)" $path
}
check_fails "a virtio-blk path has no hctl" test -e "$(path_dir p2)/hctl"
check "a disk's files" has_all "$SYS/disks/$(disk_of p0)" verdict:444 reason:444 wwid:444
check "a meta-node's can be read" reads "/sys/block/$node/vmpath"
check "a virtio-scsi path's can be read" reads "$(path_dir p1)"
check "a virtio-blk path's can be read" reads "$(path_dir p3)"
check "a disk's can be read" reads "$SYS/disks/$(disk_of p3)"
check_eq "parameters cannot be written" \
	"$(modes $SYS/parameters | grep -vc ' 444$')" 0
for name in claim allow deny iopolicy no_path_timeout_ms fast_recovery host_cache_none; do
	[ -e "$SYS/parameters/$name" ] || note "no $name" && echo "$name"
done >"$LAB_DIR/params"
check_eq "and all of them are there" "$(find $SYS/parameters -type f | wc -l)" \
	"$(wc -l <"$LAB_DIR/params")"
check_eq "a path's directory has its disk's name" "$(basename "$(path_dir p0)")" "$(disk_of p0)"
