# SPDX-License-Identifier: GPL-2.0-only
"""Faults, side by side: a table, and the I/Os of each 100 ms over time, a chart for each fault.

Of a record as tests/bench/faults.py makes it: figures STACK/FAULT/WHAT, series FAULT-STACK.
"""

import html
import re

from . import figures, page

FAULTS = {"path-error": "path error", "disk-removed": "disk removed",
          "hba-removed": "HBA removed", "throttled": "path throttled to 1 I/O/s",
          "sigstop": "array behind the path stopped for 30 s"}
STACKS = {"vmpath": "vmpath", "dm": "dm-multipath", "dm-tuned": "tuned dm-multipath",
          "nvme": "NVMe multipath"}
# How a stack is drawn: dm-multipath as an area, so that what is before it can be seen.
STYLES = {"dm": "with filledcurves y1=0 fc rgb '#f3c99a'",
          "dm-tuned": "with lines lw 1 lc rgb '#777777'",
          "nvme": "with lines lw 1 lc rgb '#2f8f4e'",
          "vmpath": "with lines lw 1.6 lc rgb '#2a7de1'"}
TOP = 60     # I/Os in 100 ms; what has waited comes in bursts, which are cut there
BEFORE, AFTER = 1, 3    # seconds that are shown before the fault and after it was mended
# What bench-pause measures: title, figure of remap and fast.
PAUSES = (("a path's error to success on the other", "path-error"),
          ("the same, the longest", "path-error/longest"),
          ("its submission to success", "path-error/since-sent"),
          ("longest gap, disk removed", "disk-removed"),
          ("longest gap, HBA removed", "hba-removed"),
          ("longest gap, disk returns", "disk-removed/returns"),
          ("longest gap, HBA returns", "hba-removed/returns"),
          ("longest gap before that", "disk-removed/before"))
COLUMNS = (("longest pause", "pause"), ("p99.9", "p99.9"), ("slowest I/O", "slowest"),
           ("over 1 s", "over-1-s"), ("a second", "during"), ("pause before", "before/pause"),
           ("p99.9 before", "before/p99.9"))


def has_faults(record: dict) -> bool:
    return any(record.get("series", []))    # a record of another case has none


def found(record: dict, stack: str, fault: str, what: str):
    """The figure; None if it was not measured."""
    figure = record["figures"].get("%s/%s/%s" % (stack, fault, what))
    return figures.value(figure) if figure else None


def stacks_of(record: dict, fault: str) -> list:
    return [s for s in STACKS if found(record, s, fault, "pause") is not None]


def faults_of(record: dict) -> list:
    return [f for f in FAULTS if stacks_of(record, f)]


def cell(record: dict, stack: str, fault: str, what: str) -> str:
    value = found(record, stack, fault, what)
    if value is None:
        return "-"
    unit = record["figures"]["%s/%s/%s" % (stack, fault, what)]["unit"]
    return "%.2f s" % (value / 1000) if unit == "ms" else "%.0f" % value


def table(record: dict) -> list:
    """Rows of text, head first."""
    rows = [["fault", "system"] + [title for title, _ in COLUMNS] + ["I/O error"]]
    for fault in faults_of(record):
        for stack in stacks_of(record, fault):
            rows.append([FAULTS[fault], STACKS[stack]] +
                        [cell(record, stack, fault, what) for _, what in COLUMNS] +
                        ["yes" if found(record, stack, fault, "failed") else "none"])
    return rows


def points(record: dict, stack: str, fault: str) -> list:
    return record["series"][0].get("%s-%s" % (fault, stack), [])


def data(record: dict, fault: str) -> tuple:
    """(gnuplot's data blocks, what to plot of them, the last second)."""
    blocks, plots, last = [], [], 0.0
    for stack in STYLES:
        some = points(record, stack, fault)
        if some:
            name = "$" + stack.replace("-", "_")
            blocks += [name + " << END"] + ["%.1f %d" % (x / 1000, n) for x, n in some] + ["END"]
            plots.append("%s using 1:2 %s title '%s'" % (name, STYLES[stack], STACKS[stack]))
            last = max(last, some[-1][0] / 1000)
    return "\n".join(blocks), ", ".join(plots), last


