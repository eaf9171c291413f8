# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by the cases on real SCSI arrays: lu0 is behind p0 and p1, each an I_T
# nexus of its own, and the array of p1 goes and comes back under I/O.

# Whatever is in flight there stays, and others go on.
hangs()
{
	[ "$(path_get "$1" inflight)" -gt 0 ] || return 1
	mark "$1"
	mark "$2"
	wait_for 5 carries "$2" && ! carries "$1"
}

# by_scsi_id PATH: udev's and the module's ids are one.
by_scsi_id()
{
	wait_for 10 has_verdict "$1" claimed && same_wwid "$1"
}

# keys_read PATH: how many registrations the array knows of.
keys_read()
{
	sg_persist -n -i -k "/dev/$(disk_of "$1")" | grep -c '^ *0x'
}

# own_nexus: a registration by p0 is none of p1; both are, once both have registered.
own_nexus()
{
	sg_persist -n -o -G -S 0xa1 "/dev/$(disk_of p0)" || return 1
	lab_one=$(keys_read p1)
	sg_persist -n -o -G -S 0xa2 "/dev/$(disk_of p1)" || return 1
	lab_two=$(keys_read p0)
	sg_persist -n -o -C -K 0xa1 "/dev/$(disk_of p0)"
	echo "keys: $lab_one, then $lab_two"
	[ "$lab_one $lab_two" = "1 2" ]
}

# array_run: 12 tests.
array_run()
{
	need_vmp lu0
	node=$(vmp_of lu0)
	check "p0 has the id of scsi_id" by_scsi_id p0
	check "p1 has the id of scsi_id" by_scsi_id p1
	mark p0
	mark p1
	fio_verify_bg io "/dev/$node" --runtime=600
	check "p0 carries I/O" wait_for 20 carries p0
	check "p1 carries I/O" wait_for 20 carries p1
	check "the array of p1 is killed" host array p1 kill
	check "p0 carries I/O, p1 hangs" wait_for 20 hangs p1 p0
	check "the array of p1 is started" host array p1 start
	mark p1
	check "p1 carries I/O again" wait_for 60 carries p1
	check "p1 is live" wait_for 60 has_state p1 live
	check "the meta-node is optimal" wait_for 10 has_value "$node" state optimal
	check "fio saw no error" fio_stop io
	check "the host has the same data" same_on_host "/dev/$node" lu0 0 16777216
}
