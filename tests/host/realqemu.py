# SPDX-License-Identifier: GPL-2.0-only
"""scripts/check-host-cache on a QEMU that runs, stopped before its first instruction.

Its command line, its monitor and a libvirt domain of the same disks have to give
the same answer, and that answer has to be what the kernel says of its open files.
"""
import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

TIMEOUT = 30
QEMU = "qemu-system-x86_64"
# file, cache mode, how it is plugged
DISKS = [("a", "none", "virtio-blk"), ("b", "writeback", "virtio-blk"),
         ("c", "writethrough", "scsi-hd"), ("d", "directsync", "scsi-hd"),
         ("e", "unsafe", "scsi-hd"), ("f", "none", "scsi-cd"), ("g", "default", "virtio-blk")]
DIRECT = ("none", "directsync")


class Missing(Exception):
    """A program, or a file system with O_DIRECT, that is not on this machine."""


def blockdev(name, mode):
    """The nodes of an image, as libvirt writes them, and the device's write-cache."""
    cache = {"direct": mode in DIRECT, "no-flush": mode == "unsafe"}
    return ["-blockdev", json.dumps({"driver": "file", "node-name": "s-" + name,
                                     "filename": name + ".img", "cache": cache}),
            "-blockdev", json.dumps({"driver": "raw", "node-name": "d-" + name,
                                     "file": "s-" + name, "cache": cache})]


def device(name, mode, kind, new):
    """Device options, JSON and with write-cache for nodes, or for a drive with cache=."""
    place = {"driver": "virtio-blk-pci"} if kind == "virtio-blk" else \
        {"driver": kind, "bus": "h0.0"}
    place |= {"id": "p-" + name, "drive": "d-" + name}
    if not new:
        return ",".join(f"{key}={value}" for key, value in place.items())
    wb = mode not in ("directsync", "writethrough")
    return json.dumps(place | {"write-cache": "on" if wb else "off"})


def arguments(new):
    """The disks either as -blockdev or as -drive."""
    args = ["-device", "virtio-scsi-pci,id=h0"]
    for name, mode, kind in DISKS:
        if new:
            args += blockdev(name, mode)
        else:
            args += ["-drive", f"if=none,id=d-{name},format=raw,file={name}.img"
                     + ("" if mode == "default" else f",cache={mode}")]
        args += ["-device", device(name, mode, kind, new)]
    return args


def domain(folder):
    """The same disks for libvirt."""
    text = "<domain><devices><controller type='scsi' index='0' model='virtio-scsi'/>"
    for name, mode, kind in DISKS:
        bus = "virtio" if kind == "virtio-blk" else "scsi"
        kind = "cdrom" if kind == "scsi-cd" else "disk"
        text += f"<disk type='file' device='{kind}'><driver name='qemu' cache='{mode}'/>" \
            f"<source file='{folder}/{name}.img'/><target dev='p-{name}' bus='{bus}'/></disk>"
    return text + "</devices></domain>"


