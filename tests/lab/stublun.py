# SPDX-License-Identifier: GPL-2.0-only
"""The logical unit of the stub: SCSI commands in, data or sense out.

It begins well-formed and answers from an image file. Any page of INQUIRY can then
be replaced by bytes that no other array of the lab would send. What there is of ALUA is in
stubalua.py, of persistent reservations in stubpr.py.
"""

import os
import struct
import threading
from collections import Counter

from . import LabError, stubpr
from .stubalua import PortGroups
from .stubanswer import BAD_CDB, BAD_LBA, BAD_OPCODE, Sense, Status, altered
from .topology import Lu

STANDARD = -1            # the INQUIRY data, among the pages
READS = {0x28: ">xxIxHx", 0x88: ">xxQIxx"}
WRITES = {0x2a: ">xxIxHx", 0x8a: ">xxQIxx"}
SYNCS = (0x35, 0x91)
READY = 0x00
REPORT_GROUPS, SET_GROUPS = 0xa3, 0xa4
# What more is answered, by operation code: the method, and where its CDB has the
# allocation length.
OTHERS = {READY: ("nothing", ">"), 0x12: ("inquiry", ">3xH"), 0x1a: ("mode_sense", ">4xB"),
          0x5a: ("mode_sense", ">7xH"), 0x25: ("capacity10", ">"),
          0x4d: ("log_sense", ">7xH"), 0x9e: ("capacity16", ">10xI"),
          0xa0: ("report_luns", ">6xI")}
# LOG SENSE, by page code: the pages there are, and the temperature (SPC-4 7.3.19).
LOGS = {0x00: bytes([0x00, 0x0d]),
        0x0d: bytes([0, 0, 0x03, 2, 0, 38, 0, 1, 0x03, 2, 0, 65])}


def page(number: int, body: bytes) -> bytes:
    return struct.pack(">xBH", number, len(body)) + body


def designator(code_set: int, kind: int, body: bytes) -> bytes:
    return bytes([code_set, kind, 0, len(body)]) + body


def good_pages(unit: Lu, port: int) -> dict:
    """What a well-formed LU answers to INQUIRY (SPC-4 6.6.2, 7.8; SBC-3 6.5)."""
    vendor, product = unit.vendor.encode().ljust(8), unit.product.encode().ljust(16)
    tpgs = 0x30 if unit.alua else 0            # implicit and explicit
    standard = bytes([0, 0, 6, 0x12, 91, tpgs, 0, 2]) + vendor + product + b"1.00"
    ids = designator(1, 3, int(unit.wwn, 16).to_bytes(8, "big"))
    ids += designator(2, 1, vendor + unit.serial.encode())
    ids += designator(1, 0x14, struct.pack(">HH", 0, port + 1))
    pages = {0x80: unit.serial.encode(), 0x83: ids, 0xb0: bytes(60),
             0xb1: struct.pack(">H58x", 1), 0xb2: bytes(4)}
    pages[0x00] = bytes([0] + sorted(pages))
    return {STANDARD: standard.ljust(96, b"\0"), **{n: page(n, b) for n, b in pages.items()}}


