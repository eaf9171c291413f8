# SPDX-License-Identifier: GPL-2.0-only
"""Registrations with the stub: who is registered by which port, and a port that refuses.

The stubs of an LU are one array, so the keys are in a file that they share: the
generation, one key for each port, and who holds which reservation. SPC-4 6.15 and 6.16.
"""

import fcntl
import os
import struct
import threading

from . import LabError
from .stubanswer import BAD_CDB, BAD_PARAMETER, Sense, Status

IN, OUT = 0x5e, 0x5f
READ_KEYS, READ_RESERVATION = 0, 1
REGISTER, RESERVE, RELEASE, CLEAR, PREEMPT, PREEMPT_AND_ABORT, REGISTER_AND_IGNORE = range(7)
WRITE_EXCLUSIVE, EXCLUSIVE = (1, 5, 7), (3, 6, 8)
ONE_HOLDS, ALL_HOLD = (1, 3), (7, 8)
CONFLICT = 0x18
PORTS = 3
OTHER = 2                 # the last of them is somebody else's, by no path
LAYOUT = ">I%dQBB" % PORTS         # the last two: the holder, as a number from 1, and the type
LIST_LENGTH = 24
CROWD = 0xc0de0000
BAD_RELEASE = (0x05, 0x26, 0x04)


