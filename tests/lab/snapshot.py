# SPDX-License-Identifier: GPL-2.0-only
"""One boot for many cases: a guest that has booted, kept in a file before it knows its case.

Emulated guests take most of a case's time to boot, on the debug kernel a minute and a half.
So one guest with so many HBAs boots once in a run, says that it is ready and stands still;
its memory goes to a file. Each case gets a QEMU of its own that goes on from there: its
disks are plugged while it still stands, and then it is told which case it is to run.
What the case changes dies with that QEMU, so the next guest is as fresh as the first.

A guest that is reset boots by itself, as all do for which there is no such file.
"""

import collections
import os
import select
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from . import OUT, LabError, accel
from .case import DEFAULT_CPUS
from .guestrun import BOOT_SECONDS, append, memory
from .qmp import QmpError
from .topology import Hba, Topology
from .vm import SNAPSHOT_PORTS, Guest, Layout

WORTH = 4               # cases from which on it saves time
SAVE_SECONDS = 120


def hbas(case) -> int:
    """How many HBAs the guests have from which this case's go on; -1 if they boot.

    They cannot have disks that are there from the beginning alone, another kernel command line,
    other CPUs or more files; and no benchmark, which is to have a machine like everybody's.
    """
    views = case.views()
    if (case.append or set(case.needs) - {"badmod"} or set(case.tags) & {"bench", "stuck"} or
            case.cpus != DEFAULT_CPUS or
            not all(Layout(view, "").all_pluggable() for view in views)):
        return -1
    counts = {len(view.hbas) for view in views}
    return counts.pop() if len(counts) == 1 else -1


def wait_ready(guest: Guest, seconds: float) -> None:
    """Until it says so on its port."""
    end = time.monotonic() + seconds
    said = b""
    while b"# lab: ready\n" not in said:
        if time.monotonic() > end:
            raise LabError("the guest of the snapshot is not ready after %d s" % seconds)
        if select.select([guest.ends["ktap"]], [], [], 0.5)[0]:
            data = guest.ends["ktap"].recv(4096)
            if not data:
                raise LabError("the guest of the snapshot has ended, see %s" % guest.out)
            said += data.replace(b"\r", b"")


def save(guest: Guest, path: str) -> None:
    """Have QEMU write all of its guest to a file."""
    guest.qmp.command("stop")
    guest.qmp.command("migrate-set-parameters", {"max-bandwidth": 1 << 40})
    guest.qmp.command("migrate", {"uri": "exec:cat >" + path})
    end = time.monotonic() + SAVE_SECONDS
    while True:
        state = guest.qmp.command("query-migrate").get("status")
        if state == "completed":
            return
        if state not in ("setup", "active", "device") or time.monotonic() > end:
            raise LabError("QEMU cannot save the guest: %s" % state)
        time.sleep(0.1)


def take(setup, count: int, folder: str) -> str:
    """Boot a guest with so many HBAs and keep it; returns the file."""
    os.makedirs(folder)
    path = os.path.join(folder, "guest.vm")
    initrd = os.path.join(folder, "initramfs.cpio")
    with open(initrd, "wb") as f:
        f.write(setup.archive)
    view = Topology(hbas=tuple(Hba("h%d" % n) for n in range(count)))
    guest = Guest(Layout(view, folder, ports=SNAPSHOT_PORTS), folder)
    try:
        guest.start(accel.HOW[setup.accel], memory(setup), setup.kernel.image(), initrd,
                    append(setup))
        guest.qmp.open()
        wait_ready(guest, BOOT_SECONDS * setup.scale())
        save(guest, path)
    except QmpError as e:
        raise LabError("the guest of the snapshot: %s" % e) from e
    finally:
        guest.stop()
        os.unlink(initrd)
    return path


def take_all(setup, chosen: list, folder: str) -> None:
    """Boot a guest for each number of HBAs that enough of the cases have."""
    counts = collections.Counter(hbas(c) for c in chosen)
    counts.pop(-1, None)
    wanted = [n for n in sorted(counts) if counts[n] >= WORTH]
    if not wanted or setup.accel not in ("tcg", "tcg-multi"):
        return
    begun = time.monotonic()
    with ThreadPoolExecutor(max(1, setup.jobs)) as pool:
        files = pool.map(lambda n: take(setup, n, os.path.join(folder, "hbas%d" % n)), wanted)
        try:
            setup.snapshots.update(zip(wanted, files))
        except LabError as e:
            print("no snapshot, each guest boots: %s" % e, flush=True)
            setup.snapshots.clear()
            return
    print("guests with %s HBAs booted in %.1f s; those of %d cases go on from there"
          % (", ".join(str(n) for n in wanted), time.monotonic() - begun,
             sum(counts[n] for n in wanted)), flush=True)


def scratch() -> tempfile.TemporaryDirectory:
    """Where they may be kept for the time of a run."""
    place = os.path.join(OUT, "scratch")
    os.makedirs(place, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="snapshot.", dir=place)
