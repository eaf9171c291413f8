# SPDX-License-Identifier: GPL-2.0-only
"""Runs the cases of the second tier that measure: faults, side by side with other systems.

They need a whole Debian guest, which tests/distro has. What comes out is a record like that of
any other case, and besides what was measured over time: `series`.
"""

import copy
import os
import re
import subprocess

from distro import disks  # noqa: F401  pylint: disable=unused-import
from distro.guest import DistroRun
from distro.image import Image
from lab import OUT, ROOT, TESTS, LabError, accel, kernel
from lab.case import Case
from lab.caserun import Result, Setup

from . import measure as guests

CASES = ("compare",)
PACKAGES = ("multipath-tools", "fio")


def is_fault(run) -> bool:
    return run.case in CASES


def packages() -> dict:
    """The versions of what vmpath is compared with, and what measures, in the Debian guest."""
    done = subprocess.run([os.path.join(ROOT, "scripts/distro-root")], stdout=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode:
        raise LabError("scripts/distro-root failed (exit %d)" % done.returncode)
    with open(os.path.join(done.stdout.strip(), "var/lib/dpkg/status"), encoding="utf-8") as f:
        text = f.read()
    out = {}
    for name in PACKAGES:
        found = re.search(r"^Package: %s\n(?:.+\n)*?Version: (.+)$" % name, text, re.M)
        out[name] = found.group(1) if found else "?"
    return out


def setup_of(run, seed: int, build: bool) -> tuple:
    """(Setup, Image): the module, the guest's system disk with it, the accelerator."""
    os.makedirs(OUT, exist_ok=True)
    kern = kernel.find(run.kernel)
    image = Image(kern)
    if build:
        kernel.build_module(kern)
    if build or not os.path.exists(image.disk):
        image.make()
    kern.image()
    return Setup(kern, accel.choose(run.accel), b"", seed, jobs=1), image


def measure(runs: tuple, seed: int, build: bool, say) -> tuple:
    """(records, results that are not a pass). One guest at a time: each is to be alone.

    A Debian that cannot be made is such a result: what others have measured by then is kept.
    """
    records, bad = [], []
    for run in runs:
        case, results = Case(os.path.join(TESTS, "distro/cases", run.case + ".sh")), []
        try:
            setup, image = setup_of(run, seed, build)
        except LabError as e:
            bad.append(Result(case, "fail", [str(e)]))
            say(guests.told(run, 1, bad[-1]))
            continue
        for number in range(1, run.passes + 1):
            one = DistroRun(setup, copy.copy(case), image)
            one.env = dict(run.env)
            results.append(one.run())
            say(guests.told(run, number, results[-1]))
        bad += [r for r in results if r.result != "pass"]
        record = guests.record(run, setup, results)
        record["packages"] = packages()
        record["series"] = [r.series for r in results]
        records.append(record)
    return records, bad
