# SPDX-License-Identifier: GPL-2.0-only
"""A Debian guest: the lab's guest with a system disk, and what judges its journal.

A case is a shell file with the header of the first tier's, and two lines more:
APPEND, words for the kernel's command line, and OVERLAY, a directory of
overlay/ whose files the guest finds in place when it boots.
"""

import os
import random
import re
import shutil
import subprocess

from lab import TESTS, LabError, accel, guestrun, initramfs, topology
from lab.caserun import CaseRun, Result
from lab.guestrun import GuestRun
from lab.verbs import Host
from lab.vm import Guest, Layout

MEMORY = 1024
BOOT_SECONDS = 240    # under emulation, on a machine that is busy with other things
ROOT_SERIAL = "VMPROOT"
# Words of the journal that fail a case, whatever it was about.
TROUBLE = re.compile(r"Spawned process .* timed out"
                     r"|\b(?:[sv]d[a-z]|vmp\d)\w*: Worker .* (?:is taking a long time|killed)"
                     r"|54-vmpath\.rules:\d+|vmpath-udev.*(?:failed|terminated|usage)"
                     r"|Timed out waiting for device|Failed to start|Failed to mount"
                     r"|Dependency failed|emergency mode|Found ordering cycle|dumped core")


def cpu(args: list) -> list:
    """The emulated CPU without ERMS.

    With it the kernel clears and copies memory byte by byte, and QEMU 7.2 goes through all
    translations of a page for each store to one that has held code. A whole system has
    many such pages: guests were seen to stand still for a minute, up to RCU stalls. For the
    same reason no page is cleared that need not be (init_on_alloc=0).
    """
    return ["max,erms=off" if word == "max" else word for word in args]


class DistroGuest(Guest):
    """The first tier's guest plus the system disk and a port for the journal."""

    def __init__(self, layout: Layout, out: str, disk: str, serial: str, cpus: int):
        super().__init__(layout, out, cpus=cpus)
        self.disk = disk
        self.serial = serial

    def command(self, accel_args: list, memory: int, kernel: str, initrd: str, append: str,
                fds: dict) -> list:
        args = super().command(accel_args, memory, kernel, initrd, append, fds)
        device = "virtio-blk-pci,drive=root,bus=pcie.0,addr=04.0"
        if self.serial:
            device += ",serial=" + self.serial
        return args + [
            "-drive", "if=none,id=root,format=raw,snapshot=on,file=" + self.disk,
            "-device", device,
            "-chardev", "file,id=journal,path=%s/journal.log" % self.out, "-device",
            "virtserialport,bus=vs0.0,nr=4,chardev=journal,name=org.vmpath.journal"]


class DistroGuestRun(GuestRun):
    """A Debian guest from its command line to its verdict."""

    boot_seconds = BOOT_SECONDS
    bare_boot = False   # the distribution loads the module and makes its links

    def clean(self) -> None:
        super().clean()
        path = os.path.join(self.folder, "journal.log")
        if os.path.exists(path):
            os.unlink(path)

    def boot(self, base: topology.Topology, scratch: str) -> None:
        run, setup = self.run, self.run.setup
        view = base.view(self.number)
        layout = Layout(view, scratch, run.arrays, self.number)
        initrd = os.path.join(scratch, "initrd%d.img" % self.number)
        shutil.copyfile(run.image.initrd, initrd)
        with open(initrd, "ab") as f:
            f.write(bytes(-f.tell() % 4))
            f.write(initramfs.job(self.environment(view), layout.table(), run.files()))
        serial = ROOT_SERIAL if "root-on-vmpath" in run.case.tags else ""
        self.guest = DistroGuest(layout, self.folder, run.image.disk, serial, run.cpus)
        self.guest.start(cpu(accel.HOW[setup.accel]), MEMORY, setup.kernel.image(), initrd,
                         run.append())
        self.guest.qmp.open()
        self.boots = 1
        host = Host(self.guest, setup.scale(), run, self)
        for tag in run.case.tags:
            if tag.startswith("slow-"):  # long before the guest looks at its disks
                host.throttle(tag[5:], "1")
        host.start()

    def judge(self) -> tuple:
        """As in the first tier; besides, the journal is searched."""
        result, reasons, tail = super().judge()
        allow = self.run.case.allow
        lines = [line for line in self.read("journal.log").splitlines()
                 if TROUBLE.search(line) and not (allow and re.search(allow, line))]
        if lines:
            reasons = reasons if result == "fail" else []
            return "fail", reasons + ["journal: " + line for line in lines[:5]], tail
        return result, reasons, tail


