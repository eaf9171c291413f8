# SPDX-License-Identifier: GPL-2.0-only
"""Tables of build/bench/profile.json: what vmpath adds to an I/O, by function and by line."""

import collections
import re
import textwrap

from . import plan, rst
from .profile import OURS

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
     r"blk_mq_(submit|attempt|sched_bio|try_issue)|blk_attempt|wbt_|bio_to_wbt|__rq_qos"
     r"|bio_integrity_prep"),
    ("of the raw disk: READ as sd makes it, and ends it", r"sd_mod:|scsi_mod:"),
    ("the request's end and its iostat", r"blk_account|__blk_mq_end|blk_update_request"),
    ("all else", ""),
)
LEAST = 4.5     # a function that has less is among the others of its kind,
LEAST_LINE = 2.5    # and a line of ours among the others of its function
# A row that did not come as far as was to be reached, and what is below it.
MISSED = {"remap": ("remap.two.queue-depth", "raw.scsi", 0.95),
          "fast": ("fast.two.queue-depth", "raw.scsi", 0.98),
          "blk": ("remap.blk", "raw.blk", 0.95)}


def functions(data: dict, column: str, engine: str) -> dict:
    return data["cells"]["%s/%s" % (column, engine)]["functions"]


def total(data: dict, column: str, engine: str) -> float:
    return sum(functions(data, column, engine).values())


def difference(data: dict, name: str, engine: str) -> dict:
    """function: how much more"""
    column, base, _ = MISSED[name]
    ours, raw = (functions(data, c, engine) for c in (column, base))
    return {f: ours.get(f, 0) - raw.get(f, 0) for f in {*ours, *raw}}


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


def sorted_kinds(diff: dict) -> dict:
    """kind: {function, or "" for those that are too small: instructions}"""
    leaves: dict = collections.defaultdict(float)
    for function, value in diff.items():
        leaves[kind_of(function), function if abs(value) >= LEAST else ""] += value
    named = {kind for kind, function in leaves if function}
    for kind in {kind for kind, _ in leaves} - named - {KINDS[-1][0]}:
        leaves[KINDS[-1][0], ""] += leaves.pop((kind, ""))
    out: dict = collections.defaultdict(dict)
    for (kind, function), value in whole(leaves).items():
        out[kind][function] = value
    return out


def parts(kind: dict) -> str:
    """``function`` +n, the largest first."""
    words = ["``%s`` %+d" % (f.rpartition(":")[2], n)
             for f, n in sorted(kind.items(), key=lambda x: (-abs(x[1]), x[0])) if f]
    return ", ".join(words + (["others %+d" % kind[""]] if kind.get("") and words else []))


def missed(data: dict, name: str) -> list:
    """The table of a row that was missed."""
    column, base, reach = MISSED[name]
    engines = plan.ENGINES.split()
    rows = [[*engines, "instructions per I/O"], None]
    raws = [round(total(data, base, e)) for e in engines]
    kinds = [sorted_kinds(difference(data, name, e)) for e in engines]
    sums = [sum(sum(k.values()) for k in by.values()) for by in kinds]
    left = [round(raw / reach) - raw for raw in raws]
    rows += [[*("{:,}".format(r) for r in raws), plan.TITLES[base]],
             [*("%+d" % s for s in sums), "what %s adds: %s of the IOPS" % (
                 plan.TITLES.get(column, column), " and ".join(
                     "%.3f" % (r / (r + s)) for r, s in zip(raws, sums)))],
             [*("%+d" % n for n in left), "is what %.2f would be" % reach],
             [*("%+d" % (n - s) for n, s in zip(left, sums)), "is what is missing"], None]
    for kind, _ in KINDS:
        of = [sum(by.get(kind, {}).values()) for by in kinds]
        if any(of):
            names = parts(kinds[0].get(kind, {}))
            rows.append([*("%+d" % n for n in of), "*%s*" % kind if not kind.startswith("``")
                         else kind])
            rows[-1][-1] += ": " + names if names else ""
    return rst.table(rows, 2)


def lines_of(data: dict, column: str) -> dict:
    """(file, function): {(line, text): instructions}"""
    out: dict = collections.defaultdict(dict)
    for file, line, function, value, text in data["cells"][column + "/libaio"]["lines"]:
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
    return textwrap.wrap("Instructions of a random READ of 4 KiB, queue depth 4, two paths, policy "
                         "queue-depth; kernel %s, %s, %s, vmpath %s (%s), %s." % (
                             data["release"], data["versions"]["qemu"].partition(" (")[0],
                             data["versions"]["fio"], data["module"]["version"],
                             data["versions"]["commit"], data["date"][:10]), rst.WIDTH) + [""]


def totals(data: dict) -> list:
    """All cells."""
    rows = [["", *plan.ENGINES.split()], None]
    for column in dict.fromkeys(c.rpartition("/")[0] for c in data["cells"]):
        rows.append([plan.TITLES.get(column, column).replace("vmpath, queue-depth", "remap"),
                     *("{:,.0f}".format(total(data, column, e)) for e in plan.ENGINES.split())])
    return facts(data) + rst.table(rows)


def blocks(data: dict) -> dict:
    """What performance.rst has of it."""
    return {**{"profile-" + name: missed(data, name) for name in MISSED},
            "profile-lines": by_line(data), "profile-totals": totals(data)}


def text(data: dict) -> list:
    """For the terminal."""
    out = []
    for name, made in blocks(data).items():
        out += ["", name, *made]
    return out
