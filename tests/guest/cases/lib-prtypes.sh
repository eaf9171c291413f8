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

# reserved_is DEVICE WHAT: as `holder` prints it.
reserved_is()
{
	echo "held: $(holder "$1")"
	[ "$(holder "$1")" = "$2" ]
}

# goes, comes PATH: LIO does not tell its capacity to who is shut out, be it the holder by another
# path (type 3, and 6 and 8 to who is not registered), so a disk that comes then is of no use: there
# the path is only taken out of use. Everywhere else its disk is unplugged.
goes()
{
	lab_how=unplug
	case $lab_held.$lab_role in
	3.* | [68].none) lab_how=$SHUT_OUT ;;
	esac
	path_down "$lab_how" "$1"
}

comes()
{
	path_up "$lab_how" "$1"
}

flaps()
{
	goes "$1" && comes "$1"
}

# tries: 8 tests. What this guest may do, with all its paths, without one, and with all again.
tries()
{
	as_may "$lab_tag" "$lab_dev" "$lab_type" "$lab_role"
	check "$lab_tag: $1 goes" goes "$1"
	as_may "$lab_tag, $1 gone" "$lab_dev" "$lab_type" "$lab_role"
	check "$lab_tag: it comes back" comes "$1"
	as_may "$lab_tag, $1 back" "$lab_dev" "$lab_type" "$lab_role"
}

together()
{
	check "$lab_tag: they meet" meet "$lab_type.$lab_other.$1"
}

# reserves PATH NEXT: 26 tests. After each step a path goes and comes back; both do so while it is
# reserved, so one of them is that which made the reservation.
reserves()
{
	check "$lab_tag: register" pr "$lab_dev" register 0 "$me"
	check "$lab_tag, registered: $1 goes and comes" flaps "$1"
	together registered
	check "$lab_tag: the paths are registered" keys_are "$lab_dev" "$lab_keys"
	check "$lab_tag: reserve" pr "$lab_dev" reserve "$me" "$lab_type"
	lab_held=$lab_type
	together reserved
	check "$lab_tag, reserved: $2 goes and comes" flaps "$2"
	check "$lab_tag: it is held" reserved_is "$lab_dev" "$(held_by "$me" "$lab_type")"
	tries "$1"
	check "$lab_tag: it is held still" reserved_is "$lab_dev" "$(held_by "$me" "$lab_type")"
	check "$lab_tag: the paths are registered still" keys_are "$lab_dev" "$lab_keys"
	together tried
	check "$lab_tag: release" pr "$lab_dev" release "$me" "$lab_type"
	lab_held=
	check "$lab_tag, released: $2 goes and comes" flaps "$2"
	check "$lab_tag: nothing is reserved" reserved_is "$lab_dev" none
	together released
	check "$lab_tag: it writes" writes_all "$lab_dev"
	check "$lab_tag: unregister" pr "$lab_dev" register "$me" 0
	check "$lab_tag, unregistered: $1 goes and comes" flaps "$1"
}

# meets PATH NEXT: 14 tests, of the other guest, and 4 if it is registered.
meets()
{
	if [ "$lab_role" = registered ]; then
		check "$lab_tag: register" pr "$lab_dev" register 0 "$me"
		check "$lab_tag, registered: $2 goes and comes" flaps "$2"
	fi
	together registered
	together reserved
	# The holder's paths come and go at the same time.
	lab_held=$lab_type
	tries "$1"
	together tried
	lab_held=
	together released
	check "$lab_tag: nothing is reserved" reserved_is "$lab_dev" none
	check "$lab_tag: it writes" writes_all "$lab_dev"
	if [ "$lab_role" = registered ]; then
		check "$lab_tag: unregister" pr "$lab_dev" register "$me" 0
		check "$lab_tag, unregistered: $2 goes and comes" flaps "$2"
	fi
}

# one_type DEVICE TYPE ROLE GUEST: that guest reserves, the other one has this role.
one_type()
{
	lab_dev=$1 lab_type=$2 lab_other=$3 lab_role=$3 lab_held=
	lab_tag="type $2, the other $3"
	lab_keys="a1 a1 b1 b1 "
	[ "$3" = registered ] || lab_keys="$([ "$4" -eq 0 ] && echo 'a1 a1 ' || echo 'b1 b1 ')"
	lab_order="p0 p1"
	[ "$3" = none ] || lab_order="p1 p0"
	if [ "$LAB_GUEST" -eq "$4" ]; then
		lab_role=holder
		# shellcheck disable=SC2086 # split it
		reserves $lab_order
	else
		# shellcheck disable=SC2086
		meets $lab_order
	fi
	together end
	check "$lab_tag: nobody is registered any more" keys_are "$lab_dev" ""
	together over
}

# all_types: 291 tests. Each guest reserves in half of the rounds.
all_types()
{
	need_vmp lu0
	node=$(vmp_of lu0)
	dev=/dev/$node
	me=a1
	[ "$LAB_GUEST" -eq 0 ] || me=b1
	check "nobody is registered" keys_are "$dev" ""
	check "they meet" meet begin
	guest=0
	for type in 1 3 5 6 7 8; do
		one_type "$dev" $type none $guest
		guest=$((1 - guest))
		one_type "$dev" $type registered $guest
	done
	check_eq "no path has failed" "$(sed -n 's/^ms_\(failed\|held\) //p' \
		"/sys/block/$node/vmpath/paths"/*/stats | sort -u | tr '\n' ' ')" "0 "
}
