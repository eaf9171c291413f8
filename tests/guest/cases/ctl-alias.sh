#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: vmpathctl alias: set, kept over a reload, taken, cleared
# TOPOLOGY: scsi2-blk2
# PLAN: 28
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-json.sh
. "$(dirname "$0")/lib-json.sh"
# shellcheck source=lib-ctl.sh
. "$(dirname "$0")/lib-ctl.sh"

file=/etc/vmpath/aliases

need_vmp lu0 lu1
a=$(vmp_of lu0)
b=$(vmp_of lu1)
wwid=$(get "$a" wwid)

check "an alias is set" ends 0 vmpathctl alias "$a" orders-db
check_eq "the meta-node has it" "$(get "$a" alias)" orders-db
check "the file keeps it" grep -qx "$wwid orders-db" $file
check "it is a name" ends 0 vmpathctl show orders-db
check "nobody else gets it" ends 1 vmpathctl alias "$b" orders-db
check "nor the name of another" ends 1 vmpathctl alias "$b" "$(get "$a" name)"
check_eq "so it has none" "$(get "$b" alias)" ""
check "the module refuses what it cannot be" ends 1 vmpathctl set "$b" alias=a/b
check "and the tool before it" ends 2 vmpathctl alias "$b" a/b
check "one for now" ends 0 vmpathctl alias --runtime "$b" now
check_eq "it is set" "$(get "$b" alias)" now
check_fails "and not kept" grep -q now $file

check "list" ends 0 vmpathctl alias
note "$(cat "$out")"
check "the one is set" grep -qE "^orders-db +set +$a +$wwid\$" "$out"
check "the other is there until the reboot" grep -qE "^now +runtime +$b " "$out"
check "as JSON" ends 0 vmpathctl alias --json
check "it is JSON" valid_json "$out"

echo "$(get "$b" name) logs   # by name" >>$file
echo "nonsense" >>$file
wait_for 10 unload
need_vmp lu0 lu1
a=$(vmp_of lu0)
b=$(vmp_of lu1)
check_eq "after a reload there is none" "$(get "$a" alias)$(get "$b" alias)" ""
check "a meta-node gets its own" ends 0 vmpathctl alias --apply "$b"
check_eq "and only it" "$(get "$a" alias) $(get "$b" alias)" " logs"
check "all get theirs, a bad line is told" ends 1 vmpathctl alias --apply
check "by its number" grep -q "aliases:[0-9]*: no alias for 'nonsense'" "$LAB_DIR/err"
check_eq "they have them" "$(get "$a" alias) $(get "$b" alias)" "orders-db logs"
vmpathctl alias "$a" one &
vmpathctl alias "$b" two
wait $!
check_eq "two at a time" "$(get "$a" alias) $(get "$b" alias)" "one two"
check "are both kept" test "$(grep -cE ' (one|two)( |$)' $file)" -eq 2
check "one is cleared" ends 0 vmpathctl alias --clear one
check_eq "it is gone" "$(get "$a" alias)" ""
check_fails "from the file, too" grep -q "$wwid" $file
