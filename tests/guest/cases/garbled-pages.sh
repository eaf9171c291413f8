#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: pages that are cut, lie about their length or are noise: refused or a sane id
# TOPOLOGY: stub2
# TIMEOUT: 420
# TAGS: array
# PLAN: 98

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-array.sh
. "$(dirname "$0")/lib-array.sh"
# shellcheck source=lib-ctl.sh
. "$(dirname "$0")/lib-ctl.sh"

naa=35000c50015ea71a0
good=$(host array p1 page 83 good)

# pages PAGE ANSWER [PAGE ANSWER ...]: what p1 answers from now on; an answer with
# arguments is one word, with commas.
pages()
{
	while [ $# -gt 0 ]; do
		# shellcheck disable=SC2046 # split it
		host array p1 page "$1" $(echo "$2" | tr , ' ') >"$LAB_DIR/page"
		note "page $1 of p1: $(cut -c 1-160 "$LAB_DIR/page")"
		shift 2
	done
}

all_good()
{
	for lab_page in std 00 80 83 b0 b1 b2; do
		host array p1 page "$lab_page" good >"$LAB_DIR/page"
	done
}

# plain FILE: one line, of nothing but printable ASCII.
plain()
{
	[ "$(wc -l <"$1")" -eq 1 ] && ! tr -d '\n -~' <"$1" | grep -q .
}

# sane PATH: one line each; the id has only what may stand in a file name.
sane()
{
	lab_dir=$SYS/disks/$(disk_of "$1")
	for lab_file in verdict reason wwid; do
		plain "$lab_dir/$lab_file" || { od -c "$lab_dir/$lab_file"; return 1; }
	done
	[ -n "$(cat "$lab_dir/reason")" ] || return 1
	if [ "$(cat "$lab_dir/verdict")" = claimed ]; then
		grep -qxE '[[:alnum:]#+.:=@_-]{2,}' "$lab_dir/wwid"
	else
		[ -z "$(cat "$lab_dir/wwid")" ]
	fi
}

# told PATH VERDICT WWID REASON: the last two are shell patterns.
told()
{
	lab_dir=$SYS/disks/$(disk_of "$1")
	lab_told="$(cat "$lab_dir/verdict"), $(cat "$lab_dir/wwid"), $(cat "$lab_dir/reason")"
	echo "$lab_told"
	# shellcheck disable=SC2254 # it is a pattern
	case $lab_told in
	$2,\ $3,\ $4) ;;
	*) return 1 ;;
	esac
}

# is_path PATH WWID: claimed, and live in the meta-node of that LU.
is_path()
{
	told "$1" claimed "$2" "a path of vmp*" && has_state "$1" live
}

outcome()
{
	case $1 in
	lu0) is_path p1 "$naa" ;;
	mismatch) told p1 claimed "$naa" "a path of vmp*, kept out of use: *" ;;
	serial) is_path p1 "SVMPATH*" ;;
	none) told p1 refused "" "no id: *" ;;
	unanswered) told p1 pending "" "error -5, will be tried again" ;;
	empty) told p1 pending "" "the target says that there is no LU, will be tried again" ;;
	decided) has_verdict p1 claimed || has_verdict p1 refused || outcome unanswered ||
		outcome empty ;;
	esac
}

released()
{
	vmpathctl release "$(disk_of p1)"
}

# What a good answer brings, and who had another id goes first.
comes_back()
{
	# As long as a new node is searched for partitions it is busy.
	wait_for 10 released || return 1
	vmpathctl claim "$(disk_of p1)" && wait_for 20 is_path p1 "$naa" &&
		[ "$(path_dir p1 | cut -d / -f 4)" = "$(path_dir p0 | cut -d / -f 4)" ]
}