class Registrations:
    """The keys, as one port of the LU shows them."""

    def __init__(self, path: str, port: int):
        self.port = port          # or rather its I_T nexus
        self.file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self.file, struct.calcsize(LAYOUT))   # new ones are zeros
        self.ends: list = []      # of the next commands that would change something
        self.free = threading.Event()          # who would register by this port may
        self.free.set()
        self.mute = None          # the next one with this opcode gets no answer
        self.kept = threading.Event()          # until then
        self.silent = False       # nor do those after it, which are not even carried out
        self.crowd = 0            # so many others are registered, of whom only READ KEYS knows
        self.limit = 0            # bytes that a PERSISTENT RESERVE IN may ask for, or 0

    # What the lab asks

    def change_answers(self, words: list) -> None:
        """Carry out `pr`.

        `hold`: whoever would register by this port has to wait until `good`. `mute`: what comes
        next by this port is carried out, and not answered before `good`; with `in`, what next
        asks. `set`: this port's key is another one, now. `other`: somebody else's is, and holds a
        reservation of the type. `same`: it is one I_T nexus with the first port. `crowd` and
        `limit`: see above. Else: what is to happen with one PERSISTENT RESERVE OUT by this port.
        It may end with sense data, and be carried out nevertheless (`done`). Just before it
        somebody else may have sent a CLEAR, or have preempted this port's key (`lost`).
        """
        if words == ["hold"]:
            self.free.clear()
            return
        if words in (["mute"], ["mute", "in"]):
            self.mute = IN if words[1:] else OUT
            self.kept.clear()
            return
        if words[0] in ("crowd", "limit"):
            setattr(self, words[0], int(words[1]))
            return
        if words == ["good"]:
            self.mute = None
            self.silent = False
            self.free.set()
            self.kept.set()
            return
        if words == ["same"]:
            self.port = 0
            return
        if words[0] == "set":
            if len(words) != 2:
                raise LabError("'pr set' takes a key")
            self.put(int(words[1], 16))
            return
        if words[0] == "other":
            keys = self.read()[1]
            keys[OTHER] = int(words[1], 16)
            self.write(keys, *((OTHER + 1, int(words[2])) if words[2:] else ()))
            return
        numbers = [int(w, 16) for w in words if w not in ("clear", "lost", "done")]
        ports = range(PORTS) if "clear" in words else [self.port] if "lost" in words else []
        self.ends.append((Sense(*numbers) if numbers else None, ports, "done" in words))

    # What the guest asks

    def read(self) -> tuple:
        """The generation, the keys, the holder and the type."""
        state = struct.unpack(LAYOUT, os.pread(self.file, struct.calcsize(LAYOUT), 0))
        return state[0], list(state[1:-2]), state[-2], state[-1]

    def admit(self, write: bool) -> None:
        """May this nexus send READ or WRITE?"""
        _, keys, holder, kind = self.read()
        if holder in (0, self.port + 1) or (kind not in ONE_HOLDS and keys[self.port]):
            return
        if write or kind in EXCLUSIVE:
            raise Status(CONFLICT)

    @staticmethod
    def length(cdb: bytes) -> int:
        """How many bytes PERSISTENT RESERVE OUT brings."""
        return struct.unpack_from(">5xI", cdb)[0]

    def held(self, cdb: bytes, data: bytes) -> threading.Event | None:
        """What PERSISTENT RESERVE has to wait for, if it would register somebody, or is late."""
        if self.silent:
            return self.kept
        if self.free.is_set() or cdb[0] != OUT or len(data) != LIST_LENGTH:
            return None
        key, new = struct.unpack_from(">QQ", data)
        same = cdb[1] & 0x1f == REGISTER and key == new
        return self.free if new and not same else None

    def withheld(self, cdb: bytes) -> threading.Event | None:
        """What the answer to PERSISTENT RESERVE has to wait for, if it is to be lost."""
        if cdb[0] != self.mute:
            return None
        self.mute = None
        self.silent = True
        return self.kept

    def tell(self, cdb: bytes) -> bytes:
        """PERSISTENT RESERVE IN."""
        generation, keys, holder, kind = self.read()
        action = cdb[1] & 0x1f
        if self.limit and struct.unpack_from(">7xH", cdb)[0] > self.limit:
            raise Sense(*BAD_CDB)
        if action == READ_KEYS:
            crowd = range(CROWD, CROWD + self.crowd)
            body = b"".join(struct.pack(">Q", k) for k in (*crowd, *keys) if k)
        elif action == READ_RESERVATION:
            key = 0 if kind in ALL_HOLD else keys[holder - 1]
            body = struct.pack(">Q5xB2x", key, kind) if holder else b""
        else:
            raise Sense(*BAD_CDB)
        return struct.pack(">II", generation, len(body)) + body

    def change(self, cdb: bytes, data: bytes) -> None:
        """PERSISTENT RESERVE OUT."""
        end, ports, done = self.ends.pop(0) if self.ends else (None, [], False)
        if ports:
            self.write([0 if n in ports else k for n, k in enumerate(self.read()[1])])
        if not end or done:
            self.carry_out(cdb, data)
        if end:
            raise end

    def carry_out(self, cdb: bytes, data: bytes) -> None:
        """PERSISTENT RESERVE OUT, whatever the answer is to be."""
        action = cdb[1] & 0x1f
        if action > REGISTER_AND_IGNORE:
            raise Sense(*BAD_CDB)
        if len(data) != LIST_LENGTH:
            raise Sense(*BAD_PARAMETER)
        key, new = struct.unpack_from(">QQ", data)
        if action in (RESERVE, RELEASE):
            self.reserve(key, cdb[2] & 0xf, action == RELEASE)
        elif action in (CLEAR, PREEMPT, PREEMPT_AND_ABORT):
            self.remove(key, None if action == CLEAR else new, cdb[2] & 0xf)
        else:
            self.put(new, key if action == REGISTER else None)

    def reserve(self, key: int, kind: int, release: bool) -> None:
        """RESERVE or RELEASE of a type."""
        if kind not in WRITE_EXCLUSIVE + EXCLUSIVE:
            raise Sense(*BAD_CDB)
        fcntl.flock(self.file, fcntl.LOCK_EX)
        try:
            _, keys, holder, held = self.read()
            ours = holder == self.port + 1 or (holder and held in ALL_HOLD)
            if not key or key != keys[self.port] or (not release and holder and
                                                     not (ours and kind == held)):
                raise Status(CONFLICT)
            if not release:
                self.write(keys, holder or self.port + 1, kind)
            elif ours and kind != held:
                raise Sense(*BAD_RELEASE)
            elif ours:
                self.write(keys, 0, 0)
        finally:
            fcntl.flock(self.file, fcntl.LOCK_UN)

    def remove(self, key: int, victim: int | None, kind: int) -> None:
        """CLEAR, without a victim, or PREEMPT. SPC-4 5.13.11.2."""
        fcntl.flock(self.file, fcntl.LOCK_EX)
        try:
            _, keys, holder, held = self.read()
            if not key or key != keys[self.port] or (victim and victim not in keys):
                raise Status(CONFLICT)
            if victim is None:
                self.write([0] * PORTS, 0, 0)
                return
            if held in ALL_HOLD:
                taken = not victim
            else:
                taken = holder and keys[holder - 1] == victim
            if not victim and not taken:
                raise Sense(*BAD_PARAMETER)
            keys = [k if n == self.port or (victim and k != victim) else 0
                    for n, k in enumerate(keys)]
            self.write(keys, *((self.port + 1, kind) if taken else ()))
        finally:
            fcntl.flock(self.file, fcntl.LOCK_UN)

    def put(self, new: int, old: int | None = None) -> None:
        """This port's key, if it is the old one until now."""
        fcntl.flock(self.file, fcntl.LOCK_EX)
        try:
            keys = self.read()[1]
            if old is not None and old != keys[self.port]:
                raise Status(CONFLICT)
            keys[self.port] = new
            self.write(keys)
        finally:
            fcntl.flock(self.file, fcntl.LOCK_UN)

    def write(self, keys: list, holder: int | None = None, kind: int = 0) -> None:
        """The keys from now on, of another generation. A reservation goes with who holds it."""
        generation, _, was, held = self.read()
        if holder is None:
            holder, kind = was, held
        if holder and not (any(keys) if kind in ALL_HOLD else keys[holder - 1]):
            holder = kind = 0
        os.pwrite(self.file, struct.pack(LAYOUT, generation + 1, *keys, holder, kind), 0)
