#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: fifteen random faults and mends, one good path left at any time: no error, no wrong data
# TOPOLOGY: scsi2-blk2
# PLAN: 5
# TIMEOUT: 180

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# What is broken in each LU is in files: the path, and how. A path is broken only
# when none is, and before the next one is broken it is live again.
broken_file()
{
	echo "$LAB_DIR/broken.$1"
}

break_one()
{
	first=0
	[ "$1" = lu0 ] || first=2
	path=p$((first + $(rand 2)))
	# shellcheck disable=SC2046 # pick a word
	set -- "$1" $(pick "$(rand 5)" unplug fail fail disable throttle)
	note "$(now) $1 $path $2"
	# Whether a path that fails is used, and so found out, is the policy's.
	if [ "$2" = fail ]; then
		host fail "$path" 5
	else
		path_down "$2" "$path" || bail "$2 $path does not show"
	fi
	echo "$2 $path" >"$(broken_file "$1")"
}

pick()
{
	shift $(($1 + 1))
	echo "$1"
}

mend()
{
	read -r how path <"$(broken_file "$1")"
	note "$(now) $1 $path mended"
	path_up "$how" "$path" || bail "$path does not come back from $how"
	rm "$(broken_file "$1")"
}

switch_policy()
{
	policy=$(pick "$(rand 5)" queue-depth round-robin single-active cpu-affine latency)
	note "$(now) $1 $policy"
	put "$(vmp_of "$1")" iopolicy "$policy"
}

note "seed ${LAB_SEED:-1}"
need_vmp lu0 lu1
log_mark
fio_verify_bg lu0 "/dev/$(vmp_of lu0)" --runtime=600
fio_verify_bg lu1 "/dev/$(vmp_of lu1)" --runtime=600
# So many, and not so long: how many a second holds is the machine's affair.
steps=0
while [ $steps -lt 15 ]; do
	lu=lu$(rand 2)
	if [ "$(rand 4)" -eq 0 ]; then
		switch_policy "$lu"
	elif [ -e "$(broken_file "$lu")" ]; then
		mend "$lu"
	else
		break_one "$lu"
	fi
	steps=$((steps + 1))
done
for lu in lu0 lu1; do
	[ ! -e "$(broken_file $lu)" ] || mend $lu
done
check "lu0: fio saw no error" fio_stop lu0
check "lu1: fio saw no error" fio_stop lu1
check "lu0: the host has the data" same_on_host "/dev/$(vmp_of lu0)" lu0 0 16777216
check "lu1: the host has the data" same_on_host "/dev/$(vmp_of lu1)" lu1 0 16777216
check_fails "no LU was without a path" said 'no path for|, 0 of'
