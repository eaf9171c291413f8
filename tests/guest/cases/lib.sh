# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by every case: KTAP reporting, waiting, requests to the host, and
# finding disks and meta-nodes. tests/README.md has the list with examples.
# Works in the lab, and as a plain kselftest, where cases that need what is not
# there report SKIP and end with exit code 4.
#
# What is called often starts no other program, nor a subshell where it can be helped:
# with KASAN, emulated, either takes a quarter of a second.

LAB_SCALE=${LAB_SCALE:-1}
LAB_TABLE=${LAB_TABLE:-/lab/topology}
LAB_DIR=$(mktemp -d "${TMPDIR:-/tmp}/vmpath.XXXXXX")
# shellcheck disable=SC2034 # for the cases
SYS=/sys/module/vmpath
LAB_PHASE=${LAB_PHASE:-0}
ktap_planned=0
ktap_done=${LAB_DONE:-0}
ktap_failed=0
ktap_skipped=0
lab_deferred=
lab_loaded=

# Busybox prefers its own programs of these names, which can do less: its dd does
# without O_DIRECT where that is refused, its blockdev and blkdiscard lack options.
for lab_tool in blkdiscard blockdev dd; do
	[ ! -x "/usr/sbin/$lab_tool" ] || eval "$lab_tool() { /usr/sbin/$lab_tool \"\$@\"; }"
done

# --- reporting ---

plan()
{
	ktap_planned=$1
	[ "$LAB_PHASE" -gt 0 ] || echo "1..$1"
}

note()
{
	case $* in
	*"
"*) printf '%s\n' "$*" | sed 's/^/# /' ;;
	*) printf '# %s\n' "$*" ;;
	esac
}

# row CELL...: of the case's table, head first. The run prints it; table.tsv has it.
row()
{
	(
		IFS='	'
		echo "# row: $*"
	)
}

# figure NAME VALUE UNIT: something that was measured, for tests/bench.py.
figure()
{
	echo "# figure $1 $2 $3"
}

# series NAME FIRST STEP VALUE...: the same over time; timeline-NAME.tsv has it.
series()
{
	echo "# series: $*"
}

pass()
{
	ktap_done=$((ktap_done + 1))
	echo "ok $ktap_done - $*"
}

fail()
{
	ktap_done=$((ktap_done + 1))
	ktap_failed=$((ktap_failed + 1))
	echo "not ok $ktap_done - $*"
	show_why
}

# Among the output; what `why` asks the host for is done by then.
show_why()
{
	why >"$LAB_DIR/why"
	sed 's/^/#   /' "$LAB_DIR/why"
}

# skip NAME REASON
skip()
{
	ktap_done=$((ktap_done + 1))
	ktap_skipped=$((ktap_skipped + 1))
	echo "ok $ktap_done - $1 # SKIP ${2:-}"
}

# The rest of the case cannot be run here.
skip_all()
{
	if [ "$ktap_planned" -eq 0 ]; then
		echo "1..0 # SKIP $*"
		exit 4
	fi
	while [ "$ktap_done" -lt "$ktap_planned" ]; do
		skip "not run" "$*"
	done
	exit 4
}

# The rest of the case makes no sense.
bail()
{
	show_why
	echo "Bail out! $*"
	exit 1
}

# check NAME COMMAND...: passes if the command succeeds; shows its output if not.
check()
{
	lab_name=$1
	shift
	if "$@" >"$LAB_DIR/check" 2>&1; then
		pass "$lab_name"
	else
		lab_rc=$?
		note "'$*' ended with $lab_rc:"
		tail -n 40 "$LAB_DIR/check" | sed 's/^/#   /'
		fail "$lab_name"
	fi
}

# check_fails NAME COMMAND...: passes if the command fails.
check_fails()
{
	lab_name=$1
	shift
	if "$@" >"$LAB_DIR/check" 2>&1; then
		note "'$*' succeeded:"
		tail -n 20 "$LAB_DIR/check" | sed 's/^/#   /'
		fail "$lab_name"
	else
		pass "$lab_name"
	fi
}

# check_eq NAME GOT WANT
check_eq()
{
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		note "got '$2', want '$3'"
		fail "$1"
	fi
}

