# SPDX-License-Identifier: GPL-2.0-only
"""Tables of build/bench/results.json for Documentation/performance.rst and the README."""

import textwrap

from . import faultchart, figures, objects, plan, reach, rst

NAMES = {"remap.queue-depth": "remap, queue-depth", "remap.cpu-affine": "remap, cpu-affine",
         "remap.single-active": "remap, single-active",
         "fast.queue-depth": "fast recovery, queue-depth", "raw.two": "two raw disks"}
WHAT = {"vmp_path": "``vmp_path``, of which {vmp_identity:,} are who the LU says it is",
        "check": "for READs of its checker: a block, so 4,096 if that is its size",
        "vmp_disk": "``vmp_disk``, one of each disk, claimed or not, and its WWID, mostly 32",
        "vmp_vpd": "``vmp_vpd``, pages of the disk; not of virtio-blk",
        "ref": "its reference count, of the kernel's (``percpu_ref``)",
        "cpu": "on each CPU",
        "vmp_head": "``vmp_head``, of which {events:,} are uevents that wait",
        "reserve": "16 contexts in reserve, for I/O without memory",
        "vmp_set": "the set of its paths, here two"}


def records(data: dict, case: str) -> list:
    return [r for r in data["runs"] if r["case"] == case and r["figures"]]


def about(data: dict, record: dict) -> list:
    return textwrap.wrap("Kernel %s, %s." % (record["release"], figures.built(data, record)),
                         rst.WIDTH) + [""]


def quartiles(record: dict, target: str, row: str) -> str:
    low, median, high = (record["figures"]["%s.%s/%s" % (target, word, row)]["values"][0]
                         for word in ("low", "median", "high"))
    return "%.3f (%.3f to %.3f)" % (median, low, high)


def scaling(data: dict, record: dict) -> list:
    """Ratios, and interrupts, by the number of CPUs."""
    sizes = [n.split("/")[1] for n in record["figures"]
             if n.startswith("raw/") and n.endswith("/time")]
    head = [s.replace("-cpu", " CPU" + "s" * (s != "1-cpu")) for s in sizes]
    lines = about(data, record)
    for what in ("time", "work"):
        rows = [["%s, relative to the raw disk" % what] + head, None]
        for target in plan.SCALED:
            rows.append([NAMES[target]] + [quartiles(record, target, "%s/%s" % (s, what))
                                           for s in sizes])
        lines += rst.table(rows) + [""]
    rows = [["interrupts for each I/O"] + head, None]
    for target in ("raw",) + plan.SCALED:
        rows.append([NAMES.get(target, "raw disk")] + ["%.2f" % (figures.value(
            record["figures"]["%s/%s/interrupts" % (target, s)]) / 1000) for s in sizes])
    return lines + rst.table(rows)


def scaling_name(record: dict) -> str:
    """Of the block: QEMU's threads on one CPU and on several are two things."""
    return "scaling" if record["cpus"] > 1 else "scaling-one"


def times(data: dict, record: dict) -> list:
    def row(title: str, name: str, scale: float, text: str) -> list:
        return [title] + [text.format(figures.value(record["figures"]["lus-%d/%s" % (n, name)])
                                      / scale) for n in plan.SIZES]
    rows = [["milliseconds from insmod"] + ["%d LUs" % n for n in plan.SIZES], None,
            ["disks"] + ["{:,}".format(4 * n) for n in plan.SIZES],
            row("every disk is claimed", "last-disk-claimed", 1e3, "{:,.0f}"),
            row("the last meta-node is there", "last-meta-node", 1e3, "{:,.0f}"),
            row("every path is live", "last-path-live", 1e3, "{:,.0f}"),
            row("CPU for each LU", "CPU-for-each-LU", 1e3, "{:,.1f}")]
    plugged = [["milliseconds from the kernel's first word of it", "first path", "a further one"],
               None]
    for word, title in (("claimed", "it is claimed"), ("live", "it is live"),
                        ("attached", "the kernel: it is attached")):
        plugged.append([title] + ["%.1f" % (figures.value(
            record["figures"]["%s/from-found-to-%s" % (c, word)]) / 1e3)
            for c in ("first-path", "path-more")])
    hang = [["milliseconds until the others' paths are live", ""], None] + [
        [title, "{:,.0f}".format(figures.value(record["figures"][name]) / 1e3)]
        for title, name in (("all four HBAs answer", "HBA-0-answers/other-paths-live"),
                            ("one does not", "HBA-0-hangs/other-paths-live"))]
    return about(data, record) + rst.table(rows) + [""] + rst.table(hang) + [""] + \
        rst.table(plugged)


