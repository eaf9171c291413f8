# SPDX-License-Identifier: GPL-2.0-only
"""Tables of the documentation that a run of the benchmarks has made, and puts in their place.

Such a table is between two comments, `.. begin NAME` and `.. end NAME` in Documentation/, and
`<!-- begin NAME -->` and `<!-- end NAME -->` in the README.
"""

import re
import textwrap

from lab.kernel import write_atomic

WIDTH = 100
MARKS = {".rst": (".. begin %s", ".. end %s"), ".md": ("<!-- begin %s -->", "<!-- end %s -->")}


def rule(widths: list) -> str:
    return "  ".join("=" * w for w in widths)


def table(rows: list, numbers: int = 0) -> list:
    """Lines of a simple table: cells of text; None is a rule, after the head.

    So many columns are to the right, and the last one is wrapped; 0: all but the first are.
    """
    texts = [row for row in rows if row]
    last = len(texts[0]) - 1
    widths = [max(len(row[i]) for row in texts) for i in range(last + 1)]
    if numbers:
        widths[last] = min(widths[last], WIDTH - sum(widths[:last]) - 2 * last)
    out, rules = [rule(widths)], 0
    for row in rows:
        if row is None:
            # A second one within the body would end the table.
            out += [rule(widths)] if not rules else []
            rules += 1
            continue
        right = range(numbers) if numbers else range(1, last + 1)
        cells = [c.rjust(w) if i in right else c.ljust(w) if i < last else c
                 for i, (c, w) in enumerate(zip(row, widths))]
        wrapped = textwrap.wrap(cells[last].strip(), widths[last], break_long_words=False,
                                break_on_hyphens=False) if numbers else [cells[last]]
        out.append("  ".join(cells[:last] + wrapped[:1]).rstrip())
        out += [" " * (sum(widths[:last]) + 2 * last) + more for more in wrapped[1:]]
    return out + [rule(widths)]


def put(path: str, blocks: dict) -> list:
    """Put them in their places, if the file has one; the names of those that are new."""
    kind = path[path.rindex("."):]
    with open(path, encoding="utf-8") as f:
        text = before = f.read()
    changed = []
    for name, lines in blocks.items():
        begin, end = (mark % name for mark in MARKS[kind])
        parts = re.split("(?<=\n%s\n)(.*?)(?=%s\n)" % (re.escape(begin), re.escape(end)), text, 1,
                         re.S)
        new = "\n%s\n\n" % "\n".join(lines).strip("\n")
        if len(parts) == 3 and parts[1] != new:
            text = parts[0] + new + parts[2]
            changed.append(name)
    if text != before:
        write_atomic(path, text.encode())
    return changed
