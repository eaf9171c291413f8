# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib-pr.sh: guest 0 fences guest 1, which writes for all it is worth.

# may_write DEVICE: one block after the other, over and over, until it is not allowed to; the end
# is in $LAB_DIR/writes, as hundredths of a second.
write_on()
{
	while write_at "$1" $((209715200 + 4096 * ($(rand 1024)))) 4096 0xbb 2>"$LAB_DIR/writes.err"; do
		echo >>"$LAB_DIR/writes.done"
	done
	now >"$LAB_DIR/writes"
}

# some FILE: it has a few lines.
some()
{
	[ "$(wc -l <"$1")" -gt 4 ]
}

has_end()
{
	[ -s "$LAB_DIR/writes" ]
}

# same_byte DEVICE OFFSET LENGTH OCTAL: nothing else is there.
same_byte()
{
	[ "$(dd if="$1" iflag=direct,skip_bytes,count_bytes skip="$2" count="$3" bs=64k status=none |
		tr -d "\\$4" | wc -c)" = 0 ]
}

# fenced WORD: 14 tests, of the guest that is.
fenced()
{
	check "they meet" meet "$1.reserved"
	write_on "$dev" &
	check "writes are allowed" wait_for 20 some "$LAB_DIR/writes.done"
	check "they have begun" host put "$1.writes" begin
	check "it is fenced" host wait "$1.fenced"
	had=$(wc -l <"$LAB_DIR/writes.done")
	at=$(now)
	check "writes end" wait_for 20 has_end
	note "$(($(cat "$LAB_DIR/writes") - at)) hundredths of a second later"
	# One may have ended before the PREEMPT and be told of after it. That is stricter than a
	# second, and does not depend on how fast the guest is.
	check "at once" test $(($(wc -l <"$LAB_DIR/writes.done") - had)) -le 1
	check "by a conflict" grep -q 'Invalid exchange' "$LAB_DIR/writes.err"
	check_eq "no path is out of use for that" "$(path_state p0) $(path_state p1)" "live live"
	check "a path goes" host unplug p0
	check "it is gone" wait_for 20 has_state p0 none
	check "it comes" host plug p0
	check "it is live" wait_for 30 has_state p0 live
	check "it is still fenced" conflicts write_4k "$dev" 4096
	check_eq "and not registered" "$(keys "$dev")" "a1 a1 "
	host put "$1.stopped" now
}

# fence WORD: 23 tests. preempt or abort.
fence()
{
	need_vmp lu0
	node=$(vmp_of lu0)
	dev=/dev/$node
	me=a1
	[ "$LAB_GUEST" -eq 0 ] || me=b1
	check "register" pr "$dev" register 0 $me
	check "they meet" meet "$1.begin"
	check_eq "two guests, two paths each" "$(keys "$dev")" "a1 a1 b1 b1 "
	if [ "$LAB_GUEST" -eq 0 ]; then
		check "reserve" pr "$dev" reserve a1 5
		check "they meet" meet "$1.reserved"
		# The LU is the file system's but for what the other writes to.
		check "a file system" mkfs.xfs --unsupported -q -f -d size=200m "$dev"
		mkdir -p /mnt/x
		check "it is mounted" mount -t xfs "$dev" /mnt/x
		check "the other writes" host wait "$1.writes"
		wlog_start log /mnt/x/log
		wait_for 20 some "$LAB_DIR/wlog.log"
		start=$(now)
		check "$1 of the other" pr "$dev" "$1" a1 b1 5
		note "took $(($(now) - start)) hundredths of a second"
		check "the other may know" host put "$1.fenced" now
		# Nothing of the other's may come after this.
		write_at "$dev" 209715200 4194304 0xaa
		check "the other has been stopped" host wait "$1.stopped"
		check_eq "its keys are gone" "$(keys "$dev")" "a1 a1 "
		check "not a byte of it came later" same_byte "$dev" 209715200 4194304 252
		check "the log goes on" wlog_stop log
		check "and nothing of it is lost" wlog_check log /mnt/x/log
		check "it is unmounted" umount /mnt/x
		check "the file system is whole" xfs_repair -n "$dev"
	else
		fenced "$1"
	fi
	check "they meet" meet "$1.end"
	# Back again.
	[ "$LAB_GUEST" -eq 0 ] || check "the other may register again" pr "$dev" register 0 b1
	[ "$LAB_GUEST" -eq 1 ] || check "its registration is its own" test -n "$(keys "$dev")"
	check "they meet" meet "$1.again"
	[ "$LAB_GUEST" -eq 0 ] || check "it writes again" write_4k "$dev" 209715200
	[ "$LAB_GUEST" -eq 1 ] || check "release" pr "$dev" release a1 5
	check "they meet" meet "$1.last"
	[ "$LAB_GUEST" -eq 0 ] || check "unregister" pr "$dev" register b1 0
	[ "$LAB_GUEST" -eq 1 ] || check "unregister" pr "$dev" register a1 0
}
