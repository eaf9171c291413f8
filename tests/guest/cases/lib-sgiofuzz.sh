# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib-sgio.sh: commands of chance to a meta-node that is read at the same time.

# fuzz NAME SECONDS [pr]: aside, with a seed of its own; with pr all are reservations, of
# right lengths.
fuzz()
{
	lab_fuzz=$1
	shift
	seed=$(rand 100000)
	note "seed $seed, $1 s"
	set -- "$1" "$seed" ${2:+"$2"}
	ended_bg "$lab_fuzz" sgio fuzz "$dev" "$@"
}

# many NAME: it ended well, and a good many of its commands came to their end.
many()
{
	ended_with "$1" 0
	note "$(tr '\n' ' ' <"$LAB_DIR/bg.$1.out")"
	[ "$(of "$LAB_DIR/bg.$1.out" sent)" -gt 100 ] && [ "$(of "$LAB_DIR/bg.$1.out" ok)" -gt 20 ]
}

failed_ms()
{
	for lab_p in p0 p1; do
		path_get $lab_p stats
	done | awk '/^ms_(failed|held|mismatch) / { n += $2 } END { print n + 0 }'
}

# fuzz_begin [FIO-ARGUMENT...]: the meta-node of lu0, which is read from now on, and for how long
# each part is fuzzed.
# shellcheck disable=SC2120 # cases give arguments
fuzz_begin()
{
	need_vmp lu0
	node=$(vmp_of lu0)
	dev=/dev/$node
	# shellcheck disable=SC2034 # for the cases
	if [ "${LAB_DEBUG:-0}" = 0 ]; then secs=8; else secs=60; fi
	fio_bg io --filename="$dev" --rw=randread --bs=4k --size=16m --direct=1 --ioengine=libaio \
		--iodepth=4 --time_based --runtime=600 "$@"
}
