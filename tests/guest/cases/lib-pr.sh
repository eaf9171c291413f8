# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib.sh by the cases on persistent reservations. Keys are hexadecimal digits
# without 0x, as sg_persist prints them; types are its numbers: 1 write exclusive, 3 exclusive
# access, 5 and 6 the same for registrants, 7 and 8 for all registrants.

# pr DEVICE WORD...: PERSISTENT RESERVE OUT.
#   register OLD NEW | ignore NEW | reserve KEY TYPE | release KEY TYPE | clear KEY |
#   preempt KEY VICTIM TYPE | abort KEY VICTIM TYPE
pr()
{
	lab_pr=$1
	case $2 in
	register) set -- -G -K "0x$3" -S "0x$4" ;;
	ignore) set -- -I -S "0x$3" ;;
	reserve) set -- -R -K "0x$3" -T "$4" ;;
	release) set -- -L -K "0x$3" -T "$4" ;;
	clear) set -- -C -K "0x$3" ;;
	preempt) set -- -P -K "0x$3" -S "0x$4" -T "$5" ;;
	abort) set -- -A -K "0x$3" -S "0x$4" -T "$5" ;;
	esac
	sg_persist -n -o "$@" "$lab_pr"
}

# pr_ends CODE COMMAND...: it ends with this exit code of sg_persist; 24 is a conflict.
pr_ends()
{
	lab_code=$1
	shift
	"$@" && lab_rc=0 || lab_rc=$?
	[ "$lab_rc" = "$lab_code" ]
}

# keys DEVICE: all that are registered, in order, each once for each nexus.
keys()
{
	sg_persist -n -i -k "$1" | sed -n 's/^ *0x\([0-9a-f]*\)$/\1/p' | sort | tr '\n' ' '
}

keys_are()
{
	echo "$1 has $(keys "$1")"
	[ "$(keys "$1")" = "$2" ]
}

# holder DEVICE: "KEY TYPE" of the reservation, or "none".
holder()
{
	sg_persist -n -i -r "$1" >"$LAB_DIR/holder" || return 1
	if grep -q 'NO reservation' "$LAB_DIR/holder"; then
		echo none
	else
		sed -n 's/^ *Key= *0x\([0-9a-f]*\)$/\1/p' "$LAB_DIR/holder" | tr '\n' ' '
		case $(sed -n 's/.*type: *//p' "$LAB_DIR/holder") in
		"Write Exclusive") echo 1 ;;
		"Exclusive Access") echo 3 ;;
		"Write Exclusive, registrants only") echo 5 ;;
		"Exclusive Access, registrants only") echo 6 ;;
		"Write Exclusive, all registrants") echo 7 ;;
		"Exclusive Access, all registrants") echo 8 ;;
		*) sed -n 's/.*type: *//p' "$LAB_DIR/holder" ;;
		esac
	fi
}

# held_by KEY TYPE: as `holder` prints it. Who holds for all registrants has no key, SPC-4 6.13.3.2.
held_by()
{
	case $2 in
	[78]) echo "0 $2" ;;
	*) echo "$1 $2" ;;
	esac
}

# conflicts COMMAND...: it fails, by a RESERVATION CONFLICT.
conflicts()
{
	! "$@" >"$LAB_DIR/conflicts" 2>&1 || { echo "it was allowed"; return 1; }
	cat "$LAB_DIR/conflicts"
	grep -q 'Invalid exchange' "$LAB_DIR/conflicts"
}

# state_is PATH STATE: its registration's, as of pr_state. key_is KEY: of $node, as of pr_key.
state_is()
{
	path_get "$1" pr_state
	[ "$(path_get "$1" pr_state)" = "$2" ]
}

# shellcheck disable=SC2154 # the case sets node
key_is()
{
	get "$node" pr_key
	[ "$(get "$node" pr_key)" = "$1" ]
}

# both_live: are p0 and p1?
both_live()
{
	echo "$(path_state p0) $(path_state p1)"
	[ "$(path_state p0) $(path_state p1)" = "live live" ]
}

# outs PATH: how many PERSISTENT RESERVE OUT the stub has had by it.
outs()
{
	host array "$1" count 5f
}

# got_more PATH N: more than so many.
got_more()
{
	[ "$(outs "$1")" -gt "$2" ]
}

# find_first KEY: which path is asked first ($first), and which one then ($other)? With the stub.
# shellcheck disable=SC2034,SC2154 # the case sets dev, and uses these
find_first()
{
	lab_outs=$(outs p0)
	pr "$dev" release "$1" 5 || return 1
	first=p1 other=p0
	[ "$(outs p0)" -eq "$lab_outs" ] || first=p0 other=p1
	note "$first is asked first"
}
