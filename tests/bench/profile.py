#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Which functions of the guest an I/O's instructions are in, and which lines of ours.

    tests/bench.py --profile                           all of it, to build/bench/profile-KERNEL.json
    tests/bench/profile.py FOLDER [--blocks FUNCTION]  from what that has left in FOLDER, and the
                                                       rows of instructions of some functions

The figures are instructions per I/O: what a long run took more than a short one, by the plugin
profile.c.
"""

import argparse
import bisect
import collections
import os
import re
import struct
import sys

if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# pylint: disable=wrong-import-position
from bench import source  # noqa: E402

USER = "(fio and its libraries)"
OURS = "vmpath:"
# What is run less often than once in a hundred I/Os is not of an I/O: the timer, pages of fio.
SELDOM = "(now and then)"
LEAST_TIMES = 0.01


def blocks(path: str) -> dict:
    """(address, number of instructions, last address): how often it was run."""
    with open(path, "rb") as f:
        data = f.read()
    rows = struct.iter_unpack("<4Q", data)
    next(rows)
    return {row[:3]: row[3] for row in rows}


class Symbols:
    """The functions of the kernel and its modules, as the guest had them."""

    def __init__(self, ktap: str):
        self.table, self.cells = [], {}
        with open(ktap, encoding="utf-8", errors="replace") as f:
            for line in f:
                words = line.split()
                if words[:2] == ["#", "symbol"]:
                    module = words[4].strip("[]") + ":" if len(words) > 4 else ""
                    self.table.append((int(words[2], 16), module + words[3]))
                elif words[:2] == ["#", "profile"]:
                    self.cells[words[2]] = int(words[3])    # how many I/Os
        self.table.sort()
        self.starts = [row[0] for row in self.table]

    def find(self, vaddr: int) -> tuple:
        """(function, offset in it)"""
        at = bisect.bisect_right(self.starts, vaddr) - 1
        if vaddr < 1 << 63 or at < 0:
            return USER, 0
        return self.table[at][1], vaddr - self.table[at][0]


def runs(folder: str, name: str, ios: int) -> dict:
    """(address, number of instructions): how often an I/O runs it."""
    counts = [blocks("%s/profile.%s.%d" % (folder, name.replace("/", ","), n))
              for n in range(3)]
    out: dict = collections.defaultdict(float)
    for key, last in counts[2].items():
        times = last - 2 * counts[1].get(key, 0) + counts[0].get(key, 0)
        if times:
            out[key[:2]] += times / ios
    return out


def cost(folder: str, name: str, symbols: Symbols) -> dict:
    """function: {(offset, number of instructions): how often an I/O runs it}"""
    out: dict = collections.defaultdict(lambda: collections.defaultdict(float))
    for (vaddr, insns), times in runs(folder, name, symbols.cells[name]).items():
        function, offset = symbols.find(vaddr)
        out[function][offset, insns] += times
    return out


def functions(found: dict) -> dict:
    """function: instructions per I/O"""
    out: dict = collections.defaultdict(float)
    for function, rows in found.items():
        for (_, insns), times in rows.items():
            out[function if abs(times) >= LEAST_TIMES else SELDOM] += insns * times
    return {f: round(n, 3) for f, n in out.items()}


def cells(folder: str, module: str) -> dict:
    """What profile-KERNEL.json has of each cell: {"functions": .., "lines": ..}"""
    symbols = Symbols(folder + "/ktap.log")
    lines = source.Lines(module)
    out = {}
    for name in symbols.cells:
        found = cost(folder, name, symbols)
        ours = {f[len(OURS):]: rows for f, rows in found.items() if f.startswith(OURS)}
        out[name] = {
            "ios": symbols.cells[name], "functions": functions(found),
            "lines": lines.of(ours)}
    return out


def show_blocks(folder: str, names: list, pattern: str, least: float) -> None:
    """Rows of instructions, in their order, with how often an I/O runs each."""
    symbols = Symbols(folder + "/ktap.log")
    found = {name: cost(folder, name, symbols) for name in names or symbols.cells}
    for function in sorted({f for rows in found.values() for f in rows if re.search(pattern, f)}):
        print("%s\n%10s %6s" % (function, "offset", "insns")
              + "".join("%9d" % n for n in range(1, len(found) + 1)))
        every = sorted({key for rows in found.values() for key in rows.get(function, ())})
        for key in every:
            times = [rows.get(function, {}).get(key, 0) for rows in found.values()]
            if max(times) * key[1] >= least:
                print("%10s %6d" % ("+%#x" % key[0], key[1])
                      + "".join("%9.3f" % t for t in times))
    print("times an I/O, of " + ", ".join("%d: %s" % x for x in enumerate(found, 1)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blocks", metavar="FUNCTION", default=".",
                        help="a regular expression; vmpath's begin with " + OURS)
    parser.add_argument("--least", type=float, default=1, help="instructions per I/O of a row")
    parser.add_argument("folder")
    parser.add_argument("names", nargs="*", help="such as raw.scsi/randread-4k/libaio/4")
    args = parser.parse_intermixed_args()
    show_blocks(args.folder, args.names, args.blocks, args.least)
    return 0


if __name__ == "__main__":
    sys.exit(main())
