# SPDX-License-Identifier: GPL-2.0-only
"""An array that lies: the stub target, which answers as a case asks it to.

For each path a program of its own (stubiscsi.py, stublun.py), on the image of the LU,
with good pages when it starts. It is told what to answer over a socketpair.
"""

import json
import os
import socket
import sys
from dataclasses import asdict

from . import TESTS, LabError
from .process import Port, Program
from .topology import Lu

START_SECONDS = 15
ANSWER_SECONDS = 10
# What it can be told: how many words follow at least and at most, and which.
VERBS = {
    "page": (2, 3, "page 00|80|83|b0|b1|b2|std HEX [LENGTH]|short N|random SEED|drop|good"),
    "sense": (3, 4, "sense KEY ASC ASCQ [deferred|data]"),
    "status": (1, 1, "status BYTE"),
    "count": (1, 1, "count OPCODE"),
    "hush": (0, 0, "hush"),
    "speak": (0, 1, "speak [SECONDS]"),
    "pr": (1, 4, "pr KEY ASC ASCQ [clear|lost|done]|lost|hold|mute [in]|good|set KEY"
           "|other KEY [TYPE]|same|crowd N|limit BYTES"),
    "alua": (0, 1, "alua [STATE]"),
    "rtpg": (1, 2, "rtpg HEX [LENGTH]|short N|random SEED|drop|no-long|good"),
    "stpg": (1, 3, "stpg hold|good|KEY ASC ASCQ"),
    "asked": (0, 0, "asked"),
}


class Stub(Program):
    """The stub behind one path of an LU; image(LU's name) is the file behind it."""

    def __init__(self, name: str, unit: Lu, port: int, logs: str, image):
        super().__init__("stub of " + name, os.path.join(logs, "stub-%s.log" % name))
        self.target = "iqn.2026-11.org.vmpath:stub." + name
        self.tcp = Port()
        self.unit = unit
        self.port = port
        self.image = image
        self.control = None

    def portal(self, _path) -> tuple:
        """Portal, target and LUN by which a path reaches the LU."""
        return "127.0.0.1:%d" % self.tcp.number, self.target, 0

    def start(self) -> None:
        if self.alive():
            raise LabError("%s runs already" % self.name)
        self.hang_up()
        ours, theirs = socket.socketpair()
        with theirs:
            self.spawn([sys.executable, "-B", "-m", "lab.stubiscsi",
                        json.dumps(asdict(self.unit)), str(self.port), self.image(self.unit.id),
                        str(self.tcp.number), str(theirs.fileno())], {"PYTHONPATH": TESTS},
                       fds=(theirs.fileno(),))
        self.control = ours.makefile("rwb", buffering=0)
        ours.settimeout(START_SECONDS)
        self.reply()
        ours.settimeout(ANSWER_SECONDS)
        ours.close()              # the file keeps it

    def reply(self) -> str:
        try:
            line = self.control.readline().decode()
        except OSError as e:
            raise LabError("%s does not answer: %s" % (self.name, e)) from e
        kind, _, rest = line.strip().partition(" ")
        if kind != "ok":
            raise LabError("%s: %s" % (self.name, rest or self.died() or "no answer"))
        return rest

    def tell(self, words: list) -> str:
        """Change an answer; returns what it says of it, for a page the new one in hex."""
        least, most, usage = VERBS[words[0]]
        if not least < len(words) <= most + 1:
            raise LabError("usage: %s" % usage)
        if not self.alive():
            raise LabError("%s does not run" % self.name)
        self.control.write((" ".join(words) + "\n").encode())
        return self.reply()

    def resized(self, _unit: str, _size: int) -> None:
        """It asks the image each time."""

    def hang_up(self) -> None:
        if self.control is not None:
            self.control.close()
            self.control = None

    def close(self) -> None:
        self.end()
        self.hang_up()
        self.tcp.close()
