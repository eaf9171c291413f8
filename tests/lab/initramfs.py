# SPDX-License-Identifier: GPL-2.0-only
"""Builds what the guest boots from: tools, kernel modules, cases, one job.

Three archives, one behind the other: the tools and kernel modules (large, made
once for each kernel), the module under test with the cases (once a run), and
a few lines that tell this guest which case to run on what (once a guest).
"""

import glob
import hashlib
import os
import re
import shutil
import subprocess

from . import OUT, ROOT, TESTS, LabError, stubs
from .cpio import Archive
from .kernel import Kernel, decompress, write_atomic

# Where each program goes in the guest, and the Debian package it comes from.
PROGRAMS = {
    "busybox": "busybox-static", "fio": "fio", "flock": "util-linux",
    "lsblk": "util-linux", "blockdev": "util-linux", "blkid": "util-linux",
    "wipefs": "util-linux", "findmnt": "util-linux", "blkdiscard": "util-linux",
    "partx": "util-linux", "mount": "mount", "umount": "mount", "losetup": "mount",
    "sfdisk": "fdisk", "dd": "coreutils", "timeout": "coreutils", "cmp": "diffutils",
    "mkfs.ext4": "e2fsprogs", "e2fsck": "e2fsprogs", "resize2fs": "e2fsprogs",
    "mkfs.xfs": "xfsprogs", "xfs_repair": "xfsprogs", "xfs_io": "xfsprogs",
    "lvm": "lvm2", "dmsetup": "dmsetup", "iostat": "sysstat",
    "sg_inq": "sg3-utils", "sg_vpd": "sg3-utils", "sg_raw": "sg3-utils",
    "sg_readcap": "sg3-utils", "sg_dd": "sg3-utils", "sg_persist": "sg3-utils",
    "sg_turs": "sg3-utils", "sg_read": "sg3-utils", "sg_luns": "sg3-utils",
    "sg_unmap": "sg3-utils", "sg_write_same": "sg3-utils", "sg_logs": "sg3-utils",
    "sg_rtpg": "sg3-utils", "sg_stpg": "sg3-utils", "sg_modes": "sg3-utils",
    "sg_compare_and_write": "sg3-utils", "sg_opcodes": "sg3-utils", "sg_requests": "sg3-utils",
}
FILES = {"/usr/lib/udev/scsi_id": "udev"}
LVM_NAMES = ("pvcreate", "pvs", "vgcreate", "vgs", "vgchange", "lvcreate", "lvs", "pvremove",
             "vgremove", "lvremove")

# Kernel modules: the guest is no guest of ours without the first ones.
REQUIRED = ["virtio_pci", "virtio_console", "virtio_scsi", "virtio_blk", "sd_mod", "sg"]
OPTIONAL = ["scsi_dh_alua", "crc32c_generic", "crc32c_intel", "crct10dif_generic",
            "crct10dif_pclmul", "crc64_rocksoft_generic", "ext4", "xfs", "dm_mod", "loop",
            "nvme", "ahci", "megaraid_sas", "mptsas", "scsi_debug", "null_blk", "brd",
            "pci_stub", "raid1", "md_mod", "bfq", "kyber_iosched", "dm_multipath",
            "dm_queue_length", "dm_round_robin"]


# What the array guest needs.
ARRAY = ["virtio_pci", "virtio_console", "virtio_net", "virtio_blk", "crc32c_generic",
         "target_core_mod", "target_core_iblock", "iscsi_target_mod"]


def search(name: str) -> str:
    path = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin")
    if not path:
        raise LabError("the guest needs %s (Debian package %s); run scripts/install-deps"
                       % (name, PROGRAMS.get(name, "?")))
    return path


def libraries(path: str) -> list:
    """Shared libraries of a program and its dynamic linker."""
    done = subprocess.run(["ldd", path], capture_output=True, text=True, check=False)
    return re.findall(r"(?:=> )?(/\S+) \(0x", done.stdout)


def add_program(archive: Archive, name: str, path: str) -> None:
    archive.copy(name, os.path.realpath(path))
    if not name.endswith("/fio"):
        for lib in libraries(path):
            archive.copy(lib, lib)
        return
    made = stubs.build(path)
    libs = own_libraries(path, set(made))
    folder = next(os.path.dirname(lib) for lib in libs if "libc.so" in lib)
    for soname, data in made.items():
        archive.file("%s/%s" % (folder, soname), data, 0o755)
    for lib in libs:
        archive.copy(lib, lib)


