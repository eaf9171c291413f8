# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the scripts of the lab share: messages on stderr, the cache directory
# and its locks, and an apt of our own for suites the machine does not use.
# Sourced, never run. Nothing here changes /etc/apt or installs a package.
# The cache is made anew when missing; `rm -rf` of it is always safe.

VMPATH_CACHE=${VMPATH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vmpath}
VMPATH_MIRROR=${VMPATH_MIRROR:-http://deb.debian.org/debian}
# What the make that called us was given is not for the makes that we call.
unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	say "$*"
	exit 1
}

# with_lock NAME COMMAND...: one at a time over all instances that share the
# cache. The second one waits, and then finds what the first one made.
# `set -e` holds inside COMMAND only if the caller does not test the result.
with_lock() {
	local name=$1 fd
	shift
	mkdir -p "$VMPATH_CACHE/lock"
	exec {fd}>"$VMPATH_CACHE/lock/$name"
	if ! flock -n "$fd"; then
		say "waiting for another instance ($name)"
		flock "$fd"
	fi
	"$@"
	exec {fd}>&-
}

# apt_in SUITE TOOL ARGUMENT...: apt-get or apt-cache that knows SUITE alone;
# the suite "machine" stands for what the machine itself is configured for.
apt_in() {
	local suite=$1 tool=$2 dir=$VMPATH_CACHE/apt/$1
	local opts=(-o Acquire::Retries=3 -o APT::Sandbox::User=root
		-o DPkg::Lock::Timeout=600)
	shift 2
	if [ "$suite" != machine ]; then
		opts+=(-o Dir::Etc::SourceList="$dir/sources.list"
			-o Dir::Etc::SourceParts=/dev/null
			-o Dir::Etc::Preferences=/dev/null
			-o Dir::Etc::PreferencesParts=/dev/null
			-o Dir::State="$dir/state" -o Dir::State::Status="$dir/status"
			-o Dir::Cache="$dir/cache" -o Acquire::Languages=none)
	fi
	DEBIAN_FRONTEND=noninteractive LC_ALL=C "$tool" "${opts[@]}" "$@"
}

# apt_refresh SUITE: package lists of SUITE, at most half a day old. Without a
# network the old ones, or none, must do.
apt_refresh() {
	local suite=$1 dir=$VMPATH_CACHE/apt/$1
	mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial"
	[ -z "$(find "$dir/fresh" -mmin -720 2>/dev/null)" ] || return 0
	if [ "$suite" != machine ]; then
		: >"$dir/status"
		printf 'deb [signed-by=%s] %s %s main\n' "$KEYRING" \
			"$VMPATH_MIRROR" "$suite" >"$dir/sources.list"
	fi
	say "package lists of $suite"
	for _ in 1 2 3 4 5 6; do
		if apt_in "$suite" apt-get -qq update >&2; then
			touch "$dir/fresh"
			return
		fi
		# Another apt may hold the lock on the lists, for which apt has no wait.
		[ "$suite" = machine ] || break
		sleep 10
	done
	say "apt-get update failed, going on with what is there"
}

# apt_candidate SUITE PACKAGE: the version that would be installed, or nothing.
apt_candidate() {
	apt_in "$1" apt-cache policy "$2" |
		sed -n 's/^  Candidate: *//p' | grep -vx '(none)' || :
}

# apt_unpack SUITE DIR PACKAGE...: the packages' files under DIR, without
# installing them. DIR appears only when it is complete.
apt_unpack() {
	local suite=$1 dir=$2 tmp=$2.new deb
	shift 2
	rm -rf "$tmp" "$tmp.debs"
	mkdir -p "$tmp" "$tmp.debs"
	say "download $*"
	( cd "$tmp.debs" && apt_in "$suite" apt-get -q download "$@" >&2 ) || return
	for deb in "$tmp.debs"/*.deb; do
		dpkg -x "$deb" "$tmp" || return
	done
	rm -rf "$tmp.debs"
	mv "$tmp" "$dir"
}

# apt_newest SUITE REGEX: the package with the newest name that matches.
apt_newest() {
	apt_in "$1" apt-cache pkgnames | grep -Ex "$2" | sort -V | tail -n 1
}

# prune DIR PATTERN KEEP: removes what matches, is not KEEP and was not used for
# two days (or never finished), so that the cache does not grow with every
# update of Debian. For the holder of the lock of all that matches.
prune() {
	local d
	for d in "$1"/$2; do
		if [ ! -d "$d" ] || [ "$d" = "$3" ]; then
			continue
		fi
		[ -n "$(find "$d/used" -mtime -2 2>/dev/null)" ] || rm -rf "$d"
	done
}

# newest_in DIR PATTERN: the newest by version of what matches, or nothing.
newest_in() {
	find "$1" -maxdepth 1 -name "$2" ! -name '*.new' ! -name '*.debs' ! -name '*.tree' \
		2>/dev/null | sort -V | tail -n 1
}
