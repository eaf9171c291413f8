# SPDX-License-Identifier: GPL-2.0-only
"""build/bench/report.html: charts, drawn by gnuplot, and tables. One file, no scripts."""

import html
import subprocess

from lab import LabError

from . import figures, plan, reach, scalechart, sizechart

OURS, RAW, OTHERS = 0x2a7de1, 0x9a9a9a, 0xe08a2a
STYLE = """
body { font: 15px/1.45 sans-serif; max-width: 76em; margin: 2em auto; padding: 0 1em; color: #222 }
table { border-collapse: collapse; margin: 1em 0; font-size: 13px }
td, th { padding: .2em .7em; text-align: right; border-bottom: 1px solid #ddd }
td:first-child, th:first-child { text-align: left } th { font-weight: 600 }
.aim { background: #d6efd8 } .reach { background: #eef7e0 } .missed { background: #fbe0dc }
svg { width: 100%; height: auto } .note { color: #a33 } small { color: #666 }
"""
HEAD = """set terminal svg size %d,%d font 'sans,13' noenhanced background '#ffffff'
set style fill solid noborder
set grid ytics lc rgb '#dddddd'
set border 3
set tics nomirror
set xtics rotate by -32 left
set yrange [0:%.2f]
set ylabel 'I/Os a second, relative to the raw disk'
"""


def gnuplot(script: str) -> str:
    """The SVG that a script draws."""
    try:
        done = subprocess.run(["gnuplot"], input=script, capture_output=True, text=True,
                              check=False)
    except FileNotFoundError as e:
        raise LabError("no gnuplot; run scripts/install-deps bench") from e
    if done.returncode or "<svg" not in done.stdout:
        raise LabError("gnuplot: " + done.stderr.strip())
    return done.stdout[done.stdout.index("<svg"):]


def color(column: str) -> int:
    return OURS if plan.ours(column) else RAW if column.startswith("raw.") else OTHERS


def bars(record: dict, row: str) -> list:
    """(column, ratio) of every system of which there is a figure in this row."""
    out = []
    for group in figures.groups_of(record):
        for column in group.columns if group.title else ():
            part = figures.ratio(record, group.columns[0], column, row)
            if part is not None and column not in [c for c, _ in out]:
                out.append((column, part))
    return out


def headline(record: dict, row: str) -> str:
    """One bar for each system."""
    data = bars(record, row)
    if len(data) < 2:
        return ""
    lines = ['"%s" %.4f %d' % (plan.TITLES.get(c, c), part, color(c)) for c, part in data]
    script = HEAD % (1150, 470, max(1.2, 1.1 * max(part for _, part in data)))
    return gnuplot(script + "$d << END\n%s\nEND\n" % "\n".join(lines) + """
set bmargin 8
set rmargin 22
set boxwidth 0.72
unset key
set xrange [-0.6:%d.6]
plot $d using 0:2:3:xtic(1) with boxes lc rgb variable, \\
     $d using 0:2:(sprintf('%%.2f', $2)) with labels offset 0,-0.8 tc rgb '#ffffff', \\
     1.0 with lines lw 1.5 lc rgb '#222222'
""" % (len(data) - 1))


def clusters(record: dict, pattern: str, engine: str) -> str:
    """A bar for each queue depth of each system."""
    rows = [r for r in figures.rows_of(record, tuple(figures.split(n)[0]
                                                      for n in record["figures"]))
            if r.startswith("%s/%s/" % (pattern, engine))]
    data: dict = {}
    for row in rows:
        for column, part in bars(record, row):
            data.setdefault(column, {})[row] = part
    if len(data) < 2 or not rows:
        return ""
    lines = ['"%s" %s' % (plan.TITLES.get(c, c), " ".join(
        "%.4f" % parts[r] if r in parts else "NaN" for r in rows)) for c, parts in data.items()]
    top = max(part for parts in data.values() for part in parts.values())
    shades = ("#9cc4ee", "#4a90d9", "#1d4f8a")
    plots = ["$d using %d:xtic(1) title 'queue depth %s' lc rgb '%s'" % (
        i + 2, row.rsplit("/", 1)[1], shades[i % 3]) for i, row in enumerate(rows)]
    return gnuplot(HEAD % (1150, 430, max(1.3, 1.2 * top)) +
                   "$d << END\n%s\nEND\n" % "\n".join(lines) + """
set bmargin 8
set rmargin 22
set style data histogram
set style histogram cluster gap 1
set key top right horizontal
plot %s, 1.0 notitle with lines lw 1.5 lc rgb '#222222'
""" % ", ".join(plots))


