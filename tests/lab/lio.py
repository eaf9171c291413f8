# SPDX-License-Identifier: GPL-2.0-only
"""A SCSI array with ALUA: LIO in a small guest of its own, on the stock 6.1 kernel.

It serves every LU of the topology that is on LIO, through two target portal
groups, each with a target port group of its own. Port n of the array (Path.port)
is portal group n + 1. tests/guest/array-init runs the shell lines sent to it.
"""

import json
import os
import re
import socket
import time

from . import LabError, accel, onecpu
from .process import Port, Program
from .qmp import Qmp

PORTALS = 2
BOOT_SECONDS = 60
ANSWER_SECONDS = 30
CORE = "/sys/kernel/config/target/core"
FABRIC = "/sys/kernel/config/target/iscsi"
TARGET = "iqn.2026-11.org.vmpath:lio"
ACCESS_TYPES = {"implicit": 1, "explicit": 2, "both": 3}
APTPL = "/var/target/pr"
STATES = {"optimized": 0, "non-optimized": 1, "standby": 2, "unavailable": 3, "offline": 14}


class Boot:
    """What an array guest boots from."""

    def __init__(self, how: str, image: str, archive: bytes, scale: float):
        self.accel = how
        self.image = image
        self.archive = archive
        self.scale = scale


def registrations(text: str) -> list:
    """LIO's file of registrations with APTPL, as its attribute wants them, one each."""
    found = []
    for block in re.findall(r"PR_REG_START:(.*?)PR_REG_END:", text, re.DOTALL):
        words = [w for w in block.split() if "=" in w]
        # It writes these as hexadecimal digits, and reads 08 as a bad octal number.
        found.append(",".join(re.sub(r"^(res_(?:type|scope))=0*(.)", r"\1=\2", w)
                              for w in words))
    return found


