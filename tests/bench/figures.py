# SPDX-License-Identifier: GPL-2.0-only
"""What is made of figures: tables, ratios, whether passes agree, whether the budget is kept."""

from lab.report import aligned

from . import plan, scalechart

COUNTED = "instructions"    # the unit of what repeats, and is the less the better
AGREE_PERCENT = 1.0
BUDGET_PERCENT = 2.0


def built(data: dict, record: dict) -> str:
    """Of which module, and when."""
    return "vmpath %s (%s), %s" % (record["module"]["version"], data["versions"]["commit"],
                                   data["date"][:10])


def value(figure: dict) -> float:
    """The figure of a cell: the mean of its passes."""
    return sum(figure["values"]) / len(figure["values"])


def split(name: str) -> tuple:
    column, _, row = name.partition("/")
    return column, row


def spread(figure: dict) -> float:
    """How far the passes are from each other, in percent."""
    low, high = min(figure["values"]), max(figure["values"])
    return 100 * (high - low) / low if low else 0.0


def disagreements(record: dict) -> list:
    """(name, percent) of the figures whose passes do not agree."""
    found = [(name, spread(figure)) for name, figure in record["figures"].items()
             if figure["unit"] == COUNTED]
    return [(name, percent) for name, percent in found if percent > AGREE_PERCENT]


def ratio(record: dict, base: str, column: str, row: str):
    """IOPS of the column to those of the base; None if either was not measured, or not so."""
    ours, theirs = (record["figures"].get("%s/%s" % (c, row)) for c in (column, base))
    if not ours or not theirs or {ours["unit"], theirs["unit"]} != {COUNTED}:
        return None
    return value(theirs) / value(ours) if value(ours) else None


def rows_of(record: dict, columns: tuple) -> list:
    """In the order in which they were measured."""
    return list(dict.fromkeys(split(n)[1] for n in record["figures"] if split(n)[0] in columns))


def groups_of(record: dict) -> list:
    """The tables of a record: those that the plan knows, and one for the rest."""
    there = list(dict.fromkeys(split(n)[0] for n in record["figures"]))
    groups = []
    for group in plan.GROUPS:
        columns = tuple(c for c in group.columns if c in there)
        if group.case == record["case"] and len(columns) > 1:
            groups.append(plan.Group(group.case, group.title, columns))
    rest = tuple(c for c in there if not any(c in g.columns for g in plan.GROUPS))
    return groups + ([plan.Group(record["case"], "", rest)] if rest else [])


def cell(record: dict, base: str, column: str, row: str) -> str:
    figure = record["figures"].get("%s/%s" % (column, row))
    if not figure:
        return "-"
    number = "%.3f" if figure["unit"] == "ratio" else \
        "%.0f" if value(figure) >= 100 else "%.3g"
    text = number % value(figure)
    part = ratio(record, base, column, row) if base and column != base else None
    return text if part is None else "%s %.3f" % (text, part)


def table(record: dict, group) -> list:
    """Rows of text, head first: figures, each with its ratio to the first column."""
    base = group.columns[0] if group.title else ""
    head = [""] + [c.replace(".queue-", ".q-").replace("remap.two", "remap") for c in group.columns]
    return [head] + [[row] + [cell(record, base, c, row) for c in group.columns]
                     for row in rows_of(record, group.columns)]


def text(record: dict) -> list:
    """Lines for the terminal."""
    lines = []
    for group in groups_of(record):
        units = {f["unit"] for n, f in record["figures"].items() if split(n)[0] in group.columns}
        lines += ["", "%s, kernel %s: %s%s" % (
            group.title or record["case"], record["kernel"], ", ".join(sorted(units)),
            " for an I/O, and IOPS relative to %s" % group.columns[0]
            if group.title and units == {COUNTED} else "")]
        lines += ["  " + line for line in aligned(table(record, group))]
    lines += ["note: " + scalechart.remark(record)] if scalechart.remark(record) else []
    return lines + ["note: the passes differ by %.1f %%: %s" % (percent, name)
                    for name, percent in disagreements(record)]


def missing(record: dict) -> list:
    """Why a column that the plan has is not among the figures."""
    columns = {split(n)[0] for n in record["figures"]}
    asked = record["environment"].get("BENCH_TARGETS", "").split()
    return ["%s: not in kernel %s%s" % (plan.TITLES.get(c, c), record["kernel"], (
        ", " + plan.SINCE[c]) if c in plan.SINCE else "") for c in asked
        if c not in columns and record["case"] == "bench-instructions"]


def budget_of(record: dict) -> dict:
    """What --record keeps: the lower of the passes, for what is vmpath's and what is below it."""
    return {name: min(f["values"]) for name, f in record["figures"].items()}


def dearer_below(record: dict, budget: dict, name: str) -> float:
    """How many times as much the raw disk below this figure takes as when that was recorded."""
    column, row = name.split("/", 1)
    for group in plan.GROUPS:
        raw = group.columns[0] + "/" + row
        if column in group.columns and raw in budget and raw in record["figures"]:
            return max(1.0, min(record["figures"][raw]["values"]) / budget[raw])
    return 1.0


def over_budget(record: dict, budget: dict) -> list:
    """(name, measured, budget) of vmpath's figures that exceed it. Of the passes the best.

    Where the raw disk has become dearer, so may vmpath: another kernel is not its doing.
    """
    out = []
    for name, figure in record["figures"].items():
        measured, known = min(figure["values"]), budget.get(name)
        if known:
            known *= dearer_below(record, budget, name)
        if plan.ours(name) and (known is None or
                                measured > known * (1 + BUDGET_PERCENT / 100)):
            out.append((name, measured, known))
    return out


def unmeasured(record: dict, budget: dict) -> list:
    """Figures of vmpath's that have a budget and were not measured."""
    return [name for name in budget if plan.ours(name) and name not in record["figures"]]


def moved(record: dict, budget: dict) -> list:
    """Raw disks that cost more or less than when the budget was recorded: not vmpath's doing."""
    return ["%s: %.0f, recorded %.0f" % (n, min(f["values"]), budget[n])
            for n, f in record["figures"].items() if not plan.ours(n) and n in budget
            and abs(min(f["values"]) - budget[n]) > budget[n] * BUDGET_PERCENT / 100]


def markdown(data: dict) -> list:
    """The table of the README."""
    lines = []
    for record in data["runs"]:
        rows = [r for r in plan.SUMMARY if any(n.endswith("/" + r) for n in record["figures"])]
        if not rows:
            continue
        lines += ["Kernel %s (%s), %s, %s, %s; guest instructions for an I/O, fio's"
                  " own included, and IOPS relative to the raw disk of its kind:" % (
                      record["kernel"], record["release"], data["versions"]["qemu"],
                      data["versions"]["fio"], built(data, record)), "",
                  "| | " + " | ".join(r.replace("/", " ") for r in rows) + " |",
                  "| --- |" + " --- |" * len(rows)]
        seen: set = set()
        for group in groups_of(record):
            for column in group.columns:
                if column not in seen:
                    if column in plan.BRIEF_COLUMNS:
                        continue
                    cells = [cell(record, group.columns[0], column, r) for r in rows]
                    lines.append("| %s | %s |" % (plan.TITLES.get(column, column),
                                                  " | ".join(c.replace(" ", " · ") for c in cells)))
                seen.add(column)
        lines += [""] + [line + "." for line in missing(record)]
        lines += [""] if lines[-1] else []
    return lines
