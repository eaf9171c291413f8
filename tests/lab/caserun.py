# SPDX-License-Identifier: GPL-2.0-only
"""Runs one case in fresh guests, from the images to the judged result.

Leaves in build/tests/<flavour>/<case>/ whatever a person needs to understand a
failure, and removes the images and the initramfs.
"""

import fcntl
import glob
import json
import os
import shlex
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass, field

from . import OUT, LabError, slots, snapshot, standstill
from .arrays import Arrays, wants
from .board import Board
from .guestrun import GuestRun
from .ktap import Report
from .qmp import QmpError
from .topology import TOPOLOGIES

DISTURBED = 2   # seconds of standstill that may fail a case
FAULTS = 15
FAULT_SECONDS = 12   # that one may take


@dataclass
class Setup:
    """What all the guests of a run share."""
    kernel: object
    accel: str
    archive: bytes            # initramfs up to what is special to a guest
    seed: int
    slow: float = 1           # stretches every bound
    keep: bool = False
    extras: dict = field(default_factory=dict)  # NEEDS word -> {guest path: host path}

    jobs: int = 2
    array: object = None      # what array guests boot from
    faults: int = FAULTS      # of cases that have the tag
    snapshots: dict = field(default_factory=dict)  # how many HBAs -> what guests go on from
    watch: standstill.Watch = field(
        default_factory=lambda: standstill.Watch(folder=scratch_root()))

    def scale(self) -> float:
        return self.slow * (4 if self.kernel.debug else 1)


@dataclass
class Result:
    case: object
    result: str               # pass, fail, skip
    reasons: list
    seconds: float = 0
    folder: str = ""
    tests: list = field(default_factory=list)
    tail: list = field(default_factory=list)
    rows: list = field(default_factory=list)   # of the case's table, if it has one
    figures: list = field(default_factory=list)   # (name, value, unit)
    series: dict = field(default_factory=dict)    # name -> [(x, value)]
    stuck: int = 0            # guests whose boot was begun again
    stood: int = 0            # seconds that this machine stood still, for which it was run again


