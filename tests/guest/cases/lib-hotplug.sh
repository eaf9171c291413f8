# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The body of disk-hotplug-scsi.sh and disk-hotplug-blk.sh: one disk of lu0 is
# removed and added five times under I/O.

need_vmp lu0
node=$(vmp_of lu0)
fio_verify_bg io "/dev/$node" --runtime=600
for round in 1 2 3 4 5; do
	path=p$((round % 2))
	check "$round: $path is removed" path_down unplug $path
	check "$round: it is no path any more" wait_for 5 has_paths "$node" 1
	check "$round: it is added and takes I/O again" path_up unplug $path
done
check "the meta-node is optimal" wait_for 5 has_value "$node" state optimal
check "fio saw no error" fio_stop io
check "the host has the data" same_on_host "/dev/$node" lu0 0 16777216
