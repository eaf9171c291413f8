# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For cases about policies: what each of two paths carries.

# spread PATH PATH FILE FIO-ARGUMENT...: random reads of 4 KiB, eight at a time unless
# the arguments say otherwise; what each path has carried is in $first and $second.
# shellcheck disable=SC2034 # for the cases
spread()
{
	lab_dir0=$(path_dir "$1")
	lab_dir1=$(path_dir "$2")
	read -r first <"$lab_dir0/ios"
	read -r second <"$lab_dir1/ios"
	lab_file=$3
	shift 3
	fio --name=spread --filename="$lab_file" --rw=randread --bs=4k --size=16m --direct=1 \
		--ioengine=libaio --iodepth=8 "$@" >"$LAB_DIR/spread" 2>&1 ||
		bail "fio failed: $(cat "$LAB_DIR/spread")"
	read -r lab_ios <"$lab_dir0/ios"
	first=$((lab_ios - first))
	read -r lab_ios <"$lab_dir1/ios"
	second=$((lab_ios - second))
	note "$* on $lab_file: $first and $second"
}

# even: no path has more than 55 % of it
even()
{
	[ $((first + second)) -gt 100 ] &&
		[ $((first * 20)) -ge $(((first + second) * 9)) ] &&
		[ $((second * 20)) -ge $(((first + second) * 9)) ]
}

# between LOW HIGH: what the first has carried, in per cent of all
between()
{
	[ $((first + second)) -gt 100 ] &&
		[ $((first * 100)) -ge $(($1 * (first + second))) ] &&
		[ $((first * 100)) -le $(($2 * (first + second))) ]
}
