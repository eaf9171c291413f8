#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: sysfs takes good values and refuses bad ones, which change nothing
# TOPOLOGY: scsi2
# PLAN: 94
# TIMEOUT: 90

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vmp lu0
node=$(vmp_of lu0)
dir=/sys/block/$node/vmpath
path=$(path_dir p0)
long=$(printf '%0200d' 0)
huge=99999999999999999999

# bad FILE VALUE: an error, and the file reads as before.
bad()
{
	was=$(cat "$1")
	if printf '%s\n' "$2" >"$1" 2>"$LAB_DIR/error"; then
		echo "it was accepted"
		return 1
	fi
	is=$(cat "$1")
	[ "$was" = "$is" ] || { echo "'$was' became '$is'"; return 1; }
}

# good FILE VALUE [WHAT IT READS AS]
good()
{
	printf '%s\n' "$2" >"$1" || return 1
	is=$(cat "$1")
	[ "$is" = "${3-$2}" ] || { echo "it reads as '$is'"; return 1; }
}

# 10 values for each number
for attr in no_path_timeout_ms delayed_removal_secs stall_timeout_ms; do
	for value in "" " " abc 12x 0x -2 -2147483649 4294967296 $huge "$long"; do
		case $value in
		"$long") check "$attr: 200 digits are not the number that they are" \
			bad "$dir/$attr" "1$value" ;;
		*) check "$attr: '$value' is refused" bad "$dir/$attr" "$value" ;;
		esac
	done
done
check "delayed_removal_secs: more than a day is refused" bad "$dir/delayed_removal_secs" 86401
check "delayed_removal_secs: -1 is refused" bad "$dir/delayed_removal_secs" -1
check "delayed_removal_secs: a day is fine" good "$dir/delayed_removal_secs" 86400
check "delayed_removal_secs: so is 0" good "$dir/delayed_removal_secs" 0
for attr in path_health_secs:86400 path_age_secs:3600 check_secs:86400 prefer_secs:3600; do
	most=${attr#*:} attr=${attr%:*}
	check "$attr: $most is fine" good "$dir/$attr" "$most"
	check "$attr: so is 0" good "$dir/$attr" 0
	check "$attr: one more than $most is refused" bad "$dir/$attr" $((most + 1))
	check "$attr: -1 is refused" bad "$dir/$attr" -1
done
check "no_path_timeout_ms: -1 is fine" good "$dir/no_path_timeout_ms" -1
check "no_path_timeout_ms: so is 0" good "$dir/no_path_timeout_ms" 0
check "no_path_timeout_ms: and the largest" good "$dir/no_path_timeout_ms" 2147483647
for value in -1 1 99 3600001; do
	check "stall_timeout_ms: $value is refused" bad "$dir/stall_timeout_ms" $value
done
check "stall_timeout_ms: 100 is fine" good "$dir/stall_timeout_ms" 100
check "stall_timeout_ms: so is 0" good "$dir/stall_timeout_ms" 0
for value in "" abc fast "round-robin queue-depth" "$long"; do
	check "iopolicy: '$(echo "$value" | cut -c -30)' is refused" bad "$dir/iopolicy" "$value"
done
check "alias: a name is fine" good "$dir/alias" orders-db_1
for value in "a/b" "../x" "a b" "$long" ".hidden" "-x" "$(printf 'a\tb')" "$(printf '\303\244')"; do
	check "alias: '$(echo "$value" | cut -c -30)' is refused" bad "$dir/alias" "$value"
done
check "alias: empty clears it" good "$dir/alias" ""
for value in "" 2 abc -1 "$huge"; do
	check "disable: '$value' is refused" bad "$path/disable" "$value"
done
for value in "" 0 101 abc -1 1.5 266 "$huge"; do
	check "weight: '$value' is refused" bad "$path/weight" "$value"
done
check "weight: 1 is fine" good "$path/weight" 1
check "weight: so is 100" good "$path/weight" 100
check_fails "probe: only 1 is taken" sh -c "echo 0 >'$path/probe'"
check_fails "what is for reading cannot be written" sh -c "echo x >'$dir/wwid'"
check_eq "pr_key: nobody has registered" "$(cat "$dir/pr_key")" unknown
check_eq "pr_state: so a path needs nothing" "$(cat "$path/pr_state")" none
check_eq "the path is live still" "$(path_state p0)" live