@contextlib.contextmanager
def started(folder, args):
    """A stopped QEMU; gives its process when its monitor answers."""
    if not shutil.which(QEMU):
        raise Missing("no " + QEMU)
    for name, _, _ in DISKS:
        with open(os.path.join(folder, name + ".img"), "wb") as f:
            f.truncate(1 << 20)
    try:
        os.close(os.open(os.path.join(folder, "a.img"), os.O_RDWR | os.O_DIRECT))
    except OSError as e:
        raise Missing(f"no O_DIRECT in {folder}: {e.strerror}") from e
    with open(os.path.join(folder, "log"), "w+b") as log, subprocess.Popen(
            [QEMU, "-S", "-display", "none", "-machine", "q35", "-accel", "tcg", "-m", "64",
             "-nodefaults", "-pidfile", "pid", "-qmp", "unix:qmp,server=on,wait=off",
             "-qmp", "unix:qmp2,server=on,wait=off", *args],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as process:
        try:
            end = time.monotonic() + TIMEOUT
            # the second one is made after the first, both before the disks
            while not os.path.exists(os.path.join(folder, "qmp2")):
                if process.poll() is not None or time.monotonic() > end:
                    log.seek(0)
                    raise ValueError("QEMU: " + log.read().decode(errors="replace"))
                time.sleep(0.02)
            yield process
        finally:
            process.kill()
            process.wait()


def ask(run_tool, *args, **kwargs):
    """(kind, file, mode, verdict) by the name of the disk, and the exit code."""
    code, out, err = run_tool(*args, "--json", **kwargs)
    if err or not out:
        raise ValueError(f"{args}: exit {code}: {err}")
    return code, {disk["disk"]: (disk["kind"], [os.path.basename(x) for x in disk["files"]],
                                 disk["cache"], disk["verdict"])
                  for disk in json.loads(out)["disks"]}


def tell(path, commands):
    """Give a monitor some commands; what it said."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(TIMEOUT)
        sock.connect(path)
        talk = sock.makefile("rw")
        said = [talk.readline()]
        for name, words in commands:
            talk.write(json.dumps({"execute": name, "arguments": words}) + "\n")
            talk.flush()
            said.append(talk.readline())
        return said


def check_agree(run_tool):
    """All sources agree, for disks of both styles."""
    want = (1, {"p-" + name: (kind, [name + ".img"],
                              "writeback" if mode == "default" else mode,
                              "ok" if mode in DIRECT else "caches")
                for name, mode, kind in DISKS})
    for new in (True, False):
        with tempfile.TemporaryDirectory(prefix="host-cache-", dir="/var/tmp") as folder, \
                started(folder, arguments(new)) as process:
            # its answer comes when the disks are there
            by_qmp = ask(run_tool, "--qmp", os.path.join(folder, "qmp"))
            by_pid = ask(run_tool, "--pid", process.pid)
            by_xml = ask(run_tool, "--xml", "-", input=domain(folder).encode())
        for source, got in (("qmp", by_qmp), ("pid", by_pid), ("xml", by_xml)):
            if got != want:
                return f"{source}, {'-blockdev' if new else '-drive'}: {got}\nwanted {want}"
    return ""


def check_hot_plug(run_tool):
    """A disk that is plugged later: QMP names it, of the process its file is open."""
    plug = [("blockdev-add", {"driver": "file", "node-name": "n", "filename": "a.img",
                              "cache": {"direct": False}}),
            ("device_add", {"driver": "scsi-hd", "id": "late", "drive": "n", "bus": "h0.0"})]
    args = ["-device", "virtio-scsi-pci,id=h0", *blockdev("b", "none"),
            "-device", device("b", "none", "virtio-blk", True)]
    with tempfile.TemporaryDirectory(prefix="host-cache-", dir="/var/tmp") as folder, \
            started(folder, args) as process:
        before = ask(run_tool, "--qmp", os.path.join(folder, "qmp"))
        told = tell(os.path.join(folder, "qmp2"), [("qmp_capabilities", {}), *plug])
        after = ask(run_tool, "--qmp", os.path.join(folder, "qmp"))
        by_pid = ask(run_tool, "--pid", process.pid)
    b_disk = {"p-b": ("virtio-blk", ["b.img"], "none", "ok")}
    late = {"late": ("scsi-hd", ["a.img"], "writeback", "caches")}
    seen = {name: disk for name, disk in by_pid[1].items() if name.startswith("fd ")}
    if before != (0, b_disk) or after != (1, b_disk | late) or \
            by_pid != (2, b_disk | seen) or \
            list(seen.values()) != [("?", ["a.img"], None, "unknown")]:
        return f"{before}\n{after}\n{by_pid}\n{told}"
    return ""


CHECKS = {"real-qemu-agrees": check_agree, "real-qemu-hot-plug": check_hot_plug}
