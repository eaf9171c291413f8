# SPDX-License-Identifier: GPL-2.0-only
"""The target port groups of the stub: who asks for their states, and who moves them.

There is a group for each port. The stubs of an LU are one array, so the states are in
a file that they share, one byte for each. SPC-4 5.15.2, 6.37 and 6.45.
"""

import os
import struct
import threading

from . import LabError
from .stubanswer import BAD_CDB, BAD_PARAMETER, Sense, altered

STATES = {"optimized": 0, "non-optimized": 1, "standby": 2, "unavailable": 3, "offline": 14,
          "transitioning": 15}
SETTABLE = (0, 1, 2, 3)  # by SET TARGET PORT GROUPS
# What a command for data is told, by state: NOT READY and this qualifier.
REFUSALS = {2: 0x0b, 3: 0x0c, 14: 0x12, 15: 0x0a}
PORTS = 2
SUPPORTED = 0xcf         # transitioning, offline, unavailable, standby, both others
LONG = 1                 # PARAMETER DATA FORMAT: with the long header
TRANSITION_SECONDS = 5   # the long header tells


def with_length(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


class PortGroups:
    """The groups as one port of the LU shows them; change() is called by the lab."""

    def __init__(self, path: str, port: int):
        self.port = port
        self.file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self.file, PORTS)         # new ones are optimized
        self.instead = None       # of what REPORT TARGET PORT GROUPS should say
        self.refuses = False      # that command, with either header
        self.knows_long = True
        self.refusal = None       # of SET TARGET PORT GROUPS: key, ASC and ASCQ
        self.free = threading.Event()          # that is answered
        self.free.set()
        self.asked = {"long": 0, "short": 0, "stpg": 0, "answered": 0}

    # What the lab asks

    def change(self, verb: str, words: list) -> str:
        """Carry out `alua`, `rtpg`, `stpg` or `asked`; returns what to say of it."""
        if verb == "alua":
            if words:
                if words[0] not in STATES:
                    raise LabError("no state %s; there are: %s" % (words[0], " ".join(STATES)))
                self.move(self.port, STATES[words[0]])
            return next(n for n, s in STATES.items() if s == self.states()[self.port])
        if verb == "rtpg":
            return self.change_report(words)
        if verb == "stpg":
            self.change_set(words)
            return ""
        return " ".join("%s %d" % x for x in self.asked.items())

    def change_report(self, words: list) -> str:
        action, *more = words
        self.knows_long = action != "no-long"
        self.instead, self.refuses = None, False
        if action not in ("good", "no-long"):
            self.instead = altered(self.report(False), with_length, action, more)
            self.refuses = self.instead is None
        return (self.instead or b"").hex()[:400]

    def change_set(self, words: list) -> None:
        self.refusal = tuple(int(w, 16) for w in words) if len(words) == 3 else None
        if words == ["hold"]:
            self.free.clear()
        elif words == ["good"] or self.refusal:
            self.free.set()
        else:
            raise LabError("'stpg' takes hold, good, or KEY ASC ASCQ")

    # What the guest asks

    def states(self) -> bytes:
        return os.pread(self.file, PORTS, 0)

    def move(self, port: int, state: int) -> None:
        os.pwrite(self.file, bytes([state]), port)

    def admit(self) -> None:
        """A command for data: not in any state."""
        state = self.states()[self.port]
        if state in REFUSALS:
            raise Sense(2, 0x04, REFUSALS[state])

    def held(self, cdb: bytes) -> threading.Event | None:
        """SET TARGET PORT GROUPS has come: what it is to wait for."""
        if cdb[0] != 0xa4:
            return None
        self.asked["stpg"] += 1
        return None if self.free.is_set() else self.free

    def report(self, long: bool) -> bytes:
        """A group for each port, both with a number from 1 on."""
        body = struct.pack(">BB2x", LONG << 4, TRANSITION_SECONDS) if long else b""
        for port, state in enumerate(self.states()):
            body += struct.pack(">BBH3xB", state, SUPPORTED, port + 1, 1)
            body += struct.pack(">2xH", port + 1)
        return with_length(body)

    def report_groups(self, cdb: bytes) -> bytes:
        """REPORT TARGET PORT GROUPS, of all that MAINTENANCE IN may be."""
        if cdb[1] & 0x1f != 0x0a:
            raise Sense(*BAD_CDB)
        long = cdb[1] >> 5 == LONG
        self.asked["long" if long else "short"] += 1
        if self.refuses or (long and not self.knows_long):
            raise Sense(*BAD_CDB)
        return self.report(long) if self.instead is None else self.instead

    def set_groups(self, cdb: bytes, data: bytes) -> None:
        """SET TARGET PORT GROUPS, of all that MAINTENANCE OUT may be."""
        self.asked["answered"] += 1
        if self.refusal:
            raise Sense(*self.refusal)
        if cdb[1] & 0x1f != 0x0a:
            raise Sense(*BAD_CDB)
        wanted = list(struct.iter_unpack(">BxH", data[4:len(data) & ~3]))
        if any(s & 0xf not in SETTABLE or not 1 <= g <= PORTS for s, g in wanted):
            raise Sense(*BAD_PARAMETER)
        for state, group in wanted:
            self.move(group - 1, state & 0xf)
