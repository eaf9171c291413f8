#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: SCSI commands on an LU over both transports take the virtio-scsi path, and wait for it
# TOPOLOGY: mixed
# PLAN: 9

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-sgio.sh
. "$(dirname "$0")/lib-sgio.sh"

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node
works "sg_inq answers as the virtio-scsi path" "$node" p0 sg_inq DEV
put "$node" no_path_timeout_ms 60000
path_put p0 disable 1
# shellcheck disable=SC2046 # split it
ended_bg wait sg_raw -r 512 -o /dev/null "$dev" $(cdb16 88)
check_fails "it waits for that, though the other path is live" wait_for 2 has_ended wait
path_put p0 disable 0
check "until it is there" wait_for 20 has_ended wait
check "and ends well" ended_with wait 0
path_put p0 disable 1
put "$node" no_path_timeout_ms 1500
# shellcheck disable=SC2046
ended_bg wait sg_raw -r 512 -o /dev/null "$dev" $(cdb16 88)
check "or no longer than I/O would" wait_for 10 has_ended wait
check_like "the end is EIO" "$(cat "$LAB_DIR/bg.wait.out")" "*nput/output error*"
path_put p0 disable 0
check "the path is pulled" host unplug p0
wait_for 20 has_state p0 none
as_on_disk "with virtio-blk alone it is as on such a disk" "$node" p1 sg_inq --only DEV
