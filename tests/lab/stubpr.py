# SPDX-License-Identifier: GPL-2.0-only
"""Registrations with the stub: who is registered by which port, and a port that refuses.

The stubs of an LU are one array, so the keys are in a file that they share: the
generation, and one key for each port. Reservations there are none. SPC-4 6.15 and 6.16.
"""

import fcntl
import os
import struct
import threading

from . import LabError
from .stubanswer import BAD_CDB, BAD_PARAMETER, Sense, Status

IN, OUT = 0x5e, 0x5f
READ_KEYS, READ_RESERVATION = 0, 1
REGISTER, REGISTER_AND_IGNORE = 0, 6
CONFLICT = 0x18
PORTS = 2
LAYOUT = ">I%dQ" % PORTS
LIST_LENGTH = 24


class Registrations:
    """The keys, as one port of the LU shows them."""

    def __init__(self, path: str, port: int):
        self.port = port
        self.file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self.file, struct.calcsize(LAYOUT))   # new ones are zeros
        self.ends: list = []      # of the next commands that would change something
        self.free = threading.Event()          # who would register by this port may
        self.free.set()

    # What the lab asks

    def change_answers(self, words: list) -> None:
        """Carry out `pr`.

        `hold`: whoever would register by this port has to wait until `good`. `set`: this
        port's key is another one, now. Else: what is to happen with one PERSISTENT
        RESERVE OUT by this port. It may end with sense data. Just before it somebody else
        may have sent a CLEAR, or have preempted this port's key (`lost`).
        """
        if words == ["hold"]:
            self.free.clear()
            return
        if words == ["good"]:
            self.free.set()
            return
        if words[0] == "set":
            if len(words) != 2:
                raise LabError("'pr set' takes a key")
            self.put(int(words[1], 16))
            return
        numbers = [int(w, 16) for w in words if w not in ("clear", "lost")]
        ports = range(PORTS) if "clear" in words else [self.port] if "lost" in words else []
        self.ends.append((Sense(*numbers) if numbers else None, ports))

    # What the guest asks

    def read(self) -> list:
        """The generation and the keys."""
        return list(struct.unpack(LAYOUT, os.pread(self.file, struct.calcsize(LAYOUT), 0)))

    @staticmethod
    def length(cdb: bytes) -> int:
        """How many bytes PERSISTENT RESERVE OUT brings."""
        return struct.unpack_from(">5xI", cdb)[0]

    def held(self, cdb: bytes, data: bytes) -> threading.Event | None:
        """What PERSISTENT RESERVE OUT has to wait for, if it would register somebody."""
        if self.free.is_set() or len(data) != LIST_LENGTH:
            return None
        key, new = struct.unpack_from(">QQ", data)
        same = cdb[1] & 0x1f == REGISTER and key == new
        return self.free if new and not same else None

    def tell(self, cdb: bytes) -> bytes:
        """PERSISTENT RESERVE IN."""
        generation, *keys = self.read()
        action = cdb[1] & 0x1f
        if action == READ_KEYS:
            body = b"".join(struct.pack(">Q", k) for k in keys if k)
        elif action == READ_RESERVATION:
            body = b""
        else:
            raise Sense(*BAD_CDB)
        return struct.pack(">II", generation, len(body)) + body

    def change(self, cdb: bytes, data: bytes) -> None:
        """PERSISTENT RESERVE OUT."""
        if self.ends:
            end, ports = self.ends.pop(0)
            if ports:
                self.write([0 if n in ports else k for n, k in enumerate(self.read()[1:])])
            if end:
                raise end
        action = cdb[1] & 0x1f
        if action not in (REGISTER, REGISTER_AND_IGNORE):
            raise Sense(*BAD_CDB)
        if len(data) != LIST_LENGTH:
            raise Sense(*BAD_PARAMETER)
        key, new = struct.unpack_from(">QQ", data)
        self.put(new, key if action == REGISTER else None)

    def put(self, new: int, old: int | None = None) -> None:
        """This port's key, if it is the old one until now."""
        fcntl.flock(self.file, fcntl.LOCK_EX)
        try:
            keys = self.read()
            if old is not None and old != keys[1 + self.port]:
                raise Status(CONFLICT)
            keys[1 + self.port] = new
            self.write(keys[1:])
        finally:
            fcntl.flock(self.file, fcntl.LOCK_UN)

    def write(self, keys: list) -> None:
        """The keys from now on, of another generation."""
        os.pwrite(self.file, struct.pack(LAYOUT, self.read()[0] + 1, *keys), 0)
