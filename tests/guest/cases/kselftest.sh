#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: cases run as a kselftest collection, under the kernel's own runner
# TOPOLOGY: scsi2-blk2
# NEEDS: kselftest
# PLAN: 7
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

list=/kselftest/kselftest-list.txt
tap=$LAB_DIR/tap

# One that fails, which no case of the collection does.
cat >/kselftest/vmpath/failing.sh <<'EOF'
#!/bin/sh
# DESCRIPTION: fails
# PLAN: 2
set -eu
. "$(dirname "$0")/lib.sh"
fail "on purpose"
pass "the rest"
EOF
chmod +x /kselftest/vmpath/failing.sh
check "every case is in the collection" test "$(grep -c '^vmpath:.*\.sh$' $list)" -ge 30
echo "vmpath:failing.sh" >>$list

# Without the host's port, as on any machine.
(
	unset LAB_HOST
	trap - EXIT
	set +e
	/kselftest/run_kselftest.sh -t vmpath:lab-sh.sh -t vmpath:load-unload.sh \
		-t vmpath:claim-component.sh -t vmpath:two-paths.sh -t vmpath:failing.sh
) 2>&1 9<&- | while IFS= read -r line; do
	echo "# $line"
	echo "$line" >>"$tap"
done

check "the runner printed a plan" grep -qx '1\.\.5' "$tap"
check "a case without disks passes" grep -qx 'ok 1 selftests: vmpath: lab-sh.sh' "$tap"
check "one that loads the module does" grep -qx 'ok 2 selftests: vmpath: load-unload.sh' "$tap"
check "one with meta-nodes does" grep -qx 'ok 3 selftests: vmpath: claim-component.sh' "$tap"
check "one that needs the host is skipped" grep -q 'ok 4 .*two-paths.sh # SKIP' "$tap"
check "one that fails has failed" grep -q 'not ok 5 .*failing.sh # exit=1' "$tap"