# check_like NAME TEXT PATTERN: a shell pattern, as in `case`.
check_like()
{
	# shellcheck disable=SC2254 # it is a pattern
	case $2 in
	$3) pass "$1" ;;
	*)
		note "got '$2', want '$3'"
		fail "$1"
		;;
	esac
}

# defer 'COMMAND': run at the end of the case, last one first.
defer()
{
	lab_deferred="$*
$lab_deferred"
}

lab_exit()
{
	lab_rc=$?
	trap - EXIT
	set +e
	eval "$lab_deferred"
	[ -z "$lab_loaded" ] || ! loaded || wait_for 10 rmmod vmpath
	rm -rf "$LAB_DIR"
	[ "$lab_rc" -eq 0 ] || exit "$lab_rc"
	[ "$ktap_failed" -eq 0 ] || exit 1
	[ "$ktap_done" -eq "$ktap_planned" ] || exit 1
	[ "$ktap_done" -eq 0 ] || [ "$ktap_done" -ne "$ktap_skipped" ] || exit 4
	exit 0
}

# In the lab the runner judges the report, so failed checks end with 0 there and
# any other exit code means that the script itself broke.
lab_exit_lab()
{
	lab_rc=$?
	trap - EXIT
	set +e
	eval "$lab_deferred"
	rm -rf "$LAB_DIR"
	[ "$lab_rc" -eq 0 ] || note "the script ended early, with $lab_rc, after test $ktap_done"
	exit "$lab_rc"
}

# --- time ---

# Hundredths of a second since boot; lab_clock sets it.
now()
{
	lab_clock
	echo "$lab_clock"
}

