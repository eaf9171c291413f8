# SPDX-License-Identifier: GPL-2.0-only
"""Where a request of a virtio device is, seen from outside: in the ring, in QEMU, or done.

The guest puts requests into a ring and counts them (avail), QEMU takes them (taken) and
counts what it has done (used). Each tells the other at which count it wants to be told:
`kick` is what QEMU waits for, `interrupt` what the guest waits for. A request that is
avail and not taken while nothing goes on is a lost kick; one that is used, and the guest
waits for it, a lost interrupt; one that is taken and not used is QEMU's, or its disk's.
"""

import re

from .qmp import QmpError

QUEUES = 64     # of a device, at most
EVENT_QUEUE = 1     # of an HBA: QEMU tells of disks that come and go
EVENTS = 8          # that the guest has room for: they wait there, and nothing is wrong


def words(qmp, address: int, count: int) -> list:
    """So many 16 bit words of the guest's memory."""
    text = qmp.command("human-monitor-command",
                       {"command-line": "xp /%dhx %d" % (count, address)})
    return [int(x, 16) for line in text.splitlines()
            for x in re.findall(r"0x([0-9a-f]{4})\b", line.partition(":")[2])]


def queue(qmp, path: str, number: int, resting: int) -> str:
    """What is under way in one queue; empty if nothing is, but for so many that wait there."""
    now = qmp.command("x-query-virtio-queue-status", {"path": path, "queue": number})
    size = now["vring-num"]
    if not size or not now["vring-avail"]:
        return ""
    avail = words(qmp, now["vring-avail"], 2)[1]
    used = words(qmp, now["vring-used"], 2)[1]
    if (avail - used) & 0xffff == resting:
        return ""
    return "avail %d taken %d used %d, in QEMU %d, kick at %d, interrupt at %d" % (
        avail, now["last-avail-idx"], used, now["inuse"],
        words(qmp, now["vring-used"] + 4 + 8 * size, 1)[0],
        words(qmp, now["vring-avail"] + 4 + 2 * size, 1)[0])


def describe(qmp) -> list:
    """A line for each queue of a disk or HBA that has something to do."""
    lines = []
    for device in qmp.command("x-query-virtio"):
        if device["name"] not in ("virtio-scsi", "virtio-blk"):
            continue
        name = device["path"].split("/")[-2]
        hba = device["name"] == "virtio-scsi"
        for number in range(QUEUES):
            try:
                text = queue(qmp, device["path"], number,
                             EVENTS if hba and number == EVENT_QUEUE else 0)
            except QmpError:
                break
            if text:
                lines.append("%s queue %d: %s" % (name, number, text))
    return lines
