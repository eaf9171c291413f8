#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""`make bench`: what an I/O costs, of vmpath, the disks below it, and others; what faults do.

Runs the cases of tests/bench/plan.py, prints their figures, and writes build/bench/results.json
and build/bench/report.html. With --quick only some, compared with the recorded budget: the last
line says `N passed, N failed, N skipped`, and the exit code is 1 if vmpath has become dearer.
"""

import argparse
import dataclasses
import datetime
import json
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
from bench import costs, faultchart, faults, figures, measure, page, plan, profile  # noqa: E402
from bench import rst, tables  # noqa: E402
from lab import OUT as LAB_OUT, ROOT, TESTS, LabError, kernel  # noqa: E402
from lab.kernel import write_atomic  # noqa: E402

OUT = os.path.join(ROOT, "build", "bench")
RESULTS = os.path.join(OUT, "results.json")
SECTIONS = {"compare": faultchart.section, "bench-pause": faultchart.pauses_section}
CHART = os.path.join(ROOT, "Documentation", "failover.svg")
README = os.path.join(ROOT, "README.md")
FAILOVER = os.path.join(ROOT, "Documentation", "failover.rst")
PERFORMANCE = os.path.join(ROOT, "Documentation", "performance.rst")
BUDGET = os.path.join(TESTS, "bench", "budget.json")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some figures, against the budget")
    parser.add_argument("--record", action="store_true", help="with --quick: make it the budget")
    parser.add_argument("--kernel", default="", help="only this one")
    parser.add_argument("--case", default="", help="only these")
    parser.add_argument("--targets", default="", help="only these, of bench-instructions")
    parser.add_argument("--set", action="append", default=[], metavar="WORD=VALUE",
                        help="in the environment of the cases, such as BENCH_DEPTHS=4")
    parser.add_argument("--jobs", type=int, default=2, help="guests side by side")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-build", action="store_true", help="take the module as it is")
    parser.add_argument("--profile", action="store_true",
                        help="which functions and lines the instructions of a READ are in")
    parser.add_argument("--lines", metavar="FUNCTION",
                        help="lines of vmpath's functions whose names have this regular "
                        "expression in them, of the last --profile, and stop")
    parser.add_argument("--rst", action="store_true",
                        help="put the tables of the last runs, or with --profile of this one, "
                        "into the documentation")
    parser.add_argument("--results", default=RESULTS, metavar="FILE",
                        help="the last run's, for --rst, --readme, --chart and --report")
    parser.add_argument("--readme", action="store_true",
                        help="put the README's tables of the last run into it, and stop")
    parser.add_argument("--chart", action="store_true",
                        help="write the README's chart of the last run's faults, and stop")
    parser.add_argument("--report", action="store_true",
                        help="write report.html of the last run anew, and stop")
    return parser.parse_args()


def chosen(args: argparse.Namespace) -> tuple:
    """The runs of the plan that were asked for."""
    runs = plan.QUICK if args.quick else plan.FULL
    if args.targets:
        runs = tuple(plan.instructions(k, tuple(args.targets.split()))
                     for k in sorted({r.kernel for r in runs}))
    words = dict(word.split("=", 1) for word in args.set)
    runs = tuple(dataclasses.replace(r, env={**r.env, **words}) for r in runs)
    cases = args.case.split() or [r.case for r in runs]
    runs = tuple(r for r in runs if args.kernel in ("", r.kernel) and r.case in cases)
    if not runs:
        raise LabError("the plan has nothing of that kernel and case")
    return runs


def write_report(data: dict) -> None:
    write_atomic(os.path.join(OUT, "report.html"), page.page(data, SECTIONS).encode())
    print("report: build/bench/report.html")


def write_chart(data: dict) -> None:
    for record in data["runs"]:
        if faultchart.has_faults(record):
            write_atomic(CHART, faultchart.overview(record, data).encode())
            print("chart: " + os.path.relpath(CHART, ROOT))
            return
    raise LabError("the last run has no faults: tests/bench.py --case compare")


def read(path: str) -> dict:
    try:
        with open(path, encoding="utf-8") as f:
            data = json.load(f)
    except FileNotFoundError as e:
        raise LabError("there is no %s yet" % os.path.relpath(path, ROOT)) from e
    if data["schema"] != measure.SCHEMA:
        raise LabError("%s has schema %s, not %d" % (path, data["schema"], measure.SCHEMA))
    return data


def write(path: str, data: dict) -> None:
    write_atomic(path, (json.dumps(data, indent=1) + "\n").encode())


def record_budget(data: dict) -> None:
    known = {r["case"] + " " + r["kernel"]: figures.budget_of(r) for r in data["runs"]}
    write(BUDGET, {"schema": measure.SCHEMA, "date": data["date"], "versions": data["versions"],
                   "releases": sorted({r["release"] for r in data["runs"]}), "figures": known})
    print("recorded: " + os.path.relpath(BUDGET, ROOT))


def is_over(data: dict) -> bool:
    known = read(BUDGET)["figures"]
    return any(figures.over_budget(r, known.get(r["case"] + " " + r["kernel"], {}))
               for r in data["runs"])


def measure_again(data: dict, args: argparse.Namespace) -> list:
    """What disturbs a pass makes it dearer, so more passes cannot hide what vmpath costs."""
    print("over the budget: two passes more")
    records, bad = measure.measure(chosen(args), args.seed, args.jobs, False, print)
    for record, more in zip(data["runs"], records):
        record["results"] += more["results"]
        for name, figure in more["figures"].items():
            record["figures"].setdefault(name, {**figure, "values": []})["values"] += \
                figure["values"]
    return bad


def check_budget(data: dict, all_of_it: bool) -> tuple:
    """(how many figures keep it, how many do not), and says which.

    All that has one has to be there, unless only some was asked for.
    """
    known = read(BUDGET)
    kept = over = 0
    for record in data["runs"]:
        budget = known["figures"].get(record["case"] + " " + record["kernel"], {})
        dear = figures.over_budget(record, budget)
        for name, measured, limit in dear:
            print("FAILED %s: %.0f, %s" % (name, measured, "there is no budget for it" if
                                           limit is None else "the budget is %.0f, %+.1f %%"
                                           % (limit, 100 * measured / limit - 100)))
        for line in figures.moved(record, budget) if dear else []:
            print("note: what is below vmpath has moved, too: " + line)
        lost = figures.unmeasured(record, budget) if all_of_it else []
        for name in lost:
            print("FAILED %s: it has a budget and was not measured" % name)
        over += len(dear) + len(lost)
        kept += sum(1 for name in record["figures"] if plan.ours(name)) - len(dear)
    if over:
        print("recorded on %s with %s; if that is what it has to cost: tests/bench.py --quick "
              "--record" % (", ".join(known["releases"]), known["versions"]["qemu"]))
    return kept, over


def measure_all(runs: tuple, args: argparse.Namespace) -> tuple:
    """Faults last, and alone."""
    records, bad = measure.measure(tuple(r for r in runs if not faults.is_fault(r)), args.seed,
                                   args.jobs, not args.no_build, print)
    more, failed = faults.measure(tuple(r for r in runs if faults.is_fault(r)), args.seed,
                                  not args.no_build, print)
    return records + more, bad + failed


def bench(args: argparse.Namespace) -> int:
    records, bad = measure_all(chosen(args), args)
    data = {"schema": measure.SCHEMA, "quick": args.quick, "seed": args.seed,
            "date": now(), "versions": measure.versions(), "runs": records}
    if args.quick and not args.record and not bad and is_over(data):
        bad += measure_again(data, args)
    for record in records:
        print("\n".join(figures.text(record)))
    print()
    write(os.path.join(OUT, "quick.json") if args.quick else RESULTS, data)
    skipped = sum(1 for r in bad if r.result == "skip")
    failed = len(bad) - skipped
    passed = sum(r["results"].count("pass") for r in records)
    if not args.quick:
        write_report(data)
    elif args.record and not bad:
        record_budget(data)
    else:
        kept, over = check_budget(data, not (args.targets or args.set or args.case))
        passed, failed = passed + kept, failed + over
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed else 0


def profile_of(name: str) -> str:
    """The file that has what --profile found on this kernel."""
    return os.path.join(OUT, "profile-%s.json" % name)


def run_profile(args: argparse.Namespace) -> int:
    """The case bench-profile; the plugin first."""
    plugin = os.path.join(LAB_OUT, "cache", "profile.so")
    subprocess.run(["make", "-s", "-C", ROOT, os.path.relpath(plugin, ROOT)], check=True)
    run = dataclasses.replace(plan.PROFILE, kernel=args.kernel or plan.PROFILE.kernel,
                              env=dict(word.split("=", 1) for word in args.set))
    records, bad = measure.measure((run,), args.seed, args.jobs, not args.no_build, print)
    if not bad:
        data = {"schema": measure.SCHEMA, "date": now(), "versions": measure.versions(),
                "kernel": run.kernel, "release": records[0]["release"],
                "module": records[0]["module"],
                "cells": profile.cells(os.path.join(LAB_OUT, run.kernel, run.case + ".1"),
                                       kernel.find(run.kernel).module())}
        write(profile_of(run.kernel), data)
        print("\n".join(costs.text(data)))
    print("%d passed, %d failed, 0 skipped" % (1 - len(bad), len(bad)))
    return 1 if bad else 0


def put_tables(path: str, blocks: dict) -> None:
    print("new in %s: %s" % (os.path.relpath(path, ROOT),
                             ", ".join(rst.put(path, blocks)) or "nothing"))


def put_performance(results: str) -> None:
    """Those of the runs that there have been."""
    made: dict = {}
    for run in plan.FULL:
        if os.path.exists(profile_of(run.kernel)):
            made.update(costs.blocks(read(profile_of(run.kernel))))
    if os.path.exists(results):
        made.update(tables.blocks(read(results)))
        put_tables(FAILOVER, tables.faults(read(results)))
    put_tables(PERFORMANCE, made)


def now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


def main() -> int:
    args = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if args.lines:
        data = read(profile_of(args.kernel or plan.PROFILE.kernel))
        print("\n".join(costs.lines_text(data, args.lines)))
        return 0
    if args.profile or args.rst:
        failed = run_profile(args) if args.profile else 0
        if args.rst and not failed:
            put_performance(args.results)
        return failed
    if args.chart:
        write_chart(read(args.results))
        return 0
    if args.readme:
        put_tables(README, tables.readme(read(args.results)))
        return 0
    if args.report:
        write_report(read(args.results))
        return 0
    return bench(args)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (LabError, OSError, subprocess.SubprocessError) as error:
        print("tests/bench.py: %s" % error, file=sys.stderr)
        print("0 passed, 1 failed, 0 skipped")
        sys.exit(1)
    except KeyboardInterrupt:
        print("interrupted\n0 passed, 1 failed, 0 skipped")
        sys.exit(130)
