# SPDX-License-Identifier: GPL-2.0-only
"""Writes cpio archives in the newc format, which is what an initramfs is.

Archives may simply be put one behind the other, so the tools, the module with
the cases, and what is special to one guest are made apart and cached apart.
"""

import os
import stat


class Archive:
    """A cpio archive in memory; parents of a file are made as needed."""

    def __init__(self):
        self.parts: list = []
        self.names: set = set()
        self.ino = 1

    def entry(self, name: str, mode: int, data: bytes = b"", rdev: tuple = (0, 0)) -> None:
        if name in self.names:
            return
        parent = os.path.dirname(name)
        if parent:
            self.entry(parent, stat.S_IFDIR | 0o755)
        self.names.add(name)
        self.append(name, mode, data, rdev)

    def append(self, name: str, mode: int, data: bytes, rdev: tuple) -> None:
        raw = name.encode() + b"\0"
        fields = (self.ino, mode, 0, 0, 1, 0, len(data), 0, 0, rdev[0], rdev[1], len(raw), 0)
        self.ino += 1
        head = b"070701" + b"".join(b"%08X" % f for f in fields) + raw
        self.parts.append(head + b"\0" * (-len(head) % 4))
        self.parts.append(data + b"\0" * (-len(data) % 4))

    def file(self, name: str, data: bytes, mode: int = 0o644) -> None:
        self.entry(name.lstrip("/"), stat.S_IFREG | mode, data)

    def copy(self, name: str, path: str) -> None:
        """A file of the host, with its mode, links followed."""
        with open(path, "rb") as f:
            self.file(name, f.read(), stat.S_IMODE(os.stat(path).st_mode))

    def directory(self, name: str) -> None:
        self.entry(name.strip("/"), stat.S_IFDIR | 0o755)

    def link(self, name: str, target: str) -> None:
        self.entry(name.lstrip("/"), stat.S_IFLNK | 0o777, target.encode())

    def node(self, name: str, major: int, minor: int) -> None:
        self.entry(name.lstrip("/"), stat.S_IFCHR | 0o600, b"", (major, minor))

    def bytes(self) -> bytes:
        names = self.names
        self.append("TRAILER!!!", 0, b"", (0, 0))
        out = b"".join(self.parts)
        self.names = names
        return out + b"\0" * (-len(out) % 512)
