# SPDX-License-Identifier: GPL-2.0-only
"""What of the tier needs no guest: the files of make install, and the rules' helper."""

import os
import re
import shutil
import subprocess
import tempfile
import time

from lab import OUT, ROOT
from lab.caserun import Result

HELPER = os.path.join(ROOT, "build/vmpath-udev")
MANUAL = os.path.join(ROOT, "Documentation/man/vmpath-udev.7")


def files_below(top: str) -> set:
    return {"/" + os.path.relpath(os.path.join(folder, name), top)
            for folder, _, names in os.walk(top) for name in names}


def documented(release: str) -> set:
    """The paths under INSTALLED FILES in vmpath-udev(7), for this kernel."""
    with open(MANUAL, encoding="utf-8") as f:
        part = f.read().split(".SH INSTALLED FILES", 1)[1].split("\n.SH", 1)[0]
    found = re.findall(r"^\.I (/\S+)$", part, re.MULTILINE)
    return {name.replace("\\-", "-").replace("RELEASE", release) for name in found}


def install(image) -> list:
    """make install puts exactly the documented files in place, uninstall removes them"""
    wrong = []
    want, got = documented(image.kernel.release), files_below(image.installed)
    wrong += ["not documented: " + name for name in sorted(got - want)]
    wrong += ["not installed: " + name for name in sorted(want - got)]
    with tempfile.TemporaryDirectory(dir=OUT) as top:
        where = ["DESTDIR=" + top, "KDIR=" + image.kernel.kdir]
        for goal in ("install", "uninstall"):
            done = subprocess.run(["make", "-s", "-C", ROOT, goal] + where, capture_output=True,
                                  text=True, check=False)
            if done.returncode:
                wrong.append("make %s: %s" % (goal, done.stderr.strip()))
        wrong += ["not removed: " + name for name in sorted(files_below(top))]
    return wrong


class Fake:
    """A root directory with as much of a system as the helper looks at."""

    def __init__(self, top: str):
        self.top = top
        self.wrong: list = []

    def write(self, name: str, text: str) -> None:
        path = self.top + name
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)

    def disk(self, name: str, verdict: str, wwid: str = "35000c5") -> None:
        self.write("/sys/module/vmpath/disks/%s/verdict" % name, verdict + "\n")
        self.write("/sys/module/vmpath/disks/%s/wwid" % name, wwid + "\n")

    def expect(self, what: str, words: list, code: int, text: str = "",
               least: float = 0, most: float = 5) -> None:
        """Run the helper and compare exit code, output and time."""
        started = time.monotonic()
        done = subprocess.run([HELPER, "--root", self.top] + words, capture_output=True,
                              text=True, timeout=60, check=False)
        took = time.monotonic() - started
        if (done.returncode, done.stdout) != (code, text):
            self.wrong.append("%s: exit %d, '%s'" % (what, done.returncode, done.stdout.strip()))
        if not least <= took <= most:
            self.wrong.append("%s: took %.1f s" % (what, took))


def helper_load(fake: Fake) -> None:
    fake.expect("no configuration", ["may-load"], 1)
    fake.write("/usr/lib/modules-load.d/vmpath.conf", "# a comment\n\nvmpath\n")
    fake.expect("configured", ["may-load"], 0)
    fake.write("/etc/modules-load.d/vmpath.conf", "# vmpath\n")
    fake.expect("masked", ["may-load"], 1)
    os.unlink(fake.top + "/etc/modules-load.d/vmpath.conf")
    os.symlink("/dev/null", fake.top + "/etc/modules-load.d/vmpath.conf")
    fake.expect("masked by a link", ["may-load"], 1)
    os.unlink(fake.top + "/etc/modules-load.d/vmpath.conf")
    fake.write("/proc/cmdline", "quiet root=/dev/vda1 ro\n")
    fake.expect("root is a disk, but mounted", ["may-load"], 0)
    fake.write("/etc/vmpath/in-initramfs", "")
    fake.expect("root is a disk", ["may-load"], 1)
    fake.write("/proc/cmdline", "root=UUID=1234 ro\n")
    fake.expect("root by UUID", ["may-load"], 0)


def helper_wait(fake: Fake) -> None:
    fake.expect("no module", ["wait", "sda"], 1)
    fake.write("/sys/module/vmpath/initstate", "live\n")
    fake.expect("not its disk", ["wait", "sda"], 1)
    fake.disk("sda", "claimed")
    fake.expect("claimed", ["wait", "sda"], 0, "VMPATH_VERDICT=claimed\nVMPATH_WWID=35000c5\n")
    fake.disk("vda", "refused", "")
    fake.expect("refused", ["wait", "vda"], 0, "VMPATH_VERDICT=refused\n")
    fake.disk("sdb", "claimed", "a b\nX=1")
    fake.expect("an odd id", ["wait", "sdb"], 0,
                "VMPATH_VERDICT=claimed\nVMPATH_WWID=a_b_X=1\n")
    fake.disk("sdc", "pending", "")
    fake.expect("never decided", ["wait", "sdc", "1"], 0, "VMPATH_VERDICT=pending\n", 0.9)
    late = subprocess.Popen([HELPER, "--root", fake.top, "wait", "sdc", "30"],
                            stdout=subprocess.PIPE, text=True)
    started = time.monotonic()
    fake.disk("sdc", "refused", "")
    if late.communicate(timeout=60)[0] != "VMPATH_VERDICT=refused\n":
        fake.wrong.append("a late verdict is not seen")
    if time.monotonic() - started > 10:
        fake.wrong.append("a late verdict is seen late")
    fake.write("/sys/module/vmpath/initstate", "coming\n")
    fake.expect("never loaded", ["wait", "sdz", "1"], 1, "", 0.9)


def helper(_image) -> list:
    """vmpath-udev: when to load, how long to wait, what it prints"""
    top = tempfile.mkdtemp(dir=OUT)
    fake = Fake(top)
    try:
        helper_load(fake)
        helper_wait(fake)
        for words in ([], ["wait"], ["wait", "sda", "x"], ["wait", "sda", "-1"], ["stay", "sda"]):
            fake.expect("usage %s" % words, words, 2)
        for name in ("", ".", "../sda", "a/b"):
            fake.expect("disk '%s'" % name, ["wait", name], 1)
    finally:
        shutil.rmtree(top)
    return fake.wrong


CHECKS = {"install": install, "helper": helper}


class Check:
    """What the printer wants to know of a case."""

    def __init__(self, name: str):
        self.name = name
        self.description = CHECKS[name].__doc__


def run(name: str, image) -> Result:
    started = time.monotonic()
    wrong = CHECKS[name](image)
    return Result(Check(name), "fail" if wrong else "pass", wrong, time.monotonic() - started,
                  OUT)
