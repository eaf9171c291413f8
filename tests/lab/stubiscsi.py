# SPDX-License-Identifier: GPL-2.0-only
"""The iSCSI target of the stub, a program of its own: as much of RFC 7143 as QEMU needs.

No authentication, no digests, one connection a session, one command at a time beside
those that are held back. stub.py starts it; what that says on the socketpair changes what
the LU answers.
"""

import json
import os
import socket
import socketserver
import struct
import sys
import threading

from . import LabError
from .stubanswer import Status
from .stublun import StubLun
from .topology import Lu

NOP_OUT, COMMAND, TASK, LOGIN, DATA_OUT, LOGOUT = 0x00, 0x01, 0x02, 0x03, 0x05, 0x06
NONE = 0xffffffff
WINDOW = 32              # commands we take ahead
BURST = 65536
SEGMENT = 8192           # of ours; that of the initiator is what it says
# What is ours to choose; the rest is answered as it was offered.
KEYS = {"HeaderDigest": "None", "DataDigest": "None", "AuthMethod": "None", "InitialR2T": "Yes",
        "ImmediateData": "Yes", "MaxRecvDataSegmentLength": str(SEGMENT), "MaxConnections": "1",
        "MaxBurstLength": str(BURST), "FirstBurstLength": str(SEGMENT), "MaxOutstandingR2T": "1",
        "DataPDUInOrder": "Yes", "DataSequenceInOrder": "Yes", "ErrorRecoveryLevel": "0",
        "DefaultTime2Wait": "2", "DefaultTime2Retain": "0", "IFMarker": "No", "OFMarker": "No"}
# Commands that the log has, with what came of them.
LOGGED = {0x12: "INQUIRY", 0xa3: "RTPG", 0xa4: "STPG"}
DECLARED = ("InitiatorName", "InitiatorAlias", "SessionType", "TargetName")


class Pdu:
    """A PDU that has come."""

    def __init__(self, head: bytes, data: bytes):
        self.head = head
        self.data = data
        self.opcode = head[0] & 0x3f
        self.immediate = bool(head[0] & 0x40)
        self.flags = head[1]
        self.tag = self.word(16)
        self.number = self.word(24)

    def word(self, offset: int) -> int:
        return struct.unpack_from(">I", self.head, offset)[0]


