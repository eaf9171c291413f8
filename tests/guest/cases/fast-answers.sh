#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: fast recovery: each answer of the outcome table that an array can be made to give, and what follows
# TOPOLOGY: stub2
# TIMEOUT: 300
# TAGS: array

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# One answer to a READ a line, or to a WRITE, and its class in the table. What is sent again at
# once, by the mid-layer if the array is busy, counts as none; `who` asks which LU it is, and for a
# second after it nothing counts: those are last. A CHECK CONDITION without sense data is one of
# them; to a status that it does not know the mid-layer resets the disk, which says so then.
cat >"$LAB_DIR/answers" <<EOF
sense,00,00,00 retry
sense,01,17,01,data none
sense,02,04,01 retry
sense,02,04,04 retry
sense,02,04,07 retry
sense,02,04,09 retry
sense,02,04,0a retry
sense,02,04,11 retry
sense,02,04,14 retry
sense,02,04,1a retry
sense,02,04,1b retry
sense,02,04,1d retry
sense,02,04,03 suspect
sense,02,04,0b suspect
sense,02,04,0c suspect
sense,02,04,12 suspect
sense,02,08,00 suspect
sense,02,3e,00 retry
sense,02,44,00 suspect
sense,03,11,00 target
sense,03,13,00 target
sense,03,14,00 target
sense,03,31,00 target
sense,04,08,00 suspect
sense,04,3e,02 suspect
sense,04,44,00 suspect
sense,04,47,00 suspect
sense,04,4b,00 suspect
sense,04,67,0a target
sense,04,32,00 target
sense,05,10,00 target
sense,05,21,00 target
sense,05,22,00 target
sense,05,24,00 target
sense,05,26,00 target
sense,05,27,00 target
sense,05,55,00 suspect
sense,06,04,0a none
sense,06,2a,01 none
sense,06,2a,03 none
sense,06,2a,06 none
sense,06,2a,07 none
sense,06,2a,09 none
sense,06,2f,00 none
sense,06,38,07 none
sense,06,5d,00 none
sense,07,20,00 target
sense,07,27,07 target
sense,08,00,00 target
sense,09,00,00 suspect
sense,0a,00,00 target
sense,0b,00,00 retry
sense,0b,00,06 suspect
sense,0b,08,00 suspect
sense,0b,10,00 target
sense,0b,2e,01 target
sense,0b,3e,02 suspect
sense,0b,44,00 suspect
sense,0b,47,00 retry
sense,0b,4b,00 retry
sense,0c,00,00 suspect
sense,0d,00,00 target
sense,0e,00,00 target
sense,0f,55,0a target
sense,0f,00,00 suspect
status,08 none
status,18 conflict
status,28 none
status,30 retry
status,40 retry
sense,03,11,00,deferred retry
status,04 none
sense,01,17,01,data none write
sense,03,11,00,deferred retry write
sense,0b,47,00 retry write
status,08 none write
sense,02,04,0b suspect write
sense,04,44,00 suspect write
sense,03,0c,00 target write
sense,07,20,00 target write
status,18 conflict write
sense,06,29,00,deferred retry
sense,05,20,00 who
sense,05,25,00 who
sense,05,25,01 who
sense,06,28,00 who
sense,06,29,00 who
sense,06,3f,03 who
sense,06,3f,0e who
status,02 who
status,02 who write
status,22 who
status,22 who write
sense,05,25,00 who write
sense,06,29,00 who write
sense,06,3f,0e who write
EOF

both_live()
{
	has_state p0 live && has_state p1 live
}

# counts: what both paths have counted, by class.
counts()
{
	for lab_p in p0 p1; do
		path_get $lab_p stats
	done | awk '
		$1 ~ /^errors_/ { n[substr($1, 8)] += $2 }
		END { print n["retry"] + 0, n["suspect"] + 0, n["failover"] + 0,
			n["target"] + 0, n["conflict"] + 0 }'
}

# follows CLASS BEFORE AFTER: one error more, of this class and no other; of `who` any that
# is not the LU's own.
follows()
{
	# shellcheck disable=SC2086 # numbers
	set -- "$1" $2 $3
	got="$(($7 - $2)) $(($8 - $3)) $(($9 - $4)) $((${10} - $5)) $((${11} - $6))"
	case $1 in
	none) want="0 0 0 0 0" ;;
	retry) want="1 0 0 0 0" ;;
	suspect) want="0 1 0 0 0" ;;
	target) want="0 0 0 1 0" ;;
	conflict) want="0 0 0 0 1" ;;
	who) want="? ? ? 0 0" ;;
	esac
	echo "retry suspect failover target conflict: got $got, want $want"
	# shellcheck disable=SC2254 # it is a pattern
	case $got in $want) return 0 ;; esac
	return 1
}

# carried_out CLASS: the host has the new block, or, if the caller was told so, the old one.
carried_out()
{
	case $1 in target | conflict) byte=$old ;; *) byte=$new ;; esac
	lab_has=$(host read lu0 1048576 16)
	echo "the host has $lab_has, not $byte"
	[ "$lab_has" = "$(for _ in 1 2 3 4 5 6 7 8; do printf %s "$byte$byte"; done)" ]
}

# data KIND: a READ, or a WRITE of another byte.
data()
{
	[ "$1" = write ] || { read_at "/dev/$node" 1048576; return; }
	new=$(printf %02x $((1 + 0x$old)))
	write_at "/dev/$node" 1048576 4096 "0x$new"
}

# answer WORDS CLASS KIND: the next READ or WRITE gets it, by whichever path it goes.
answer()
{
	before=$(counts)
	# shellcheck disable=SC2046 # words
	host array "$path" $(echo "$1" | tr , ' ') || return 1
	lab_rc=0
	data "$3" || lab_rc=1
	follows "$2" "$before" "$(counts)" || return 1
	case $2 in
	target | conflict) [ $lab_rc -eq 1 ] || { echo "the caller saw no error"; return 1; } ;;
	*) [ $lab_rc -eq 0 ] || { echo "the caller saw an error"; return 1; } ;;
	esac
	if [ "$3" = write ]; then
		carried_out "$2" || return 1
		old=$byte
	fi
	# The check of a suspect reads by both paths: it must be over before the next answer. A
	# path that was enabled is live by a check of its own.
	if [ "$2" = suspect ]; then
		path_put "$path" disable 1
		path_put "$path" disable 0
	fi
	wait_for 20 both_live
}

plan $(($(wc -l <"$LAB_DIR/answers") + 3))
need_vmp lu0
node=$(vmp_of lu0)
put "$node" host_cache_none 1
put "$node" iopolicy single-active
put "$node" check_secs 0
put "$node" path_age_secs 0
check "fast recovery is on" put "$node" fast_recovery 1
path=p0
old=10
write_at "/dev/$node" 1048576 4096 0x$old
while read -r words class kind <&3; do
	mark p0 p1
	read_at "/dev/$node" 0
	path=p1
	! carries p0 >"$LAB_DIR/carries" || path=p0
	kind=${kind:-read}
	check "$kind: $words: $class" answer "$words" "$class" "$kind"
done 3<"$LAB_DIR/answers"
check "written data is right" write_4k "/dev/$node" 1048576
check_eq "nothing failed for want of a path" "$(get "$node" no_path_errors)" 0
