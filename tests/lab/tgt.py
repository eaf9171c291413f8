# SPDX-License-Identifier: GPL-2.0-only
"""A SCSI array in user space: one tgtd with one target, and one LU behind it.

Each connection of a guest to it is an I_T nexus of its own. What the LU calls
itself comes from the topology; it is made anew each time the array starts, so
reservations do not survive that.
"""

import os
import subprocess
import time

from . import LabError
from .process import Port, Program
from .topology import Lu

START_SECONDS = 15
LUN = 1                  # 0 is tgt's own controller


class Tgtd(Program):
    """A tgtd that serves `unit`; image(LU's name) is the file behind it."""

    def __init__(self, name: str, unit: Lu, folder: str, logs: str, image):
        super().__init__("tgtd of " + name, os.path.join(logs, "tgtd-%s.log" % name))
        self.folder = folder
        self.port = Port()
        self.target = "iqn.2026-11.org.vmpath:" + name
        self.unit = unit
        self.image = image
        self.readonly = False
        self.mapped = False
        # Its control socket, below our own folder. The whole path may be too long for one.
        self.env = {"TGT_IPC_SOCKET": "tgtd-" + name}

    def portal(self, _path) -> tuple:
        """Portal, target and LUN by which a path reaches the LU."""
        return "127.0.0.1:%d" % self.port.number, self.target, LUN

    def admin(self, words: str, *more: str) -> str:
        """tgtadm; raises if the daemon refuses."""
        args = ["tgtadm", "-C", str(self.port.number), "--lld", "iscsi", *words.split(), *more]
        try:
            done = subprocess.run(args, env={**os.environ, **self.env}, capture_output=True,
                                  text=True, timeout=START_SECONDS, check=False,
                                  cwd=self.folder)
        except subprocess.TimeoutExpired as e:
            raise LabError("%s: no answer to tgtadm %s" % (self.name, words)) from e
        if done.returncode:
            raise LabError("%s: tgtadm %s: %s" % (self.name, words, done.stderr.strip()))
        return done.stdout

    def start(self) -> None:
        if self.alive():
            raise LabError("%s runs already" % self.name)
        self.spawn(["tgtd", "-f", "-C", str(self.port.number), "--iscsi",
                    "portal=127.0.0.1:%d" % self.port.number], self.env, cwd=self.folder)
        end = time.monotonic() + START_SECONDS
        while True:
            if self.died():
                raise LabError(self.died())
            try:
                self.admin("--op show --mode target")
                break
            except LabError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        self.admin("--op new --mode target --tid 1 -T", self.target)
        self.add_unit()
        self.admin("--op bind --mode target --tid 1 -I ALL")

    def add_unit(self) -> None:
        unit = self.unit
        self.admin("--op new --mode logicalunit --tid 1 --lun %d --bsoflags direct "
                   "--blocksize %d -b" % (LUN, unit.block_size), self.image(unit.id))
        # The NAA designator of 16 bytes is made of the hex digits of scsi_id.
        self.update("scsi_id=%s,scsi_sn=%s,vendor_id=%s,product_id=%s,thin_provisioning=1"
                    % (unit.wwn[2:], unit.serial, unit.vendor, unit.product))
        if self.readonly:
            self.update("readonly=1")
        self.mapped = True

    def update(self, params: str) -> None:
        self.admin("--op update --mode logicalunit --tid 1 --lun %d --params" % LUN, params)

    def unmap(self) -> None:
        """No LU any more behind the target; the connections stay.

        tgtd refuses while a command is being carried out; under load it is idle at times.
        """
        end = time.monotonic() + START_SECONDS
        while self.mapped:
            try:
                self.admin("--op delete --mode logicalunit --tid 1 --lun %d" % LUN)
                self.mapped = False
            except LabError as e:
                if "still active" not in str(e) or time.monotonic() > end:
                    raise

    def swap(self, unit: Lu) -> None:
        """Another LU takes the place: at once and under the connections, or at the next start."""
        self.unit = unit
        if self.alive():
            self.unmap()
            self.add_unit()

    def resized(self, _unit: str, _size: int) -> None:
        """The image has another size now."""
        self.update("online=0")
        self.update("path=" + self.image(self.unit.id))
        self.update("online=1")

    def set_readonly(self, on: bool) -> None:
        self.readonly = on
        self.update("readonly=%d" % on)

    def end(self) -> None:
        super().end()
        for name in ("", ".lock"):
            path = os.path.join(self.folder, "%s.%d%s" % (self.env["TGT_IPC_SOCKET"],
                                                          self.port.number, name))
            if os.path.exists(path):
                os.unlink(path)

    def close(self) -> None:
        self.end()
        self.port.close()
