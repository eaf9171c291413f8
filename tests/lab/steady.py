# SPDX-License-Identifier: GPL-2.0-only
"""Has the disks of a guest whose instructions are counted answer at the same instruction each time.

QEMU's main loop ends an I/O, in a thread beside the one that runs the guest. How far the guest
gets meanwhile is up to the machine: it may have gone to sleep by then or not, which is 3,000
instructions. So both threads have one CPU, and the main loop goes before all else on it.
"""

import contextlib
import itertools
import os

_turn = itertools.count()


def pin(pid: int) -> None:
    """For a QEMU that has answered on QMP, so that its threads are there."""
    cpus = sorted(os.sched_getaffinity(0))
    cpu = {cpus[next(_turn) % len(cpus)]}
    for tid in os.listdir("/proc/%d/task" % pid):
        with contextlib.suppress(ProcessLookupError):    # a worker that had nothing to do
            os.sched_setaffinity(int(tid), cpu)
    hurry(pid)


def hurry(pid: int) -> None:
    """Its main loop, which ends I/O, goes before all else."""
    try:
        os.sched_setscheduler(pid, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except PermissionError:
        with contextlib.suppress(PermissionError):       # then figures repeat less well
            os.setpriority(os.PRIO_PROCESS, pid, -20)
