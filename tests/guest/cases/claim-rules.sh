#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DESCRIPTION: allow= and deny= by WWID, model and transport, and claim=none
# TOPOLOGY: scsi2-blk2
# PLAN: 25
# TIMEOUT: 120

set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

for path in p0 p1 p2 p3; do
	disk_of $path
done >"$LAB_DIR/disks"
disks=$(tr '\n' ' ' <"$LAB_DIR/disks")

# The verdicts of all disks in one line.
all_verdicts()
{
	for disk in $disks; do
		read -r verdict <"$SYS/disks/$disk/verdict"
		printf '%s ' "$verdict"
	done
}

all_judged()
{
	case $(all_verdicts) in
	*pending*) return 1 ;;
	esac
}

# verdicts PARAMETER...: "<of the scsi disks> <of the virtio-blk disks>"
verdicts()
{
	load "$@" || return 1
	wait_for 15 all_judged || return 1
	# shellcheck disable=SC2046 # words
	set -- $(all_verdicts)
	[ "$1" = "$2" ] && [ "$3" = "$4" ] && echo "$1 $3"
}

# rule NAME PARAMETERS WANT
rule()
{
	# shellcheck disable=SC2086 # words
	check_eq "$1" "$(verdicts $2)" "$3"
	read -r reason <"$SYS/disks/${disks%% *}/reason"
	nodes=$(find /sys/block -name 'vmp*' | wc -l)
	# The search for partitions may have a new meta-node open.
	wait_for 10 unload || bail "the module does not go"
}

need_vmp lu0 lu1
scsi=$(get "$(vmp_of lu0)" wwid)
blk=$(get "$(vmp_of lu1)" wwid)
wait_for 10 unload || bail "the module does not go"
note "$scsi $blk"

rule "without rules all are claimed" "" "claimed claimed"
rule "deny by WWID" "deny=wwid:$scsi" "refused claimed"
check_eq "the reason names the parameter" "$reason" "denied by a rule of deny="
rule "the WWID of the other" "deny=wwid:$blk" "claimed refused"
rule "both" "deny=wwid:$blk,wwid:$scsi" "refused refused"
check_eq "and no meta-node is there" "$nodes" 0
rule "a WWID is matched as a whole" "deny=wwid:${scsi%?}" "claimed claimed"
rule "deny by model" "deny=model:ACME:ARRAY1" "refused claimed"
rule "another model of the vendor" "deny=model:ACME:ARRAY2" "claimed claimed"
rule "the model of another vendor" "deny=model:ACM:ARRAY1" "claimed claimed"
rule "deny virtio-blk" "deny=transport:virtio-blk" "claimed refused"
rule "deny virtio-scsi" "deny=transport:virtio-scsi" "refused claimed"
rule "allow by WWID" "allow=wwid:$blk" "refused claimed"
check_eq "the reason names the parameter" "$reason" "no rule of allow= names it"
rule "allow by model" "allow=model:ACME:ARRAY1" "claimed refused"
rule "allow by transport" "allow=transport:virtio-blk" "refused claimed"
rule "allow one or the other" "allow=wwid:$scsi,transport:virtio-blk" "claimed claimed"
rule "allow nothing that is there" "allow=wwid:3600" "refused refused"
rule "deny wins over allow" "allow=wwid:$scsi,wwid:$blk deny=wwid:$scsi" "refused claimed"
rule "also when deny is broader" "allow=wwid:$blk deny=transport:virtio-blk" "refused refused"
rule "claim=none" "claim=none" "refused refused"
check_like "the reason names the parameter" "$reason" "*claim=none"
check_eq "and no meta-node is there" "$nodes" 0
rule "claim=none wins over allow" "claim=none allow=wwid:$scsi" "refused refused"
rule "claim=auto is the default" "claim=auto" "claimed claimed"
