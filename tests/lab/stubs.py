# SPDX-License-Identifier: GPL-2.0-only
"""Stand-ins for the large libraries that fio is linked with and no case uses.

Debian's fio needs librbd, librados, gfapi and others: 75 MB with all that they
need in turn, and seconds for the dynamic linker under emulation. A stand-in has
the same name and defines the symbols that fio asks for, and nothing else.
"""

import os
import re
import subprocess
import tempfile

from . import LabError

# Library (prefix of its soname) and what its functions and versions are called.
STUBBED = {
    "libgfapi.so": (r"glfs_", r"GFAPI_"),
    "libnbd.so": (r"nbd_", r"LIBNBD_"),
    "libibverbs.so": (r"ibv_", r"IBVERBS_"),
    "librdmacm.so": (r"rdma_", r"RDMACM_"),
    "librados.so": (r"rados_", r"LIBRADOS_"),
    "librbd.so": (r"rbd_", r"LIBRBD_"),
    "libpmemblk.so": (r"pmemblk_", r"LIBPMEMBLK_"),
    "libpmem.so": (r"pmem_", r"LIBPMEM_"),
}


def needed(binary: str) -> list:
    """The sonames a binary asks for that are stubbed."""
    out = subprocess.run(["objdump", "-p", binary], capture_output=True, text=True, check=True)
    names = re.findall(r"NEEDED\s+(\S+)", out.stdout)
    return [n for n in names if any(n.startswith(s) for s in STUBBED)]


def undefined(binary: str) -> list:
    """(symbol, version) pairs a binary leaves to its libraries."""
    out = subprocess.run(["nm", "-D", "--undefined-only", binary], capture_output=True,
                         text=True, check=True)
    pairs = []
    for line in out.stdout.splitlines():
        name, _, version = line.split()[-1].partition("@")
        pairs.append((name, version.lstrip("@")))
    return pairs


def build(binary: str) -> dict:
    """Make stand-ins for the binary's libraries: soname -> contents."""
    symbols = undefined(binary)
    result = {}
    for soname in needed(binary):
        key = next(s for s in STUBBED if soname.startswith(s))
        func, version = STUBBED[key]
        mine = [(n, v) for n, v in symbols
                if (re.match(version, v) if v else re.match(func, n))]
        result[soname] = compile_one(soname, mine)
    return result


def compile_one(soname: str, symbols: list) -> bytes:
    groups: dict = {}
    for name, version in symbols:
        groups.setdefault(version, []).append(name)
    with tempfile.TemporaryDirectory() as tmp:
        src, ver, lib = (os.path.join(tmp, n) for n in ("stub.c", "stub.map", "stub.so"))
        with open(src, "w") as f:
            f.write("".join("void %s(void) { __builtin_trap(); }\n" % n for n, _ in symbols))
        with open(ver, "w") as f:
            for version, names in sorted(groups.items()):
                if version:
                    f.write("%s { global: %s; };\n" % (version, "; ".join(names)))
        cmd = ["gcc", "-w", "-shared", "-fPIC", "-nostdlib", "-Wl,-soname," + soname, src,
               "-o", lib]
        if os.path.getsize(ver):
            cmd.insert(1, "-Wl,--version-script," + ver)
        done = subprocess.run(cmd, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LabError("cannot build a stand-in for %s: %s" % (soname, done.stderr.strip()))
        with open(lib, "rb") as f:
            return f.read()
