# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by cases that run vmpathctl: its exit code, its output, its messages.

command -v vmpathctl >"$LAB_DIR/which" || skip_all "no vmpathctl"
out=$LAB_DIR/out

# ends CODE COMMAND...: ends with that code and, if it is not 0, with a message.
ends()
{
	want=$1
	shift
	rc=0
	"$@" >"$out" 2>"$LAB_DIR/err" || rc=$?
	cat "$LAB_DIR/err"
	[ "$rc" -eq "$want" ] || { echo "exit $rc"; return 1; }
	[ "$rc" -eq 0 ] || grep -q '^vmpathctl: ' "$LAB_DIR/err"
}

# json_lines FILE: each line is a JSON value with the version.
json_lines()
{
	[ -s "$1" ] || return 1
	while read -r line; do
		printf '%s\n' "$line" >"$LAB_DIR/line"
		valid_json "$LAB_DIR/line" || return 1
		case $line in
		'{"version": 1, '*) ;;
		*) echo "$line"; return 1 ;;
		esac
	done <"$1"
}
