# SPDX-License-Identifier: GPL-2.0-only
"""Has the disks of a guest whose instructions are counted answer at the same instruction each time.

QEMU's main loop ends an I/O, in a thread beside the one that runs the guest. How far the guest
gets meanwhile is up to the machine: it may have gone to sleep by then or not, which is 3,000
instructions. So the main loop goes before all else on the CPU that both threads have (onecpu.py).
"""

import contextlib
import os


def hurry(pid: int) -> None:
    """Its main loop, which ends I/O, goes before all else."""
    try:
        os.sched_setscheduler(pid, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except PermissionError:
        with contextlib.suppress(PermissionError):       # then figures repeat less well
            os.setpriority(os.PRIO_PROCESS, pid, -20)
