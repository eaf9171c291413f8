#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: the helpers of lib.sh that need neither disks nor host
# PLAN: 10
# TAGS: lab

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

check "check takes a command" test 1 -eq 1
check_fails "check_fails takes one that fails" test 1 -eq 2
check_eq "check_eq compares" "a b" "a b"
check_like "check_like takes a pattern" "hello world" "hello *"
start=$(now)
check_fails "wait_for gives up" wait_for 1 false
spent=$(($(now) - start))
check "after its time" test "$spent" -ge 100
echo later >"$LAB_DIR/file"
(
	trap - EXIT
	sleep 0.3
	rm "$LAB_DIR/file"
) &
check "wait_for_not waits" wait_for_not 10 test -e "$LAB_DIR/file"
first=$(LAB_SEED=5 rand 1000)
rm -f "$LAB_DIR/rand"
check_eq "rand repeats with its seed" "$(LAB_SEED=5 rand 1000)" "$first"
check "rand stays below its bound" test "$(rand 10)" -lt 10
defer "rm -rf $LAB_DIR/deferred"
defer "mkdir $LAB_DIR/deferred"
pass "deferred commands are kept"
