# SPDX-License-Identifier: GPL-2.0-only
"""Decides between KVM and emulation by a trial boot, never by /dev/kvm alone.

There are machines where /dev/kvm opens, creates a VM, and the guest then hangs
in its BIOS. The trial guest is one boot sector that ends QEMU by itself.
"""

import ctypes
import functools
import json
import mmap
import os
import subprocess
import tempfile
import time

from . import OUT
from .kernel import write_atomic

TRIAL_SECONDS = 6
# mov dx,0xf4; mov al,0x15; out dx,al; hlt: isa-debug-exit makes it exit code 43.
SECTOR = b"\xba\xf4\x00\xb0\x15\xee\xf4".ljust(510, b"\0") + b"\x55\xaa" + bytes(65024)
EXIT_CODE = 0x15 * 2 + 1
HOW = {
    "kvm": ["-accel", "kvm", "-cpu", "host"],
    # One thread for all CPUs of a guest: of two, one spins for the other whenever there
    # are more guests than CPUs here, and a case takes a fifth longer.
    "tcg": ["-accel", "tcg,thread=single", "-cpu", "max"],
    # The CPUs of a guest run at a time, as real ones do: for races.
    "tcg-multi": ["-accel", "tcg,thread=multi", "-cpu", "max"],
    # While a CPU works, an instruction is a nanosecond: what other guests do here does not
    # show in what an I/O costs.
    "count": ["-accel", "tcg,thread=single", "-icount", "shift=0", "-cpu", "max"],
    # The same, and which instructions they are: tests/bench/profile.c.
    "profile": ["-accel", "tcg,thread=single", "-icount", "shift=0", "-cpu", "max",
                "-plugin", OUT + "/cache/profile.so,out=FOLDER/profile"],
    # As `count`, and time in which the guest has nothing to do passes at once: for disks that
    # answer at once. While a guest waits for something else, its clock goes mad.
    "steady": ["-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off", "-cpu", "max"],
}
CLOCKSOURCE = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
# rdtsc; shl rdx,32; or rax,rdx; ret
RDTSC = b"\x0f\x31\x48\xc1\xe2\x20\x48\x09\xd0\xc3"


@functools.lru_cache(maxsize=None)
def tsc_khz() -> int:
    """Frequency of this machine's time stamp counter, which emulated guests read too.

    A guest that finds it out by itself while the machine is busy may be wrong by a factor
    of eight, and its clock runs so much too fast.
    """
    with mmap.mmap(-1, mmap.PAGESIZE,
                   prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC) as page:
        page.write(RDTSC)
        start = ctypes.c_char.from_buffer(page)
        counter = ctypes.CFUNCTYPE(ctypes.c_uint64)(ctypes.addressof(start))

        def sample() -> tuple:
            """Both clocks, read as close to each other as can be had."""
            tries = []
            for _ in range(100):
                before = time.monotonic_ns()
                ticks = counter()
                after = time.monotonic_ns()
                tries.append((after - before, (before + after) / 2, ticks))
            return min(tries)[1:]
        first = sample()
        time.sleep(0.2)
        second = sample()
        del start
    return round((second[1] - first[1]) * 1e6 / (second[0] - first[0]))


def clock(accel: str) -> list:
    """Words of the guest's kernel command line about its clock."""
    words = ["no_timer_check"]    # a busy host may be late with the ticks it counts
    if accel == "kvm":
        return words + ["tsc=reliable"]
    if accel in ("count", "profile", "steady"):
        return words + ["tsc=reliable", "tsc_early_khz=1000000"]
    with open(CLOCKSOURCE, encoding="ascii") as f:
        if f.read().strip() == "tsc":
            return words + ["tsc=reliable", "tsc_early_khz=%d" % tsc_khz()]
    # Emulated guests read this machine's counter. One that this machine itself does not go by
    # may jump, and theirs with it; QEMU's HPET goes by this machine's clock.
    return words + ["tsc=unstable", "clocksource=hpet"]


def trial(accel: list) -> bool:
    """Boot the sector; True if it ran to its end within the bound."""
    with tempfile.NamedTemporaryFile(suffix=".img") as image:
        image.write(SECTOR)
        image.flush()
        cmd = ["qemu-system-x86_64", "-M", "q35", *accel, "-m", "64", "-nodefaults", "-display",
               "none", "-no-reboot", "-device", "isa-debug-exit,iobase=0xf4,iosize=1",
               "-drive", "if=none,id=d,format=raw,readonly=on,file=" + image.name,
               "-device", "virtio-blk-pci,drive=d,bootindex=0"]
        try:
            done = subprocess.run(cmd, stdin=subprocess.DEVNULL, capture_output=True,
                                  timeout=TRIAL_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == EXIT_CODE


def choose(want: str, races: bool = False) -> str:
    """A key of HOW; the trial's result holds until this machine is booted again."""
    if want in HOW:
        return want
    if not kvm_works():
        return "tcg-multi" if races else "tcg"
    return "kvm"


def kvm_works() -> bool:
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as f:
        boot = f.read().strip()
    path = os.path.join(OUT, "cache", "accel.json")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            known = json.load(f)
        if known.get("boot") == boot:
            return known["accel"] == "kvm"
    works = os.access("/dev/kvm", os.R_OK | os.W_OK) and trial(HOW["kvm"])
    write_atomic(path, json.dumps({"boot": boot, "accel": "kvm" if works else "tcg"}).encode())
    return works
