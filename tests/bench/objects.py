# SPDX-License-Identifier: GPL-2.0-only
"""How large the module's own objects are, by its debugging information, and what a path has."""

import re
import subprocess

from lab import LabError

BLOCK = 512         # of an LU: a checker reads one
REF = 64            # percpu_ref_data, in a cache of that size
NAMES = ("vmp_path", "vmp_path_stats", "vmp_recovery", "vmp_disk", "vmp_vpd", "vmp_identity",
         "vmp_head", "vmp_turn", "vmp_event", "vmp_io", "vmp_set")
RESERVE = 16        # VMP_IO_RESERVE


def sizes(module: str) -> dict:
    """struct: bytes"""
    try:
        with subprocess.Popen(["readelf", "--debug-dump=info", module], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True) as dump:
            out, name, structure = {}, "", False
            for line in dump.stdout:
                if "DW_TAG_" in line:
                    name, structure = "", "DW_TAG_structure_type" in line
                elif structure and "DW_AT_name" in line:
                    name = line.split()[-1]
                elif name in NAMES and "DW_AT_byte_size" in line:
                    out.setdefault(name, int(re.split(r": *", line.strip())[-1], 0))
    except FileNotFoundError as e:
        raise LabError("no readelf; run scripts/install-deps lab") from e
    return out


def taken(record: dict, name: str) -> float:
    """By one of these in its slab cache, with its part of what is left over."""
    return record["figures"]["each/" + name]["values"][0]


def cache(size: int) -> int:
    """What kmalloc() takes for it."""
    return next(n for n in (8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096)
                if n >= size)


def of_path(record: dict) -> list:
    """(what, bytes, taken) of a virtio-scsi path on one CPU."""
    size = record["objects"]
    cpu = size["vmp_path_stats"] + size["vmp_recovery"] + 8
    return [("vmp_path", size["vmp_path"], taken(record, "vmp_path")),
            ("check", BLOCK, BLOCK),
            ("vmp_disk", size["vmp_disk"] + 19, taken(record, "vmp_disk") + 32),
            ("vmp_vpd", size["vmp_vpd"], cache(size["vmp_vpd"])),
            ("ref", REF, REF), ("cpu", cpu, cpu)]


def of_head(record: dict) -> list:
    """(what, bytes, taken) of a meta-node with two paths on one CPU."""
    size = record["objects"]
    paths = size["vmp_set"] + 2 * 8
    return [("vmp_head", size["vmp_head"], taken(record, "vmp_head")),
            ("reserve", RESERVE * size["vmp_io"], RESERVE * taken(record, "vmp_io")),
            ("vmp_set", paths, cache(paths)), ("cpu", size["vmp_turn"], size["vmp_turn"])]


def total(parts: list) -> float:
    """Taken, all of it."""
    return sum(row[2] for row in parts)
