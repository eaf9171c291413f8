# SPDX-License-Identifier: GPL-2.0-only
"""Judges a case that has ended: its report, the kernel's log, taint, leaks."""

import re

# What the kernel prints when something is wrong with it.
TROUBLE = re.compile("|".join((
    r"\bBUG\b", r"\bWARNING:", r"\bOops\b", r"general protection fault", r"Kernel panic",
    r"blocked for more than", r"INFO: task .* blocked", r"rcu.*(?:self-)?detected stall",
    r"rcu.*detected (?:expedited )?stalls", r"soft lockup", r"hard LOCKUP",
    r"INFO: (?:possible|trying|inconsistent|lockdep)", r"suspicious RCU usage",
    r"possible (?:circular|recursive|irq lock inversion)", r"bad unlock balance",
    r"turning off the locking correctness validator", r"DEADLOCK",
    r"sleeping function called from", r"scheduling while atomic",
    r"\bKASAN\b:", r"\bUBSAN\b:", r"\bKCSAN\b:", r"refcount_t", r"kmemleak: [1-9]\d* new",
    r"list_(?:add|del) corruption", r"Unable to handle", r"double fault",
    r"Objects remaining in", r"Slab cache still has objects", r"page allocation failure",
    r"kobject_add_internal failed", r"sysfs: cannot create duplicate", r"segfault at",
    r"tried to init an initialized object", r"ODEBUG:", r"unregister_blkdev",
)))
# Lines of the boot that merely name some of the above.
HARMLESS = re.compile(r"[Cc]ommand line:|Run .* as init|with environment|rcu: .*(?:enabled|boot)")

TAINTS = {0: "P", 1: "F", 2: "S", 3: "R", 4: "M", 5: "B", 6: "U", 7: "D", 8: "A", 9: "W",
          10: "C", 11: "I", 12: "O", 13: "E", 14: "L", 15: "K", 16: "X", 17: "T", 18: "N"}
ALLOWED_TAINT = "OE"


def is_trouble(line: str, allow: str) -> bool:
    """Does this line of a kernel log fail a case? allow is the case's one exception."""
    return bool(TROUBLE.search(line) and not HARMLESS.search(line)
                and not (allow and re.search(allow, line)))


def kernel_trouble(text: str, allow: str) -> list:
    """Lines of a kernel log that fail a case, each once, without their time."""
    out = [re.sub(r"^\[ *[\d.]+\] *", "", line.strip())
           for line in text.splitlines() if is_trouble(line, allow)]
    return list(dict.fromkeys(out))


def excerpt(console: str, allow: str) -> list:
    """Where a kernel log becomes interesting: from its first trouble on, and its end."""
    lines = console.splitlines()
    first = next((i for i, line in enumerate(lines) if is_trouble(line, allow)), len(lines))
    last = max(len(lines) - 25, 0)
    if first >= last:
        return lines[max(min(first - 5, last), 0):]
    return lines[max(first - 5, 0):first + 45] + ["..."] + lines[max(last, first + 45):]


def taint_letters(value: int) -> str:
    return "".join(TAINTS.get(bit, "?") for bit in range(value.bit_length()) if value >> bit & 1)


def lab_failures(report) -> list:
    """What the init found at the end of the case."""
    out = list(report.lab.get("fail", []))
    for value in report.lab.get("exit", []):
        if value not in ("0", "4"):
            out.append("the case ended with exit code " + value)
        elif value == "4" and not report.skipped():
            out.append("exit code 4 (skip) although not every test was skipped")
    for value in report.lab.get("taint", []):
        bad = [c for c in taint_letters(int(value)) if c not in ALLOWED_TAINT]
        if bad:
            out.append("kernel tainted: " + "".join(bad))
    return out


def judge(case, report, ended: str, console: str, dmesg: str) -> tuple:
    """('pass' | 'fail' | 'skip', list of reasons).

    ended is empty if the guest came to its end by itself, else how it did end.
    """
    reasons = [ended] if ended else []
    trouble = kernel_trouble(console + "\n" + dmesg, case.allow)
    reasons += ["kernel: " + line for line in trouble[:5]]
    if ended:
        reasons += [r for r in report.failures() if r.startswith(("not ok", "bailed"))]
    else:
        reasons += report.failures() + lab_failures(report)
    if reasons:
        return "fail", reasons
    if report.skipped():
        return "skip", [report.skipped()]
    return "pass", []