def memory(data: dict, record: dict) -> list:
    """Of the module's own, and of all."""
    if not record.get("objects"):
        return []
    size = {**record["objects"], "events": 64 * record["objects"]["vmp_event"]}
    rows = [["bytes", "taken", "what"], None]
    for title, parts in (("a path, all of it", objects.of_path(record)),
                         ("a meta-node, all of it", objects.of_head(record))):
        rows.append(["{:,}".format(sum(p[1] for p in parts)),
                     "{:,.0f}".format(objects.total(parts)), "*%s:*" % title])
        rows += [["{:,}".format(n), "{:,.0f}".format(taken), WHAT[name].format(**size)]
                 for name, n, taken in parts]
    rows.append(["{:,}".format(size["vmp_io"]),
                 "{:,.0f}".format(objects.taken(record, "vmp_io")),
                 "*an I/O in flight:* ``vmp_io``, clone included; up to 64 are kept by each CPU"])
    return about(data, record) + rst.table(rows, 2)


def slabs(data: dict, record: dict) -> list:
    """What all of the kernel's slab caches hand out for it."""
    cells = {n: f["values"][0] for n, f in record["figures"].items()}
    rows = [["bytes of all slab caches", ""], None,
            ["a path", "{:,.0f}".format(cells["each/path"])],
            ["a meta-node", "{:,.0f}".format(cells["each/meta-node"])]]
    rows += [["an LU with four paths, among %d" % n,
              "{:,.0f}".format(cells["lus-%dx4/slabs-for-each-LU" % n])] for n in plan.SIZES]
    return about(data, record) + rst.table(rows)


def goals(data: dict) -> list:
    head, *rows = (cells for cells, _ in reach.table(data))
    verdicts = [v for _, v in reach.table(data)[1:]]
    rows = [[c if not v else c if v == "aim" else "*%s*" % c if v == "missed" else c
             for c, v in zip(cells, marks)] for cells, marks in zip(rows, verdicts)]
    rows = [[row[0], row[1].replace(" " + row[2].partition(" ")[2], "") + ", " + row[2]
             if row[2] else row[1]]
            + [c or ".." for c in row[3:]] for row in rows]
    return textwrap.wrap(reach.facts(data) + ".", rst.WIDTH) + [""] + \
        rst.table([["row", "reach, aim"] + head[3:], None] + rows)


def differ(data: dict) -> list:
    lines = []
    for record in records(data, "bench-instructions"):
        found = figures.disagreements(record)
        lines += ["- %s: %s" % (record["kernel"], ", ".join(
            "``%s`` %.1f %%" % x for x in found) if found else "none")]
    return [line for text in lines for line in textwrap.wrap(
        text, rst.WIDTH, subsequent_indent="  ", break_on_hyphens=False)]


def blocks(data: dict) -> dict:
    """name: lines; of what the run has."""
    out = {"reach": goals(data)} if records(data, "bench-instructions") else {}
    if out:
        out["passes"] = differ(data)
    for name, case, make in (("times", "bench-size", times), ("memory", "bench-size", memory),
                             ("slabs", "bench-size", slabs)):
        for record in records(data, case):
            out[name] = make(data, record)
    for record in records(data, "bench-scaling"):
        out[scaling_name(record)] = scaling(data, record)
    return {name: lines for name, lines in out.items() if lines}


def faults(data: dict) -> dict:
    """The one of failover.rst."""
    for record in filter(faultchart.has_faults, data["runs"]):
        head, *rows = (row[:8] for row in faultchart.table(record))
        return {"faults": textwrap.wrap(faultchart.facts(record, data) + ".", rst.WIDTH) + [""]
                + rst.table([head, None] + rows)}
    return {}


def readme(data: dict) -> dict:
    """The same for the README."""
    out = {"instructions": figures.markdown(data), "scaling": scaled(data),
           "reach": reached(data) if records(data, "bench-instructions") else [],
           "pauses": faultchart.pauses_markdown(data), "faults": faultchart.markdown(data)}
    return {name: lines for name, lines in out.items() if lines}


def reached(data: dict) -> list:
    """What was to be reached, and what was."""
    head, *rows = reach.table(data)
    return [reach.facts(data) + ":", ""] + faultchart.md_table([head[0]] + [
        ["**%s**" % cell if verdict == "missed" else cell for cell, verdict in zip(*row)]
        for row in rows])


def scaled(data: dict) -> list:
    """With four CPUs."""
    for record in records(data, "bench-scaling"):
        head = ["4 CPUs, 4 jobs, kernel %s, %s, QEMU on %d of this machine's CPUs: "
                "IOPS relative to the raw disk with as many"
                % (record["kernel"], figures.built(data, record), record["cpus"]),
                "median", "half of the pairs"]
        rows = []
        for target in plan.SCALED:
            text = quartiles(record, target, "4-cpu/time")
            rows.append([NAMES[target], *text.rstrip(")").split(" (")])
        return faultchart.md_table([head] + rows)
    return []
