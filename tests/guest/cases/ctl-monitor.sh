#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: vmpathctl monitor tells every event, a burst of them too, and how many were lost
# TOPOLOGY: scsi2
# PLAN: 20
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib-json.sh
. "$(dirname "$0")/lib-json.sh"
# shellcheck source=lib-ctl.sh
. "$(dirname "$0")/lib-ctl.sh"

log=$LAB_DIR/monitor

# told EVENT DISK [NR]: there is such a line.
told()
{
	grep -q "\"event\": \"$1\", \"node\": \"$node\", \"path\": \"$2\", .*\"nr_paths\": ${3:-[0-9]*}," "$log"
}

aliases_told()
{
	[ "$(grep -c '"event": "alias"' "$log")" -eq "$1" ]
}

# numbered: 1, 2, 3 and so on, but for as many as are told to be lost.
numbered()
{
	sed -n 's/.*"lost": \([0-9]*\)}$/lost \1/p; s/.*"seqnum": \([0-9]*\)}$/seq \1/p' "$log" | awk '
		$1 == "lost" { lost += $2; next }
		$2 <= last || $2 > last + 1 + lost { print "not in order: " $2; exit 1 }
		{ last = $2; lost = 0 }
		END { print last + 0; exit !last }'
}

stop()
{
	kill -INT "$pid"
	rc=0
	wait "$pid" || rc=$?
	[ $rc -eq 0 ] || { echo "exit $rc"; return 1; }
}

# Before the module: the meta-node's own events are seen.
vmpathctl monitor --json >"$log" 9<&- &
pid=$!
check "it listens" wait_for 15 grep -q '"event": "start", "source": "kernel"' "$log"
need_vmp lu0
node=$(vmp_of lu0)
disk=$(disk_of p1)
check "a meta-node comes" wait_for 10 grep -q "\"event\": \"created\", \"node\": \"$node\"" "$log"
check "a path is live" wait_for 10 told live "$disk"
# Whichever of the two comes second tells it.
check "both are counted" wait_for 10 told live '[^"]*' 2
path_put p1 disable 1
check "is disabled" wait_for 10 told disabled "$disk" 1
path_put p1 disable 0
wait_for 15 has_state p1 live
host unplug p1
check "is removed" wait_for 15 told removed "$disk" 1
host plug p1
wait_for 20 has_state p1 live
check "comes back" wait_for 10 told added "$(disk_of p1)"
put "$node" alias monitored
check "the meta-node gets an alias" wait_for 10 grep -q '"event": "alias"' "$log"

i=0
while [ $i -lt 150 ]; do
	path_put p1 disable $((i % 2))
	i=$((i + 1))
done
path_put p1 disable 0
wait_for 20 has_state p1 live
put "$node" alias last
check "a burst is told" wait_for 20 aliases_told 2
check "no event is missing" numbered
note "$(numbered) events, lost: $(grep -c '"lost"' "$log" || :)"
check "each is JSON" json_lines "$log"
wait_for 10 unload
check "the meta-node goes" wait_for 10 grep -q "\"event\": \"gone\", \"node\": \"$node\"" "$log"
check "SIGINT ends it well" stop

check "nothing happens in time" ends 0 vmpathctl monitor --timeout 0.2
check "and nothing that was waited for" ends 1 vmpathctl monitor --timeout 0.2 --count 1
need_vmp lu0
# What its coming is told by has been told.
wait_for 20 ends 1 vmpathctl monitor --timeout 0.5 --count 1
vmpathctl monitor --count 1 --timeout 30 >"$log" 9<&- &
pid=$!
check "it listens" wait_for 15 grep -q '^TIME' "$log"
path_put p1 disable 1
rc=0
wait $pid || rc=$?
check_eq "it ends after an event" $rc 0
check_like "which it tells" "$(tail -n 1 "$log")" "20*:* *$node *disabled *$(disk_of p1) *1 *$(get "$node" name)"
check_eq "as one line" "$(wc -l <"$log")" 2
path_put p1 disable 0
check "the path comes back" wait_for 15 has_state p1 live