lab_clock()
{
	read -r lab_clock _ </proc/uptime
	lab_clock=$((${lab_clock%.*} * 100 + 1${lab_clock#*.} - 100))
}

# A tenth of a second. Nobody writes to what it reads.
nap()
{
	if [ -n "${LAB_HOST:-}" ]; then
		[ -p "$LAB_DIR/nap" ] || mkfifo "$LAB_DIR/nap"
		# shellcheck disable=SC3045 # busybox and bash have -t
		! read -r -t 0.1 lab_nothing <>"$LAB_DIR/nap" || note "nap: '$lab_nothing'"
	else
		sleep 0.1
	fi
}

lab_after_first()
{
	shift
	"$@"
}

# wait_for SECONDS COMMAND...: until the command succeeds; fails when time is up. The command
# may wait for something itself.
wait_for()
{
	lab_clock
	lab_end=$((lab_clock + $1 * LAB_SCALE * 100))
	shift
	set -- "$lab_end" "$@"
	while ! lab_after_first "$@" >"$LAB_DIR/wait" 2>&1; do
		lab_clock
		if [ "$lab_clock" -ge "$1" ]; then
			# The last look may have taken until now.
			! lab_after_first "$@" >"$LAB_DIR/wait" 2>&1 || return 0
			shift
			note "waited in vain for: $*"
			return 1
		fi
		nap
	done
}

# wait_for_not SECONDS COMMAND...: until the command fails.
wait_for_not()
{
	lab_secs=$1
	shift
	wait_for "$lab_secs" lab_not "$@"
}

lab_not()
{
	! "$@"
}

# --- the host ---

# host VERB ARGUMENT...: asks the runner; prints the data of the reply. A refusal
# is a failure with the reason on stderr.
host()
{
	[ -n "${LAB_HOST:-}" ] || skip_all "needs the lab's host for '$1'"
	lab_seq=0
	[ ! -e "$LAB_DIR/seq" ] || read -r lab_seq <"$LAB_DIR/seq"
	lab_seq=$((lab_seq + 1))
	echo "$lab_seq" >"$LAB_DIR/seq"
	echo "$lab_seq $*" >&9
	# shellcheck disable=SC3045 # busybox has -t
	while IFS= read -r -t "$((LAB_SCALE * 60))" lab_reply <&9; do
		case $lab_reply in
		"$lab_seq ok"*)
			lab_reply=${lab_reply#"$lab_seq ok"}
			[ -z "$lab_reply" ] || echo "${lab_reply# }"
			return 0
			;;
		"$lab_seq err"*)
			echo "host $*: ${lab_reply#"$lab_seq err "}" >&2
			return 1
			;;
		esac
	done
	echo "host $*: no reply" >&2
	return 1
}

# meet PLACE: until the other guest of the case has come there, too.
meet()
{
	host put "$1.$LAB_GUEST" come && host wait "$1.$((1 - LAB_GUEST))" >/dev/null
}

# reboot_guest: as by the reset button; the case starts again with LAB_PHASE one more
# and goes on counting its tests. Write back what has to stay.
reboot_guest()
{
	echo "0 reboot" >&9
	while :; do
		sleep 1
	done
}

# --- topology: what the runner gave this guest ---

# lab_row KIND ID: the fields of a line of the table after these two.
#   path: LU DRIVER PCI TARGET LUN HBA      lu: SIZE SERIAL WWN BLOCKSIZE ARRAY
lab_row()
{
	lab_find_row "$1" "$2"
	[ -z "$lab_row" ] || echo "$lab_row"
}

# Sets lab_row, to nothing if there is no such line.
lab_find_row()
{
	[ -r "$LAB_TABLE" ] || skip_all "needs a lab topology"
	eval "lab_row=\${lab_row_$1_$2:-}"
}

# Each line in a variable of its own.
lab_read_table()
{
	while read -r lab_kind lab_id lab_row; do
		eval "lab_row_${lab_kind}_$lab_id=\$lab_row"
	done <"$LAB_TABLE"
}

[ ! -r "$LAB_TABLE" ] || lab_read_table

# paths_of LU: the ids of its paths (plugged or not).
paths_of()
{
	sed -n "s/^path \([^ ]*\) $1 .*/\1/p" "$LAB_TABLE"
}

lu_size()
{
	lab_row lu "$1" | cut -d ' ' -f 1
}

lu_serial()
{
	lab_row lu "$1" | cut -d ' ' -f 2
}

# disk_of PATH: the guest's name of the disk (sda, vdb); fails if it is not there.
disk_of()
{
	lab_find_disk "$1" && echo "$lab_disk"
}

# scheduler NAME PATH...: this I/O scheduler on their disks.
scheduler()
{
	lab_elevator=$1
	shift
	modprobe -q "$lab_elevator" || modprobe -q "$lab_elevator-iosched" || :
	for lab_on in "$@"; do
		lab_queue=/sys/block/$(disk_of "$lab_on")/queue/scheduler
		echo "$lab_elevator" >"$lab_queue" && grep -q "\[$lab_elevator\]" "$lab_queue" || return 1
	done
}

# Sets lab_disk. The PCI function is the disk, its HBA, or the root port above either.
lab_find_disk()
{
	lab_find_row path "$1"
	[ -n "$lab_row" ] || { echo "disk_of: no path '$1'" >&2; return 1; }
	# shellcheck disable=SC2086 # split it
	set -- $lab_row
	lab_pci=/sys/bus/pci/devices/$3
	case $2 in
	scsi-*)
		set -- "$lab_pci"/virtio*/host*/target*/*:"$4:$5"/block/* \
			"$lab_pci"/*/virtio*/host*/target*/*:"$4:$5"/block/* \
			"$lab_pci"/host*/target*/*:"$4:$5"/block/*
		;;
	virtio-blk-pci) set -- "$lab_pci"/virtio*/block/* "$lab_pci"/*/virtio*/block/* ;;
	nvme) set -- "$lab_pci"/nvme/nvme*/nvme*n* "$lab_pci"/*/nvme/nvme*/nvme*n* ;;
	ide-hd) set -- "$lab_pci"/ata*/host*/target*/*/block/* ;;
	esac
	for lab_disk; do
		lab_disk=${lab_disk##*/}
		[ ! -e "/sys/block/$lab_disk" ] || return 0
	done
	return 1
}

has_disk()
{
	lab_find_disk "$1"
}

# published PATH: its meta-node has been searched for partitions, and is closed again.
published()
{
	lab_find_disk "$1" || return 1
	set -- "/sys/block/$lab_disk/holders"/vmp*
	[ -e "$1" ]
}

