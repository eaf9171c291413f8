# SPDX-License-Identifier: GPL-2.0-only
"""Notices when this machine itself stands still, or one of its CPUs, or its disk.

A test machine is often a guest too, and its host may stop it, or take a CPU away from it, for
longer than a case or a kernel's watchdog has patience. A thread on each CPU, before all else
that runs there, looks at the clock: what makes it late is not our load. Where that is not
allowed it takes its turn with the others, and has to be late by more than they can make it.

One more thread writes new blocks past the page cache where the images are. A block takes
milliseconds, whatever the guests do; now and then, on a host that many share, seconds.
"""

import itertools
import mmap
import os
import tempfile
import threading
import time

PERIOD = 0.25
LATE = 2.0        # seconds that count
LATE_ORDINARY = 5.0   # and those of a thread that is not before all others
PRIORITY = 20
SLOW = 1.0        # seconds for one write that count


class Watch:
    """The standstills since it was made. One for a run."""

    def __init__(self, cpus=None, folder: str = ""):
        self.lock = threading.Lock()
        self.gaps: list = []       # (begin, end), time.monotonic()
        self.ordinary = False      # a thread is not before all others
        self.disk = 0.0            # seconds, the slowest write that was noted
        self.times = cpu_times()
        if folder:
            threading.Thread(target=self.write, args=(folder,), daemon=True).start()
        for cpu in os.sched_getaffinity(0) if cpus is None else cpus:
            threading.Thread(target=self.look, args=(cpu,), daemon=True).start()

    def look(self, cpu: int) -> None:
        late = LATE
        os.sched_setaffinity(0, {cpu})
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
        except OSError:
            late = LATE_ORDINARY
            self.ordinary = True
        last = time.monotonic()
        while True:
            time.sleep(PERIOD)
            now = time.monotonic()
            if now - last > PERIOD + late:
                self.note(last, now)
            last = now

    def write(self, folder: str) -> None:
        """Block by block, each with room of its own. Nothing is noted where that cannot be."""
        try:
            with tempfile.NamedTemporaryFile(dir=folder, prefix="disk-watch.") as file, \
                    mmap.mmap(-1, 4096) as block:
                direct = os.open(file.name, os.O_WRONLY | os.O_DIRECT)
                for at in itertools.cycle(range(0, 256 * 4096, 4096)):
                    begin = time.monotonic()
                    if not at:
                        os.ftruncate(direct, 0)
                    os.pwrite(direct, block, at)
                    end = time.monotonic()
                    if end - begin > SLOW:
                        self.note(begin, end)
                        self.disk = max(self.disk, end - begin)
                    time.sleep(PERIOD)
        except OSError:
            pass

    def note(self, begin: float, end: float) -> None:
        with self.lock:
            self.gaps.append((begin, end))

    def seconds(self, since: float) -> float:
        """How long it stood still since then; CPUs that did so together count once."""
        total, upto = 0.0, since
        with self.lock:
            for begin, end in sorted(self.gaps):
                total += max(0.0, end - max(begin, upto))
                upto = max(upto, end)
        return total

    def summary(self) -> str:
        """One line for the end of a run."""
        with self.lock:
            longest = max((end - begin for begin, end in self.gaps), default=0.0)
            times = len(self.gaps)
        spent = [now - then for now, then in zip(cpu_times(), self.times)]
        total = max(1, sum(spent))
        return "this machine's CPUs: %d %% idle, %d %% waiting for disks, %d %% taken away, " \
            "stood still %d times, %.1f s the longest, its disk %.1f s%s" % (
                100 * spent[3] / total, 100 * spent[4] / total, 100 * spent[7] / total, times,
                longest, self.disk, " (seen by ordinary threads)" if self.ordinary else "")


def cpu_times() -> list:
    """Ticks of all CPUs: user, nice, system, idle, iowait, irq, softirq, steal."""
    with open("/proc/stat", encoding="ascii") as f:
        return [int(word) for word in f.readline().split()[1:9]]
