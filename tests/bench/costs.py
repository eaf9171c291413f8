# SPDX-License-Identifier: GPL-2.0-only
"""Tables of build/bench/profile-KERNEL.json: what vmpath adds to an I/O, by function and line."""

import collections
import re
import textwrap

from . import figures, plan, rst
from .profile import OURS, SELDOM

# What the functions that cost more or less than on the raw disk have in common. The first one
# that fits has it.
KINDS = (
    ("choose a path", r"vmpath:vmp_policy_"),
    ("send it", r"vmpath:vmp_(io_s|direct_|recovery_send)"),
    ("is its LU in doubt, may the path take it", r"vmpath:vmp_(attention|alua)_"),
    ("its end, and its statistics",
     r"vmpath:vmp_(io_end|io_leave|recovery_end|recovery_delist|policy_latency_done)"),
    ("its context", r"vmpath:vmp_io_(alloc|free)"),
    ("else of vmpath", OURS),
    ("a request is had and issued, its segments are counted again",
     r"blk_(mq_alloc_request|queue_enter|insert_cloned|recalc_rq)|bvec_split|scsi_alloc_request"),
    ("iostat of the meta-node", r"bdev_\w+_io_acct|bio_\w+_io_acct|update_io_ticks|jiffies_to_us"),
    ("the clone, and its end", r"bio_init|__bio_clone|bio_uninit|bio_endio"),
    ("``submit_bio()`` of a disk that takes bios", r"__submit_bio$|submit_bio_"),
    ("RCU sections", r"__rcu_read_"),
    ("the clock", r"ktime_get|read_tsc"),
    ("locks", r"_raw_spin_"),
    ("of the raw disk: its bio becomes a request, merging, writeback throttle",
     r"blk_mq_(submit|attempt|sched_bio|try_issue|plug_issue|flush_plug)|blk_attempt|blk_add_rq"
     r"|wbt_|bio_to_wbt|__rq_qos|bio_integrity_prep|__bio_split"),
    ("the driver gets one request, or a list of one",
     r"virtio_queue_rq|virtblk_add_req|__blk_mq_issue|blk_mq_request_issue|blk_mq_get_budget"),
    ("of the raw disk: READ as sd makes it, and ends it", r"sd_mod:|scsi_mod:"),
    ("the request's end and its iostat", r"blk_account|__blk_mq_end|blk_update_request"),
    ("what is run less than once in 100 I/Os, such as the timer, is by chance",
     re.escape(SELDOM)),
    ("all else", ""),
)
LEAST = 4.5     # a function that has less is among the others of its kind,
LEAST_LINE = 2.5    # and a line of ours among the others of its function
SMALL, LARGE, BATCH = "randread-4k", "read-128k", "randread-4k-batch"
DEPTH = {SMALL: 4, LARGE: 4, BATCH: 32}
# Rows that did not come as far as was to be reached: column, what is below it, cells, the reach;
# of batches that is what single ones have, less this.
WITHIN = 0.02
MISSED = {"remap": ("remap.two.queue-depth", "raw.scsi", SMALL, 0.95),
          "fast": ("fast.two.queue-depth", "raw.scsi", SMALL, 0.98),
          "blk": ("remap.blk", "raw.blk", SMALL, 0.95),
          "remap-batch": ("remap.two.queue-depth", "raw.scsi", BATCH, 0),
          "blk-batch": ("remap.blk", "raw.blk", BATCH, 0)}


def functions(data: dict, column: str, pattern: str, engine: str) -> dict:
    return data["cells"]["%s/%s/%s/%d" % (column, pattern, engine, DEPTH[pattern])]["functions"]


def total(data: dict, column: str, pattern: str, engine: str) -> float:
    return sum(functions(data, column, pattern, engine).values())


def difference(data: dict, name: str, engine: str) -> dict:
    """function: how much more"""
    column, base, pattern, _ = MISSED[name]
    ours, raw = (functions(data, c, pattern, engine) for c in (column, base))
    return {f: ours.get(f, 0) - raw.get(f, 0) for f in sorted({*ours, *raw})}