def html_table(rows: list) -> str:
    def line(cells: list, tag: str) -> str:
        return "<tr>%s</tr>" % "".join("<%s>%s</%s>" % (tag, html.escape(x), tag) for x in cells)
    return "<table>%s%s</table>" % (line(rows[0], "th"), "".join(line(r, "td") for r in rows[1:]))


def goals(data: dict) -> list:
    """What was to be reached, for the head."""
    head, *rows = reach.table(data)
    body = "".join("<tr>%s</tr>" % "".join(
        "<td%s>%s</td>" % (" class=%s" % v if v else "", html.escape(cell + (
            "" if not v else " " + reach.MARKS[v])))
        for cell, v in zip(cells, verdicts)) for cells, verdicts in rows)
    return ["<p>%s</p>" % html.escape(reach.facts(data)),
            "<table><tr>%s</tr>%s</table>" % ("".join(
                "<th>%s</th>" % html.escape(c) for c in head[0]), body),
            "<p>Ratios are IOPS relative to the raw disk of the same kind; queue depths 1 and 32, "
            "writes and large READs may be less than the row before them by %.2f. The worst of the "
            "passes where it is a time. Cells without a figure were not measured, or are not "
            "by engine: CPUs and pauses are of libaio.</p>" % reach.WITHIN]


def section(record: dict) -> list:
    """Charts and tables of one case on one kernel."""
    parts = ["<h2>%s, kernel %s <small>%s</small></h2>" % tuple(
        html.escape(x) for x in (record["case"], record["kernel"], record["release"]))]
    chart = headline(record, plan.HEADLINE)
    if chart:
        parts += ["<p>4 KiB random reads, four at a time, by libaio. The black line is the raw "
                  "disk of the same kind; vmpath is blue.</p>", chart]
    size = sizechart.script(record)
    if size:
        parts += ["<p>Time until all is there, in a guest whose disks answer at once; the dashed "
                  "line is what would be strictly linear.</p>", gnuplot(size)]
    for pattern in plan.PATTERNS.split():
        for engine in plan.ENGINES.split():
            chart = clusters(record, pattern, engine)
            if chart:
                parts += ["<h3>%s, %s</h3>" % (pattern, engine), chart]
    for group in figures.groups_of(record):
        parts += ["<h3>%s</h3>" % html.escape(group.title or "figures"),
                  html_table(figures.table(record, group))]
    parts += scalechart.charts(record, gnuplot)
    parts += ["<p>%s</p>" % html.escape(line) for line in figures.missing(record)]
    differ = figures.disagreements(record)
    parts += ["<p class=note>The passes differ by %.1f %%: %s</p>" % (percent, html.escape(name))
              for name, percent in differ]
    if not differ and min(len(f["values"]) for f in record["figures"].values()) > 1:
        parts += ["<p>The passes agree within %g %% in each figure.</p>" % figures.AGREE_PERCENT]
    return parts


def page(data: dict, sections=None) -> str:
    """Sections: case -> a function for its part, where it is not like the others."""
    body = ["<h1>What vmpath costs</h1>"] + goals(data) + [
        "<p>Guest instructions for an I/O, the load generator's own included, and from that how "
        "many I/Os a CPU does in the same time as the raw disk does one. More is better.</p>"]
    for record in data["runs"]:
        if record["figures"]:
            own = (sections or {}).get(record["case"])
            body += own(record, data) if own else section(record)
    return ("<!DOCTYPE html>\n<html lang=en><meta charset=utf-8><title>vmpath: cost</title>"
            "<style>%s</style>\n%s\n</html>\n" % (STYLE, "\n".join(body)))
