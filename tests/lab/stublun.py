# SPDX-License-Identifier: GPL-2.0-only
"""The logical unit of the stub: SCSI commands in, data or sense out.

It begins well-formed and answers from an image file. Any page of INQUIRY can then
be replaced by bytes that no other array of the lab would send.
"""

import os
import random
import struct

from . import LabError
from .topology import Lu

STANDARD = -1            # the INQUIRY data, among the pages
BAD_OPCODE, BAD_LBA, BAD_CDB = (5, 0x20, 0), (5, 0x21, 0), (5, 0x24, 0)
READS = {0x28: ">xxIxHx", 0x88: ">xxQIxx"}
WRITES = {0x2a: ">xxIxHx", 0x8a: ">xxQIxx"}
SYNCS = (0x35, 0x91)
# What more is answered, by operation code: the method, and where its CDB has the
# allocation length.
OTHERS = {0x00: ("nothing", ">"), 0x12: ("inquiry", ">3xH"), 0x1a: ("mode_sense", ">4xB"),
          0x5a: ("mode_sense", ">7xH"), 0x25: ("capacity10", ">"),
          0x9e: ("capacity16", ">10xI"), 0xa0: ("report_luns", ">6xI")}


class Sense(Exception):
    """The command ends with CHECK CONDITION: sense key, ASC and ASCQ."""

    def data(self) -> bytes:
        key, code, qualifier = self.args
        return struct.pack(">BxB4xB4xBB4x", 0x70, key, 10, code, qualifier)


def page(number: int, body: bytes) -> bytes:
    return struct.pack(">xBH", number, len(body)) + body


def designator(code_set: int, kind: int, body: bytes) -> bytes:
    return bytes([code_set, kind, 0, len(body)]) + body


def good_pages(unit: Lu, port: int) -> dict:
    """What a well-formed LU answers to INQUIRY (SPC-4 6.6.2, 7.8; SBC-3 6.5)."""
    vendor, product = unit.vendor.encode().ljust(8), unit.product.encode().ljust(16)
    standard = bytes([0, 0, 6, 0x12, 91, 0, 0, 2]) + vendor + product + b"1.00"
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
        self.senses: list = []    # the next commands for data end with these

    # What the lab asks

    def change(self, words: list) -> str:
        """Carry out `page ...`, `sense ...`; returns what to say of it."""
        if words[0] == "sense":
            self.senses.append(tuple(int(w, 16) for w in words[1:4]))
            return ""
        number = STANDARD if words[1] == "std" else int(words[1], 16)
        if number not in self.good:
            raise LabError("no page %s" % words[1])
        action, *more = words[2:]
        if action == "good":
            self.pages[number] = self.good[number]
        elif action == "drop":
            self.pages[number] = None
        elif action == "short":
            self.pages[number] = self.good[number][:int(more[0])]
        elif action == "random":
            draw = random.Random(int(more[0]))
            self.pages[number] = page(number, draw.randbytes(draw.randrange(1, 250)))
        else:
            data = bytes.fromhex(action)
            self.pages[number] = data.ljust(int(more[0]), data[-1:]) if more else data
        return (self.pages[number] or b"").hex()[:400]

    # What the guest asks

    def writes(self, cdb: bytes) -> int:
        """How many bytes the command takes."""
        return self.extent(cdb, WRITES)[1] if cdb[0] in WRITES else 0

    def extent(self, cdb: bytes, layouts: dict) -> tuple:
        """Offset and length in bytes."""
        lba, count = struct.unpack_from(layouts[cdb[0]], cdb)
        if (lba + count) * self.block > os.fstat(self.file).st_size:
            raise Sense(*BAD_LBA)
        return lba * self.block, count * self.block

    def execute(self, cdb: bytes, data: bytes) -> bytes:
        """Carry out a command; returns its data or raises Sense."""
        if cdb[0] in READS or cdb[0] in WRITES:
            if self.senses:
                raise Sense(*self.senses.pop(0))
            if cdb[0] in READS:
                offset, length = self.extent(cdb, READS)
                return os.pread(self.file, length, offset)
            os.pwrite(self.file, data, self.extent(cdb, WRITES)[0])
            return b""
        if cdb[0] in SYNCS:
            os.fdatasync(self.file)
            return b""
        if cdb[0] not in OTHERS:
            raise Sense(*BAD_OPCODE)
        name, layout = OTHERS[cdb[0]]
        answer = getattr(self, name)(cdb)
        room = struct.unpack_from(layout, cdb)
        return answer[:room[0]] if room else answer

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
