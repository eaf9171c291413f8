# SPDX-License-Identifier: GPL-2.0-only
"""Charts of bench-scaling: the median of the ratios to the raw disk, by CPUs, and their spread."""

from . import plan

WHAT = (("time", "I/Os a second"), ("work", "I/Os for a second of CPU time"))
COLORS = (0x1d4f8a, 0x4a90d9, 0xc77d2e, 0x2a9d5c, 0x9a9a9a)
SCRIPT = """set terminal svg size 1000,400 font 'sans,13' noenhanced background '#ffffff'
set grid ytics lc rgb '#dddddd'
set border 3
set tics nomirror
set xlabel 'CPUs of the guest, and jobs'
set ylabel '%s, relative to the raw disk'
set xrange [-0.5:%d.5]
set yrange [0:%.2f]
set xtics (%s)
set key outside top center horizontal
set bars 2
"""


def points(record: dict, target: str, rows: list) -> list:
    """(place, least, low, median, high, most) for each row in which the target was measured."""
    out = []
    for at, row in enumerate(rows):
        cells = [record["figures"].get("%s.%s/%s" % (target, word, row)) for word in plan.SPREAD]
        if all(cells):
            out.append((at,) + tuple(c["values"][0] for c in cells))
    return out


def chart(record: dict, what: str, label: str) -> str:
    """The script for gnuplot; empty if nothing was measured."""
    rows = [n.partition("/")[2] for n in record["figures"]
            if n.startswith("raw/") and n.endswith("/" + what)]
    data = [(t, points(record, t, rows)) for t in plan.SCALED]
    data = [(t, some) for t, some in data if some]
    if not data:
        return ""
    top = max(max(p[4], 1.1 * p[3]) for _, some in data for p in some)
    script = SCRIPT % (label, len(rows) - 1, max(1.4, 1.15 * top), ", ".join(
        '"%s" %d' % (row.partition("-")[0], n) for n, row in enumerate(rows)))
    plots = ["1.0 notitle with lines lw 1.5 lc rgb '#222222'"]
    for n, (target, some) in enumerate(data):
        script += "$d%d << END\n%s\nEND\n" % (n, "\n".join(
            " ".join("%g" % x for x in p) for p in some))
        place = "($1%+.2f)" % (0.15 * n - 0.075 * (len(data) - 1))
        color = "lc rgb %d" % COLORS[n % len(COLORS)]
        plots += ["$d%d using %s:4:2:6 notitle with yerrorbars pt 0 lw 1 %s" % (n, place, color),
                  "$d%d using %s:4:3:5 title '%s' with yerrorbars pt 7 ps 0.9 lw 4 %s"
                  % (n, place, target, color),
                  "$d%d using %s:4:(sprintf('%%.2f', $4)) notitle with labels left offset 0.6,0"
                  % (n, place)]
    return script + "plot " + ", ".join(plots) + "\n"


def remark(record: dict) -> str:
    """What the figures are worth; empty if there are none."""
    if not any(f["unit"] == "ratio" for f in record["figures"].values()):
        return ""
    return ("real time, %s, on %s CPUs: CPUs of a guest that has more take turns on them; both of "
            "a pair suffer alike, and the spread says what a median is worth"
            % (record["accel"], record.get("cpus", "unknown")))


def charts(record: dict, gnuplot) -> list:
    """HTML; gnuplot makes an SVG of a script."""
    parts = []
    for what, label in WHAT:
        script = chart(record, what, label)
        if script:
            parts += ["<h3>%s, by CPUs</h3><p>Median of the pairs; thick: half of them, thin: all "
                      "(cut at the chart's edge). The black line is the raw disk with as many CPUs "
                      "and jobs.</p>" % label, gnuplot(script)]
    return parts + (["<p>Measured in %s.</p>" % remark(record)] if parts else [])
