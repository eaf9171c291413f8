# SPDX-License-Identifier: GPL-2.0-only
"""One guest of a case: boots it, reads what it reports, and knows how it ended.

The first guest leaves its logs in the case's folder, further ones in guestN/ there.
"""

import os
import select
import shutil
import time

from . import LabError, accel, initramfs, postmortem, report, steady, verdict
from .qmp import QmpError
from .verbs import Host
from .vm import SNAPSHOT_PORTS, Guest, Layout

BOOT_SECONDS = 90      # until the case starts
BOOT_DISKS = 8         # a second more for so many
RESTORE_SECONDS = 30   # until QEMU has read a snapshot
STUCK_SECONDS = 3      # the same, of a guest that is made to stand still
END_SECONDS = 90       # from its end until the guest is done
RAM = "/dev/shm"
RAM_ROOM = 2 << 30     # bytes that are free there
KEPT = ("qemu.cmd", "qemu.log", "qemu.state", "console.log", "ktap.log", "dmesg.log", "qmp.log",
        "result.json")


class GuestRun:
    """A guest from its command line to its verdict. `run` is the case it belongs to."""

    boot_seconds = BOOT_SECONDS
    bare_boot = True    # nothing of ours takes part in the boot, before the case begins

    def __init__(self, run, number: int):
        self.run = run
        self.number = number
        self.folder = os.path.join(run.folder, "guest%d" % number) if number else run.folder
        self.report = run.new_report()
        self.ended = ""
        self.guest = None
        self.boots = 0
        self.stuck = 0      # boots that were begun again

    def clean(self) -> None:
        os.makedirs(self.folder, exist_ok=True)
        for name in KEPT:
            path = os.path.join(self.folder, name)
            if os.path.exists(path):
                os.unlink(path)

    def environment(self, view) -> dict:
        """What the case finds in this guest's environment."""
        return {**self.run.environment(view), "LAB_GUEST": self.number,
                "LAB_GUESTS": self.run.case.guests}

    def boot(self, topology, scratch: str) -> None:
        """Start QEMU; the images and the arrays are there."""
        run, setup = self.run, self.run.setup
        view = topology.view(self.number)
        snapshot = run.snapshot
        layout = Layout(view, scratch, run.arrays, self.number,
                        SNAPSHOT_PORTS if snapshot else 0)
        environment = self.environment(view)
        initrd = os.path.join(
            self.initrd_folder(scratch),
            "%s.initramfs%d.cpio" % (os.path.basename(scratch), self.number))
        self.guest = Guest(layout, self.folder, snapshot, run.case.cpus)
        try:
            with open(initrd, "wb") as f:
                f.write(setup.archive)
                f.write(initramfs.job(environment, layout.table(), run.extra_files()))
            self.guest.start(accel.HOW[setup.accel], memory(setup), setup.kernel.image(), initrd,
                             (append(setup) + " " + run.case.append).strip())
            self.guest.qmp.open()
        finally:
            if not setup.keep:    # QEMU has it in memory
                os.unlink(initrd)
        if "-icount" in accel.HOW[setup.accel] or "bench" in run.case.tags:
            steady.hurry(self.guest.process.pid)
        if snapshot:
            self.guest.go_on(initramfs.spoken(environment, layout.table()),
                             RESTORE_SECONDS * setup.scale())
        if "stuck" in run.case.tags:
            self.stand_still()
        self.boots = 1
        Host(self.guest, setup.scale(), run, self).start()

    def initrd_folder(self, scratch: str) -> str:
        """Not with the disk images: writing it back, 50 MB a guest, would be in their way."""
        room = shutil.disk_usage(RAM).free if os.access(RAM, os.W_OK) else 0
        return RAM if room > RAM_ROOM and not self.run.setup.keep else scratch

    def stand_still(self) -> None:
        """For the harness's own test: once the kernel runs, nothing does."""
        end = time.monotonic() + self.boot_seconds * self.run.setup.scale()
        while not self.read("console.log") and time.monotonic() < end:
            time.sleep(0.1)
        self.guest.qmp.command("stop")

    def reboot(self) -> None:
        """As by the reset button. The case starts again, with the next phase."""
        self.boots += 1
        self.guest.qmp.command("set-action", {"reboot": "reset"})
        self.guest.qmp.command("system_reset")

    def booted(self) -> None:
        """From here on a guest that resets itself, as after a panic, ends QEMU.

        Before, it may: the BIOS makes a second reset of one that it finds too soft.
        """
        if self.boots > 1 or self.stuck:
            self.guest.qmp.command("set-action", {"reboot": "shutdown"})

    def watch(self) -> None:
        """Take the report until the guest has done, ended, or used up its time."""
        try:
            self.follow()
        except (QmpError, OSError, LabError) as e:
            self.ended = "the lab: %s" % e
        self.run.board.leave(self.number, "has failed" if self.ended else "is done")

    def follow(self) -> None:
        phase, end = "", 0.0
        sock = self.guest.ends["ktap"]
        buffer = b""
        with open(self.folder + "/ktap.log", "wb") as log:
            while not self.report.done():
                if phase != self.phase()[0]:
                    phase, bound = self.phase()
                    end = time.monotonic() + bound
                self.ended = self.trouble()
                if not self.ended and time.monotonic() > end:
                    self.ended = "time-out: %s for more than %d s" % (phase, bound)
                    postmortem.write(self.guest, self.folder + "/qemu.state")
                    if phase == "booting" and self.boot_again():
                        self.ended, phase = "", ""
                if self.ended:
                    return
                if not select.select([sock], [], [], 0.5)[0]:
                    continue
                data = sock.recv(65536)
                if not data:
                    self.ended = self.how_qemu_ended()
                    return
                log.write(data)
                log.flush()
                lines = (buffer + data).split(b"\n")
                buffer = lines.pop()
                for line in lines:
                    self.report.feed(line.decode("utf-8", "replace").rstrip("\r"))

    def boot_again(self) -> bool:
        """Reset a guest that stands still before its case has begun, once.

        Emulated guests were seen to, two in a thousand, at any place of the kernel's own
        boot. The run says at its end that this was done. Never if ours is loaded by then:
        that guest may stand still because of us.
        """
        if self.stuck or self.boots != 1 or not self.bare_boot:
            return False
        self.stuck = 1
        self.guest.qmp.command("set-action", {"reboot": "reset"})
        self.guest.qmp.command("system_reset")
        self.guest.qmp.command("cont")
        return True

    def trouble(self) -> str:
        """What outside the guest ends the case."""
        if self.run.abort:
            return "interrupted"
        died = self.run.arrays.died()
        return "the array: " + died if died else ""

    def phase(self) -> tuple:
        """Where the guest is, and how long it may be there."""
        scale = self.run.setup.scale()
        if "exit" in self.report.lab:
            self.run.board.leave(self.number, "has ended its case")
            return "cleaning up", END_SECONDS * scale
        if len(self.report.lab.get("start", [])) >= self.boots:
            return "in the case", self.run.seconds()
        if "stuck" in self.run.case.tags and not self.stuck:
            return "booting", STUCK_SECONDS * scale
        disks = len(self.guest.layout.disks()) // BOOT_DISKS
        return "booting", (self.boot_seconds + disks) * scale

    def how_qemu_ended(self) -> str:
        try:
            code = self.guest.process.wait(5)
        except Exception:  # pylint: disable=broad-except
            code = "?"
        text = self.read("qemu.log").strip().splitlines()
        return ("QEMU ended (exit %s) before the case did%s"
                % (code, ": " + text[-1] if text else ""))

    def read(self, name: str) -> str:
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def stop(self) -> None:
        if self.guest is not None:
            self.guest.stop()

    def judge(self) -> tuple:
        """('pass' | 'fail' | 'skip', reasons, last lines of what it said)."""
        case, console = self.run.case, self.read("console.log")
        result, reasons = verdict.judge(case, self.report, self.ended, console,
                                        self.read("dmesg.log"))
        tail = []
        if result == "fail":
            tail = report.last(self.report.lines)
            tail += ["qemu: " + x for x in postmortem.digest(self.folder + "/qemu.state")]
            if self.ended or verdict.kernel_trouble(console, case.allow):
                tail += ["console: " + x for x in verdict.excerpt(console, case.allow)]
        return result, reasons, tail


def memory(setup) -> int:
    """MiB of a guest."""
    return 1536 if setup.kernel.debug else 768


def append(setup) -> str:
    """The kernel command line."""
    slow = max(1, round(setup.scale()))
    words = ["console=ttyS0", "loglevel=7", "panic=-1", "oops=panic", "log_buf_len=4M",
             "rcupdate.rcu_cpu_stall_timeout=%d" % min(300, 60 * slow),
             "watchdog_thresh=%d" % min(60, 30 * slow), "nokaslr", "random.trust_cpu=on",
             "mitigations=off", "net.ifnames=0", "scsi_mod.scan=sync",
             "slab_nomerge"]  # else a cache of another module may keep ours
    return " ".join(words + accel.clock(setup.accel))