def whole(values: dict) -> dict:
    """Rounded, so that the sum of all is the rounded sum."""
    out = {key: int(value // 1) for key, value in values.items()}
    missing = round(sum(values.values())) - sum(out.values())
    for key in sorted(values, key=lambda k: out[k] - values[k])[:missing]:
        out[key] += 1
    return out


def kind_of(function: str) -> str:
    return next(kind for kind, pattern in KINDS if re.match(
        pattern, function if pattern.startswith("vmpath") else function.rpartition(":")[2]
        if not pattern.startswith("sd_mod") else function))


def sorted_kinds(diff: dict, large: set) -> dict:
    """kind: {function, or "" for those that are not large: instructions}"""
    leaves: dict = collections.defaultdict(float)
    for function, value in diff.items():
        leaves[kind_of(function), function if function in large else ""] += value
    named = {kind for kind, function in leaves if function}
    for kind in {kind for kind, _ in leaves} - named - {KINDS[-1][0]}:
        leaves[KINDS[-1][0], ""] += leaves.pop((kind, ""))
    out: dict = collections.defaultdict(dict)
    for (kind, function), value in whole(leaves).items():
        out[kind][function] = value
    return out


def parts(kinds: list) -> str:
    """``function`` +n, the largest first; of two engines, where they differ, +n/+m."""
    def word(name: str) -> str:
        values = [kind.get(name, 0) for kind in kinds]
        return "%+d" % values[0] if max(values) - min(values) < 3 else \
            "/".join("%+d" % v for v in values)
    names = sorted({f for kind in kinds for f in kind if f},
                   key=lambda f: (-max(abs(kind.get(f, 0)) for kind in kinds), f))
    words = ["``%s`` %s" % (f.rpartition(":")[2], word(f)) for f in names if f != SELDOM]
    return ", ".join(words + (["others " + word("")] if words and any(
        kind.get("") for kind in kinds) else []))


def missed(data: dict, name: str) -> list:
    """The table of a row that was missed."""
    column, base, pattern, reach = MISSED[name]
    engines = plan.ENGINES.split()
    rows = [[*engines, "instructions per I/O"], None]
    raws = [round(total(data, base, pattern, e)) for e in engines]
    found = [difference(data, name, e) for e in engines]
    large = {SELDOM} | {f for diff in found for f, value in diff.items() if abs(value) >= LEAST}
    kinds = [sorted_kinds(diff, large) for diff in found]
    sums = [sum(sum(k.values()) for k in by.values()) for by in kinds]
    goals = [reach or total(data, base, SMALL, e) / total(data, column, SMALL, e) - WITHIN
             for e in engines]
    left = [round(raw / goal) - raw for raw, goal in zip(raws, goals)]
    rows += [[*("{:,}".format(r) for r in raws), plan.TITLES[base]],
             [*("%+d" % s for s in sums), "what %s adds: %s of the IOPS" % (
                 plan.TITLES.get(column, column), " and ".join(
                     "%.3f" % (r / (r + s)) for r, s in zip(raws, sums)))],
             [*("%+d" % n for n in left), "is what %s would be" % (
                 " and ".join("%.3f" % g for g in dict.fromkeys(goals)))],
             [*("%+d" % (n - s) for n, s in zip(left, sums)),
              "is what is missing; with a plus, to spare"], None]
    for kind, _ in KINDS:
        of = [sum(by.get(kind, {}).values()) for by in kinds]
        if any(of):
            names = parts([by.get(kind, {}) for by in kinds])
            rows.append([*("%+d" % n for n in of), "*%s*" % kind if not kind.startswith("``")
                         else kind])
            rows[-1][-1] += ": " + names if names else ""
    return rst.table(rows, 2)


def lines_of(data: dict, column: str) -> dict:
    """(file, function): {(line, text): instructions}"""
    out: dict = collections.defaultdict(dict)
    for file, line, function, value, text in \
            data["cells"]["%s/%s/libaio/4" % (column, SMALL)]["lines"]:
        out[file, function][line, text] = value
    return out


def literal(text: str) -> str:
    return {"{": "begin", "}": "return"}.get(text, "``%s``" % text)


def by_line(data: dict) -> list:
    """The table of vmpath's own functions, as they are in the source, and their dearest lines."""
    remap, fast = (lines_of(data, MISSED[name][0]) for name in ("remap", "fast"))
    sums = [sum(sum(x.values()) for x in some.values()) for some in (remap, fast)]
    rows = [["remap", "fast", "function; its lines"], None,
            [*("%.0f" % s for s in sums), "all that is ours"], None]
    file_before = ""
    for key in sorted({*remap, *fast}):
        of = [sum(some.get(key, {}).values()) for some in (remap, fast)]
        if max(of) < 1.5:
            continue
        lines = {**fast.get(key, {}), **remap.get(key, {})}
        dear = {k: n for k, n in lines.items() if n >= LEAST_LINE}
        words = ["%s %g" % (literal(text), round(n, 1)) for (_, text), n in sorted(dear.items())]
        rest = sum(lines.values()) - sum(dear.values())
        if key[0] and key[0] != file_before:
            rows.append(["..", "..", "*%s*" % key[0]])
            file_before = key[0]
        rows.append([*("%g" % round(n, 1) for n in of), "``%s``: %s" % (key[1], ", ".join(
            words + (["other lines %g" % round(rest, 1)] if rest >= 0.5 and words else [])))])
        rows[-1][-1] = rows[-1][-1].rstrip(": ")
    return rst.table(rows, 2)


def facts(data: dict) -> list:
    """What they are worth nothing without."""
    return textwrap.wrap("Instructions of a READ, queue depth 4, or 32 in batches of eight, two "
                         "paths, policy queue-depth; kernel %s, %s, %s, %s." % (
                             data["release"], data["versions"]["qemu"].partition(" (")[0],
                             data["versions"]["fio"], figures.built(data, data)),
                         rst.WIDTH) + [""]


def totals(data: dict) -> list:
    """All cells."""
    lines = facts(data)
    for engine in plan.ENGINES.split():
        rows = [[engine, *DEPTH], None]
        for column in dict.fromkeys(c.partition("/")[0] for c in data["cells"]):
            rows.append([plan.TITLES.get(column, column).replace("vmpath, queue-depth", "remap"),
                         *("{:,.0f}".format(total(data, column, p, engine)) for p in DEPTH)])
        lines += rst.table(rows) + [""]
    return lines


def blocks(data: dict) -> dict:
    """What performance.rst has of it, if it is of the first kernel, or may have."""
    made = {**{name: missed(data, name) for name in MISSED}, "lines": by_line(data),
            "totals": totals(data)}
    other = "" if data["kernel"] == plan.PROFILE.kernel else "-" + data["kernel"]
    return {"profile-" + name + other: lines for name, lines in made.items()}


def lines_text(data: dict, pattern: str) -> list:
    """The lines of some of our functions, of each cell that runs them."""
    found: dict = collections.defaultdict(dict)
    for number, cell in enumerate(data["cells"].values()):
        for file, line, function, value, source in cell["lines"]:
            if re.search(pattern, function):
                found[file, line, function, source][number] = value
    out = ["%d: %s" % x for x in enumerate(data["cells"]) if any(x[0] in f for f in found.values())]
    shown = sorted({number for values in found.values() for number in values})
    out.append("".join("%7d" % n for n in shown))
    return out + ["".join("%7.1f" % values.get(n, 0) for n in shown) + "  %s:%d %s: %s" % place
                  for place, values in sorted(found.items())]


def text(data: dict) -> list:
    """For the terminal."""
    out = []
    for name, made in blocks(data).items():
        out += ["", name, *made]
    return out
