# SPDX-License-Identifier: GPL-2.0-only
"""The chart of the case bench-size: how long discovery takes, against the number of LUs."""

from . import figures, plan

SCRIPT = """set terminal svg size 900,420 font 'sans,13' noenhanced background '#ffffff'
set grid lc rgb '#dddddd'
set border 3
set tics nomirror
set xlabel 'LUs with four paths each'
set ylabel 'milliseconds from insmod'
set xrange [0:%d]
set yrange [0:*]
set xtics (%s)
set key top left
$d << END
%s
END
plot %s, \\
     %.6f * x title 'each LU as among %d' with lines lw 1 dt 2 lc rgb '#222222'
"""
LINES = (("last-path-live", "every path is live", "#2a7de1"),
         ("last-meta-node", "the last meta-node is there", "#e08a2a"),
         ("last-disk-claimed", "every disk is claimed", "#9a9a9a"))


def milliseconds(record: dict, lus: int, row: str) -> float:
    return figures.value(record["figures"]["lus-%d/%s" % (lus, row)]) / 1000


def script(record: dict) -> str:
    """For gnuplot; nothing if the record is of another case."""
    sizes = [n for n in plan.SIZES if all(
        "lus-%d/%s" % (n, row) in record["figures"] for row, _, _ in LINES)]
    if len(sizes) < 2:
        return ""
    data = "\n".join("%d %s" % (n, " ".join("%.3f" % milliseconds(record, n, row)
                                            for row, _, _ in LINES)) for n in sizes)
    plots = ", ".join("$d using 1:%d title '%s' with linespoints lw 2 pt 7 lc rgb '%s'"
                      % (i, title, color) for i, (_, title, color) in enumerate(LINES, 2))
    return SCRIPT % (max(sizes) * 1.1, ", ".join(map(str, sizes)), data, plots,
                     milliseconds(record, sizes[0], LINES[0][0]) / sizes[0], sizes[0])
