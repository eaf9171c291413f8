# SPDX-License-Identifier: GPL-2.0-only
"""Which line of our source an instruction of vmpath.ko belongs to.

The compiler puts functions into others. A line is that of the innermost function that is ours,
and has the kernel's functions that it calls and that have become part of it.
"""

import bisect
import collections
import os
import re
import subprocess

from lab import LabError

TEXT = ".text"


def output(*words: str, stdin: str = "") -> list:
    try:
        done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
    except FileNotFoundError as e:
        raise LabError("no %s; run scripts/install-deps lab" % words[0]) from e
    if done.returncode:
        raise LabError("%s: %s" % (words[0], done.stderr.strip()))
    return done.stdout.splitlines()


class Lines:
    """Of one module, with its debugging information."""

    def __init__(self, module: str):
        self.module = module
        self.tree = os.path.dirname(os.path.abspath(module)) + "/"
        self.starts: dict = {}                # function: address in TEXT
        self.insns: dict = {}                 # function: addresses of its instructions
        self.sources: dict = {}
        function = ""
        for line in output("objdump", "-d", "--no-show-raw-insn", "-j", TEXT, module):
            head = re.match(r"([0-9a-f]+) <(\w[\w.]*)>:", line)
            insn = re.match(r" +([0-9a-f]+):\t", line)
            if head:
                function = head.group(2)
                self.starts[function] = int(head.group(1), 16)
                self.insns[function] = []
            elif insn:
                self.insns[function].append(int(insn.group(1), 16))

    def text(self, file: str, line: int) -> str:
        """Of that line, and of those that it goes on in."""
        if file not in self.sources:
            with open(self.tree + file, encoding="utf-8") as f:
                self.sources[file] = f.read().splitlines()
        return re.sub(r"\s+", " ", self.sources[file][line - 1]).strip()

    def place(self, frames: list) -> tuple:
        """(file, line, function) of the innermost that is ours, of (function, file:line) rows."""
        for function, where in frames:
            file, _, line = where.partition(" ")[0].rpartition(":")
            file = os.path.normpath(file)
            if file.startswith(self.tree) and line.isdigit():
                return file[len(self.tree):], int(line), function
        return "", 0, frames[-1][0]

    def places(self, addresses: list) -> dict:
        """address: its place"""
        out: dict = {}
        rows = output("addr2line", "-a", "-f", "-i", "-j", TEXT, "-e", self.module,
                      stdin="".join("%#x\n" % a for a in addresses))
        at, frames = None, []
        for row in rows + ["0x0"]:
            if re.fullmatch("0x[0-9a-f]+", row):
                if at is not None:
                    out[at] = self.place(list(zip(frames[::2], frames[1::2])))
                at, frames = int(row, 16), []
            else:
                frames.append(row)
        return out

    def spread(self, function: str, rows: dict) -> dict:
        """address: how often an I/O runs it, of {(offset, number of instructions): times}."""
        out: dict = collections.defaultdict(float)
        insns, start = self.insns[function], self.starts[function]
        for (offset, nr), times in rows.items():
            # What the kernel has made shorter when it loaded the module goes to its place.
            at = bisect.bisect_right(insns, start + offset) - 1
            for n in range(nr):
                out[insns[min(at + n, len(insns) - 1)]] += times
        return out

    def of(self, found: dict) -> list:
        """[file, line, function, instructions per I/O, text] of functions and their blocks."""
        sums: dict = collections.defaultdict(float)
        for function, rows in found.items():
            if function not in self.insns:    # of another section
                sums["", 0, function] += sum(n * times for (_, n), times in rows.items())
                continue
            spread = self.spread(function, rows)
            places = self.places(list(spread))
            for address, times in spread.items():
                sums[places[address]] += times
        return [[*place, round(n, 3), self.text(*place[:2]) if place[0] else ""]
                for place, n in sorted(sums.items())]
