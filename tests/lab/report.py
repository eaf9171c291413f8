# SPDX-License-Identifier: GPL-2.0-only
"""What a person sees of a run: a line for each case, details of failures, totals."""

import sys
import threading

WORDS = {"pass": "pass", "fail": "FAIL", "skip": "skip"}

BRIEF = 24    # lines of a failure that the end of a run says again
LAST = 15     # lines of a report that say where it was
WHY = "#   why: "   # tests/guest/cases/lib-why.sh


def last(lines: list) -> list:
    """Of a failed case's report: what failed, how the guest looked then, and its end."""
    kept = [x for x in lines[:-LAST] if x.startswith(("not ok", WHY))]
    return ["ktap: " + x for x in kept + lines[-LAST:]]


def brief(tail: list) -> list:
    """What matters most of a failure's last lines: what failed, what QEMU did, what Linux said."""
    lines = [x for x in tail if x.startswith(("ktap: not ok", "ktap: " + WHY, "qemu: "))]
    console = [x for x in tail if x.startswith("console: ")]
    # Five lines are before the kernel's first trouble.
    return lines[:BRIEF] + console[5:5 + max(0, BRIEF - len(lines))]


def aligned(rows: list) -> list:
    """A table's lines: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) if i < len(row) else 0 for row in rows)
              for i in range(max(map(len, rows), default=0))]
    return ["  ".join(cell.rjust(width) if i else cell.ljust(width)
                      for i, (cell, width) in enumerate(zip(row, widths))) for row in rows]


class Printer:
    """Prints results as they come, from several threads."""

    def __init__(self, total: int):
        self.total = total
        self.lock = threading.Lock()
        self.counts = {"pass": 0, "fail": 0, "skip": 0}
        self.failed: list = []
        self.notes: list = []

    def say(self, text: str) -> None:
        with self.lock:
            print(text, flush=True)

    def take(self, result, repeat: str) -> None:
        """Count one result and print it."""
        with self.lock:
            self.counts[result.result] += 1
            done = sum(self.counts.values())
            note = result.case.description if result.result == "pass" else \
                "; ".join(result.reasons[:1])
            print("[%*d/%d] %s  %-28s %6.1f s  %s" % (
                len(str(self.total)), done, self.total, WORDS[result.result], result.case.name,
                result.seconds, note), flush=True)
            for line in aligned(result.rows):
                print("    " + line, flush=True)
            if result.stuck:
                self.notes.append("%s: a guest stood still before its case began, and was reset; "
                                  "see its qemu.state" % result.case.name)
            if result.stood:
                self.notes.append("%s: failed while this machine stood still for %d s, and was "
                                  "run again" % (result.case.name, result.stood))
            if result.result == "fail":
                self.failed.append("%s: %s" % (result.case.name,
                                               "; ".join(result.reasons[:3]) or "no reason"))
                self.failed += ["    | " + line[:200] for line in brief(result.tail)]
                self.details(result, repeat)

    @staticmethod
    def details(result, repeat: str) -> None:
        for reason in result.reasons:
            print("    reason: %s" % reason)
        for line in result.tail:
            print("    | %s" % line)
        print("    logs:   %s" % result.folder)
        print("    again:  %s" % repeat, flush=True)

    def note(self, text: str) -> None:
        """Something that the end of the run has to say; nothing if empty."""
        if text:
            with self.lock:
                self.notes.append(text)

    def end(self) -> int:
        """The last line, and the exit code."""
        if self.failed:
            print("\n".join(line if line[0] == " " else "failed: " + line
                            for line in self.failed))
        for note in self.notes:
            print("note: " + note)
        print("%d passed, %d failed, %d skipped"
              % (self.counts["pass"], self.counts["fail"], self.counts["skip"]))
        sys.stdout.flush()
        return 1 if self.counts["fail"] else 0
