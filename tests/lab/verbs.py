# SPDX-License-Identifier: GPL-2.0-only
"""What a case in the guest can ask the host to do, and the port it asks on.

A request is one line `<id> <verb> <arguments>`, the reply `<id> ok [data]` or
`<id> err <reason>`. Every verb is bounded in time. To add one, write a method
and put it in VERBS.
"""

import hashlib
import json
import os
import struct
import threading
import time
from dataclasses import replace

from . import LabError, vring
from .qmp import QmpError
from .vm import Guest

SLOT_SECONDS = 0.2       # between two devices in one PCI slot
UNPLUG_TRIES = 3
UNPLUG_SECONDS = 15
WAIT_SECONDS = 50        # the guest waits 60 s for any reply
NO_LIMIT = {"iops-total": 0, "iops-size": 0}
# One operation a second, and each byte counts as one: never within a test.
HUNG = {"iops-total": 1, "iops-size": 1}


class VerbError(Exception):
    """The request was wrong or could not be carried out."""


class Host:
    """Serves the host port of one guest of a case."""

    def __init__(self, guest: Guest, scale: float, run, guestrun):
        self.arrays = run.arrays
        self.board = run.board
        self.guestrun = guestrun
        self.guest = guest
        self.layout = guest.layout
        self.qmp = guest.qmp
        self.scale = scale
        self.settled = 0.0
        self.gone = {p.id for p in self.layout.topology.paths if not p.present}
        self.gone_hbas = {h.id for h in self.layout.topology.hbas if not h.present}
        self.faulty: dict = {}
        self.leads = {}        # path -> LU, where it is not the layout's
        self.count = 0

    def serve(self, sock) -> None:
        """Answer requests until the guest ends; runs in a thread of its own."""
        buffer = b""
        while True:
            try:
                data = sock.recv(4096)
            except OSError:
                return
            if not data:
                return
            buffer += data
            while b"\n" in buffer:
                line, buffer = buffer.split(b"\n", 1)
                reply = self.answer(line.decode("utf-8", "replace").strip())
                try:
                    sock.sendall(reply.encode() + b"\n")
                except OSError:
                    return

    def start(self) -> None:
        threading.Thread(target=self.serve, args=(self.guest.ends["host"],), daemon=True).start()

    def answer(self, line: str) -> str:
        ident, _, rest = line.partition(" ")
        self.qmp.write_log("host: " + rest)
        try:
            data = self.run(rest)
            result = ("ok %s" % data).rstrip() if data is not None else "ok"
        except (VerbError, LabError, QmpError, OSError, ValueError) as e:
            result = "err %s" % str(e).replace("\n", " ")
        self.qmp.write_log("host: " + result)
        return "%s %s" % (ident, result)

    def run(self, text: str):
        verb, _, rest = text.partition(" ")
        if verb not in VERBS:
            raise VerbError("no verb '%s'; there are: %s" % (verb, " ".join(sorted(VERBS))))
        method, least, most, usage = VERBS[verb]
        words = [rest] if verb == "qmp" else rest.split()
        if not least <= len(words) <= most:
            raise VerbError("usage: %s" % usage)
        return method(self, *words)

    # Look-ups

    def path(self, name: str):
        if name not in self.layout.paths:
            raise VerbError("no path '%s'" % name)
        return self.layout.paths[name]

    def hba(self, name: str):
        if name not in self.layout.hbas:
            raise VerbError("no HBA '%s'" % name)
        return self.layout.hbas[name]

    def emulated(self, name: str):
        """A path whose block nodes can be put between it and the image."""
        path = self.path(name)
        if path.kind == "scsi-block":
            raise VerbError("%s leads to an array: see the verb 'array'" % name)
        return path

    def image(self, name: str) -> str:
        if name not in self.layout.lus:
            raise VerbError("no LU '%s'" % name)
        return self.layout.image(name)

    # Plugging

    def device_del(self, device: str) -> None:
        """Remove a device; the guest may be busy, so ask again when it does not."""
        start = len(self.qmp.events)
        for _ in range(UNPLUG_TRIES):
            try:
                self.qmp.command("device_del", {"id": device})
            except QmpError as e:
                if "unplug" not in str(e):  # "already in the process of unplug"
                    raise
            if self.qmp.wait_event("DEVICE_DELETED", start,
                                   lambda d: d.get("device") == device,
                                   UNPLUG_SECONDS * self.scale):
                self.settled = time.monotonic() + SLOT_SECONDS
                return
        raise VerbError("%s: the guest did not let go of it in %d s"
                        % (device, UNPLUG_TRIES * UNPLUG_SECONDS * self.scale))

    def device_add(self, props: dict) -> None:
        if props["driver"].endswith("-pci"):
            # The guest still powers the slot off; what comes too soon goes with that.
            time.sleep(max(0.0, self.settled - time.monotonic()))
        self.qmp.command("device_add", props)

    def unplug(self, name: str) -> None:
        self.path(name)
        if name in self.gone:
            raise VerbError("%s is not plugged" % name)
        self.device_del(name)
        self.gone.add(name)

    def plug(self, name: str, *more: str) -> None:
        """Plug a path; a LU name or property=value changes what comes back."""
        path = self.path(name)
        if name not in self.gone:
            raise VerbError("%s is plugged already" % name)
        unit = path.lu
        props = {}
        for word in more:
            key, sep, value = word.partition("=")
            if not sep:
                self.image(key)
                unit = key
            else:
                props[key] = int(value, 0) if key == "wwn" else value
        if unit != path.lu:
            self.emulated(name)
        if unit != self.leads.get(name, path.lu) or name in self.faulty:
            self.reopen(name, unit)
            self.leads[name] = unit
        device = self.layout.path_device(replace(path, lu=unit))
        self.device_add({**device, **props})
        self.gone.discard(name)

    def unplug_hba(self, name: str) -> None:
        self.hba(name)
        if name in self.gone_hbas:
            raise VerbError("%s is not plugged" % name)
        self.device_del(name)
        self.gone_hbas.add(name)
        self.gone |= {p.id for p in self.layout.topology.paths if p.hba == name}

    def plug_hba(self, name: str) -> None:
        hba = self.hba(name)
        if name not in self.gone_hbas:
            raise VerbError("%s is plugged already" % name)
        self.device_add(self.layout.hba_device(hba))
        self.gone_hbas.discard(name)
        for p in self.layout.topology.paths:
            if p.hba == name:
                self.plug(p.id)

    # Block nodes

    def reopen(self, name: str, unit: str) -> None:
        """Take the unused block nodes of a path away and make them anew."""
        path = self.emulated(name)
        for node in reversed(self.layout.nodes(path)):
            self.qmp.command("blockdev-del", {"node-name": node["node-name"]})
        if name in self.faulty:
            self.qmp.command("blockdev-del", {"node-name": self.faulty.pop(name)})
        for node in self.layout.nodes(path, unit):
            self.qmp.command("blockdev-add", node)

    def top(self, name: str) -> dict:
        return dict(self.layout.nodes(self.emulated(name))[-1])

    def fail(self, name: str, errno: str, iotypes: str = "read,write", sectors: str = "all"):
        """From now on I/O on this path fails, by a blkdebug node put in the chain.

        The kind "once" is no kind of I/O: each sector fails once and is good again.
        """
        if name in self.faulty:
            raise VerbError("%s fails already" % name)
        first, _, last = sectors.partition("-")
        spots = [-1] if sectors == "all" else list(range(int(first), int(last or first) + 1))
        kinds = iotypes.split(",")
        once = "once" in kinds
        rules = [{"event": "none", "iotype": kind, "errno": int(errno), "once": once,
                  "immediately": False, **({} if spot < 0 else {"sector": spot})}
                 for kind in kinds if kind != "once" for spot in spots]
        top = self.top(name)
        self.count += 1
        node = "x%d-%s" % (self.count, name)
        self.qmp.command("blockdev-add", {"driver": "blkdebug", "node-name": node,
                                          "image": top["file"], "inject-error": rules,
                                          "discard": "unmap",
                                          "read-only": self.path(name).readonly})
        self.qmp.command("blockdev-reopen", {"options": [{**top, "file": node}]})
        self.faulty[name] = node

    def heal(self, name: str) -> None:
        top = self.top(name)
        if name not in self.faulty:
            raise VerbError("%s does not fail" % name)
        self.qmp.command("blockdev-reopen", {"options": [top]})
        self.qmp.command("blockdev-del", {"node-name": self.faulty.pop(name)})

    def throttle(self, name: str, iops: str) -> None:
        top = self.top(name)
        limits = {"off": NO_LIMIT, "hang": HUNG}.get(iops)
        if limits is None:
            limits = {"iops-total": int(iops), "iops-size": 0}
        self.qmp.command("qom-set", {"path": "/objects/tg-" + name, "property": "limits",
                                     "value": limits})
        if iops == "off":
            # I/O that waits sleeps until its old time; draining wakes it.
            top["file"] = self.faulty.get(name, top["file"])
            self.qmp.command("blockdev-reopen", {"options": [top]})

    def resize(self, unit: str, size: str) -> None:
        image = self.image(unit)
        if self.layout.lus[unit].array:
            os.truncate(image, int(size))
            self.arrays.resize(unit, int(size))
            return
        for p in self.layout.topology.paths:
            if p.lu == unit:
                self.qmp.command("block_resize", {"node-name": "t-" + p.id, "size": int(size)})

    # Images, seen from the host

    def sha256(self, unit: str, offset: str, length: str) -> str:
        digest = hashlib.sha256()
        left = int(length)
        with open(self.image(unit), "rb") as f:
            f.seek(int(offset))
            while left:
                data = f.read(min(left, 1 << 20))
                if not data:
                    raise VerbError("%s ends before that" % unit)
                digest.update(data)
                left -= len(data)
        return digest.hexdigest()

    def profile(self, name: str) -> None:
        """Keep what the guest has run so far, of `--accel profile`; tests/bench/profile.py."""
        with open(self.guestrun.folder + "/profile", "rb") as f:
            blocks = struct.unpack("<Q", f.read(8))[0]
            f.seek(0)
            data = f.read((blocks + 1) * 32)
        with open("%s/profile.%s" % (self.guestrun.folder, os.path.basename(name)), "wb") as f:
            f.write(data)

    def read(self, unit: str, offset: str, length: str) -> str:
        if int(length) > 2048:
            raise VerbError("at most 2048 bytes")
        with open(self.image(unit), "rb") as f:
            f.seek(int(offset))
            return f.read(int(length)).hex()

    def pattern(self, unit: str, offset: str, length: str, byte: str) -> None:
        with open(self.image(unit), "r+b") as f:
            f.seek(int(offset))
            f.write(bytes([int(byte, 0)]) * int(length))

    def allocated(self, unit: str) -> str:
        return str(os.stat(self.image(unit)).st_blocks * 512)

    # Arrays and other guests

    def array(self, name: str, action: str, *more: str):
        path = self.layout.paths.get(name)
        if path is None:
            self.image(name)
        return self.arrays.act(path, name, action, list(more))

    def put(self, key: str, value: str) -> None:
        self.board.put(key, value)

    def wait(self, key: str, seconds: str = str(WAIT_SECONDS)) -> str:
        value, why = self.board.wait(self.guestrun.number, key,
                                     min(float(seconds), WAIT_SECONDS) * self.scale)
        if value is None:
            raise VerbError(why)
        return value

    def reboot(self) -> None:
        self.guestrun.reboot()

    def phase(self) -> str:
        """Asked by a guest that has booted: how often it was rebooted, its tests so far."""
        self.guestrun.booted()
        return "%d %d" % (self.guestrun.boots - 1, len(self.guestrun.report.tests))

    # The rest

    def raw_qmp(self, text: str) -> str:
        request = json.loads(text)
        result = self.qmp.command(request["execute"], request.get("arguments", {}))
        return json.dumps(result)

    def rings(self) -> str:
        """What is under way between the guest's drivers and QEMU's devices."""
        return "; ".join(vring.describe(self.qmp))

    def cpu(self) -> str:
        """Nanoseconds of this machine's CPUs that QEMU has used, all of its threads."""
        clock = ~self.guest.process.pid << 3 | 2    # clock_getcpuclockid(3), of the scheduler
        return str(time.clock_gettime_ns(clock))

    def ping(self) -> str:
        return "%.3f" % time.monotonic()


