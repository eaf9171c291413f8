# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by the cases in which an LU changes its size path by path.

# size_is DISK SECTORS
size_is()
{
	[ "$(cat "/sys/block/$1/size")" = "$2" ]
}

# resize_path PATH BYTES: one path after the other, though the host has one LU only.
resize_path()
{
	host qmp "{\"execute\":\"block_resize\",\"arguments\":{\"node-name\":\"t-$1\",\"size\":$2}}" \
		>"$LAB_DIR/qmp"
}
