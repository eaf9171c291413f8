# SPDX-License-Identifier: GPL-2.0-only
"""What a guest that does not go on is doing, seen from outside: qemu.state.

Tells a guest that waits (halted CPUs, no interrupt pending) from an emulator that has
lost an event (one pending) and from a host that is in QEMU's way (a blocked thread).
"""

import glob
import os
import re

from .qmp import QmpError

# Of the guest's CPUs and interrupt controllers.
QUESTIONS = ("info cpus", "info registers -a", "info lapic 0", "info lapic 1", "info pic",
             "info jit", "info iothreads")
# Of QEMU's threads; the first two words of schedstat are ns on a CPU and ns of waiting for one.
FILES = ("comm", "stat", "wchan", "syscall", "stack", "schedstat")
BOUND = 10   # seconds for each answer


def read(path: str) -> str:
    """A file of a thread that may be gone, or that we may not see."""
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            return f.read().strip()
    except OSError as e:
        return "(%s)" % e.strerror


def threads(pid: int) -> list:
    lines = []
    for task in sorted(glob.glob("/proc/%d/task/*" % pid)):
        lines.append("--- thread " + task.rsplit("/", 1)[1])
        lines += ["%s: %s" % (name, read("%s/%s" % (task, name))) for name in FILES]
    return lines


def digest(path: str) -> list:
    """A line for each of QEMU's threads and each CPU of the guest, from what write() wrote."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as f:
        text = f.read()
    lines = []
    for part in text.split("--- thread ")[1:]:
        found = dict(re.findall(r"^(comm|wchan|schedstat): (.*)$", part, re.M))
        ran, waited = (int(x) / 1e9 for x in (found.get("schedstat", "") + " 0 0").split()[:2])
        lines.append("thread %s: ran %.0f s, waited %.0f s for a CPU, %s" % (
            found.get("comm"), ran, waited, found.get("wchan")))
    for part in text.split("\nCPU#")[1:]:
        found = dict(re.findall(r"\b(RIP|RFL|HLT)=(\w+)", part))
        lines.append("CPU %s: at %s, flags %s, halted %s" % (
            part[0], found.get("RIP"), found.get("RFL"), found.get("HLT")))
    return lines + re.findall(r"^(?:LVTT|Timer|IRR|ISR)\s.*$", text, re.M)


def write(guest, path: str) -> None:
    """Ask QEMU and the host; the threads first, for QEMU's answer may disturb them."""
    lines = ["--- host", "load: " + read("/proc/loadavg"), read("/proc/pressure/cpu"),
             read("/proc/pressure/io")] + threads(guest.process.pid)
    for question in QUESTIONS:
        lines.append("--- " + question)
        try:
            lines.append(guest.qmp.command("human-monitor-command",
                                           {"command-line": question}, BOUND))
        except QmpError as e:
            lines.append(str(e))
            break
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