def own_libraries(path: str, stubbed: set) -> list:
    """The libraries a program needs itself, apart from the stubbed ones."""
    out = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=True)
    names = set(re.findall(r"NEEDED\s+(\S+)", out.stdout)) - stubbed
    found = libraries(path)
    direct = [lib for lib in found if os.path.basename(lib) in names]
    loader = [lib for lib in found if os.path.basename(lib).startswith("ld-linux")]
    return sorted({dep for lib in direct for dep in libraries(lib)} | set(direct) | set(loader))


def add_tools(archive: Archive) -> None:
    for path in ("bin", "sbin", "proc", "sys", "dev", "run", "tmp", "mnt", "etc", "var/lock",
                 "usr/bin", "usr/sbin", "root"):
        archive.directory(path)
    archive.node("/dev/console", 5, 1)
    archive.node("/dev/kmsg", 1, 11)
    archive.node("/dev/null", 1, 3)
    # Without it mkfs.ext4 makes an ext2.
    with open("/etc/mke2fs.conf", "rb") as conf:
        archive.file("/etc/mke2fs.conf", conf.read())
    archive.file("/etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n")
    archive.file("/etc/lvm/lvm.conf", b"devices {\n\tuse_devicesfile = 0\n}\n"
                 b"activation {\n\tudev_sync = 0\n\tudev_rules = 0\n}\n")
    for name in PROGRAMS:
        if name != "busybox":
            place = "/usr/bin/" if name == "timeout" else "/usr/sbin/"
            add_program(archive, place + name, search(name))
    for name, package in FILES.items():
        if not os.path.exists(name):
            raise LabError("the guest needs %s (Debian package %s)" % (name, package))
        add_program(archive, name, name)
    archive.link("/lib/udev", "../usr/lib/udev")
    for name in LVM_NAMES:
        archive.link("/usr/sbin/" + name, "lvm")
    add_busybox(archive)


def add_busybox(archive: Archive) -> None:
    path = search("busybox")
    archive.copy("/bin/busybox", path)
    names = subprocess.run([path, "--list"], capture_output=True, text=True, check=True)
    for name in names.stdout.split():
        if name not in ("busybox", "init") and name not in PROGRAMS:
            archive.link("/bin/" + name, "/bin/busybox")
    for name in ("modprobe", "insmod", "rmmod"):
        archive.link("/sbin/" + name, "/bin/busybox")


def plain(name: str) -> str:
    """Module name of a file: kernel/fs/xfs/xfs.ko.xz -> xfs."""
    return os.path.basename(name).split(".ko")[0].replace("-", "_")


def lines_of(path: str) -> list:
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read().splitlines()


def select_modules(kernel: Kernel, required: list, optional: list) -> dict:
    """Module files to put in, each with what it depends on."""
    deps = {}
    for line in lines_of(os.path.join(kernel.moddir, "modules.dep")):
        name, _, rest = line.partition(":")
        deps[name] = rest.split()
    by_name = {plain(n): n for n in deps}
    builtin = {plain(n) for n in lines_of(os.path.join(kernel.moddir, "modules.builtin"))}
    chosen = {}
    for name in required + optional:
        if name in builtin:
            continue
        if name not in by_name:
            if name in required and builtin:
                raise LabError("kernel %s has no %s" % (kernel.release, name))
            continue
        for path in [by_name[name]] + deps[by_name[name]]:
            chosen[path] = deps[path]
    return chosen


def guest_modules(kernel: Kernel) -> dict:
    return select_modules(kernel, REQUIRED, OPTIONAL)


def add_modules(archive: Archive, kernel: Kernel, chosen: dict) -> None:
    base = "/lib/modules/%s/" % kernel.release
    names = {plain(p) for p in chosen}
    for path in chosen:
        with open(os.path.join(kernel.moddir, path), "rb") as f:
            data = f.read()
        for end, kind in ((".xz", "xz"), (".zst", "zstd"), (".gz", "gzip")):
            if path.endswith(end):
                data = decompress(kind, data)
        archive.file(base + re.sub(r"\.ko\..*", ".ko", path), data)
    archive.file(base + "modules.builtin",
                 "\n".join(lines_of(os.path.join(kernel.moddir, "modules.builtin"))).encode())
    alias = [line for line in lines_of(os.path.join(kernel.moddir, "modules.alias"))
             if line.split()[-1].replace("-", "_") in names]
    archive.file(base + "modules.alias", ("\n".join(alias) + "\n").encode())
    text = ["%s: %s" % (p, " ".join(d)) for p, d in chosen.items()]
    text = [re.sub(r"\.ko\.\w+", ".ko", line) for line in text]
    archive.file("/lab/modules.dep", ("\n".join(text) + "\n").encode())


