#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: partitions of a meta-node: made, used, found again at load; no re-read while mounted
# TOPOLOGY: scsi2
# PLAN: 21
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# A partition of a component, if the kernel knows it, must not be mountable.
held()
{
	disk=$(disk_of p0)
	[ -b "/dev/${disk}1" ] || return 0
	! mount -t ext4 "/dev/${disk}1" /mnt/p1
}

need_vmp lu0
node=$(vmp_of lu0)

check "sfdisk writes a table" sfdisk -q "/dev/$node" <<X
label: gpt
start=2048, size=131072
start=133120, size=131072
start=264192, size=65536
X
for n in 1 2 3; do
	check "${node}p$n is found" wait_for 10 test -b "/dev/${node}p$n"
done
check_eq "the second begins where it should" "$(cat "/sys/block/$node/${node}p2/start")" 133120
check_eq "the third ends where it should" "$(cat "/sys/block/$node/${node}p3/size")" 65536
write_at "/dev/${node}p2" 0 1048576 0x42
check_eq "what is written to the second is in its place" \
	"$(host sha256 lu0 $((133120 * 512)) 1048576)" "$(sha_of "/dev/${node}p2" 0 1048576)"
check_eq "and not elsewhere" "$(host sha256 lu0 $((2048 * 512)) 1048576)" \
	"$(head -c 1048576 /dev/zero | sha256sum | cut -d ' ' -f 1)"
check "fio on the third" fio --name=p3 --filename="/dev/${node}p3" --rw=randwrite --bs=4k \
	--size=4m --direct=1 --ioengine=libaio --iodepth=8 --verify=crc32c
check_fails "nothing can be written behind its end" \
	dd if=/dev/zero "of=/dev/${node}p3" bs=4096 count=1 seek=8192 oflag=direct

mount_new ext4 "/dev/${node}p1" /mnt/p1
echo data >/mnt/p1/file
check_fails "the table is not read again while one is mounted" blockdev --rereadpt "/dev/$node"
check "the mounted one is still there" test -b "/dev/${node}p1"
check_fails "the module stays" unload
umount /mnt/p1
check "then it is" blockdev --rereadpt "/dev/$node"

# The components show the partitions too, once the module is gone; the module
# claims such a disk all the same, and finds them when it is loaded.
wait_for 10 unload || bail "the module does not go"
load
check "at load the partitions are found" wait_for 15 test -b "/dev/${node}p3"
need_vmp lu0
node=$(vmp_of lu0)
mount -t ext4 "/dev/${node}p1" /mnt/p1
check_eq "and the file system on the first" "$(cat /mnt/p1/file)" data
umount /mnt/p1
check "a component is held with its partitions" held
check "a partition goes" sfdisk -q --delete "/dev/$node" 3
check "from /dev" wait_for 10 lab_not test -e "/dev/${node}p3"
check "the others stay" test -b "/dev/${node}p2"
check_eq "no path had an error" "$(path_get p0 errors)$(path_get p1 errors)" 00
