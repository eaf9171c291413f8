# SPDX-License-Identifier: GPL-2.0-only
"""One QEMU guest: its command line, made from a topology, and its process.

Every disk is a chain of named block nodes, image file -> raw -> [blkdebug] ->
throttle, so that a running guest's paths can be slowed, hung and made to fail.
Devices are kept as the dictionaries that device_add takes, to plug them again.
"""

import json
import os
import shlex
import socket
import subprocess
import time

from . import LabError, onecpu
from .case import DEFAULT_CPUS
from .qmp import Qmp
from .topology import Hba, Lu, Path, Topology

PORTS = ("ktap", "host")
FIRST_SLOT = 0x10
SNAPSHOT_PORTS = 12   # root ports of a guest that does not know its disks yet
INITIATOR = "iqn.2026-11.org.vmpath:guest%d"


class Layout:
    """Where everything of a topology sits on the guest's PCI bus, as QEMU arguments."""

    def __init__(self, topology: Topology, folder: str, arrays=None, number: int = 0,
                 ports: int = 0):
        self.topology = topology
        self.least = ports        # root ports, whether there is something for them or not
        self.folder = folder
        self.arrays = arrays      # what paths of kind scsi-block lead to
        self.number = number      # of the guest
        self.lus = {x.id: x for x in topology.lus}
        self.hbas = {x.id: x for x in topology.hbas}
        self.paths = {x.id: x for x in topology.paths}
        self.ports: dict = {}
        for item in topology.hbas + topology.paths:
            if self.pluggable(item):
                self.ports[item.id] = len(self.ports)

    @staticmethod
    def pluggable(item) -> bool:
        """True for what is a PCI function behind a root port of its own."""
        if isinstance(item, Hba):
            return item.kind == "virtio-scsi-pci"
        return not item.hba

    def all_pluggable(self) -> bool:
        """True if a guest that has these HBAs and no disks can be given all of them."""
        return len(self.ports) <= SNAPSHOT_PORTS and all(
            self.pluggable(x) and x.present for x in self.topology.hbas)

    def address(self, path: Path) -> str:
        """The PCI address in the guest's sysfs below which the path's disk appears."""
        kind = self.hbas[path.hba].kind if path.hba else ""
        if kind == "ahci":
            return "0000:00:1f.2"
        if kind == "megasas":
            return "0000:00:03.0"
        port = self.ports[path.hba or path.id]
        return "0000:00:%02x.%d" % (FIRST_SLOT + port // 8, port % 8)

    def table(self) -> str:
        """What the guest reads as /lab/topology; lib.sh says what the columns are."""
        lines = []
        for x in self.topology.lus:
            lines.append("lu %s %d %s %s %d %s" % (x.id, x.size, x.serial or "-", x.wwn or "-",
                                                   x.block_size, x.array or "-"))
        for p in self.topology.paths:
            lines.append("path %s %s %s %s %d %d %s" % (
                p.id, p.lu, p.kind, self.address(p), p.target, p.lun, p.hba or "-"))
        return "\n".join(lines) + "\n"

    def image(self, lu: str) -> str:
        return os.path.join(self.folder, lu + ".img")

    def root_ports(self) -> list:
        return [{"driver": "pcie-root-port", "id": "rp%d" % n, "bus": "pcie.0",
                 "addr": "%x.%d" % (FIRST_SLOT + n // 8, n % 8), "multifunction": True,
                 "chassis": n + 1, "slot": n + 1, "io-reserve": 0}
                for n in range(max(len(self.ports), self.least))]

    def hba_device(self, hba: Hba) -> dict:
        """Device properties of an HBA; none for the AHCI that q35 has anyway."""
        if hba.kind == "ahci":
            return {}
        place = {"bus": "rp%d" % self.ports[hba.id]} if hba.id in self.ports else \
            {"bus": "pcie.0", "addr": "03.0"}
        return {"driver": hba.kind, "id": hba.id, **place, **hba.props}

    def path_device(self, path: Path) -> dict:
        unit = self.lus[path.lu]
        props = {"driver": path.kind, "id": path.id, "drive": "t-" + path.id}
        if path.hba and self.hbas[path.hba].kind == "ahci":
            props["bus"] = "ide.%d" % path.target
        elif path.hba:
            props.update({"bus": path.hba + ".0", "scsi-id": path.target, "lun": path.lun})
        else:
            props["bus"] = "rp%d" % self.ports[path.id]
        if path.kind == "scsi-block":
            return {**props, "share-rw": True, **path.props}
        props.update(identity(path.kind, unit))
        if path.kind != "nvme":
            props.update({"share-rw": True, "rerror": "report", "werror": "report"})
        if unit.block_size != 512:
            props.update({"logical_block_size": unit.block_size,
                          "physical_block_size": unit.block_size})
        props.update(path.props)
        return {name: value for name, value in props.items() if value is not None}

    def nodes(self, path: Path, lu: str = "") -> list:
        """Block nodes of a path, lowest first."""
        common = {"discard": "unmap", "read-only": path.readonly}
        if self.lus[path.lu].null:
            null = {"driver": "null-co", "node-name": ("f-" if path.slow else "t-") + path.id,
                    "size": self.lus[path.lu].size, "read-zeroes": True}
            return [null] + self.throttled(path, null) if path.slow else [null]
        if path.kind == "scsi-block":
            # Nothing but the format "raw" passes SCSI commands on.
            portal, target, lun = self.arrays.portal(path)
            iscsi = {"driver": "iscsi", "node-name": "f-" + path.id, "transport": "tcp",
                     "portal": portal, "target": target, "lun": lun, "cache": {"direct": True},
                     "initiator-name": INITIATOR % self.number + path.initiator, **common}
            return [iscsi, {"driver": "raw", "node-name": "t-" + path.id,
                            "file": "f-" + path.id, **common}]
        file = {"driver": "file", "node-name": "f-" + path.id,
                "filename": self.image(lu or path.lu), "cache": {"direct": True},
                "aio": "native", "locking": "off", **common}
        raw = {"driver": "raw", "node-name": "r-" + path.id, "file": "f-" + path.id, **common}
        chain = [file, raw]
        if path.faults:
            rules = [{"event": "none", "iotype": kind, "errno": fault.errno, "sector": sector,
                      "once": False, "immediately": False}
                     for fault in path.faults for kind in fault.iotypes
                     for sector in fault.sectors]
            chain.append({"driver": "blkdebug", "node-name": "b-" + path.id,
                          "image": "r-" + path.id, "inject-error": rules, **common})
        return chain + self.throttled(path, chain[-1], **common)

    @staticmethod
    def throttled(path: Path, below: dict, **common) -> list:
        """The node on top of a path, which `host throttle` speaks to."""
        return [{"driver": "throttle", "node-name": "t-" + path.id,
                 "throttle-group": "tg-" + path.id, "file": below["node-name"], **common}]

    def disks(self) -> list:
        """The devices that are plugged from the beginning and are disks."""
        return [self.path_device(p) for p in self.topology.paths
                if p.present and (not p.hba or self.hbas[p.hba].present)]

    def arguments(self, plugged: bool = True) -> list:
        """The part of the command line that makes the disks, with or without them."""
        args = []
        for device in self.root_ports():
            args += ["-device", json.dumps(device)]
        for p in self.topology.paths:
            args += ["-object", json.dumps({"qom-type": "throttle-group", "id": "tg-" + p.id})]
            for node in self.nodes(p):
                args += ["-blockdev", json.dumps(node)]
        for node in self.topology.nodes:
            args += ["-blockdev", json.dumps(node)]
        devices = [d for d in self.topology.devices if d["driver"] == "nvme-subsys"]
        rest = [d for d in self.topology.devices if d not in devices]
        devices += [self.hba_device(h) for h in self.topology.hbas if h.present]
        devices += self.disks() if plugged else []
        for device in devices + rest:
            if device:
                args += ["-device", json.dumps(device)]
        return args


def identity(kind: str, unit: Lu) -> dict:
    """The properties that say which LU a disk leads to."""
    props = {"serial": unit.serial} if unit.serial else {}
    if kind == "scsi-hd":
        props.update({"vendor": unit.vendor, "product": unit.product})
    if kind in ("scsi-hd", "ide-hd") and unit.wwn:
        props["wwn"] = int(unit.wwn, 16)
    return props


class Guest:
    """A running QEMU; ktap and host are sockets to the guest's ports."""

    def __init__(self, layout: Layout, out: str, snapshot: str = "", cpus: int = DEFAULT_CPUS):
        self.layout = layout
        self.cpus = cpus
        self.out = out
        self.snapshot = snapshot  # the file that it goes on from; it boots without one
        self.ends: dict = {}
        self.process = None
        self.cpu = None           # the one that QEMU has to stay on
        self.qmp = None

    def command(self, accel: list, memory: int, kernel: str, initrd: str, append: str,
                fds: dict) -> list:
        out = self.out
        args = ["qemu-system-x86_64", "-M", "q35,vmport=off",
                *(word.replace("FOLDER", out) for word in accel),
                # A second CPU does not come up while instructions are counted.
                "-smp", "1" if "-icount" in accel else str(self.cpus), "-m",
                str(memory), "-nodefaults", "-display", "none", "-no-reboot",
                "-kernel", kernel, "-initrd", initrd, "-append", append,
                "-chardev", "file,id=console,path=%s/console.log" % out,
                "-serial", "chardev:console",
                "-chardev", "socket,id=qmp,fd=%d" % fds["qmp"],
                "-mon", "chardev=qmp,mode=control",
                "-device", "virtio-serial-pci,id=vs0,bus=pcie.0,addr=02.0,max_ports=8",
                "-chardev", "file,id=dmesg,path=%s/dmesg.log" % out,
                "-device", "virtserialport,bus=vs0.0,nr=3,chardev=dmesg,name=org.vmpath.dmesg"]
        for nr, name in enumerate(PORTS, 1):
            args += ["-chardev", "socket,id=%s,fd=%d" % (name, fds[name]), "-device",
                     "virtserialport,bus=vs0.0,nr=%d,chardev=%s,name=org.vmpath.%s"
                     % (nr, name, name)]
        if self.snapshot:
            args += ["-S", "-incoming", "exec:cat " + self.snapshot]
        return args + self.layout.arguments(not self.snapshot)

    def start(self, accel: list, memory: int, kernel: str, initrd: str, append: str) -> None:
        """Write qemu.cmd, start QEMU and open QMP.

        With a snapshot it stands still and has no disks: go_on() ends both.
        """
        theirs = {}
        for name in ("qmp",) + PORTS:
            self.ends[name], theirs[name] = socket.socketpair()
        fds = {name: sock.fileno() for name, sock in theirs.items()}
        args = self.command(accel, memory, kernel, initrd, append, fds)
        with open(self.out + "/qemu.cmd", "w", encoding="utf-8") as f:
            f.write(shlex.join(args).replace(" -", " \\\n\t-") + "\n")
        self.cpu = onecpu.take(accel, self.cpus)
        with open(self.out + "/qemu.log", "wb") as log:
            # However the runner ends, its guests end with it.
            self.process = subprocess.Popen(  # pylint: disable=consider-using-with
                ["setpriv", "--pdeathsig", "KILL", "--"] + onecpu.words(self.cpu) + args,
                stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, pass_fds=tuple(fds.values()))
        for sock in theirs.values():
            sock.close()
        self.qmp = Qmp(self.ends["qmp"], self.out + "/qmp.log")

    def go_on(self, job: bytes, seconds: float) -> None:
        """Plug the disks of a guest that is a snapshot's, and tell it what to do."""
        end = time.monotonic() + seconds
        while self.qmp.command("query-status")["status"] == "inmigrate":
            if time.monotonic() > end:
                raise LabError("QEMU has not read the snapshot in %d s" % seconds)
            time.sleep(0.05)
        for device in self.layout.disks():
            self.qmp.command("device_add", device)
        self.qmp.command("cont")
        self.ends["host"].sendall(b"job %d\n" % len(job) + job)

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """End QEMU for sure."""
        if self.process is not None:
            if self.alive():
                self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        onecpu.give(self.cpu)
        self.cpu = None
        for sock in self.ends.values():
            sock.close()
        if self.qmp is not None:
            self.qmp.close()
