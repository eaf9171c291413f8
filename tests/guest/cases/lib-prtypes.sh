# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib-pr.sh: two guests, one of which reserves an LU; what the other may do, by
# SPC-4 table 47, and what both may while their paths come and go.

# may TYPE ROLE read|write: may who does not hold the reservation? ROLE is none or registered.
may()
{
	case $1:$2:$3 in
	[1]:*:read | [57]:none:read) return 0 ;;
	[13]:*) return 1 ;;
	*:registered:*) return 0 ;;
	*) return 1 ;;
	esac
}

reads_all()
{
	for lab_at in 0 1 2 3; do
		read_at "$1" $((lab_at * 4096)) || return 1
	done
}

writes_all()
{
	for lab_at in 0 1 2 3; do
		write_4k "$1" $((lab_at * 4096)) || return 1
	done
}

# as_may NAME DEVICE TYPE ROLE: 2 tests. The holder's role is holder.
as_may()
{
	if [ "$4" = holder ] || may "$3" "$4" read; then
		check "$1: it reads" reads_all "$2"
	else
		check "$1: it cannot read" conflicts read_at "$2" 4096
	fi
	if [ "$4" = holder ] || may "$3" "$4" write; then
		check "$1: it writes" writes_all "$2"
	else
		check "$1: it cannot write" conflicts write_4k "$2" 4096
	fi
}

# goes, comes PATH: LIO does not tell its capacity to who is shut out, be it the holder by another
# path, so a disk that comes then is of no use: there the path is only taken out of use.
goes()
{
	lab_how=unplug
	case $lab_type.$lab_role in
	3.* | [68].none) lab_how=$SHUT_OUT ;;
	esac
	path_down "$lab_how" "$1"
}

comes()
{
	path_up "$lab_how" "$1"
}

# one_type DEVICE TYPE ROLE PATH: 14 tests.
one_type()
{
	lab_dev=$1 lab_type=$2 lab_role=$3 lab_lost=$4
	lab_tag="type $lab_type, the other $lab_role"
	if [ "$LAB_GUEST" -eq 0 ]; then
		check "$lab_tag: reserve" pr "$lab_dev" reserve a1 "$lab_type"
		lab_role=holder
	elif [ "$lab_role" = registered ]; then
		check "$lab_tag: register" pr "$lab_dev" register 0 b1
	else
		check "$lab_tag: read keys" keys "$lab_dev"
	fi
	check "$lab_tag: they meet" meet "$lab_type.$3.1"
	as_may "$lab_tag" "$lab_dev" "$lab_type" "$lab_role"
	check "$lab_tag: they meet" meet "$lab_type.$3.2"
	check "$lab_tag: $lab_lost goes" goes "$lab_lost"
	as_may "$lab_tag, $lab_lost gone" "$lab_dev" "$lab_type" "$lab_role"
	check "$lab_tag: it comes back" comes "$lab_lost"
	as_may "$lab_tag, $lab_lost back" "$lab_dev" "$lab_type" "$lab_role"
	check "$lab_tag: they meet" meet "$lab_type.$3.3"
	if [ "$LAB_GUEST" -eq 0 ]; then
		check "$lab_tag: release" pr "$lab_dev" release a1 "$lab_type"
	elif [ "$lab_role" = registered ]; then
		check "$lab_tag: unregister" pr "$lab_dev" register b1 0
	else
		check "$lab_tag: read keys" keys "$lab_dev"
	fi
	check "$lab_tag: they meet" meet "$lab_type.$3.4"
}

# all_types: 173 tests.
all_types()
{
	need_vmp lu0
	node=$(vmp_of lu0)
	dev=/dev/$node
	check "nobody is registered" keys_are "$dev" ""
	check "they meet" meet begin
	[ "$LAB_GUEST" -ne 0 ] || pr "$dev" register 0 a1 || bail "no registration"
	for type in 1 3 5 6 7 8; do
		one_type "$dev" $type none p0
		one_type "$dev" $type registered p1
	done
	check_eq "no path has failed" "$(sed -n 's/^ms_\(failed\|held\) //p' \
		"/sys/block/$node/vmpath/paths"/*/stats | sort -u | tr '\n' ' ')" "0 "
	[ "$LAB_GUEST" -ne 0 ] || pr "$dev" register a1 0 || bail "it stays registered"
	check "they meet" meet end
	check "nobody is registered any more" keys_are "$dev" ""
}
