#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: vmpathctl claim and release wait until it is done and say what came of it
# TOPOLOGY: scsi2-blk2
# PLAN: 24
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-json.sh
. "$(dirname "$0")/lib-json.sh"
# shellcheck source=lib-ctl.sh
. "$(dirname "$0")/lib-ctl.sh"

load deny=transport:virtio-blk
need_vmp lu0
wait_for 15 settled || bail "discovery does not end"
node=$(vmp_of lu0)
a=$(disk_of p0)
b=$(disk_of p1)
c=$(disk_of p2)

exec 8<"/dev/$node"	# open, also before fio has come that far
fio_verify_bg io "/dev/$node" --runtime=300
check "a path is released under I/O" ends 0 vmpathctl release "$a"
check_like "it says so" "$(cat "$out")" "$a: refused: released by the administrator"
check "it is no path any more" test ! -e "/sys/block/$node/vmpath/paths/$a"
check "explain knows why" ends 0 vmpathctl explain "$a"
check_like "the same" "$(cat "$out")" "$a: refused: released by the administrator"
check "the last path of an open meta-node stays" ends 1 vmpathctl release "$b"
check "it says whose" grep -q "last path that takes I/O of $node, which is open" "$LAB_DIR/err"
check "and is not touched" has_state p1 live
check "it is claimed again" ends 0 vmpathctl claim "/dev/$a"
check_like "it says so" "$(cat "$out")" "$a: claimed: a path of $node"
check "it takes I/O again" wait_for 20 has_state p0 live
check "claimed twice is claimed" ends 0 vmpathctl claim "$a"
check "fio saw no error" fio_stop io
exec 8<&-

check "a disk that is denied is claimed all the same" ends 0 vmpathctl claim "$c"
check "there is a meta-node" wait_for 20 has_vmp lu1
check "the other one is left alone" has_verdict p3 refused
check "released, it goes" ends 0 vmpathctl release "$c"
exec 8<"/dev/$c"
check "a disk that is open may be claimed" ends 0 vmpathctl claim "$c"
exec 8<&-
check "and released" ends 0 vmpathctl release "$c"
mount_new ext4 "/dev/$c" "$LAB_DIR/mnt"
check "one that is mounted is not" ends 1 vmpathctl claim "$c"
check_like "it says why" "$(cat "$LAB_DIR/err")" "*$c: not claimed: in use: *"
check "no such disk" ends 3 vmpathctl claim sdzz
check "a meta-node is no disk" ends 3 vmpathctl release "$node"
check "explain --json" ends 0 vmpathctl explain --json "$c"
