#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""`make demo`: a guest loses a path, and its application does not notice.

A thin layer above tests/lab: it runs tests/guest/demo.sh as one case, shows
live what that reports, and turns the lab's verdict into the last line,
`demo: PASS` or `demo: FAIL: <why>`. --selftest breaks the demo on purpose, in
several ways, and wants to see it fail.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
from lab import OUT, TESTS, LabError, accel, initramfs, kernel  # noqa: E402
from lab.case import Case  # noqa: E402
from lab.caserun import CaseRun, Setup  # noqa: E402
from lab.ktap import Report  # noqa: E402

# Taken from the host: characters of vmpathctl's tree, and what makes an ext4 of an ext2.
HOST_FILES = ("/usr/lib/locale/C.utf8/LC_CTYPE", "/etc/mke2fs.conf")
GUEST = os.path.join(TESTS, "guest", "demo.sh")
BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN = "_.:-=+*#"
COLUMN_MS = 200
MAX_COLUMNS = 84
INDENT = " " * 11
# What the guest's part knows to do wrong, and the reason that must come out.
SABOTAGE = {
    "corrupt": r"fio has noticed nothing",
    "lose": r"fio has noticed nothing",
    "stranger": r"optimal again",
    "slow": r"no I/O took longer",
    "warn": r"kernel: .*WARNING: sabotage",
    "crash": r"QEMU ended|kernel: .*panic",
}


