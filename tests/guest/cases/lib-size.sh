# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced after lib.sh and lib-bench.sh by the case that loads the module on a thousand disks of
# the topology `size`: LU n by the target n / 64, LUN n % 64 of each HBA; these are hosts 0 to 3.

size_log=$LAB_DIR/log
size_idle=330    # seconds; kernel workers without work are gone by then

# size_mark: from here on the kernel's messages are counted, and times are from this moment.
size_mark()
{
	dmesg -c >/dev/null
	echo "size: begin" >/dev/kmsg
	: >"$LAB_DIR/begin"
	printf '%s\n' /sys/class/scsi_device/*/device/block/* |
		awk -F/ '{ split($5, at, ":"); print $8, at[1] }' >"$LAB_DIR/disks"
}

# size_count TEXT: how many of the messages since then have it.
size_count()
{
	dmesg >"$size_log"
	grep -c "$1" "$size_log" || :
}

# size_reached TEXT N
size_reached()
{
	[ "$(size_count "$1")" -ge "$2" ]
}

# size_wait TEXT N: until so many have it. What looks takes of the CPU, so it looks seldom, and
# at first when all should be there.
size_wait()
{
	left=40
	while sleep 3 && ! size_reached "$1" "$2"; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || bail "of $2 messages '$1' there are $(size_count "$1")"
	done
}

# size_span HOSTS WORD: the microseconds from the mark to the first, and to the last, message that
# a disk of these hosts (as in 012) is live, or claimed.
size_span()
{
	awk -v hosts="$1" -v word="$2" 'NR == FNR { host[$1] = $2; next }
		{ sub(/^\[ */, ""); t = $1 * 1000000 }
		/size: begin/ { begin = t }
		word == "live" && $4 == "path" && $6 == "live" { name = $5 }
		word == "claimed" && $4 == "claimed:" { name = $3 }
		name != "" && index(hosts, host[name]) {
			last = t - begin
			if (first == "") first = last
		}
		{ name = "" }
		END { printf "%.0f %.0f\n", first, last }' "$LAB_DIR/disks" "$size_log"
}

# size_last_node: microseconds from the mark to the last meta-node, as exactly as the kernel's
# clock of files goes, 4000.
size_last_node()
{
	stat -c '%Y %y' "$LAB_DIR/begin" /dev/vmp[0-9]* |
		awk '{ split($3, at, "."); t = ($1 % 1000000) * 1000000 + substr(at[2], 1, 6) }
		NR == 1 { begin = t } t - begin > last { last = t - begin }
		END { printf "%.0f\n", last }'
}

# size_delete CONDITION: the disks of which it holds, in awk's words on HOST, CHANNEL, TARGET and
# LUN, are taken out of the guest.
size_delete()
{
	printf '%s\n' /sys/class/scsi_device/* | sed 's,.*/,,' | awk -F: "$1" >"$LAB_DIR/delete"
	while read -r name; do
		echo 1 >"/sys/class/scsi_device/$name/device/delete"
	done <"$LAB_DIR/delete"
}

# size_used FILE: what is handed out: a line for each cache, and what CPUs have each.
size_used()
{
	n=$((size_idle / 5))
	# In one long nap the timer that ends workers would not go off.
	while [ "$n" -gt 0 ]; do
		sleep 5
		n=$((n - 1))
	done
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	awk 'FNR > 2 && FILENAME ~ /slab/ { printf "%s %.0f\n", $1, $2 * $4 }
		FILENAME ~ /mem/ && /^Percpu/ { printf "%s %.0f\n", $1, $2 * 1024 }' \
		/proc/slabinfo /proc/meminfo >"$1"
}

# size_grown BEFORE AFTER: bytes of all caches but those of kernel threads, and of files that
# somebody has looked at; and of all CPUs' parts
size_grown()
{
	awk 'NR == FNR { was[$1] = $2; next }
		/^Percpu:/ { cpu = $2 - was[$1]; next }
		/^(task_struct|sighand_cache|signal_cache|pid|cred_jar) / { next }
		/^(inode_cache|dentry|lsm_inode_cache|shmem_inode_cache) / { next }
		{ slab += $2 - was[$1] }
		END { printf "%.0f %.0f\n", slab, cpu }' "$1" "$2"
}

# size_object CACHE: bytes that one takes of it, with its part of what is left over of a slab
size_object()
{
	awk -v name="$1" '$1 == name { printf "%d\n", $6 * 4096 / $5 }' /proc/slabinfo
}

# size_stir: something that keeps the CPU busy while this machine is waited for, so that the clock
# does not run away, and lets the kernel's workers go first; size_calm ends it.
size_stir()
{
	[ ! -e /proc/self/autogroup ] || echo 19 >/proc/self/autogroup
	while :; do :; done &
	size_stirrer=$!
}

size_calm()
{
	kill "$size_stirrer"
	[ ! -e /proc/self/autogroup ] || echo 0 >/proc/self/autogroup
}

# size_hang, size_answer: the first HBA does not answer any more, and does so again.
size_hang()
{
	size_stir
	for n in $(seq 0 4 1020); do
		host throttle "p$n" hang
	done
	# QEMU lets the first request through.
	while read -r name host; do
		[ "$host" -ne 0 ] ||
			dd if="/dev/$name" of=/dev/null bs=512 count=1 iflag=direct 2>/dev/null
	done <"$LAB_DIR/disks"
	size_calm
}

size_answer()
{
	size_stir
	for n in $(seq 0 4 1020); do
		host throttle "p$n" off
	done
	size_calm
}

# size_plug PATH...: plugs them one after the other, and waits for each.
size_plug()
{
	size_mark
	size_stir
	for path; do
		was=$(size_count ' live (READ')
		host plug "$path"
		wait_for 10 size_reached ' live (READ' $((was + 1)) || bail "$path does not come"
	done
	size_calm
}

# size_plugged TEXT: of the disks that have come since, for the first path of an LU and for the
# others: microseconds from the kernel's first word of the disk to the last that has the text.
size_plugged()
{
	printf '%s\n' /sys/class/scsi_device/*/device/block/* |
		awk -F/ '{ print $8, $5 }' >"$LAB_DIR/disks"
	awk -v text="$1" 'NR == FNR { at[$1] = $2; next }
		{ sub(/^\[ */, ""); t = $1 * 1000000 }
		/ scsi [0-9:]+: Direct-Access/ { sub(/:$/, "", $3); found[$3] = t }
		index($0, text) {
			for (i = 2; i <= NF; i++) {
				name = $i
				gsub(/[][]/, "", name)
				if (name in at && at[name] in found)
					end[at[name]] = t
			}
		}
		END {
			for (place in end) {
				n[place ~ /^0:/]++
				sum[place ~ /^0:/] += end[place] - found[place]
			}
			printf "%.0f %.0f\n", sum[1] / (n[1] ? n[1] : 1), sum[0] / (n[0] ? n[0] : 1)
		}' "$LAB_DIR/disks" "$size_log"
}
