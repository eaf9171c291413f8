#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Shows which functions of the guest an I/O's instructions are in.

    tests/run.py --accel profile bench-profile
    tests/bench/profile.py FOLDER [NAME ...]

FOLDER is the case's. The figures are instructions per I/O: what a long run took more than a
short one, by the plugin profile.c.
"""

import argparse
import bisect
import collections
import struct
import sys

USER = "(fio and its libraries)"


def blocks(path: str) -> dict:
    """(address, number of instructions, last address): how often it was run."""
    with open(path, "rb") as f:
        data = f.read()
    rows = struct.iter_unpack("<4Q", data)
    next(rows)
    return {row[:3]: row[3] for row in rows}


def symbols(ktap: str) -> list:
    """(address, name) of the functions of the kernel and its modules, in order."""
    out = []
    with open(ktap, encoding="utf-8", errors="replace") as f:
        for line in f:
            words = line.split()
            if words[:2] == ["#", "symbol"]:
                module = words[4].strip("[]") + ":" if len(words) > 4 else ""
                out.append((int(words[2], 16), module + words[3]))
    return sorted(out)


def spread(key: tuple, table: list, starts: list, out: dict, times: float) -> None:
    """Give a block's instructions to its function."""
    vaddr, insns, _ = key
    at = bisect.bisect_right(starts, vaddr) - 1
    name = USER if vaddr < 1 << 63 or at < 0 else table[at][1]
    out[name] += insns * times


def cost(folder: str, name: str, ios: int, table: list) -> dict:
    """Function: instructions per I/O."""
    counts = [blocks("%s/profile.%s.%d" % (folder, name, n)) for n in range(3)]
    out: dict = collections.defaultdict(float)
    starts = [row[0] for row in table]
    for key, last in counts[2].items():
        runs = last - 2 * counts[1].get(key, 0) + counts[0].get(key, 0)
        if runs:
            spread(key, table, starts, out, runs / ios)
    return out


def show(found: dict, least: float) -> None:
    names = list(found)
    every = {f for name in names for f in found[name]}
    rows = sorted(every, key=lambda f: -max(found[name].get(f, 0) for name in names))
    print("%-44s" % "instructions per I/O in" + "".join("%9s" % n for n in names))
    print("%-44s" % "all" + "".join("%9.0f" % sum(found[n].values()) for n in names))
    for row in rows:
        if max(abs(found[name].get(row, 0)) for name in names) >= least:
            print("%-44s" % row[:44] +
                  "".join("%9.0f" % found[n].get(row, 0) for n in names))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ios", type=int, default=4000)
    parser.add_argument("--least", type=float, default=5)
    parser.add_argument("folder")
    parser.add_argument("names", nargs="*", default=["raw", "remap", "fast"])
    args = parser.parse_args()
    table = symbols(args.folder + "/ktap.log")
    show({name: cost(args.folder, name, args.ios, table) for name in args.names}, args.least)
    return 0


if __name__ == "__main__":
    sys.exit(main())