class Session(socketserver.BaseRequestHandler):
    """One connection, from login to logout."""

    def setup(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.expected = 0         # CmdSN that comes next
        self.status = 1           # StatSN
        self.segment = 8192       # what the initiator takes
        self.waiting: list = []   # PDUs that came while data was awaited
        self.sending = threading.Lock()

    def handle(self) -> None:
        served = {NOP_OUT: self.nop, COMMAND: self.command, TASK: self.task, LOGIN: self.login}
        try:
            while True:
                pdu = self.waiting.pop(0) if self.waiting else self.receive()
                if pdu.opcode == LOGOUT:
                    self.send(0x26, 0x80, pdu.tag)
                    return
                served[pdu.opcode](pdu)
        except (ConnectionError, EOFError):
            return

    # PDUs

    def read(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            more = self.request.recv(length - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def receive(self) -> Pdu:
        head = self.read(48)
        self.read(head[4] * 4)
        length = int.from_bytes(head[5:8], "big")
        pdu = Pdu(head, self.read((length + 3) & ~3)[:length])
        if pdu.opcode == LOGIN:
            self.expected = pdu.number
        elif pdu.opcode != DATA_OUT and not pdu.immediate:
            self.expected = (pdu.number + 1) & NONE
        return pdu

    def send(self, opcode: int, flags: int, tag: int, data: bytes = b"", status: bool = True,
             **fields: int) -> None:
        """fields: a<offset>=word, or b<offset>=byte."""
        head = bytearray(48)
        struct.pack_into(">BB2xI", head, 0, opcode, flags, len(data))
        with self.sending:
            struct.pack_into(">IIIII", head, 16, tag, NONE if opcode in (0x20, 0x25) else 0,
                             self.status, self.expected, (self.expected + WINDOW) & NONE)
            for name, value in fields.items():
                struct.pack_into(">I" if name[0] == "a" else "B", head, int(name[1:]), value)
            self.request.sendall(bytes(head) + data + bytes(-len(data) % 4))
            if status:
                self.status = (self.status + 1) & NONE

    # What comes

    def login(self, pdu: Pdu) -> None:
        keys = dict(x.split("=", 1) for x in pdu.data.decode().split("\0") if "=" in x)
        self.segment = int(keys.get("MaxRecvDataSegmentLength", self.segment))
        answer = {k: KEYS.get(k, v) for k, v in keys.items() if k not in DECLARED}
        if "TargetName" in keys:
            answer["TargetPortalGroupTag"] = "1"
        text = "".join("%s=%s\0" % x for x in answer.items()).encode()
        # It goes on to whatever stage the initiator wants to go to.
        self.send(0x23, pdu.flags & 0x8f, pdu.tag, text, a8=pdu.word(8),
                  a12=pdu.word(12) & 0xffff0000 | 1, a20=0)

    def nop(self, pdu: Pdu) -> None:
        if pdu.tag != NONE:
            self.send(0x20, 0x80, pdu.tag, pdu.data)

    def task(self, pdu: Pdu) -> None:
        """One command at a time: whatever is to be aborted has ended, or is held back."""
        self.send(0x22, 0x80, pdu.tag)

    def command(self, pdu: Pdu) -> None:
        cdb, expected = pdu.head[32:48], pdu.word(20)
        lun = self.server.lun
        try:
            with self.server.lock:
                wanted = lun.writes(cdb)
        except Status as e:
            self.respond(pdu, b"", 0, e)
            return
        data = self.gather(pdu, min(wanted, expected) if pdu.flags & 0x20 else 0)
        with self.server.lock:
            held = lun.held(cdb, data)
        if held:
            print("HELD", cdb[:12].hex(), flush=True)
            threading.Thread(target=self.execute_later, args=(held, pdu, data, wanted),
                             daemon=True).start()
        else:
            self.execute(pdu, data, wanted)

    def execute_later(self, held: threading.Event, pdu: Pdu, data: bytes, wanted: int) -> None:
        """In a thread of its own; others are carried out meanwhile."""
        held.wait()
        try:
            self.execute(pdu, data, wanted)
        except OSError as e:
            print("nobody is left to be told:", e, flush=True)

    def execute(self, pdu: Pdu, data: bytes, wanted: int) -> None:
        cdb = pdu.head[32:48]
        answer, end = b"", None
        try:
            with self.server.lock:
                answer = self.server.lun.execute(cdb, data)
        except Status as e:
            end = e
            answer = getattr(e, "answer", b"")
        with self.server.lock:
            withheld = self.server.lun.withheld(cdb)
        if cdb[0] in LOGGED:
            print(LOGGED[cdb[0]], cdb[:12].hex(),
                  answer.hex()[:400] or (end.data() if end else data).hex(), flush=True)
        if withheld:
            print("DONE, and not told", cdb[:12].hex(), flush=True)
            threading.Thread(target=self.respond_later,
                             args=(withheld, pdu, answer, wanted, end), daemon=True).start()
        else:
            self.respond(pdu, answer, wanted, end)

    def respond_later(self, withheld: threading.Event, *end) -> None:
        """As execute_later(), of a command that has been carried out."""
        withheld.wait()
        try:
            self.respond(*end)
        except OSError as e:
            print("nobody is left to be told:", e, flush=True)

    def respond(self, pdu: Pdu, answer: bytes, wanted: int, end: Status | None) -> None:
        """The data of a command, and how it ended."""
        expected = pdu.word(20)
        moved = len(answer)
        answer = answer[:expected]
        for number, start in enumerate(range(0, len(answer), self.segment)):
            part = answer[start:start + self.segment]
            final = start + len(part) == len(answer)
            self.send(0x25, 0x80 if final else 0, pdu.tag, part, status=False, a24=0, a36=number,
                      a40=start)
        if pdu.flags & 0x20:
            moved = expected if end else wanted
        flags = 0x80 | (0x02 if moved < expected else 0x04 if moved > expected else 0)
        self.send(0x21, flags, pdu.tag, end.data() if end else b"", b3=end.status() if end else 0,
                  a36=-(-len(answer) // self.segment), a44=abs(expected - moved))

    def gather(self, pdu: Pdu, wanted: int) -> bytes:
        """The data of a WRITE: what came with it, the rest by R2T, a burst at a time."""
        data = pdu.data
        for number in range(wanted):
            if len(data) >= wanted:
                break
            burst = min(BURST, wanted - len(data))
            self.send(0x31, 0x80, pdu.tag, status=False, a8=pdu.word(8), a12=pdu.word(12),
                      a20=number + 1, a36=number, a40=len(data), a44=burst)
            end = len(data) + burst
            while len(data) < end:
                more = self.receive()
                if more.opcode == DATA_OUT and more.tag == pdu.tag:
                    data += more.data
                else:
                    self.waiting.append(more)
        return data


class Server(socketserver.ThreadingTCPServer):
    """The portal; its sessions share the LU and a lock."""
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, lun: StubLun):
        super().__init__(("127.0.0.1", port), Session)
        self.lun = lun
        self.lock = threading.Lock()


def main() -> None:
    """Arguments: the LU as JSON, the path's port number, image, TCP port, descriptor."""
    unit, port, image, tcp, fd = sys.argv[1:]
    server = Server(int(tcp), StubLun(Lu(**json.loads(unit)), int(port), image))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with os.fdopen(int(fd), "r+b", buffering=0) as control:
        control.write(b"ok ready\n")
        for line in iter(control.readline, b""):
            words = line.decode().split()
            try:
                with server.lock:
                    reply = "ok " + server.lun.change(words)
            except (LabError, ValueError, IndexError) as e:
                reply = "err " + str(e)
            print("LAB", " ".join(words)[:400], "->", reply, flush=True)
            control.write(reply.encode() + b"\n")


if __name__ == "__main__":
    main()
