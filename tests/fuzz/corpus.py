#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""corpus.py unpack FILE DIR | pack DIR FILE | seed DIR: a fuzz corpus as text.

In the tree a corpus is one file with an input in hexadecimal digits on each
line, sorted; libFuzzer wants a directory with a file for each. `seed` makes
the first inputs of all targets from the answers in tests/unit/pages/.
"""
import hashlib
import os
import sys

HEAD = "# SPDX-License-Identifier: GPL-2.0-only\n# Inputs of a fuzz target; see corpus.py.\n"
PAGES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../unit/pages")
VPD_CHOICE = {"00": 0, "b0": 1, "b1": 2, "b2": 3, "inquiry": 4}


def write(where, data):
    """One input, named by what is in it."""
    with open(os.path.join(where, hashlib.sha1(data).hexdigest()), "wb") as f:
        f.write(data)


def unpack(source, where):
    """Text to directory."""
    os.makedirs(where, exist_ok=True)
    if os.path.exists(source):
        with open(source, encoding="ascii") as f:
            for line in f:
                if not line.startswith("#"):
                    write(where, bytes.fromhex(line.strip()))


def pack(where, target):
    """Directory to text."""
    inputs = set()
    for name in os.listdir(where):
        with open(os.path.join(where, name), "rb") as f:
            inputs.add(f.read())
    inputs = sorted(inputs, key=lambda data: (len(data), data))
    with open(target, "w", encoding="ascii") as f:
        f.write(HEAD)
        f.writelines(data.hex() + "\n" for data in inputs if data)


def page(name):
    """The bytes of a page as it was captured."""
    with open(os.path.join(PAGES, name), encoding="ascii") as f:
        return bytes.fromhex("".join(line for line in f if not line.startswith("#")))


def seed(where):
    """Inputs that are right, for each target a directory."""
    for target in ("identity", "vpd", "rtpg", "serial", "sense", "prin"):
        os.makedirs(os.path.join(where, target), exist_ok=True)
    for name in os.listdir(PAGES):
        what, data = name[:-4].split("-")[-1], page(name)
        if what in ("83", "80"):
            choice = bytes([2 | (what == "80")])
            write(os.path.join(where, "identity"),
                  choice + b"ACME    ARRAY1          " + data)
        if "rtpg" in name:
            write(os.path.join(where, "rtpg"), data)
        elif what == "prfull":
            write(os.path.join(where, "prin"), data)
        elif what in VPD_CHOICE:
            write(os.path.join(where, "vpd"), bytes([VPD_CHOICE[what]]) + data)
    for text in ("\0+CqXS8PbB4ksPtMfZ4Qw", "\0@&XA'7q.$u!L^K{u2._O", "\0plain-serial",
                 "\x005000C50015EA71F2", "\x01ACME    35000c50015ea71a0",
                 "\x01ACME    360000970000196701868533030303235",
                 "\x01ACME    36382028100c0772b109f1ce70000000a",
                 "\x01QEMU    0QEMU_QEMU_HARDDISK_lun-one", "\x01ACME    8iqn.2026-11.org:x"):
        write(os.path.join(where, "serial"), text.encode())
    for text in ("000270000600000000000a000000002900", "0002f000031234567800000000001100",
                 "000272050000000000", "0002730b470000000000", "0702", "0018", "0028",
                 "000272024b03000000140206000080000100000a80001234567890abcdef"):
        write(os.path.join(where, "sense"), bytes.fromhex(text))
    for text in ("0000000700000010000000000000abc10102030405060708",
                 "0000000900000010000000000000abc10000000000050000",
                 "0000000100000020" + "00000000000000b1" + "00000000030800000000000200000008"
                 + "0500000469716e2e"):
        write(os.path.join(where, "prin"), bytes.fromhex(text))


def main():
    """What the words on the command line say."""
    words = sys.argv[1:]
    actions = {"unpack": (unpack, 2), "pack": (pack, 2), "seed": (seed, 1)}
    if not words or words[0] not in actions or len(words) - 1 != actions[words[0]][1]:
        sys.exit(__doc__)
    actions[words[0]][0](*words[1:])


if __name__ == "__main__":
    main()