class StubLun:
    """One LU; change() is called by the lab, execute() for each command of the guest."""

    def __init__(self, unit: Lu, port: int, image: str):
        self.good = good_pages(unit, port)
        self.pages = dict(self.good)
        self.block = unit.block_size
        self.file = os.open(image, os.O_RDWR)
        self.ends: list = []      # so the next commands for data end
        self.seen: Counter = Counter()    # commands so far, by operation code
        self.speaks = threading.Event()   # commands are carried out, and answered
        self.speaks.set()
        self.groups = PortGroups(image + ".groups", port) if unit.alua else None
        self.registrations = stubpr.Registrations(image + ".keys", port)

    # What the lab asks

    def change(self, words: list) -> str:
        """Carry out what stub.py lets through; returns what to say of it."""
        verb, *more = words
        if verb == "page":
            return self.change_page(*more)
        if verb in ("sense", "status"):
            numbers = [int(w, 16) for w in more[:3]]
            self.ends.append(Sense(*numbers, deferred="deferred" in more, done="data" in more)
                             if verb == "sense" else Status(*numbers))
            return ""
        if verb == "pr":
            self.registrations.change_answers(more)
            return ""
        if verb == "hush":
            self.speaks.clear()
            return ""
        if verb == "speak":
            if more:
                threading.Timer(float(more[0]), self.speaks.set).start()
            else:
                self.speaks.set()
            return ""
        if verb == "count":
            return str(self.seen[int(more[0], 16)])
        if self.groups is None:
            raise LabError("it has no target port groups")
        return self.groups.change(verb, more)

    def change_page(self, name: str, action: str, *more: str) -> str:
        number = STANDARD if name == "std" else int(name, 16)
        if number not in self.good:
            raise LabError("no page %s" % name)
        self.pages[number] = altered(self.good[number], lambda body: page(number, body),
                                     action, list(more))
        return (self.pages[number] or b"").hex()[:400]

    # What the guest asks

    def writes(self, cdb: bytes) -> int:
        """How many bytes the command takes."""
        if cdb[0] == SET_GROUPS and self.groups:
            return struct.unpack_from(">6xI", cdb)[0]
        if cdb[0] == stubpr.OUT:
            return self.registrations.length(cdb)
        return self.extent(cdb, WRITES)[1] if cdb[0] in WRITES else 0

    def held(self, cdb: bytes, data: bytes) -> threading.Event | None:
        """What the command is to wait for before it is carried out, if anything.

        When it is hushed, how READs and WRITEs are to end is still told.
        """
        self.seen[cdb[0]] += 1
        if not self.speaks.is_set() and not self.ends:
            return self.speaks
        if cdb[0] in (stubpr.IN, stubpr.OUT):
            return self.registrations.held(cdb, data)
        return self.groups.held(cdb) if self.groups else None

    def withheld(self, cdb: bytes) -> threading.Event | None:
        """What the answer to a command that has been carried out is to wait for, if anything."""
        return self.registrations.withheld(cdb)

    def extent(self, cdb: bytes, layouts: dict) -> tuple:
        """Offset and length in bytes."""
        lba, count = struct.unpack_from(layouts[cdb[0]], cdb)
        if (lba + count) * self.block > os.fstat(self.file).st_size:
            raise Sense(*BAD_LBA)
        return lba * self.block, count * self.block

    def execute(self, cdb: bytes, data: bytes) -> bytes:
        """Carry out a command; returns its data or raises how it ends."""
        if self.groups and cdb[0] in (READY, *READS, *WRITES, *SYNCS):
            self.groups.admit()
        if cdb[0] in READS or cdb[0] in WRITES:
            self.registrations.admit(cdb[0] in WRITES)
            return self.transfer(cdb, data)
        if cdb[0] in SYNCS:
            os.fdatasync(self.file)
            return b""
        if self.groups and cdb[0] == SET_GROUPS:
            self.groups.set_groups(cdb, data)
            return b""
        if cdb[0] == stubpr.OUT:
            self.registrations.change(cdb, data)
            return b""
        if cdb[0] == stubpr.IN:
            answer, layout = self.registrations.tell(cdb), ">7xH"
        elif self.groups and cdb[0] == REPORT_GROUPS:
            answer, layout = self.groups.report_groups(cdb), ">6xI"
        elif cdb[0] in OTHERS:
            name, layout = OTHERS[cdb[0]]
            answer = getattr(self, name)(cdb)
        else:
            raise Sense(*BAD_OPCODE)
        room = struct.unpack_from(layout, cdb)
        return answer[:room[0]] if room else answer

    def transfer(self, cdb: bytes, data: bytes) -> bytes:
        """READ or WRITE, if nothing else is to come of it."""
        end = self.ends.pop(0) if self.ends else None
        if end and not (isinstance(end, Sense) and end.done):
            raise end
        if cdb[0] in READS:
            offset, length = self.extent(cdb, READS)
            data = os.pread(self.file, length, offset)
        else:
            os.pwrite(self.file, data, self.extent(cdb, WRITES)[0])
            data = b""
        if end:
            end.answer = data
            raise end
        return data

    @staticmethod
    def log_sense(cdb: bytes) -> bytes:
        """Its own: a log belongs to no path."""
        if cdb[2] & 0x3f not in LOGS or cdb[3]:
            raise Sense(*BAD_CDB)
        log = LOGS[cdb[2] & 0x3f]
        return struct.pack(">BxH", cdb[2] & 0x3f, len(log)) + log

    @staticmethod
    def nothing(_cdb: bytes) -> bytes:
        return b""

    def inquiry(self, cdb: bytes) -> bytes:
        number = cdb[2] if cdb[1] & 1 else STANDARD
        if self.pages.get(number) is None:
            raise Sense(*BAD_CDB)
        return self.pages[number]

    @staticmethod
    def mode_sense(cdb: bytes) -> bytes:
        """The caching page alone: there is a write cache."""
        if cdb[2] & 0x3f not in (0x08, 0x3f):
            raise Sense(*BAD_CDB)
        body = struct.pack(">BBB17x", 0x08, 18, 0x04)
        if cdb[0] == 0x1a:
            return struct.pack(">B3x", len(body) + 3) + body
        return struct.pack(">H6x", len(body) + 6) + body

    def capacity10(self, _cdb: bytes) -> bytes:
        last = os.fstat(self.file).st_size // self.block - 1
        return struct.pack(">II", min(last, 0xffffffff), self.block)

    def capacity16(self, cdb: bytes) -> bytes:
        if cdb[1] & 0x1f != 0x10:
            raise Sense(*BAD_CDB)
        return struct.pack(">QI20x", os.fstat(self.file).st_size // self.block - 1, self.block)

    @staticmethod
    def report_luns(_cdb: bytes) -> bytes:
        return struct.pack(">I12x", 8)
