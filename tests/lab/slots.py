# SPDX-License-Identifier: GPL-2.0-only
"""Room for guests on this machine, shared by every run of the lab in this tree.

Too many guests on few cores would only make each other miss their bounds.
"""

import fcntl
import os
import time

from . import OUT


def count(jobs: int) -> int:
    return max(jobs, (os.cpu_count() or 2) + 1)


def lock(name: str):
    """The lock as an open file, or None if somebody has it."""
    folder = os.path.join(OUT, "cache")
    os.makedirs(folder, exist_ok=True)
    file = open(os.path.join(folder, name), "w", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return file
    except OSError:
        file.close()
        return None


def take(guests: int, jobs: int, aborted=lambda: False) -> list:
    """Wait for room for so many guests; close what is returned to give it back.

    Whoever holds some slots and waits for more holds the gate, and nobody takes a slot
    without it: so no two wait for each other, and a case with several guests is not
    overtaken for ever by those with one.
    """
    total = count(jobs)
    wanted = min(guests, total)
    held: list = []
    gate = None
    while len(held) < wanted and not aborted():
        gate = gate or lock("slot.gate")
        for n in range(total if gate else 0):
            slot = lock("slot.%d" % n) if len(held) < wanted else None
            if slot:
                held.append(slot)
        if len(held) < wanted:
            time.sleep(0.2)
    if gate:
        gate.close()
    return held
