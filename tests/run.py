#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs the test cases, each in a fresh QEMU guest. See tests/README.md.

The last line says `N passed, N failed, N skipped`; exit 0 only if none failed.
A run that could not begin counts as one that failed.
"""

import argparse
import dataclasses
import os
import random
import re
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
from lab import LabError, accel, case as cases, extras, initramfs, kernel, snapshot  # noqa: E402
from lab.arrays import wants  # noqa: E402
from lab.caserun import FAULTS, CaseRun, Result, Setup, sweep  # noqa: E402
from lab.lio import Boot  # noqa: E402
from lab.report import Printer  # noqa: E402
from lab.topology import TOPOLOGIES  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="run only these")
    parser.add_argument("--kernel", default="6.1", choices=kernel.FLAVOURS)
    parser.add_argument("--jobs", type=int, default=2, help="guests side by side")
    parser.add_argument("--tag", default="", help="only cases with this tag")
    parser.add_argument("--mode", default="", choices=cases.MODES,
                        help="all of them in this mode of the module")
    parser.add_argument("--list", action="store_true", help="list the cases and stop")
    parser.add_argument("--keep", action="store_true", help="keep the disk images")
    parser.add_argument("--selftest", action="store_true",
                        help="test the harness: each case must fail as it says")
    parser.add_argument("--all", action="store_true", help="the self-tests, then the cases")
    parser.add_argument("--seed", type=int, default=0, help="of what is random in the cases")
    parser.add_argument("--faults", type=int, default=FAULTS,
                        help="how many the cases with the tag `faults` make, default %d" % FAULTS)
    parser.add_argument("--accel", default="auto", choices=("auto", *accel.HOW),
                        help="auto: KVM, else emulation, on the debug kernel with a thread for "
                             "each CPU")
    parser.add_argument("--slow", type=float, default=1, help="stretch every bound")
    parser.add_argument("--boot", action="store_true",
                        help="boot each guest by itself, none from a snapshot")
    parser.add_argument("--no-build", action="store_true", help="take the module as it is")
    return parser.parse_args()


def turned(result: Result, kern) -> Result:
    """A self-test passes if the verdict is the one that it expects.

    One for which the kernel is not made is skipped, but not on the debug kernel, which
    has all that they need: there it has failed.
    """
    want = result.case.expect
    got = result.result if result.result != "fail" else "fail: " + " | ".join(result.reasons)
    if result.rows:
        got += ", rows: " + " ".join(",".join(row) for row in result.rows)
    for name, points in result.series.items():
        got += ", %s: %s" % (name, " ".join("%d,%d" % point for point in points))
    if "stuck" in result.case.tags:
        got += ", reset once" if result.stuck else ""
        result = dataclasses.replace(result, stuck=0)
    if "standstill" in result.case.tags:
        got += ", run again" if result.stood else ""
        result = dataclasses.replace(result, stood=0)
    if want and re.search(want, got):
        return dataclasses.replace(result, result="pass", reasons=[], tail=[])
    if result.case.lacks(kern) and not kern.debug:
        return result
    reasons = ["expected '%s', the verdict was '%s'" % (want, got)]
    return dataclasses.replace(result, result="fail", reasons=reasons)


def run_all(setup: Setup, chosen: list) -> int:
    """Run cases side by side, the long ones first."""
    printer = Printer(len(chosen))
    runs = [CaseRun(setup, c) for c in sorted(chosen, key=lambda c: -c.timeout)]
    with ThreadPoolExecutor(max(1, setup.jobs)) as pool:
        waiting = {pool.submit(r.run): r for r in runs}
        try:
            for done in as_completed(waiting):
                run = waiting[done]
                result = done.result()
                if run.case.expect:
                    result = turned(result, setup.kernel)
                printer.take(result, run.repeat())
        except KeyboardInterrupt:
            for run in runs:
                run.abort = True
            pool.shutdown(wait=True, cancel_futures=True)
            print("interrupted, this is not all of it")
            printer.end()
            return 130
    printer.note(setup.watch.summary())
    return printer.end()


def choose(args: argparse.Namespace) -> list:
    selftests = cases.load("selftest")
    ordinary = cases.load("guest/cases")
    if args.all and not args.cases and not args.tag:
        return selftests + [c for c in ordinary if "bench" not in c.tags]
    if args.cases:
        return cases.select(selftests + ordinary, args.cases, "")
    if args.tag:
        return cases.select(selftests + ordinary, [], args.tag)
    # Benchmarks prove nothing and take their time: by name or tag.
    return cases.select(selftests if args.selftest else
                        [c for c in ordinary if "bench" not in c.tags], [], "")


def show_list(chosen: list) -> int:
    for c in chosen:
        print("%-28s %-16s %-12s %s" % (c.name, c.topology, ",".join(c.tags) or "-",
                                        c.description))
    return 0


def array_boot(chosen: list, kern, how: str, slow: float):
    """What array guests boot from, if a case has one: always the kernel 6.1."""
    if not any(wants(TOPOLOGIES[c.topology], "lio") for c in chosen):
        return None
    stock = kern if kern.flavour == "6.1" else kernel.find("6.1")
    return Boot(how, stock.image(), initramfs.array(stock), slow)


def main() -> int:
    args = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = choose(args)
    if args.mode:
        chosen = [c.as_in(args.mode) for c in chosen if not c.expect]
        chosen = list({c.name: c for c in chosen}.values())
    if args.list:
        return show_list(chosen)
    started = time.monotonic()
    sweep()
    seed = args.seed or random.randrange(1, 1 << 30)
    kern = kernel.find(args.kernel)
    if not args.no_build:
        kernel.build_module(kern)
    how = accel.choose(args.accel, kern.debug)
    needs = {n for c in chosen for n in c.needs}
    modules = extras.test_modules(kern, needs)
    archive = initramfs.base(kern) + initramfs.under_test(kern, modules)
    kern.image()
    setup = Setup(kern, how, archive, seed, args.slow, args.keep, extras.files(kern, needs),
                  args.jobs, array_boot(chosen, kern, how, args.slow), args.faults)
    print("kernel %s (%s), %s, seed %d, initramfs %.1f MB, %d cases, %d at a time; "
          "ready in %.1f s" % (args.kernel, kern.release, how, seed, len(archive) / 1e6,
                               len(chosen), args.jobs, time.monotonic() - started), flush=True)
    with snapshot.scratch() as folder:
        snapshot.take_all(setup, [] if args.boot else chosen, folder)
        return run_all(setup, chosen)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LabError as error:
        print("tests/run.py: %s" % error, file=sys.stderr)
        print("0 passed, 1 failed, 0 skipped")
        sys.exit(1)