class Lio(Program):
    """The array guest that serves `units`."""

    def __init__(self, units: list, folder: str, logs: str, image, boot: Boot):
        super().__init__("the LIO array", os.path.join(logs, "lio-qemu.log"))
        self.units = units
        self.image = image
        self.boot = boot
        self.qmp_log = os.path.join(logs, "lio-qmp.log")
        self.console = os.path.join(logs, "lio-console.log")
        self.initrd = os.path.join(folder, "lio.cpio")
        self.ports = [Port() for _ in range(PORTALS)]
        self.cpu = onecpu.take(accel.HOW[boot.accel], 1)
        self.control = None
        self.qmp = None
        self.answers = b""
        self.count = 0
        self.kept: dict = {}      # LU -> registrations with APTPL, see save()

    def portal(self, path) -> tuple:
        """Portal, target and LUN by which a path reaches its LU."""
        return "127.0.0.1:%d" % self.ports[path.port].number, TARGET, self.lun(path.lu)

    def lun(self, unit: str) -> int:
        """Not 0: where that is missing LIO answers for it, from a device of its own."""
        return 1 + [u.id for u in self.units].index(unit)

    def arguments(self, control: int, qmp: int) -> list:
        forward = ["hostfwd=tcp:127.0.0.1:%d-10.0.2.15:%d" % (port.number, 3261 + n)
                   for n, port in enumerate(self.ports)]
        args = onecpu.words(self.cpu) + [
                "qemu-system-x86_64", "-M", "q35,vmport=off",
                *accel.HOW[self.boot.accel], "-smp", "1", "-m", "320", "-nodefaults",
                "-display", "none", "-no-reboot", "-kernel", self.boot.image, "-initrd",
                self.initrd, "-append",
                "console=ttyS0 panic=-1 oops=panic nokaslr mitigations=off net.ifnames=0 "
                "random.trust_cpu=on " + " ".join(accel.clock(self.boot.accel)),
                "-chardev", "file,id=console,append=on,path=" + self.console,
                "-serial", "chardev:console", "-device", "virtio-serial-pci,id=vs0",
                "-chardev", "socket,id=control,fd=%d" % control,
                "-device", "virtserialport,bus=vs0.0,chardev=control,name=org.vmpath.control",
                "-chardev", "socket,id=qmp,fd=%d" % qmp, "-mon", "chardev=qmp,mode=control",
                "-netdev", ",".join(["user,id=net,restrict=on"] + forward),
                "-device", "virtio-net-pci,netdev=net,romfile="]
        for unit in self.units:
            node = {"driver": "raw", "node-name": unit.id, "discard": "unmap",
                    "file": {"driver": "file", "filename": self.image(unit.id),
                             "cache": {"direct": True}, "aio": "native", "locking": "off",
                             "discard": "unmap"}}
            device = {"driver": "virtio-blk-pci", "drive": unit.id, "serial": unit.id,
                      "share-rw": True, "logical_block_size": unit.block_size,
                      "physical_block_size": unit.block_size}
            args += ["-blockdev", json.dumps(node), "-device", json.dumps(device)]
        return args

    def start(self) -> None:
        """Boot it and set every LU up; a few seconds."""
        if self.alive():
            raise LabError("%s runs already" % self.name)
        if not os.path.exists(self.initrd):
            with open(self.initrd, "wb") as f:
                f.write(self.boot.archive)
        self.hang_up()
        self.control, control = socket.socketpair()
        qmp, their_qmp = socket.socketpair()
        fds = (control.fileno(), their_qmp.fileno())
        self.spawn(self.arguments(*fds), fds=fds)
        control.close()
        their_qmp.close()
        self.qmp = Qmp(qmp, self.qmp_log)
        self.qmp.open()
        self.answers = b""
        if self.line(BOOT_SECONDS * self.boot.scale) != "ready":
            raise LabError("%s did not boot" % self.name)
        for number, unit in enumerate(self.units):
            self.add_unit(number, unit)
        for group in range(1, PORTALS + 1):
            self.call("echo 1 >%s/%s/tpgt_%d/enable" % (FABRIC, TARGET, group))

    def add_unit(self, number: int, unit) -> None:
        """A storage object, a target port group for each portal group, and its LUNs."""
        core = "%s/iblock_%d/%s" % (CORE, number, unit.id)
        lines = ["mkdir -p %s" % core,
                 "echo udev_path=$(disk_of %s) >%s/control" % (unit.id, core),
                 "echo 1 >%s/enable" % core,
                 "echo %s >%s/wwn/vendor_id" % (unit.vendor, core),
                 "echo %s >%s/wwn/product_id" % (unit.product, core),
                 # Its hex digits become the vendor-specific part of the NAA designator.
                 "echo %s >%s/wwn/vpd_unit_serial" % (unit.wwn[2:], core),
                 "echo 1 >%s/attrib/emulate_tpu" % core]
        # Before it is exported; each belongs to a nexus, and is there when that logs in.
        lines += ["echo '%s' >%s/pr/res_aptpl_metadata" % (registration, core)
                  for registration in self.kept.get(unit.id, [])]
        for group in range(1, PORTALS + 1):
            alua = "%s/alua/group%d" % (core, group)
            lun = self.lun_dir(group, unit.id)
            lines += ["mkdir %s" % alua, "echo %d >%s/tg_pt_gp_id" % (group, alua),
                      "echo 3 >%s/alua_access_type" % alua,
                      # By default a path that is not optimized has ten I/Os a second.
                      "echo 5 >%s/nonop_delay_msecs" % alua,
                      "portal_group %s/%s %d" % (FABRIC, TARGET, group),
                      "mkdir -p %s" % lun, "ln -s %s %s/unit" % (core, lun),
                      "echo group%d >%s/alua_tg_pt_gp" % (group, lun)]
        for line in lines:
            self.call(line)

    def lun_dir(self, group: int, unit: str) -> str:
        return "%s/%s/tpgt_%d/lun/lun_%d" % (FABRIC, TARGET, group, self.lun(unit))

    # Its shell

    def line(self, seconds: float) -> str:
        """The next line that the array guest sends."""
        end = time.monotonic() + seconds
        while b"\n" not in self.answers:
            if self.died():
                raise LabError(self.died())
            left = end - time.monotonic()
            if left <= 0:
                raise LabError("%s does not answer" % self.name)
            self.control.settimeout(min(0.5, left))
            try:
                data = self.control.recv(4096)
            except TimeoutError:
                continue
            if not data:
                self.process.wait(5)
                continue
            self.answers += data
        text, self.answers = self.answers.split(b"\n", 1)
        return text.decode("utf-8", "replace").strip("\r")

    def call(self, shell: str, seconds: float = ANSWER_SECONDS) -> str:
        """Run one line of shell there; raises if it fails."""
        if not self.alive():
            raise LabError("%s does not run" % self.name)
        self.count += 1
        self.control.sendall(b"%d %s\n" % (self.count, shell.encode()))
        while True:
            words = self.line(seconds * self.boot.scale).split(" ", 2)
            if words[0] == str(self.count):
                break
        if words[1] != "0":
            raise LabError("%s: '%s': %s" % (self.name, shell, words[-1]))
        return words[2].strip() if len(words) > 2 else ""

    # What cases do to it

    def group(self, path) -> str:
        """The directory of the target port group that a path is in."""
        number = [u.id for u in self.units].index(path.lu)
        return "%s/iblock_%d/%s/alua/group%d" % (CORE, number, path.lu, path.port + 1)

    def alua(self, path, state: str, transition_ms: int) -> None:
        """Move a group, by way of TRANSITIONING for so long; that goes on by itself."""
        folder = self.group(path)
        self.call("echo %d >%s/trans_delay_msecs" % (transition_ms, folder))
        line = "echo %d >%s/alua_access_state" % (STATES[state], folder)
        self.call("(%s) >/dev/null 2>&1 &" % line if transition_ms else line)

    def alua_state(self, path) -> str:
        number = int(self.call("cat %s/alua_access_state" % self.group(path)))
        names = {v: k for k, v in STATES.items()}
        return names.get(number, "transition" if number == 15 else str(number))

    def access(self, path, kind: str) -> None:
        """Who may move a group; that shows in TPGS."""
        self.call("echo %d >%s/alua_access_type" % (ACCESS_TYPES[kind], self.group(path)))

    def transition_secs(self, path, seconds: int) -> None:
        """How long an implicit transition takes at most, as the array tells it."""
        self.call("echo %d >%s/implicit_trans_secs" % (seconds, self.group(path)))

    def prefer(self, path, on: bool) -> None:
        self.call("echo %d >%s/preferred" % (on, self.group(path)))

    def unmap(self, path) -> None:
        """Its portal group has no such LU any more; the sessions stay."""
        self.call("rm -f %s/unit" % self.lun_dir(path.port + 1, path.lu))

    def swap(self, path, unit: str) -> None:
        """Another LU takes the place of the path's in its portal group, under the sessions."""
        group = path.port + 1
        lun = self.lun_dir(group, path.lu)
        self.call("rm -f %s/unit && ln -s %s/iblock_%d/%s %s/unit && echo group%d >%s/alua_tg_pt_gp"
                  % (lun, CORE, self.lun(unit) - 1, unit, lun, group, lun))

    def enable(self, path, on: bool) -> None:
        """A portal group, for all LUs, with its sessions."""
        self.call("echo %d >%s/%s/tpgt_%d/enable" % (on, FABRIC, TARGET, path.port + 1))

    def resized(self, unit: str, size: int) -> None:
        """QEMU has to be told; LIO then looks for itself."""
        self.qmp.command("block_resize", {"node-name": unit, "size": size})

    def save(self) -> None:
        """What LIO has written for its next start: the array guest has no disk for that."""
        for unit in self.units:
            text = self.call("cat %s/aptpl_%s || :" % (APTPL, unit.wwn[2:]))
            self.kept[unit.id] = registrations(text)

    def kill(self) -> None:
        """End it at once; what LIO keeps over that it has on its next start()."""
        if self.alive():
            self.save()
        super().kill()

    def hang_up(self) -> None:
        """Our ends of the sockets to an array guest that is gone."""
        if self.control is not None:
            self.control.close()
            self.qmp.close()
        self.control = None

    def close(self) -> None:
        self.end()
        self.hang_up()
        onecpu.give(self.cpu)
        self.cpu = None
        for port in self.ports:
            port.close()
