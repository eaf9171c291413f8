# SPDX-License-Identifier: GPL-2.0-only
"""Reads what a case reports: KTAP lines, and the init's own `# lab:` lines.

Anything else on the port is output of commands and is kept as it is.
"""

import re

RESULT = re.compile(r"^(not )?ok\b\s*(\d+)?\s*(?:- )?(.*?)(?:\s*#\s*(SKIP|TODO)\b\s*(.*))?$",
                    re.IGNORECASE)
PLAN = re.compile(r"^1\.\.(\d+)(?:\s*#\s*SKIP\b\s*(.*))?$", re.IGNORECASE)
LAB = re.compile(r"^# lab: (\S+) ?(.*)$")
ROW = "# row: "
SERIES = "# series: "
FIGURE = re.compile(r"^# figure (\S+) (-?[\d.]+) (\S+)$")


class Report:
    """Fed line by line; knows the tests, the plan and the end of the guest's work."""

    def __init__(self):
        self.tests: list = []     # (result, number, text)
        self.plan = None
        self.plan_skip = ""
        self.bail = ""
        self.lab: dict = {}       # word -> list of texts
        self.lines: list = []
        self.rows: list = []      # of the case's table: lists of cells
        self.figures: list = []   # what was measured: (name, value, unit)
        self.series: dict = {}    # name -> [(x, value)]: what was measured over time
        self.problems: list = []

    def feed(self, line: str) -> None:
        self.lines.append(line)
        found = LAB.match(line)
        if found:
            self.lab.setdefault(found.group(1), []).append(found.group(2))
            return
        if line.startswith(ROW):
            self.rows.append(line[len(ROW):].split("\t"))
            return
        if line.startswith(SERIES):
            self.take_series(line[len(SERIES):].split())
            return
        found = FIGURE.match(line)
        if found:
            self.figures.append((found.group(1), float(found.group(2)), found.group(3)))
            return
        found = PLAN.match(line)
        if found:
            self.take_plan(int(found.group(1)), found.group(2))
            return
        if line.startswith("Bail out!"):
            self.bail = line[9:].strip() or "no reason given"
            return
        found = RESULT.match(line)
        if found and (found.group(2) or found.group(3)):
            self.take_result(found)

    def take_series(self, words: list) -> None:
        """NAME FIRST STEP VALUE...: values at equal distances from the first on."""
        try:
            first, step, *values = [int(word) for word in words[1:]]
        except ValueError:
            self.problems.append("a bad series: " + " ".join(words[:4]))
            return
        self.series[words[0]] = [(first + n * step, v) for n, v in enumerate(values)]

    def take_plan(self, count: int, reason) -> None:
        if self.plan is not None:
            self.problems.append("a second plan")
        self.plan = count
        if reason is not None:
            self.plan_skip = reason or "no reason given"

    def take_result(self, found) -> None:
        number = int(found.group(2)) if found.group(2) else len(self.tests) + 1
        if number != len(self.tests) + 1:
            self.problems.append("test %d came where test %d was due"
                                 % (number, len(self.tests) + 1))
        result = "fail" if found.group(1) else "pass"
        text = found.group(3)
        if (found.group(4) or "").upper() == "SKIP" and result == "pass":
            result, text = "skip", found.group(5) or text
        self.tests.append((result, number, text))

    def done(self) -> bool:
        """True once the init has reported everything it had to."""
        return "done" in self.lab

    def count(self, result: str) -> int:
        return sum(1 for t in self.tests if t[0] == result)

    def failures(self) -> list:
        """What is wrong with the report itself."""
        out = ["not ok %d - %s" % (n, text) for result, n, text in self.tests if result == "fail"]
        if self.bail:
            out.append("bailed out: " + self.bail)
        if self.plan is None:
            out.append("no plan")
        elif not (self.plan == 0 and self.plan_skip) and len(self.tests) != self.plan:
            out.append("%d of %d planned tests reported" % (len(self.tests), self.plan))
        elif self.plan == 0 and not self.plan_skip:
            out.append("a plan of no tests")
        return out + self.problems

    def skipped(self) -> str:
        """The reason if every test was skipped, else an empty string."""
        if self.plan == 0 and self.plan_skip:
            return self.plan_skip
        if self.tests and all(t[0] == "skip" for t in self.tests):
            return self.tests[0][2] or "no reason given"
        return ""
