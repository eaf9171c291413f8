# SPDX-License-Identifier: GPL-2.0-only
"""What the stub answers instead of what is right: sense data, a status, other bytes.

stublun.py and stubalua.py carry commands out, stubiscsi.py sends what they say.
"""

import random
import struct

CHECK_CONDITION = 0x02
BAD_OPCODE, BAD_LBA, BAD_CDB, BAD_PARAMETER = (5, 0x20, 0), (5, 0x21, 0), (5, 0x24, 0), (5, 0x26, 0)


class Status(Exception):
    """The command ends with this SAM status, and without sense data."""

    def status(self) -> int:
        return self.args[0]

    def data(self) -> bytes:
        """What goes with it."""
        return b""


class Sense(Status):
    """The command ends with CHECK CONDITION: sense key, ASC and ASCQ.

    Deferred: it is an earlier command's (response code 71h). Done: this one was carried
    out, and its data comes with it.
    """

    def __init__(self, *numbers: int, deferred: bool = False, done: bool = False):
        super().__init__(*numbers)
        self.response = 0x71 if deferred else 0x70
        self.done = done
        self.answer = b""         # its data, then

    def status(self) -> int:
        return CHECK_CONDITION

    def data(self) -> bytes:
        key, code, qualifier = self.args
        fixed = struct.pack(">BxB4xB4xBB4x", self.response, key, 10, code, qualifier)
        return struct.pack(">H", len(fixed)) + fixed


def altered(good: bytes, header, action: str, more: list) -> bytes | None:
    """The bytes that a case asks for; header() goes before noise. None: refused."""
    if action == "good":
        return good
    if action == "drop":
        return None
    if action == "short":
        return good[:int(more[0])]
    if action == "random":
        draw = random.Random(int(more[0]))
        return header(draw.randbytes(draw.randrange(1, 250)))
    data = bytes.fromhex(action)
    return data.ljust(int(more[0]), data[-1:]) if more else data