class Screen:
    """The terminal: short lines, each with the seconds since the start."""

    def __init__(self):
        self.start = time.monotonic()
        self.lock = threading.Lock()
        self.unicode = "utf" in (sys.stdout.encoding or "").lower()

    def raw(self, text: str) -> None:
        if not self.unicode:
            text = text.encode("ascii", "replace").decode()
        with self.lock:
            print(text, flush=True)

    def say(self, text: str) -> None:
        self.raw("[%5.1f s]  %s" % (time.monotonic() - self.start, text))

    def out(self, text: str) -> None:
        self.raw((INDENT + text).rstrip())

    def chart(self, text: str) -> None:
        """`<node> <disk> <ms>,<gone>,<live>,<I/Os>,...`: I/Os in each ms, and marks."""
        node, disk, numbers = text.split()
        ms, gone, live, *counts = (int(x) for x in numbers.split(","))
        room = min(MAX_COLUMNS, shutil.get_terminal_size((80, 24)).columns - len(INDENT) - 1)
        step = max(1, COLUMN_MS // ms)
        while -(-len(counts) // step) > max(room, 10):
            step += 1
        sums = [sum(counts[i:i + step]) for i in range(0, len(counts) - step + 1, step)]
        # The steady level well below the top, so that one burst does not flatten the rest.
        busy = sorted(x for x in sums if x) or [1]
        top = busy[len(busy) // 2] * 8 // 5
        marks = BLOCKS if self.unicode else PLAIN
        bars = "".join(marks[min(7, x * 8 // (top + 1))] if x else " " for x in sums)
        self.out("I/Os per second on %s; a column is %d ms, a full one %d or more, a blank none"
                 % (node, ms * step, top * 1000 // (ms * step)))
        self.out(bars)
        for line in marks_below([(gone // step, "%s is pulled" % disk),
                                 (live // step, "back and live")]):
            self.out(line)


def marks_below(marks: list) -> list:
    """`^ text` below columns; in one line if they do not touch."""
    (first, one), (second, two) = marks
    left = " " * first + "^ " + one
    if len(left) < second:
        return [left.ljust(second) + "^ " + two]
    return [left, " " * second + "^ " + two]


class LiveReport(Report):
    """Shows the guest's report as it comes."""

    def __init__(self, screen: Screen):
        super().__init__()
        self.screen = screen

    def feed(self, line: str) -> None:
        known = len(self.tests)
        super().feed(line)
        if len(self.tests) > known:
            result, _, text = self.tests[-1]
            mark = {"pass": "ok  ", "fail": "FAIL"}.get(result, result)
            self.screen.say("  %s  %s" % (mark, text))
        elif line.startswith("# demo: "):
            word, _, text = line[8:].partition(" ")
            {"say": self.screen.say, "out": self.screen.out,
             "chart": self.screen.chart}.get(word, self.screen.out)(text)
        elif line.startswith("# lab: start"):
            self.screen.say("the guest is up")
        elif line.startswith("# lab: exit"):
            self.screen.say("the guest looks for what the module left behind")


class DemoRun(CaseRun):
    """The demo as a case of the lab."""

    def __init__(self, setup: Setup, screen: Screen, sabotage: str):
        super().__init__(setup, Case(GUEST))
        self.screen = screen
        locale = "C.UTF-8" if screen.unicode else "C"  # for vmpathctl's tree
        self.extra_env = {"LAB_SABOTAGE": sabotage, "LAB_LOCALE": locale}

    def new_report(self) -> Report:
        return LiveReport(self.screen)

    def environment(self, topology) -> dict:
        return {**super().environment(topology), **self.extra_env}

    def repeat(self) -> str:
        return "make demo KERNEL=%s" % self.setup.kernel.flavour


@contextlib.contextmanager
def quiet(screen: Screen, path: str):
    """What the scripts write to stderr goes to a file, what they say to the screen too."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    source, sink = os.pipe()
    saved = os.dup(2)
    os.dup2(sink, 2)
    os.close(sink)

    def copy() -> None:
        with open(path, "w", encoding="utf-8") as log, \
                os.fdopen(source, encoding="utf-8", errors="replace") as pipe:
            for line in pipe:
                log.write(line)
                log.flush()
                if re.match(r"(kernel|build-module|install-deps|kernel-source): ", line):
                    screen.say("  " + line.strip())
    thread = threading.Thread(target=copy, daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        thread.join(5)


def prepare(screen: Screen, flavour: str) -> Setup:
    """Kernel, module, tool and initramfs; seconds if they are there already."""
    log = os.path.join(OUT, flavour, "demo.setup.log")
    try:
        with quiet(screen, log):
            screen.say("set-up: a kernel %s, from Debian; it is not installed" % flavour)
            kern = kernel.find(flavour)
            screen.say("set-up: build vmpath.ko for %s, and vmpathctl" % kern.release)
            kernel.build_module(kern)
            screen.say("set-up: the guest's file system, in memory")
            archive = initramfs.base(kern) + initramfs.under_test(kern, [])
            kern.image()
            how = accel.choose("auto")
    except LabError:
        with open(log, encoding="utf-8") as f:
            for line in f.read().splitlines()[-15:]:
                screen.out("| " + line)
        raise
    screen.say("set-up done; the guest runs under %s"
               % ("KVM" if how == "kvm" else "emulation: no KVM that works here"))
    files = {name: name for name in HOST_FILES if os.path.exists(name)}
    files["/cases/demo.sh"] = GUEST
    return Setup(kern, how, archive, 1, extras={"demo": files})


def demo(flavour: str, sabotage: str) -> str:
    """Why it failed; empty if all was as it should be."""
    screen = Screen()
    screen.raw("vmpath demo: an application in a guest writes to two LUs; each loses one of its\n"
               "two paths and gets it back. The application must see no error and no long pause.")
    run = DemoRun(prepare(screen, flavour), screen, sabotage)
    screen.say("boot a guest: lu0 on two virtio-scsi HBAs, lu1 on two virtio-blk devices")
    result = run.run()
    if result.result == "pass":
        return ""
    for line in result.tail:
        screen.out("| " + line[:110])
    screen.out("logs: " + os.path.relpath(result.folder))
    reason = next(iter(result.reasons), "the guest's part did not run")
    return re.sub(r"^not ok \d+ - ", "", reason)


def last_line(why: str) -> int:
    print("demo: FAIL: %s" % why if why else "demo: PASS", flush=True)
    return 1 if why else 0


def qemu_left() -> list:
    """QEMU processes whose command line names the demo's directory."""
    left = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open("/proc/%s/cmdline" % pid, "rb") as f:
                words = f.read().split(b"\0")
            if b"qemu-system" in words[0] and any(b"/demo/console.log" in w for w in words):
                left.append(pid)
    return left


def try_demo(flavour: str, sabotage: str, stop_at: str) -> tuple:
    """Run the demo as a person would; with stop_at, Ctrl-C at that text."""
    cmd = [sys.executable, os.path.abspath(__file__), "--kernel", flavour]
    env = {**os.environ, "VMPATH_DEMO_SABOTAGE": sabotage}
    lines = []
    with subprocess.Popen(cmd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True) as process:
        for line in process.stdout:
            lines.append(line.rstrip())
            if stop_at and stop_at in line:
                process.send_signal(signal.SIGINT)
    return process.returncode, lines


def selftest(flavour: str) -> int:
    """Each sabotage must come out as a failure, for its reason; Ctrl-C leaves nothing."""
    bad = 0
    plans = [(name, want, "") for name, want in SABOTAGE.items()]
    for name, want, stop in plans + [("", "interrupted", "the host pulls")]:
        code, lines = try_demo(flavour, name, stop)
        last = lines[-1] if lines else ""
        good = code == 1 and re.match("demo: FAIL: .*(%s)" % want, last) and not qemu_left()
        print("%s  %-10s exit %d, %s" % ("ok  " if good else "FAIL", name or "ctrl-c", code, last),
              flush=True)
        if not good:
            bad += 1
            print("\n".join("    | " + line for line in lines[-20:]))
    return 1 if bad else 0


def interrupted(_signal, _frame) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kernel", default="6.1", choices=kernel.FLAVOURS)
    parser.add_argument("--selftest", action="store_true", help="the demo must fail when it should")
    args = parser.parse_args()
    if args.selftest:
        return selftest(args.kernel)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    try:
        why = demo(args.kernel, os.environ.get("VMPATH_DEMO_SABOTAGE", ""))
    except KeyboardInterrupt:
        why = "interrupted"
    except (LabError, OSError, subprocess.SubprocessError) as error:
        why = str(error)
    return last_line(why)


if __name__ == "__main__":
    sys.exit(main())