# garbled NAME OUTCOME PAGE ANSWER...: 4 tests.
garbled()
{
	name=$1
	want=$2
	shift 2
	pages "$@"
	if [ "$want" = mismatch ]; then
		# The first one is the measure.
		load claim=none
		wait_for 20 has_verdict p0 refused
		vmpathctl claim "$(disk_of p0)" >"$LAB_DIR/claim"
		wait_for 20 is_path p0 "$naa"
		vmpathctl claim "$(disk_of p1)" >"$LAB_DIR/claim"
	else
		load
	fi
	check "$name: p1 ends as it should: $want" wait_for 30 outcome "$want"
	note "p1: $(told p1 "*" "*" "*")"
	check "$name: and says so in plain words" sane p1
	check "$name: p0 is not touched by that" wait_for 20 is_path p0 "$naa"
	all_good
	check "$name: good pages make it a path" comes_back
	wait_for 20 unload
}

# A good page, as the path tells it, with another page length: four digits.
lying=$(echo "$good" | cut -c 1-4)
ids=$(echo "$good" | cut -c 9-)

garbled "cut in a designator" serial 83 short,10
garbled "cut in a header" mismatch 83 short,18
garbled "a designator beyond the page" serial 83 0083000c010300405000c50015ea71a0
garbled "a page longer than what came" lu0 83 "${lying}ffff$ids"
garbled "page length 0" serial 83 "${lying}0000$ids"
garbled "the code of another page" serial 83 "0080$(echo "$good" | cut -c 5-)"
garbled "control characters in page 80" serial 83 drop 80 0080000c01070a1b41420d7f80ff4325
garbled "page 80 of nothing else" none 83 drop 80 0080000401090a0d
garbled "page 80 longer than the buffer" serial 83 drop 80 00801ffc41,8192
garbled "page 83 is listed and refused" serial 83 drop
garbled "no page is listed" none 00 0000000100
garbled "page 00 has another code" unanswered 00 0083000400808300
garbled "page 00 longer than the buffer" lu0 00 0000ffff008083b0b1b200,4096
garbled "PQ is 3 everywhere" empty 00 "7f00000600808300b000" 80 "7f800006564d504c5530" \
	83 "7f$(echo "$good" | cut -c 3-)" std "7f$(host array p0 page std good | cut -c 3-)"
seed=$((LAB_SEED % 100000))
note "seed $seed"
garbled "noise in page 83" decided 83 random,$seed
garbled "noise in page 80, no page 83" decided 83 drop 80 random,$((seed + 1))
garbled "noise in all pages" decided 00 random,$((seed + 2)) 83 random,$((seed + 3)) \
	80 random,$((seed + 4)) b0 random,$((seed + 5)) b1 random,$((seed + 6))
garbled "noise where it does not matter" lu0 b0 random,$((seed + 7)) \
	b1 random,$((seed + 8)) b2 random,$((seed + 9)) std short,9

need_vmp lu0
node=$(vmp_of lu0)
fio_verify_bg io "/dev/$node" --runtime=900

# either STATE... : p1 is in one of them.
either()
{
	case " $* " in
	*" $(path_state p1) "*) ;;
	*) return 1 ;;
	esac
}

# under_load NAME STATES PAGE ANSWER...: 4 tests.
under_load()
{
	name=$1
	states=$2
	shift 2
	pages "$@"
	check "$name, live: p1 is probed" vmpathctl probe "$(disk_of p1)"
	# shellcheck disable=SC2086 # split it
	check "$name, live: p1 becomes one of $states" wait_for 40 either $states
	mark p0
	check "$name, live: I/O goes on" wait_for 20 carries p0
	all_good
	check "$name, live: good pages, and p1 is live" wait_for 60 has_state p1 live
}

under_load "page 83 refused" mismatch 83 drop
under_load "the id of another LU" mismatch 83 0083000c010300085000c50015ea71ff
under_load "no id" mismatch 83 drop 80 drop
under_load "noise" mismatch 83 random,$seed 80 random,$((seed + 1))
under_load "page 00 with another code" "live failed" 00 0083000400808300
host array p1 sense 06 3f 03
under_load "a page of other designators, and a unit attention" mismatch 83 short,10
check "fio saw no error" fio_stop io
check "the host has the same data" same_on_host "/dev/$node" lu0 0 16777216
