#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: vmpathctl pr says who holds the LU, which keys there are, whose they are, and how it is with each path
# TOPOLOGY: tgt2
# NEEDS: sgio
# TIMEOUT: 240
# TAGS: array
# PLAN: 65

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-fault.sh
. "$(dirname "$0")/lib-fault.sh"
# shellcheck source=lib-pr.sh
. "$(dirname "$0")/lib-pr.sh"
# shellcheck source=lib-json.sh
. "$(dirname "$0")/lib-json.sh"
# shellcheck source=lib-ctl.sh
. "$(dirname "$0")/lib-ctl.sh"

# told: what vmpathctl pr says is in $out.
told()
{
	ends 0 vmpathctl pr "$node" && note "$(cat "$out")"
}

# says NAME TEXT: the line of that name.
says()
{
	sed -n "s/^$1  *//p" "$out" | grep -qxF "$2"
}

# path_says PATH STATE WORD: the path's line.
path_says()
{
	grep -qxE "$(disk_of "$1") +$2 +$3" "$out"
}

has_word()
{
	[ "$(path_get "$1" pr_state)" = "$2" ]
}

has_key()
{
	has_value "$node" pr_key "$1"
}

need_vmp lu0
node=$(vmp_of lu0)
dev=/dev/$node

check_eq "nothing is known of a key" "$(get "$node" pr_key)" unknown
# The kernel's ioctl registers with APTPL.
check_eq "tgt has no APTPL" "$(sgio pr "$dev" register 0 abc1)" EINVAL
check_eq "nor by the other one" "$(sgio pr "$dev" ignore 0 abc1)" EINVAL
check "nobody is registered" told
check "no reservation" says reservation none
check "it is said that nothing is known of this guest" \
	says "this guest" "not known: vmpath has registered nothing since it was loaded"
check "a path needs none" path_says p0 live none

check "register" pr "$dev" register 0 abc1
check "reserve" pr "$dev" reserve abc1 5
check_eq "the key" "$(get "$node" pr_key)" 0x000000000000abc1
check "told" told
check "the type" says reservation "write exclusive, registrants only (type 5)"
check "it is ours" says "held by" "this guest, key 0x000000000000abc1"
check "twice" says "this guest" "key 0x000000000000abc1, registered 2 times"
check "who may" says access "read and write"
check "the key's line" grep -qxE "0x000000000000abc1 this guest yes +2" "$out"
check "p0 is registered" path_says p0 live registered
check "p1 is registered" path_says p1 live registered
check "as JSON" ends 0 vmpathctl pr --json "$node"
check "it is JSON" valid_json "$out"
check "its version" json_has "$out" version 1
check "the type" json_has "$out" type 5
check "its name" json_has "$out" type_name '"write exclusive, registrants only"'
check "the key" json_has "$out" pr_key '"0x000000000000abc1"'
check "it is ours" json_has "$out" own true
check "twice" json_has "$out" nr_nexuses 2
check_eq "both paths are registered" "$(grep -c '"pr_state": "registered"' "$out")" 2

# A path that goes, and one that is out of use while the key changes.
check "p0 goes" host unplug p0
check "it is gone" wait_for 20 has_state p0 none
check "told" told
check "of one path" path_says p1 live registered
check "p0 comes" host plug p0
check "it is live" wait_for 20 has_state p0 live
check "told" told
check "it is registered" path_says p0 live registered
check "p0 is disabled" path_put p0 disable 1
check "another key" pr "$dev" register abc1 abc2
check "told" told
check "p0 is not as the other one" path_says p0 disabled pending
check "the other one is" path_says p1 live registered
check "p0 is enabled" path_put p0 disable 0
check "it is live" wait_for 20 has_state p0 live
check "and registered" has_word p0 registered
check "release" pr "$dev" release abc2 5

# One nexus alone holds type 1.
check "reserve for one path" pr "$dev" reserve abc2 1
check "told" told
check "the type" says reservation "write exclusive (type 1)"
check_eq "the other path is barred" "$(grep -cE ' live +barred$' "$out")" 1
check "list says so" sh -c "vmpathctl list $node | grep -qE ' barred\$'"
check "release" pr "$dev" release abc2 1

# Another I_T nexus: a disk that is no path any more, by itself.
disk=$(disk_of p1)
check "p1 is given back" ends 0 vmpathctl release "$disk"
check "it leaves" pr "/dev/$disk" register abc2 0
check "and is another one" pr "/dev/$disk" register 0 b1
check "reserve" pr "$dev" reserve abc2 5
check "told" told
check "the key of another" grep -qxE "0x00000000000000b1 another +no +1" "$out"
check "and ours" grep -qxE "0x000000000000abc2 this guest yes +1" "$out"
check "we are fenced" pr "/dev/$disk" preempt b1 abc2 5
# It hears of that with the next command.
note "$(keys "$dev")"
check "vmpath hears of it" wait_for 20 has_key none
check "told" told
check "another has it" says "held by" "another, key 0x00000000000000b1"
check "who may" says access "read only: writes of this guest are conflicts"
check "a write is a conflict" conflicts write_4k "$dev" 4096

put "$node" no_path_timeout_ms 0
path_put p0 disable 1
check "without a path" ends 1 vmpathctl pr "$node"
check "that is said" grep -q "no path could carry the command" "$LAB_DIR/err"