class DistroRun(CaseRun):
    """One case in Debian guests; disks, if given, are images to start from."""

    guest_class = DistroGuestRun

    def __init__(self, setup, case, image, disks: str = ""):
        super().__init__(setup, case)
        self.image = image
        self.disks = disks
        self.cpus = 2
        self.env: dict = {}    # words for the case
        self.folder = os.path.join(os.path.dirname(image.folder), "distro-logs", case.name)

    def repeat(self) -> str:
        slow = "" if self.setup.slow == 1 else " --slow %g" % self.setup.slow
        return "tests/distro/run.py --seed %d --accel %s%s %s" % (
            self.setup.seed, self.setup.accel, slow, self.case.name)

    def environment(self, topology) -> dict:
        return {**super().environment(topology), **self.env}

    def make_images(self, scratch: str) -> None:
        if not self.disks:
            super().make_images(scratch)
            return
        for unit in self.topology.lus:
            copy_sparse(os.path.join(self.disks, unit.id + ".img"),
                        os.path.join(scratch, unit.id + ".img"))

    def append(self) -> str:
        """The kernel's command line."""
        words = [word for word in guestrun.append(self.setup).split()
                 if not word.startswith(("oops=", "rcupdate."))]
        return " ".join(words + ["rcupdate.rcu_cpu_stall_timeout=240", "init_on_alloc=0",
                                 "root=LABEL=vmproot", "rw", "systemd.show_status=false",
                                 "systemd.unit=multi-user.target", "fsck.mode=skip",
                                 self.case.append])

    def files(self) -> dict:
        """Guest path -> file of the host."""
        cases = os.path.join(TESTS, "guest/cases")
        out = {"/lab/init": os.path.join(TESTS, "distro/init"), "/lab/case.sh": self.case.path}
        for folder in (cases, os.path.join(TESTS, "distro/cases")):
            for name in os.listdir(folder):
                if name.startswith("lib"):
                    out["/lab/" + name] = os.path.join(folder, name)
        if self.case.overlay:
            top = os.path.join(TESTS, "distro/overlay", self.case.overlay)
            if not os.path.isdir(top):
                raise LabError("no overlay '%s'" % self.case.overlay)
            for folder, _, names in os.walk(top):
                for name in names:
                    path = os.path.join(folder, name)
                    out["/lab/overlay/" + os.path.relpath(path, top)] = path
        return out


def copy_sparse(source: str, target: str) -> None:
    subprocess.run(["cp", "--sparse=always", "--reflink=auto", source, target], check=True)


def shuffled(base: topology.Topology, rng) -> topology.Topology:
    """The same LUs and paths in another order of HBAs and disks."""
    hbas, paths = list(base.hbas), list(base.paths)
    rng.shuffle(hbas)
    rng.shuffle(paths)
    return topology.Topology(base.lus, tuple(hbas), tuple(paths))


class PrepareRun(DistroRun):
    """Makes, once, what the boots start from; its disks stay."""

    def __init__(self, setup, case, image):
        super().__init__(setup, case, image)
        self.kept = os.path.join(image.folder, "disks")

    def is_done(self) -> bool:
        return os.path.exists(os.path.join(self.kept, "done"))

    def boot(self, scratch: str) -> None:
        shutil.rmtree(self.kept, ignore_errors=True)
        os.makedirs(self.kept)
        super().boot(self.kept)

    def run(self) -> Result:
        result = super().run()
        if result.result == "pass":
            with open(os.path.join(self.kept, "done"), "w", encoding="ascii"):
                pass
        return result


class BootRun(DistroRun):
    """One boot of many: prepared disks, in an order of its own, and one CPU or two."""

    def __init__(self, setup, case, image, number: int):
        super().__init__(setup, case, image, os.path.join(image.folder, "disks"))
        self.topology = shuffled(self.topology, random.Random(setup.seed * 1000 + number))
        self.cpus = 1 + number % 2
