# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by the mismatch cases: two disks with one WWID that cannot be one LU.
# Whichever comes first is the LU's path; the other must never carry I/O.

# mismatch_run REASON: 18 tests; the topology has the paths p0 and p1.
mismatch_run()
{
	image_0=$(host sha256 lu0 0 16777216)
	image_1=$(host sha256 lu1 0 16777216 2>/dev/null) || image_1=none
	load
	wait_for 15 mismatch_seen || bail "no path became a mismatch: $(path_state p0) $(path_state p1)"
	good=p0
	[ "$(path_state p0)" != mismatch ] || good=p1
	bad=p0
	[ $good = p1 ] || bad=p1
	wait_for 15 has_state "$good" live || bail "no path is live"
	node=$(cd /sys/block && ls -d vmp*)
	check_eq "one meta-node has both" "$(nr_paths "$node")" 2
	check_eq "it is degraded" "$(get "$node" state)" degraded
	check "the log names the path and why" wait_for 5 grep_dmesg "$node: path $(disk_of $bad) mismatch ($1)"
	check "the refused disk is held" wait_for 5 has_verdict $bad claimed
	mismatch_io "$1"
	mismatch_alone
}

# mismatch_untouched: 1 test; the paths lead to lu0 and lu1.
mismatch_untouched()
{
	if [ "$bad" = p1 ]; then
		check_eq "its image is untouched" "$(host sha256 lu1 0 16777216)" "$image_1"
	else
		check_eq "its image is untouched" "$(host sha256 lu0 0 16777216)" "$image_0"
	fi
}

mismatch_seen()
{
	has_state p0 mismatch || has_state p1 mismatch
}

grep_dmesg()
{
	dmesg | grep -F "$1"
}

# Under I/O, with every policy, and though the administrator asks for it.
mismatch_io()
{
	[ "$(cat "/sys/block/$node/ro")" = 1 ] && rw=randread || rw=randrw
	for policy in round-robin queue-depth single-active cpu-affine latency; do
		put "$node" iopolicy $policy
		check "$policy: I/O goes well" fio --name=io --filename="/dev/$node" --rw="$rw" --bs=4k \
			--size=4m --direct=1 --ioengine=libaio --iodepth=8
	done
	path_put "$bad" probe 1
	path_put "$bad" disable 1
	path_put "$bad" disable 0
	check "disabled, enabled and probed it is a mismatch again" wait_for 15 has_state "$bad" mismatch
	check_eq "no I/O went down it" "$(path_get "$bad" ios) $(path_get "$bad" bytes)" "0 0"
}

# The good path goes; the bad one must not take its place.
mismatch_alone()
{
	put "$node" no_path_timeout_ms 500
	path_put "$good" disable 1
	check "without the good path there is none" wait_for 10 has_value "$node" state no-path
	path_put "$bad" probe 1
	check_fails "I/O fails" dd if="/dev/$node" of=/dev/null bs=4096 count=1 iflag=direct
	check_eq "the bad path is still a mismatch" "$(path_state "$bad")" mismatch
	check_eq "and had no I/O" "$(path_get "$bad" ios)" 0
	path_put "$good" disable 0
	check "the good path comes back" wait_for 15 has_state "$good" live
	check "and I/O with it" wait_for 10 dd if="/dev/$node" of=/dev/null bs=4096 count=1 iflag=direct
	check_eq "none on the bad one" "$(path_get "$bad" ios)" 0
}
