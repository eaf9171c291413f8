# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by the cases in which one LU is seen over both transports: p0 is virtio-scsi,
# p1 virtio-blk.

nodes()
{
	(cd /sys/block && ls -d vmp* 2>/dev/null) | wc -l
}

# mixed_run NAME VENDOR: 18 tests; the name is a pattern.
mixed_run()
{
	need_vmp lu0
	node=$(vmp_of lu0)
	name=$(get "$node" name)
	check_eq "one meta-node" "$(nodes)" 1
	check_eq "with both paths" "$(path_get p0 transport) $(path_get p1 transport)" \
		"virtio-scsi virtio-blk"
	check_eq "it is optimal" "$(get "$node" state)" optimal
	check_like "the name is that of the NAA id" "$name" "$1"

	fio_verify_bg io "/dev/$node" --runtime=600
	for p in p0 p1; do
		check "$p goes" host unplug $p
		check "one path is left" wait_for 20 has_value "$node" state degraded
		check "$p comes" host plug $p
		check "and is live" wait_for 20 has_value "$node" state optimal
	done
	check "fio saw no error" fio_stop io

	# Each transport alone, as if the other were never there.
	for p in p1 p0; do
		other=p0
		[ $p = p0 ] && other=p1
		wait_for 10 unload
		host unplug $other
		load
		wait_for 20 has_state $p live || bail "$p is not live"
		node=$(cd /sys/block && ls -d vmp*)
		[ $p = p1 ] || check_eq "vendor is the one of INQUIRY" "$(get "$node" vendor)" "$2"
		check_eq "$p alone: the same name" "$(get "$node" name)" "$name"
		host plug $other
		wait_for 20 has_state $other live || bail "$other is not live"
		check_eq "with both: the vendor, too" "$(get "$node" vendor)" "$2"
	done
}