def panel(record: dict, fault: str, marks: bool) -> str:
    """Commands that draw one fault, its moment and that of its mending as vertical lines."""
    blocks, plots, last = data(record, fault)
    if not plots:
        return ""
    mended = found(record, stacks_of(record, fault)[0], fault, "mended-after") / 1000
    # No apostrophe is in any of these texts.
    said = "longest pause: " + ", ".join(
        "%s %s" % (STACKS[s], cell(record, s, fault, "pause")) for s in stacks_of(record, fault))
    return "\n".join([
        blocks, "set xrange [%d:%.1f]" % (-BEFORE, min(last, mended + AFTER)),
        "unset arrow", "unset label",
        "set arrow 1 from 0, graph 0 to 0, graph 1 nohead front lw 1.5 lc rgb '#c02020'",
        "set arrow 2 from %.2f, graph 0 to %.2f, graph 1 nohead front dt 2 lw 1.5 lc rgb "
        "'#208040'" % (mended, mended),
        "set title '%s; %s' offset 0,-0.7" % (FAULTS[fault], said),
        "set label 3 'fault' at 0, graph 0.93 offset 0.4,0 front tc rgb '#c02020'" if marks else "",
        "set label 4 'mended' at %.2f, graph 0.93 offset 0.4,0 front tc rgb '#208040'" % mended
        if marks else "", "plot " + plots, ""])


def head(width: int, height: int, size: int) -> str:
    return "\n".join([
        "set terminal svg size %d,%d font 'sans,%d' noenhanced background '#ffffff'" % (
            width, height, size),
        "set grid ytics lc rgb '#dddddd'", "set border 3", "set tics nomirror",
        "set yrange [0:%d]" % TOP, "set ytics 20", "set style fill solid noborder",
        "set lmargin 8", "set rmargin 2", ""])


def chart(record: dict, fault: str) -> str:
    """One fault, for the report."""
    commands = panel(record, fault, True)
    if not commands:
        return ""
    return page.gnuplot(head(1150, 330, 13) + "set xlabel 's from the fault'\n"
                        "set ylabel 'I/Os in 100 ms, up to %d'\n" % TOP +
                        "set key outside bottom horizontal\n" + commands)


def facts(record: dict, data_of_run: dict) -> str:
    """What a figure is worth nothing without."""
    return "%s; Debian 12, kernel %s, vmpath %s (%s), multipath-tools %s, %s, %s, %s" % (
        data_of_run["date"][:10], record["release"], record["module"]["version"],
        data_of_run["versions"]["commit"], record["packages"]["multipath-tools"],
        "fio " + record["packages"]["fio"],
        data_of_run["versions"]["qemu"].replace("emulator version ", "").split(" (")[0],
        "KVM" if record["accel"] == "kvm" else "emulated CPUs")


def overview(record: dict, data_of_run: dict) -> str:
    """All faults on one picture, for the README."""
    faults = [f for f in faults_of(record) if data(record, f)[1]]
    script = head(900, 60 + 150 * len(faults), 10) + "\n".join([
        "set multiplot layout %d,1 margins 0.06,0.98,0.09,0.94 spacing 0,0.055" % len(faults),
        "set label 9 '%s' at screen 0.01, screen 0.012 tc rgb '#555555'"
        % facts(record, data_of_run), "set xtics offset 0,0.5",
        "set label 8 'I/Os in each 100 ms (up to %d), over seconds from the fault' "
        "at screen 0.01, screen 0.035" % TOP,
        "set key at screen 0.98, screen 0.985 horizontal", ""])
    for number, fault in enumerate(faults):
        commands = panel(record, fault, not number)
        if not number:
            commands = commands.replace("unset label\n", "")
            # The key is here, for those too that only another fault has hit.
            others = {s for f in faults for s in stacks_of(record, f)} - \
                set(stacks_of(record, fault))
            commands = commands.rstrip("\n") + "".join(
                ", NaN %s title '%s'" % (STYLES[s], STACKS[s]) for s in others) + "\n"
        script += commands + "unset key\n"
    return smaller(page.gnuplot(script + "unset multiplot\n"))