# verb -> (method, least and most arguments, usage)
VERBS = {
    "cpu": (Host.cpu, 0, 0, "cpu"),
    "rings": (Host.rings, 0, 0, "rings"),
    "ping": (Host.ping, 0, 0, "ping"),
    "unplug": (Host.unplug, 1, 1, "unplug PATH"),
    "plug": (Host.plug, 1, 9, "plug PATH [LU] [PROPERTY=VALUE ...]"),
    "unplug-hba": (Host.unplug_hba, 1, 1, "unplug-hba HBA"),
    "plug-hba": (Host.plug_hba, 1, 1, "plug-hba HBA"),
    "fail": (Host.fail, 2, 4, "fail PATH ERRNO [read,write,flush,discard [all|FIRST-LAST]]"),
    "heal": (Host.heal, 1, 1, "heal PATH"),
    "throttle": (Host.throttle, 2, 2, "throttle PATH IOPS|hang|off"),
    "resize": (Host.resize, 2, 2, "resize LU BYTES"),
    "profile": (Host.profile, 1, 1, "profile NAME"),
    "sha256": (Host.sha256, 3, 3, "sha256 LU OFFSET LENGTH"),
    "read": (Host.read, 3, 3, "read LU OFFSET LENGTH"),
    "pattern": (Host.pattern, 4, 4, "pattern LU OFFSET LENGTH BYTE"),
    "allocated": (Host.allocated, 1, 1, "allocated LU"),
    "array": (Host.array, 2, 6, "array PATH|LU ACTION [ARGUMENT ...]"),
    "put": (Host.put, 2, 2, "put KEY VALUE"),
    "wait": (Host.wait, 1, 2, "wait KEY [SECONDS]"),
    "reboot": (Host.reboot, 0, 0, "reboot"),
    "phase": (Host.phase, 0, 0, "phase"),
    "qmp": (Host.raw_qmp, 1, 1, "qmp JSON"),
}
