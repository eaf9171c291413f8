#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: every change of a path is a uevent of the meta-node
# TOPOLOGY: scsi2-blk2
# PLAN: 18
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"

# event NODE DISK EVENT NR-PATHS: there was one, with all that belongs to it.
event()
{
	grep "^change $1 $3 $2 $4 [1-9][0-9]* $(get "$1" name)\$" "$LAB_DIR/uevents"
}

# in_order NODE: its numbers are 1, 2, 3 and so on.
in_order()
{
	sed -n "s/^change $1 .* \([0-9]*\) [^ ]*\$/\1/p" "$LAB_DIR/uevents" |
		awk '{ print } $1 != ++n { bad = 1 } END { exit bad || !n }'
}

# One line for each uevent; uevent runs this one after the other.
cat >"$LAB_DIR/listener" <<END
#!/bin/sh
echo "\$ACTION \$DEVNAME \$VMPATH_EVENT \$VMPATH_PATH \$VMPATH_NR_PATHS" \
	"\$VMPATH_SEQNUM \$VMPATH_NAME" >>$LAB_DIR/uevents
END
chmod +x "$LAB_DIR/listener"
uevent "$LAB_DIR/listener" 9<&- &
defer "kill $!"
# The listener is there when it hears something.
heard()
{
	echo change >/sys/block/"$(disk_of p0)"/uevent
	[ -s "$LAB_DIR/uevents" ]
}
wait_for 15 heard || bail "no uevent is heard"
# Whose turn it is each CPU knows for itself.
fails_there()
{
	read_at "/dev/$node" 0 && event "$node" "$disk" failed 1
}

need_vmp lu0 lu1
for lu in lu0 lu1; do
	path=p1
	[ $lu = lu0 ] || path=p3
	node=$(vmp_of $lu)
	disk=$(disk_of $path)
	check "$lu: live" wait_for 10 event "$node" "$disk" live '[12]'
	host fail $path 5 read
	put "$node" iopolicy round-robin
	check "$lu: failed" wait_for 10 fails_there
	host heal $path
	wait_for 20 has_state $path live
	path_put $path disable 1
	check "$lu: disabled" wait_for 10 event "$node" "$disk" disabled 1
	path_put $path disable 0
	check "$lu: probing" wait_for 10 event "$node" "$disk" probing '[12]'
	wait_for 15 has_state $path live
	host unplug $path
	check "$lu: removing" wait_for 10 event "$node" "$disk" removing 1
	check "$lu: removed" wait_for 10 event "$node" "$disk" removed 1
	host plug $path
	wait_for 20 has_state $path live
	disk=$(disk_of $path)
	check "$lu: added" wait_for 10 event "$node" "$disk" added '[12]'
	check "$lu: and live" wait_for 10 event "$node" "$disk" live 2
	check "$lu: they are numbered" in_order "$node"
done
