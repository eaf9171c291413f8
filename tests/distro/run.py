#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs the second tier of the tests: each case in a Debian 12 guest. See tests/README.md.

The last line says `N passed, N failed, N skipped`; exit 0 only if none failed.
"""

import argparse
import copy
import os
import random
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
from lab import OUT, LabError, accel, case as cases, kernel  # noqa: E402
from lab.caserun import Setup, sweep  # noqa: E402
from lab.report import Printer  # noqa: E402
from distro import disks, hostside  # noqa: E402,F401
from distro.guest import BootRun, DistroRun, PrepareRun  # noqa: E402
from distro.image import Image  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="run only these")
    parser.add_argument("--boots", type=int, default=20, help="how often the case boot is run")
    parser.add_argument("--jobs", type=int, default=2, help="guests side by side")
    parser.add_argument("--list", action="store_true", help="list the cases and stop")
    parser.add_argument("--keep", action="store_true", help="keep the disk images")
    parser.add_argument("--seed", type=int, default=0, help="of the order of HBAs and disks")
    parser.add_argument("--accel", default="auto", choices=("auto", *accel.HOW))
    parser.add_argument("--slow", type=float, default=1, help="stretch every bound")
    parser.add_argument("--set", action="append", default=[], metavar="WORD=VALUE",
                        help="in the environment of the cases, such as COMPARE_STACKS=vmpath")
    parser.add_argument("--same-image", action="store_true",
                        help="take the system disk and the prepared disks of the last run")
    return parser.parse_args()


def chosen_runs(setup: Setup, image: Image, names: list, boots: int) -> list:
    """A run for each case, and one for each boot of the case `boot`."""
    known = {c.name: c for c in cases.load("distro/cases")}
    prepare, boot = known.pop("prepare"), known.pop("boot")
    runs = {name: DistroRun(setup, case, image) for name, case in known.items()}
    for number in range(1, boots + 1):
        case = copy.copy(boot)
        case.name = "boot-%02d" % number
        runs[case.name] = BootRun(setup, case, image, number)
    runs["boot-nofilter"] = BootRun(setup, known["boot-nofilter"], image, 0)
    for name in names:
        if name not in runs and name not in hostside.CHECKS and name != "prepare":
            raise LabError("no case '%s'; --list shows them" % name)
    wanted = [run for name, run in runs.items() if not names or name in names]
    if any(isinstance(run, BootRun) for run in wanted) or "prepare" in names:
        wanted.insert(0, PrepareRun(setup, prepare, image))
    return wanted


def run_all(setup: Setup, image: Image, runs: list, host: list) -> int:
    """What needs no guest, the disks of the boots, then everything side by side."""
    printer = Printer(len(runs) + len(host))
    for name in host:
        printer.take(hostside.run(name, image), "tests/distro/run.py " + name)
    if runs and isinstance(runs[0], PrepareRun):
        first = runs.pop(0)
        result = first.run()
        printer.take(result, first.repeat())
        if result.result != "pass":
            dropped = [run for run in runs if isinstance(run, BootRun)]
            printer.say("not run, without their disks: %d boots" % len(dropped))
            runs = [run for run in runs if run not in dropped]
    with ThreadPoolExecutor(max(1, setup.jobs)) as pool:
        waiting = {pool.submit(r.run): r for r in runs}
        try:
            for done in as_completed(waiting):
                printer.take(done.result(), waiting[done].repeat())
        except KeyboardInterrupt:
            for run in runs:
                run.abort = True
            pool.shutdown(wait=True, cancel_futures=True)
            print("interrupted")
            return 130
    printer.note(setup.watch.summary())
    return printer.end()


def main() -> int:
    args = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if args.list:
        for case in cases.load("distro/cases"):
            print("%-20s %-10s %s" % (case.name, case.topology, case.description))
        for name, check in hostside.CHECKS.items():
            print("%-20s %-10s %s" % (name, "host", check.__doc__))
        return 0
    started = time.monotonic()
    os.makedirs(OUT, exist_ok=True)
    sweep()
    seed = args.seed or random.randrange(1, 1 << 30)
    kern = kernel.find("6.1")
    kernel.build_module(kern)
    image = Image(kern)
    if not args.same_image or not os.path.exists(image.disk):
        image.make()
    how = accel.choose(args.accel)
    kern.image()
    setup = Setup(kern, how, b"", seed, args.slow, args.keep, {}, args.jobs)
    runs = chosen_runs(setup, image, args.cases, args.boots)
    for run in runs:
        run.env = dict(word.split("=", 1) for word in args.set)
    if args.same_image and runs and isinstance(runs[0], PrepareRun) and runs[0].is_done():
        runs.pop(0)
    host = [name for name in hostside.CHECKS if not args.cases or name in args.cases]
    print("Debian 12, kernel %s, %s, seed %d, %d guests, %d at a time; ready in %.1f s"
          % (kern.release, how, seed, len(runs), args.jobs, time.monotonic() - started),
          flush=True)
    return run_all(replace(setup), image, runs, host)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LabError as error:
        print("tests/distro/run.py: %s" % error, file=sys.stderr)
        sys.exit(1)