# opens FILE: a block device may be there before it can be opened.
opens()
{
	true <"$1"
}

# --- the module ---

loaded()
{
	[ -e /sys/module/vmpath/refcnt ]
}

# load [PARAMETER=VALUE...]: with a word of its own, so that it can be checked.
# shellcheck disable=SC2120 # cases give parameters
load()
{
	lab_loaded=yes
	case ${LAB_MODE:-} in
	fast) modprobe vmpath fast_recovery=1 host_cache_none=1 "$@" ;;
	*) modprobe vmpath "$@" ;;
	esac
}

unload()
{
	rmmod vmpath
}

# verdict_of PATH, reason_of PATH: what discovery made of the disk.
verdict_of()
{
	lab_find_disk "$1" && lab_show "$SYS/disks/$lab_disk/verdict"
}

reason_of()
{
	lab_find_disk "$1" && lab_show "$SYS/disks/$lab_disk/reason"
}

has_verdict()
{
	[ "$(verdict_of "$1" 2>/dev/null)" = "$2" ]
}

# True when every disk has been looked at.
settled()
{
	for lab_dir in "$SYS"/disks/*; do
		lab_value=
		read -r lab_value 2>/dev/null <"$lab_dir/verdict" || :
		[ "$lab_value" != pending ] || return 1
	done
}

# --- meta-nodes ---

# vmp_of LU: the meta-node (vmp0) that has a path of the LU, or had one.
vmp_of()
{
	for lab_path in $(paths_of "$1"); do
		lab_find_path "$lab_path" || continue
		lab_pdir=${lab_pdir#/sys/block/}
		echo "${lab_pdir%%/*}" | tee "$LAB_DIR/vmp.$1"
		return 0
	done
	[ -s "$LAB_DIR/vmp.$1" ] || return 1
	lab_node=$(cat "$LAB_DIR/vmp.$1")
	[ -e "/sys/block/$lab_node" ] && echo "$lab_node"
}

has_vmp()
{
	vmp_of "$1" >"$LAB_DIR/node"
}

# as_loaded LU: where `load` has said fast recovery, it is on if a path knows SCSI commands.
as_loaded()
{
	[ "${LAB_MODE:-}" = fast ] || return 0
	lab_want=0
	for lab_p in $(paths_of "$1"); do
		! lab_find_path "$lab_p" || ! lab_is "$lab_pdir/transport" virtio-scsi || lab_want=1
	done
	has_value "$(vmp_of "$1")" fast_recovery $lab_want
}

# need_vmp LU...: loads the module if need be and waits for the meta-nodes, with
# every plugged path live; ends the case if they do not come, or are in another mode than the case.
# Who has switched the mode does not call it again before the module is loaded anew.
need_vmp()
{
	# shellcheck disable=SC2119
	loaded || load || bail "the module does not load"
	for lab_lu; do
		wait_for 15 has_vmp "$lab_lu" || bail "no meta-node for $lab_lu"
		for lab_p in $(paths_of "$lab_lu"); do
			! has_disk "$lab_p" || wait_for 15 has_state "$lab_p" live ||
				bail "path $lab_p of $lab_lu is not live: $(path_state "$lab_p")"
			! has_disk "$lab_p" || wait_for 15 published "$lab_p" ||
				bail "path $lab_p of $lab_lu is not linked to its meta-node"
		done
		as_loaded "$lab_lu" || bail "fast recovery of $lab_lu is not as loaded"
	done
}

# lab_show FILE: as cat does.
lab_show()
{
	{
		IFS= read -r lab_line || return 1
		printf '%s\n' "$lab_line"
		while IFS= read -r lab_line; do
			printf '%s\n' "$lab_line"
		done
	} <"$1"
}

# get NODE ATTRIBUTE, put NODE ATTRIBUTE VALUE: /sys/block/NODE/vmpath/ATTRIBUTE
get()
{
	lab_show "/sys/block/$1/vmpath/$2"
}

put()
{
	echo "$3" >"/sys/block/$1/vmpath/$2"
}

# lab_is FILE VALUE: that is its first line.
lab_is()
{
	lab_value=
	IFS= read -r lab_value <"$1" && [ "$lab_value" = "$2" ]
}

has_value()
{
	lab_is "/sys/block/$1/vmpath/$2" "$3" 2>/dev/null
}

# path_dir PATH: its directory in sysfs; path_get PATH ATTRIBUTE reads there.
path_dir()
{
	lab_find_path "$1" && echo "$lab_pdir"
}

# Sets lab_pdir.
lab_find_path()
{
	lab_find_disk "$1" || return 1
	for lab_pdir in /sys/block/vmp*/vmpath/paths/"$lab_disk"; do
		[ ! -e "$lab_pdir" ] || return 0
	done
	return 1
}

