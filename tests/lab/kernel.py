# SPDX-License-Identifier: GPL-2.0-only
"""The kernel that the guests boot: where it lies, what it is configured with.

scripts/kernel makes a flavour available and scripts/build-module builds the
module for it; here their answers become one object. The guest boots the
uncompressed vmlinux where the kernel has a PVH entry: under emulation the
kernel's own decompressor takes longer than the rest of the boot.
"""

import hashlib
import lzma
import os
import subprocess

from . import OUT, ROOT, LabError

FLAVOURS = ("6.1", "6.12", "7.2", "debug")
MAGICS = ((b"\xfd7zXZ\0", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"\x1f\x8b\x08", "gzip"),
          (b"\x02\x21\x4c\x18", "lz4"))


class Kernel:
    """One flavour: paths, configuration and the dependencies of its modules."""

    def __init__(self, flavour: str, info: dict):
        self.flavour = flavour
        self.release = info["release"]
        self.vmlinuz = info["vmlinuz"]
        self.kdir = info["kdir"]
        self.moddir = os.path.join(info["modules"], "lib/modules", self.release)
        self.config_path = info["config"]
        self.config = read_config(info["config"])
        self.debug = flavour == "debug"

    def has(self, option: str) -> bool:
        """True if a configuration option is built in or a module."""
        return self.config.get(option) in ("y", "m")

    def module(self) -> str:
        return os.path.join(ROOT, "build", self.release, "vmpath.ko")

    def image(self) -> str:
        """The file to boot: vmlinux if it can be had and can boot, else vmlinuz."""
        if not self.has("CONFIG_PVH") or self.has("CONFIG_KASAN"):
            return self.vmlinuz  # KASAN's checks run before its shadow exists on the PVH way
        stamp = "%s %d" % (self.vmlinuz, os.stat(self.vmlinuz).st_mtime_ns)
        name = "vmlinux-%s-%s" % (self.release, hashlib.sha256(stamp.encode()).hexdigest()[:8])
        path = os.path.join(OUT, "cache", name)
        if not os.path.exists(path) and not extract(self.vmlinuz, path):
            return self.vmlinuz
        return path


def read_config(path: str) -> dict:
    config = {}
    with open(path) as f:
        for line in f:
            key, sep, value = line.strip().partition("=")
            if sep and not key.startswith("#"):
                config[key] = value
    return config


def extract(vmlinuz: str, path: str) -> bool:
    """Write the ELF image inside a bzImage to path; False if none is found."""
    with open(vmlinuz, "rb") as f:
        data = f.read()
    for magic, kind in MAGICS:
        at = data.find(magic)
        while at >= 0:
            elf = decompress(kind, data[at:])
            if elf[:4] == b"\x7fELF":
                write_atomic(path, elf)
                return True
            at = data.find(magic, at + 1)
    return False


def decompress(kind: str, data: bytes) -> bytes:
    """What can be unpacked of data, which may have a tail that is not part of it."""
    if kind == "xz":
        try:
            return lzma.LZMADecompressor().decompress(data)
        except lzma.LZMAError:
            return b""
    try:
        done = subprocess.run([kind, "-dc"], input=data, capture_output=True, check=False)
    except FileNotFoundError:
        return b""
    return done.stdout


def write_atomic(path: str, data: bytes) -> None:
    """Readers, other runs of the lab among them, see the old file or the new one."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    tmp = "%s.%d" % (path, os.getpid())
    with open(tmp, "wb") as f:
        f.write(data)
    os.replace(tmp, path)


def run_script(name: str, flavour: str) -> str:
    """Run one of the project's scripts; its messages go to the terminal."""
    path = os.path.join(ROOT, "scripts", name)
    done = subprocess.run([path, flavour], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise LabError("scripts/%s %s failed (exit %d)" % (name, flavour, done.returncode))
    return done.stdout


def find(flavour: str) -> Kernel:
    """Ask scripts/kernel for a flavour."""
    if not os.path.exists(os.path.join(ROOT, "scripts/kernel")):
        return Kernel(flavour, installed())
    info = {}
    for line in run_script("kernel", flavour).splitlines():
        key, sep, value = line.strip().partition("=")
        if sep:
            info[key] = value.strip("'\"")
    missing = [k for k in ("release", "vmlinuz", "modules", "kdir", "config") if k not in info]
    if missing:
        raise LabError("scripts/kernel %s did not say %s" % (flavour, ", ".join(missing)))
    return Kernel(flavour, info)


def installed() -> dict:
    """Until scripts/kernel exists: the 6.1 kernel of this machine."""
    release = sorted(r for r in os.listdir("/lib/modules") if r.startswith("6.1."))[-1]
    return {"release": release, "vmlinuz": "/boot/vmlinuz-" + release, "modules": "/",
            "kdir": "/lib/modules/%s/build" % release, "config": "/boot/config-" + release}


def build_module(kernel: Kernel) -> None:
    """Build vmpath.ko and the tool; cheap when nothing changed."""
    if os.path.exists(os.path.join(ROOT, "scripts/build-module")):
        run_script("build-module", kernel.flavour)
    done = subprocess.run(["make", "-s", "-C", ROOT, "tool"], stdout=subprocess.DEVNULL,
                          check=False)
    if done.returncode:
        raise LabError("make tool failed (exit %d)" % done.returncode)
