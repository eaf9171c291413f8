# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Part of lib.sh: what the guest looked like when something failed. A failure that comes once
# in a thousand runs, on another machine, is understood by this or not at all.

lab_whys=0

# why: a line for each meta-node and path with I/O, each request a disk has, each task that
# waits in the kernel for a disk, and what the module said last. Twice in a case at most.
why()
{
	[ "$lab_whys" -lt 2 ] || return 0
	lab_whys=$((lab_whys + 1))
	{
		why_nodes
		why_requests
		why_rings
		why_tasks
		dmesg 2>/dev/null | grep -v 'lab: ' | tail -n 4
	} 2>/dev/null | cut -c 1-200 | sed 's/^/why: /'
}

# "vmp0 optimal: 0 reads 1 writes; sda live 0 0; sdb stalled 0 1"
why_nodes()
{
	for lab_disk in /sys/block/vmp*; do
		[ -d "$lab_disk/vmpath" ] || continue
		lab_line="${lab_disk##*/} $(cat "$lab_disk/vmpath/state"): $(why_inflight "$lab_disk")"
		for lab_link in "$lab_disk"/vmpath/paths/*; do
			[ -e "$lab_link/state" ] || continue
			lab_line="$lab_line; ${lab_link##*/} $(cat "$lab_link/state")"
			lab_line="$lab_line $(why_inflight "/sys/block/${lab_link##*/}")"
		done
		echo "$lab_line"
	done
}

# READs and WRITEs that a disk has.
why_inflight()
{
	read -r lab_reads lab_writes <"$1/inflight" && echo "$lab_reads+$lab_writes"
}

why_requests()
{
	for lab_file in /sys/kernel/debug/block/*/hctx*/busy /sys/kernel/debug/block/*/hctx*/dispatch; do
		[ -s "$lab_file" ] || sed "s|^|${lab_file#/sys/kernel/debug/block/}: |" "$lab_file" | head -n 2
	done
}

# What the virtio rings hold: tests/lab/vring.py says how to read it.
why_rings()
{
	[ -z "${LAB_HOST:-}" ] || host rings | tr ';' '\n' | sed 's/^ */ring: /'
}

# Tasks that wait uninterruptibly, by name, and where: four functions of each.
why_tasks()
{
	for lab_task in /proc/[0-9]*/task/*; do
		read -r lab_line <"$lab_task/stat" || continue
		case ${lab_line##*) } in
		D*) echo "$(cat "$lab_task/comm"): $(sed 's/^[^ ]* //; s/+.*//' "$lab_task/stack" |
			head -n 6 | tr '\n' ' ')" ;;
		esac
	done
}
