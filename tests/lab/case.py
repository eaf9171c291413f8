# SPDX-License-Identifier: GPL-2.0-only
"""Cases: shell files whose opening comments say what they need.

A case NAME may run in another mode of the module, too: it is the case NAME.MODE then.
"""

import copy
import glob
import os
import re

from . import TESTS, LabError
from .topology import TOPOLOGIES

DEFAULT_TIMEOUT = 60
DEFAULT_CPUS = 2
KEYS = ("DESCRIPTION", "TOPOLOGY", "CONFIG", "TIMEOUT", "TAGS", "PLAN", "ALLOW_DMESG",
        "NEEDS", "EXPECT", "GUESTS", "APPEND", "OVERLAY", "MODES", "CPUS")
MODES = ("fast",)   # lib.sh has what they mean


class Case:
    """One case, as its header describes it. EXPECT is for the harness self-tests."""

    def __init__(self, path: str):
        self.path = path
        self.name = self.script = os.path.basename(path)[:-3]
        self.mode = ""
        head = read_header(path)
        self.description = head.get("DESCRIPTION", "")
        self.topology = head.get("TOPOLOGY", "none")
        self.config = head.get("CONFIG", "").split()
        self.tags = head.get("TAGS", "").split()
        self.needs = head.get("NEEDS", "").split()
        self.allow = head.get("ALLOW_DMESG", "")
        self.expect = head.get("EXPECT", "")
        self.append = head.get("APPEND", "")
        self.overlay = head.get("OVERLAY", "")   # of tests/distro/ alone
        self.modes = head.get("MODES", "").split()
        self.check(head)
        self.guests = int(head.get("GUESTS", 1))
        self.cpus = int(head.get("CPUS", DEFAULT_CPUS))
        self.timeout = int(head.get("TIMEOUT", DEFAULT_TIMEOUT))

    def check(self, head: dict) -> None:
        """A slip in a header is an error at once, not a case that never runs."""
        if not self.description:
            raise LabError("%s: no '# DESCRIPTION:'" % self.path)
        if self.topology not in TOPOLOGIES:
            raise LabError("%s: no topology '%s'; there are: %s"
                           % (self.path, self.topology, " ".join(TOPOLOGIES)))
        if not head.get("TIMEOUT", "1").isdigit():
            raise LabError("%s: TIMEOUT is not a number of seconds" % self.path)
        if head.get("CPUS", "1") not in ("1", "2", "4", "8"):
            raise LabError("%s: CPUS is 1, 2, 4 or 8" % self.path)
        if not set(self.modes) <= set(MODES):
            raise LabError("%s: MODES are of %s" % (self.path, " ".join(MODES)))
        if head.get("GUESTS", "1") not in ("1", "2"):
            raise LabError("%s: GUESTS is 1 or 2" % self.path)
        for pattern in (self.allow, self.expect):
            try:
                re.compile(pattern)
            except re.error as e:
                raise LabError("%s: bad pattern '%s': %s" % (self.path, pattern, e)) from e

    def as_in(self, mode: str):
        """The same case in another mode."""
        other = copy.copy(self)
        other.mode = mode
        other.name = "%s.%s" % (self.script, mode)
        return other

    def views(self) -> tuple:
        """What each of its guests sees."""
        return tuple(TOPOLOGIES[self.topology].view(n) for n in range(self.guests))

    def lacks(self, kernel) -> str:
        """Why the case cannot run on this kernel; empty if it can."""
        missing = [c for c in self.config if not kernel.has(c)]
        return "kernel has no " + " ".join(missing) if missing else ""


def read_header(path: str) -> dict:
    """The `# KEY: value` lines before the first line that is no comment."""
    head = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            if not line.startswith("#"):
                break
            found = re.match(r"# ([A-Z_]+):\s*(.*)$", line)
            if found and found.group(1) in KEYS:
                head[found.group(1)] = found.group(2).strip()
            elif found and not found.group(1).startswith("SPDX"):
                raise LabError("%s: unknown header '%s'; there are: %s"
                               % (path, found.group(1), " ".join(KEYS)))
    return head


def load(folder: str) -> list:
    """Every case of a folder of tests/, by name."""
    paths = sorted(glob.glob(os.path.join(TESTS, folder, "*.sh")))
    found = [Case(p) for p in paths if not os.path.basename(p).startswith("lib")]
    return found + [c.as_in(mode) for c in found for mode in c.modes]


def select(cases: list, names: list, tag: str) -> list:
    """Those that were asked for; all if nothing was."""
    known = {c.as_in(mode).name: c.as_in(mode) for c in cases for mode in MODES}
    known.update({c.name: c for c in cases})
    wanted = []
    for name in names:
        name = os.path.basename(name)
        name = name[:-3] if name.endswith(".sh") else name
        if name not in known:
            raise LabError("no case '%s'; --list shows them" % name)
        wanted.append(known[name])
    if not names:
        wanted = [c for c in cases if not tag or tag in c.tags]
    if not wanted:
        raise LabError("no case has the tag '%s'" % tag)
    return wanted