def base_key(kernel: Kernel) -> str:
    """Changes whenever the tools archive would come out different."""
    paths = [search(n) for n in PROGRAMS] + list(FILES)
    paths += [kernel.moddir + "/modules.dep", os.path.join(TESTS, "lab", "initramfs.py"),
              os.path.join(TESTS, "lab", "stubs.py")]
    text = kernel.release
    for path in paths:
        if os.path.exists(path):
            st = os.stat(path)
            text += "\n%s %d %d" % (path, st.st_mtime_ns, st.st_size)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def base(kernel: Kernel) -> bytes:
    """Tools and kernel modules, from the cache if nothing changed."""
    path = os.path.join(OUT, "cache", "base-%s-%s.cpio" % (kernel.flavour, base_key(kernel)))
    if not os.path.exists(path):
        for old in glob.glob(os.path.join(OUT, "cache", "base-%s-*.cpio" % kernel.flavour)):
            os.unlink(old)
        archive = Archive()
        add_tools(archive)
        add_modules(archive, kernel, guest_modules(kernel))
        write_atomic(path, archive.bytes())
    with open(path, "rb") as f:
        return f.read()


def depends(path: str) -> list:
    """What a module file says it depends on."""
    with open(path, "rb") as f:
        found = re.search(rb"\0depends=([^\0]*)\0", f.read())
    return found.group(1).decode().split(",") if found and found.group(1) else []


def under_test(kernel: Kernel, extra: list) -> bytes:
    """vmpath.ko, the tool, the init and every case; extra: more module files."""
    archive = Archive()
    lines = []
    known = {plain(p): p for p in guest_modules(kernel)}
    for path in [kernel.module()] + extra:
        if not os.path.exists(path):
            continue
        name = "extra/" + os.path.basename(path)
        archive.copy("/lib/modules/%s/%s" % (kernel.release, name), path)
        wants = [known[d] for d in depends(path) if d in known]
        more = [d for w in wants for d in guest_modules(kernel)[w]]
        order = re.sub(r"\.ko\.\w+", ".ko", " ".join(wants + more))
        lines.append("%s: %s" % (name, order))
    archive.file("/lab/modules.dep.extra", ("\n".join(lines) + "\n").encode())
    tool = os.path.join(ROOT, "build", "vmpathctl")
    if os.path.exists(tool):
        add_program(archive, "/usr/sbin/vmpathctl", tool)
    archive.copy("/init", os.path.join(TESTS, "guest", "init"))
    for folder in ("guest/cases", "selftest"):
        for path in sorted(glob.glob(os.path.join(TESTS, folder, "*.sh"))):
            archive.copy("/cases/" + os.path.basename(path), path)
    return archive.bytes()


def array(kernel: Kernel) -> bytes:
    """All that the array guest boots from."""
    archive = Archive()
    for path in ("bin", "sbin", "proc", "sys", "dev", "run", "var/target"):
        archive.directory(path)
    archive.node("/dev/console", 5, 1)
    archive.node("/dev/null", 1, 3)
    add_busybox(archive)
    add_modules(archive, kernel, select_modules(kernel, ARRAY, []))
    archive.copy("/init", os.path.join(TESTS, "guest", "array-init"))
    return archive.bytes()


def assignments(env: dict) -> str:
    """For the guest's shell."""
    return "".join("%s='%s'\n" % (k, str(v).replace("'", "")) for k, v in sorted(env.items()))


def spoken(env: dict, table: str) -> bytes:
    """The same as job() for a guest that has booted already, as its init takes it."""
    return (assignments(env) + "LAB_TABLE='%s'\n" % table.rstrip("\n")).encode()


def job(env: dict, table: str, more: dict) -> bytes:
    """What is special to one guest: its environment, its table of disks, more files."""
    archive = Archive()
    archive.file("/lab/env", assignments(env).encode())
    archive.file("/lab/topology", table.encode())
    for name, path in more.items():
        archive.copy(name, path)
    return archive.bytes()