path_get()
{
	lab_find_path "$1" && lab_show "$lab_pdir/$2"
}

path_put()
{
	lab_find_path "$1" && echo "$3" >"$lab_pdir/$2"
}

# path_state PATH: its state, or "none" if no meta-node has it.
path_state()
{
	path_get "$1" state 2>/dev/null || echo none
}

has_state()
{
	if lab_find_path "$1" && IFS= read -r lab_value 2>/dev/null <"$lab_pdir/state"; then
		[ "$lab_value" = "$2" ]
	else
		[ "$2" = none ]
	fi
}

# of FILE NAME: the words after the name, in what was a file stats.
of()
{
	sed -n "s/^$2 //p" "$1"
}

# mark PATH...; carries PATH: more I/O has ended well there since.
mark()
{
	for lab_m; do
		path_get "$lab_m" ios >"$LAB_DIR/ios.$lab_m"
	done
}

carries()
{
	read -r lab_was <"$LAB_DIR/ios.$1"
	lab_find_path "$1" && read -r lab_ios <"$lab_pdir/ios" || return 1
	echo "$1: $lab_was, then $lab_ios"
	[ "$lab_ios" -gt "$lab_was" ]
}

# nr_paths NODE: how many paths it has, whatever their state.
nr_paths()
{
	set -- "/sys/block/$1/vmpath/paths"/*
	[ -e "$1" ] && echo $# || echo 0
}

has_paths()
{
	[ "$(nr_paths "$1")" -eq "$2" ]
}

# A case that asks for one of these can do nothing without the lab's host.
lab_verbs='(^|[^a-z_])(same_on_host|host (unplug|plug|fail|heal|throttle|resize|sha256|read)'
lab_verbs="$lab_verbs|host (pattern|allocated|qmp|array|put|wait)|meet|reboot_guest)"

# header KEY: what the case's opening comments say of it.
header()
{
	sed -n "s/^# $1: *//p" "$0" | head -n 1
}

# The runner knows all this before it boots a guest; a kselftest finds out here.
lab_require()
{
	lab_topology=$(header TOPOLOGY)
	case ${lab_topology:-none} in
	none | "${LAB_TOPOLOGY:-}") ;;
	*) skip_all "needs the lab topology '$lab_topology'" ;;
	esac
	! grep -v '^#' "$0" | grep -qE "$lab_verbs" || skip_all "needs the lab's host"
	[ -z "$(header GUESTS)" ] || skip_all "needs several guests"
	[ -z "$(header NEEDS)" ] || skip_all "needs the lab's files: $(header NEEDS)"
	lab_config=/boot/config-$(uname -r)
	for lab_option in $(header CONFIG); do
		[ -r "$lab_config" ] || skip_all "cannot see whether the kernel has $lab_option"
		grep -q "^$lab_option=[ym]" "$lab_config" || skip_all "kernel has no $lab_option"
	done
}

lab_start()
{
	echo "TAP version 13"
	if [ -n "${LAB_HOST:-}" ]; then
		trap lab_exit_lab EXIT
	else
		trap lab_exit EXIT
		lab_require
	fi
	lab_plan=$(header PLAN)
	[ -z "$lab_plan" ] || plan "$lab_plan"
}

lab_start
# shellcheck source=lib-io.sh
. "$(dirname "$0")/lib-io.sh"
# shellcheck source=lib-why.sh
. "$(dirname "$0")/lib-why.sh"
