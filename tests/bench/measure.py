# SPDX-License-Identifier: GPL-2.0-only
"""Runs the cases of a plan and gathers their figures."""

import copy
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from lab import TESTS, accel, extras, initramfs, kernel
from lab.case import Case
from lab.caserun import CaseRun, Setup

from . import objects

SCHEMA = 2      # since 2: rows of bench-instructions, objects


class BenchRun(CaseRun):
    """A case with words of ours in its environment."""

    def __init__(self, setup: Setup, case, env: dict):
        super().__init__(setup, case)
        self.env = env

    def environment(self, topology) -> dict:
        return {**super().environment(topology), **self.env}

    def repeat(self) -> str:
        return "make bench"


def first_line(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return (done.stdout.splitlines() or [""])[0].strip()


def module_facts(path: str) -> dict:
    return {word: first_line("modinfo", "-F", word, path) for word in ("version", "srcversion")}


def versions() -> dict:
    return {"qemu": first_line("qemu-system-x86_64", "--version"), "fio": first_line("fio", "-v"),
            "compiler": first_line("gcc-12", "--version"),
            "commit": first_line("git", "-C", TESTS, "describe", "--always", "--dirty")}


def setups(runs: tuple, seed: int, jobs: int, build: bool) -> dict:
    """Kernel, module and initramfs for each kernel and accelerator of the runs."""
    out = {}
    for run in runs:
        if (run.kernel, run.accel) in out:
            continue
        kern = kernel.find(run.kernel)
        if build:
            kernel.build_module(kern)
        needs = set(Case(case_path(run)).needs)
        archive = initramfs.base(kern) + initramfs.under_test(kern, [])
        kern.image()
        # CPUs that run at a time, unless a run names the accelerator.
        out[run.kernel, run.accel] = Setup(kern, accel.choose(run.accel, True), archive, seed,
                                           extras=extras.files(kern, needs), jobs=jobs)
    return out


def case_path(run) -> str:
    return os.path.join(TESTS, "guest", "cases", run.case + ".sh")


def one_pass(setup: Setup, run, number: int) -> BenchRun:
    """The case under a name of its own, so that passes may run side by side."""
    case = copy.copy(Case(case_path(run)))
    case.name = "%s.%d" % (run.case, number)
    return BenchRun(setup, case, run.env)


def record(run, setup: Setup, results: list) -> dict:
    """What goes to results.json of a run: each figure with a value for each pass."""
    figures: dict = {}
    for result in results:
        for name, value, unit in result.figures:
            figures.setdefault(name, {"unit": unit, "values": []})["values"].append(value)
    out = {"case": run.case, "kernel": run.kernel, "release": setup.kernel.release,
           "accel": setup.accel, "cpus": len(os.sched_getaffinity(0)), "seed": setup.seed,
           "module": module_facts(setup.kernel.module()), "environment": run.env,
           "objects": objects.sizes(setup.kernel.module()),
           "seconds": [round(r.seconds, 1) for r in results],
           "results": [r.result for r in results], "figures": figures}
    if any(r.rows for r in results):    # what figures were made of: of each pass a table
        out["rows"] = [r.rows for r in results]
    return out


def told(run, number: int, result) -> str:
    """The line that the run prints of a pass."""
    return "%s  %s on %s, pass %d: %.0f s, %d figures%s" % (
        "pass" if result.result == "pass" else result.result.upper(), run.case, run.kernel,
        number, result.seconds, len(result.figures),
        "".join("\n    " + x for x in result.reasons + result.tail))


def results_of(pool: ThreadPoolExecutor, passes: list):
    """(run, its results), of those that want to be alone at the end and one by one."""
    waiting = [(run, [pool.submit(p.run) for p in some]) for run, some in passes if not run.alone]
    for run, futures in waiting:
        yield run, [f.result() for f in futures]
    for run, some in passes:
        if run.alone:
            yield run, [pool.submit(p.run).result() for p in some]


def measure(runs: tuple, seed: int, jobs: int, build: bool, say) -> tuple:
    """(records, results that are not a pass)."""
    prepared = setups(runs, seed, jobs, build)
    passes = [(run, [one_pass(prepared[run.kernel, run.accel], run, n + 1)
                     for n in range(run.passes)]) for run in runs]
    records, bad = [], []
    with ThreadPoolExecutor(jobs) as pool:
        try:
            for run, results in results_of(pool, passes):
                for n, result in enumerate(results, 1):
                    say(told(run, n, result))
                bad += [r for r in results if r.result != "pass"]
                records.append(record(run, prepared[run.kernel, run.accel], results))
        except KeyboardInterrupt:
            for one in (p for _, some in passes for p in some):
                one.abort = True
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return records, bad