class CaseRun:
    """One case in its guests."""

    guest_class = GuestRun

    def __init__(self, setup: Setup, case):
        self.setup = setup
        self.case = case
        self.folder = os.path.join(OUT, setup.kernel.flavour, case.name)
        self.topology = TOPOLOGIES[case.topology]
        self.board = None
        self.guests: list = []
        self.arrays = None
        self.snapshot = setup.snapshots.get(snapshot.hbas(case), "")
        self.ended = ""
        self.abort = False
        self.started = 0.0
        self.machine = setup.watch
        self.stood = 0

    def new_report(self) -> Report:
        return Report()

    def run(self) -> Result:
        """Never raises for what happens to a guest: that is a failed case."""
        reason = self.case.lacks(self.setup.kernel)
        os.makedirs(self.folder, exist_ok=True)
        with open(os.path.join(self.folder, ".lock"), "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # another run of the same case
            self.clean()
            self.write_repeat()
            self.started = time.monotonic()
            if reason:
                result = Result(self.case, "skip", [reason])
            else:
                result = self.run_undisturbed()
            result.seconds = time.monotonic() - self.started
            result.folder = self.folder
            self.write_result(result)
        return result

    def run_undisturbed(self) -> Result:
        """A failure while this machine stood still is the machine's: once more, and it says so."""
        result = self.run_guests()
        stood = round(self.machine.seconds(self.started))
        if result.result != "fail" or stood < DISTURBED or self.abort:
            return result
        shutil.copytree(self.folder, self.folder + ".disturbed", dirs_exist_ok=True)
        self.stood = stood
        self.clean()
        result = self.run_guests()
        result.stood = stood
        return result

    def run_guests(self) -> Result:
        held = slots.take(self.machines(), self.setup.jobs, lambda: self.abort)
        self.started = time.monotonic()
        scratch = tempfile.mkdtemp(prefix=self.case.name + ".", dir=scratch_root())
        try:
            self.boot(scratch)
            self.watch()
        except (QmpError, OSError, LabError) as e:
            self.ended = "the lab: %s" % e
        finally:
            for guest in self.guests:
                guest.stop()
            if self.arrays is not None:
                self.arrays.close()
            for slot in held:
                slot.close()
            if not self.setup.keep:
                shutil.rmtree(scratch, ignore_errors=True)
        return self.judge()

    def machines(self) -> int:
        """How many QEMUs there will be."""
        return self.case.guests + wants(self.topology, "lio")

    def clean(self) -> None:
        self.ended = ""
        self.board = Board(self.case.guests)
        self.guests = [self.guest_class(self, n) for n in range(self.case.guests)]
        for guest in self.guests:
            guest.clean()
        for pattern in ("tgtd-*.log", "lio-*.log", "table.tsv", "timeline-*.tsv"):
            for path in glob.glob(os.path.join(self.folder, pattern)):
                os.unlink(path)

    def write_repeat(self) -> None:
        path = os.path.join(self.folder, "repeat.sh")
        with open(path, "w", encoding="utf-8") as f:
            f.write("#!/bin/sh\n# The same case again, with the same seed.\n"
                    "cd \"$(dirname \"$0\")/../../../..\" && exec %s\n" % self.repeat())
        os.chmod(path, 0o755)

    def repeat(self) -> str:
        words = ["tests/run.py", "--kernel", self.setup.kernel.flavour, "--seed",
                 str(self.setup.seed), "--accel", self.setup.accel]
        if self.setup.slow != 1:
            words += ["--slow", "%g" % self.setup.slow]
        if "faults" in self.case.tags:
            words += ["--faults", str(self.setup.faults)]
        return shlex.join(words + [self.case.name])

    def seconds(self) -> float:
        """How long the case itself may take."""
        more = max(0, self.setup.faults - FAULTS) if "faults" in self.case.tags else 0
        return (self.case.timeout + more * FAULT_SECONDS) * self.setup.scale()

    def environment(self, topology) -> dict:
        scale = self.setup.scale()
        disks = [p for p in topology.paths if p.present]
        return {"LAB_CASE": self.case.script, "LAB_NAME": self.case.name,
                "LAB_TOPOLOGY": self.case.topology, "LAB_DISKS": len(disks),
                "LAB_DRIVERS": " ".join(topology.drivers()), "LAB_SEED": self.setup.seed,
                "LAB_FAULTS": self.setup.faults, "LAB_MODE": self.case.mode,
                "LAB_SCALE": max(1, round(scale)), "LAB_ACCEL": self.setup.accel,
                "LAB_DEBUG": int(self.setup.kernel.debug),
                "LAB_STOOD": self.stood,
                "LAB_HUNG_TASK": int(45 * max(1, scale))}

    def extra_files(self) -> dict:
        extra: dict = {}
        for need in self.case.needs:
            if need not in self.setup.extras:
                raise LabError("nothing provides NEEDS: %s" % need)
            extra.update(self.setup.extras[need])
        return extra

    def make_images(self, scratch: str) -> None:
        for unit in self.topology.lus:
            with open(os.path.join(scratch, unit.id + ".img"), "wb") as f:
                # QEMU finds out the alignment of direct I/O by reading the first bytes. In a
                # hole any read works, so it would take 4 KiB and read, modify and write what
                # is smaller; two paths that do so at a time lose one of the two writes.
                # What is in it tells the LU from others: a path of a blank one is not used
                # before its contents have been seen to be the same.
                f.write(bytes(2048) + (b"contents of %s " % unit.id.encode()).ljust(2048)
                        if unit.content else bytes(4096))
                f.truncate(unit.size)

    def boot(self, scratch: str) -> None:
        """Images, then arrays, then guests: each needs the one before."""
        self.make_images(scratch)
        self.arrays = Arrays(self.topology, scratch, self.folder, self.setup.array)
        self.arrays.start()
        for guest in self.guests:
            guest.boot(self.topology, scratch)
        if "standstill" in self.case.tags and not self.stood:
            self.machine = standstill.Watch(())  # for the harness's own test
            self.machine.note(self.started, self.started + 2 * DISTURBED)

    def watch(self) -> None:
        """Each guest is watched by itself; the last one ends the case."""
        threads = [threading.Thread(target=g.watch, daemon=True) for g in self.guests[1:]]
        for thread in threads:
            thread.start()
        self.guests[0].watch()
        for thread in threads:
            thread.join()

    def judge(self) -> Result:
        """The case is as good as the worst of its guests."""
        if self.ended:
            return Result(self.case, "fail", [self.ended])
        out = Result(self.case, "pass", [])
        verdicts = set()
        for guest in self.guests:
            result, reasons, tail = guest.judge()
            prefix = "guest %d: " % guest.number if len(self.guests) > 1 else ""
            verdicts.add(result)
            out.stuck += guest.stuck
            out.reasons += [prefix + x for x in reasons]
            out.tail += [prefix + x for x in tail]
            out.tests += [(r, n, prefix + t) for r, n, t in guest.report.tests]
            out.rows += guest.report.rows
            out.figures += guest.report.figures
            out.series.update(guest.report.series)
        if "fail" in verdicts or len(verdicts) > 1:
            out.result = "fail"
            out.reasons = out.reasons or ["one guest passed and another skipped"]
        else:
            out.result = verdicts.pop()
        return out

    def write_result(self, result: Result) -> None:
        data = {"case": self.case.name, "flavour": self.setup.kernel.flavour,
                "release": self.setup.kernel.release, "accel": self.setup.accel,
                "seed": self.setup.seed, "result": result.result, "reasons": result.reasons,
                "seconds": round(result.seconds, 1), "stuck": result.stuck,
                "stood": result.stood,
                "tests": [{"result": r, "number": n, "name": t} for r, n, t in result.tests]}
        with open(self.folder + "/result.json", "w", encoding="utf-8") as f:
            json.dump(data, f, indent=1)
            f.write("\n")
        if result.rows:
            with open(self.folder + "/table.tsv", "w", encoding="utf-8") as f:
                f.writelines("\t".join(row) + "\n" for row in result.rows)
        for name, points in result.series.items():
            with open("%s/timeline-%s.tsv" % (self.folder, name), "w", encoding="utf-8") as f:
                f.writelines("%d\t%d\n" % point for point in points)


def scratch_root() -> str:
    """Images need a file system that can do O_DIRECT, which build/ is on."""
    path = os.path.join(OUT, "scratch")
    os.makedirs(path, exist_ok=True)
    return path


def sweep() -> None:
    """Remove what runs that were killed left, a day later."""
    for name in os.listdir(scratch_root()):
        path = os.path.join(scratch_root(), name)
        try:
            if time.time() - os.stat(path).st_mtime > 86400:
                shutil.rmtree(path, ignore_errors=True)
        except FileNotFoundError:
            pass  # another run was faster
