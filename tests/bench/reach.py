# SPDX-License-Identifier: GPL-2.0-only
"""What was to be reached, what was hoped for, and what the last run has."""

import math
from dataclasses import dataclass

from . import figures, objects, plan

WITHIN = 0.02
MARKS = {"aim": "aimed at", "reach": "reached", "missed": "MISSED", "": "-"}


@dataclass(frozen=True)
class Row:
    """A goal: with `more`, the more the better. Engines: of libaio and of io_uring."""
    title: str
    reach: float
    aim: float
    unit: str
    get: object                 # function of a record and an engine: a number or None
    case: str = "bench-instructions"
    more: bool = True
    by_engine: bool = True

    def verdict(self, value) -> str:
        """A key of MARKS; of what is shown, not of what is behind it."""
        if value is None:
            return ""
        sign = 1 if self.more else -1
        shown = float(self.shown(value).split()[0])
        return "aim" if sign * (shown - self.aim) >= 0 else \
            "reach" if sign * (shown - self.reach) >= 0 else "missed"

    def shown(self, value: float) -> str:
        return {"ratio": "%.3f", "more": "%+.3f", "KiB": "%.1f KiB"}.get(
            self.unit, "%.0f " + self.unit) % value


def ratio(column: str, base: str, pattern: str = "randread-4k", depth: int = 4):
    def get(record: dict, engine: str):
        return figures.ratio(record, base, column, "%s/%s/%d" % (pattern, engine, depth))
    return get


def scaled(target: str):
    def get(record: dict, _engine: str):
        figure = record["figures"].get("%s.median/4-cpu/time" % target)
        return figure and figure["values"][0]
    return get


def worst(name: str, less: str = ""):
    """Of the passes; less what the raw disk has."""
    def get(record: dict, _engine: str):
        figure, raw = (record["figures"].get(n) for n in (name, less))
        return figure and max(figure["values"]) - (min(raw["values"]) if raw else 0)
    return get


def memory(record: dict, _engine: str):
    return objects.total(objects.of_path(record)) / 1024 if record.get("objects") else None


def others(title: str, column: str, base: str) -> tuple:
    """Depths, writes and large READs may be less than the row itself by so much."""
    def get(pattern: str, depth: int):
        def more(record: dict, engine: str):
            cell, row = (f(record, engine) for f in (ratio(column, base, pattern, depth),
                                                     ratio(column, base)))
            return None if cell is None or row is None else cell - row
        return more
    return tuple(Row("%s, %s: against that" % (title, what), -WITHIN, math.inf, "more",
                     get(pattern, depth))
                 for what, pattern, depth in (
                     ("queue depth 1", "randread-4k", 1), ("queue depth 32", "randread-4k", 32),
                     ("writes", "randwrite-4k", 4), ("READs of 128 KiB", "read-128k", 4),
                     ("batches of 8", "randread-4k-batch", 32)))


REMAP, FAST = (0.95, 0.98), (0.98, 1.02)
ROWS = (
    (Row("remap", *REMAP, "ratio", ratio("remap.two.queue-depth", "raw.scsi")),)
    + others("remap", "remap.two.queue-depth", "raw.scsi")
    + (Row("fast recovery", *FAST, "ratio", ratio("fast.two.queue-depth", "raw.scsi")),)
    + others("fast recovery", "fast.two.queue-depth", "raw.scsi")
    + (Row("remap over virtio-blk", *REMAP, "ratio", ratio("remap.blk", "raw.blk")),)
    + others("remap over virtio-blk", "remap.blk", "raw.blk")
    + tuple(Row("4 CPUs: " + t, 0.95, 1.0, "ratio", scaled(t), "bench-scaling", by_engine=False)
            for t in plan.SCALED if t != "raw.two")
    + tuple(Row("pause at a path's error: " + m, 200, 50, "us", worst(n + "/path-error/longest"),
                "bench-pause", False, False) for n, m in (("remap", "remap"),
                                                          ("fast", "fast recovery")))
    + tuple(Row("pause more than raw: %s, %s" % (what, m), 50, 10, "ms",
                worst("%s/%s" % (n, name), "raw/gap"), "bench-pause", False, False)
            for n, m in (("remap", "remap"), ("fast", "fast recovery"))
            for name, what in (("disk-removed", "disk removed"), ("hba-removed", "HBA removed"),
                               ("disk-removed/returns", "disk returns"),
                               ("hba-removed/returns", "HBA returns")))
    + (Row("memory of a path", 8, 4, "KiB", memory, "bench-size", False, False),))


def table(data: dict) -> list:
    """Rows of text, head first: (cells, verdicts) each; a pair of cells of each kernel."""
    kernels = list(dict.fromkeys(r["kernel"] for r in data["runs"]
                                 if r["case"] == "bench-instructions"))
    engines = plan.ENGINES.split()
    places = [(k, e) for k in kernels for e in engines]
    head = ["", "reach", "aim"] + ["%s %s" % place for place in places]
    out = [(head, [""] * len(head))]
    for row in ROWS:
        cells, verdicts = [row.title, row.shown(row.reach),
                           "" if math.isinf(row.aim) else row.shown(row.aim)], [""] * 3
        for kernel, engine in places:
            records = [r for r in data["runs"] if r["case"] == row.case and r["kernel"] == kernel]
            counts = row.by_engine or engine == engines[0]
            value = row.get(records[0], engine) if records and counts else None
            verdicts.append(row.verdict(value))
            cells.append("" if value is None else row.shown(value))
        out.append((cells, verdicts))
    return out


def facts(data: dict) -> str:
    """Of what, with what, when."""
    versions = data["versions"]
    modules = sorted({r["module"]["version"] for r in data["runs"]})
    return "vmpath %s (%s), kernels %s, %s, %s, %s, %s" % (
        ", ".join(modules), versions["commit"],
        ", ".join(dict.fromkeys(r["release"] for r in data["runs"])),
        versions["qemu"].partition(" (")[0], versions["fio"], versions["compiler"],
        data["date"][:16].replace("T", " ") + " UTC")
