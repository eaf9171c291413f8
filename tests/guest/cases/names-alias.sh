#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: two LUs that would share a name both get the long one; an alias that is taken is refused
# TOPOLOGY: same-name
# PLAN: 19

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

short=virtio-blk_samenamedifferentlu-ac0c4913

named()
{
	has_value "$1" name "$2"
}

# node_of PATH: prints the meta-node that has the disk.
node_of()
{
	has_disk "$1" || return 1
	for dir in "/sys/block/"vmp*"/vmpath/paths/$(disk_of "$1")"; do
		[ -d "$dir" ] || return 1
		dir=${dir#/sys/block/}
		echo "${dir%%/*}"
	done
}

wait_node()
{
	node_of "$1" >"$LAB_DIR/node"
}

load
wait_for 20 wait_node p0 || bail "no meta-node"
a=$(node_of p0)
check_eq "alone it has its short name" "$(get "$a" name)" $short
cat >"$LAB_DIR/listener" <<EOF
#!/bin/sh
echo "\$VMPATH_EVENT \$VMPATH_NAME \${DEVNAME##*/}" >>$LAB_DIR/events
EOF
chmod 755 "$LAB_DIR/listener"
uevent "$LAB_DIR/listener" 9<&- &
defer "kill $!"

heard()
{
	echo change >"/sys/block/$(disk_of p0)/uevent"
	[ -s "$LAB_DIR/events" ]
}

wait_for 15 heard || bail "no uevent is heard"
host plug p1
wait_for 20 wait_node p1 || bail "no second meta-node"
b=$(node_of p1)
check_fails "they are two LUs" test "$a" = "$b"
check_like "the second has a long name" "$(get "$b" name)" 'wwid_virtio-samenamedifferentlu-*'
check_like "the first has one now" "$(get "$a" name)" 'wwid_virtio-samenamedifferentlu-*'
check_fails "and another one" test "$(get "$a" name)" = "$(get "$b" name)"
check "which udev is told, with the name" wait_for 10 grep -q "^renamed $(get "$a" name) $a\$" \
	"$LAB_DIR/events"

check "an alias is given" put "$a" alias Oracle_data.1
check_eq "and kept" "$(get "$a" alias)" Oracle_data.1
check "udev is told" wait_for 10 grep -q "^alias .* $a\$" "$LAB_DIR/events"
check_fails "nobody else gets it" put "$b" alias Oracle_data.1
check_fails "nor the name of another" put "$b" alias "$(get "$a" name)"
check_fails "nor the one it would have alone" put "$b" alias $short
check_eq "so it has none" "$(get "$b" alias)" ""
check "the same again is no matter" put "$a" alias Oracle_data.1
check "it is cleared" put "$a" alias ""
check "and free" put "$b" alias Oracle_data.1

# An LU comes whose name is an alias by now.
put "$a" alias virtio-blk_third
host plug p2
wait_for 20 wait_node p2 || bail "no third meta-node"
check "the name of a new LU is an alias: it has its long one" named "$(node_of p2)" wwid_virtio-third
check_eq "the alias stays" "$(get "$a" alias)" virtio-blk_third
host unplug p1
wait_for 20 has_state p1 none || bail "p1 stays"
check_like "a name does not change back" "$(get "$a" name)" 'wwid_*'