def smaller(svg: str) -> str:
    """Coordinates in whole units, and without groups that have nothing in them or say nothing."""
    svg = re.sub(r"\b(d|points) ?= ?'([^']*)'", lambda m: "%s='%s'" % (
        m.group(1), re.sub(r" *L", " ", re.sub(r"(\d)\.\d+", r"\1", m.group(2))).strip()), svg)
    svg = re.sub(r"<title>[^<]*</title>|<path id='gpPt[^>]*>|<desc>[^<]*</desc>", "", svg)
    svg = re.sub(r' stroke-linecap="butt"| stroke-linejoin="miter"| stroke-width="1.00"'
                 r'| class="gridline"| font-family="sans"', "", svg)
    svg = svg.replace("<svg", '<svg font-family="sans"', 1)
    svg = re.sub(r"<g [^>]*>\s*</g>\s*", "", svg)
    return re.sub(r"[ \t]*\n\s*", "\n", svg).strip() + "\n"


def section(record: dict, data_of_run: dict) -> list:
    """Charts and table, for the report."""
    parts = ["<h2>Faults <small>%s</small></h2>" % html.escape(facts(record, data_of_run)),
             "<p>What fio sees: the longest time in which no I/O ended; p99.9 of the I/Os that "
             "were under way during the fault; the slowest; I/Os of more than a second; I/Os a "
             "second until it was mended. Documentation/failover.rst says what was done.</p>",
             page.html_table(table(record))]
    for fault in faults_of(record):
        parts += ["<h3>%s</h3>" % html.escape(FAULTS[fault]), chart(record, fault)]
    return parts


def pauses(record: dict) -> list:
    """Rows of text of bench-pause, head first. Of several passes the worst."""
    def worst(name: str) -> str:
        figure = record["figures"].get(name)
        return "%.0f %s" % (max(figure["values"]), figure["unit"]) if figure else "-"
    return [["guest time", "remap mode", "fast recovery"]] + [
        [title, worst("remap/" + name), worst("fast/" + name)] for title, name in PAUSES] + [
            ["longest gap of a raw disk", worst("raw/gap"), ""]]


def pauses_section(record: dict, _data_of_run: dict) -> list:
    """For the report."""
    return ["<h2>What vmpath adds to a pause</h2>", "<p>Guest time, on disks that answer or fail "
            "at once; of %d passes the worst. Gaps are between completions that fio sees.</p>"
            % len(record["results"]), page.html_table(pauses(record))]


def pauses_markdown(data_of_run: dict) -> list:
    """A table of the README."""
    lines = []
    for record in data_of_run["runs"]:
        if record["case"] == "bench-pause" and record["figures"]:
            head, *rows = pauses(record)
            head[0] += ", kernel %s, %s" % (record["kernel"],
                                            figures.built(data_of_run, record))
            lines += md_table([head] + rows)
    return lines


def markdown(data_of_run: dict) -> list:
    """The table of faults of the README."""
    lines: list = []
    for record in filter(has_faults, data_of_run["runs"]):
        keep = (0, 1, 2, 3, 4, 6, 7, 9)
        lines += ["Faults, %s:" % facts(record, data_of_run), ""]
        lines += md_table([[row[i] for i in keep] for row in table(record)])
    return lines


def md_table(rows: list) -> list:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return lines[:1] + ["| --- |" + " --- |" * (len(rows[0]) - 1)] + lines[1:]
