# SPDX-License-Identifier: GPL-2.0-only
"""Which cases `make bench` runs, on which kernels, and what their figures are compared with.

A case prints `# figure COLUMN/ROW VALUE UNIT`. To add one, add a Run to FULL, and a Group to
GROUPS for each table that it is to have.
"""

from dataclasses import dataclass, field

ENGINES = "libaio io_uring"
PATTERNS = "randread-4k randwrite-4k read-128k randread-4k-batch"
DEPTHS = "1 4 32"
SIZES = (64, 128, 256)
POLICIES = ("queue-depth", "round-robin", "single-active", "cpu-affine", "latency")
# What a policy costs is the same in each mode: the others of these are measured in some cells only,
# and so is what an I/O scheduler costs, which nobody else here has.
BRIEF_COLUMNS = ("raw.scsi.mq-deadline",) + tuple(
    c + p for c in ("fast.two.", "remap.blk.") for p in POLICIES[1:])
BRIEF = " ".join(c + "/randread-4k,randwrite-4k/4,32" for c in BRIEF_COLUMNS)


@dataclass(frozen=True)
class Run:
    """A case, as often as it is run, with words for its environment."""
    case: str
    kernel: str
    accel: str
    passes: int = 2
    env: dict = field(default_factory=dict)
    alone: bool = False      # nothing beside it: it goes by the time


@dataclass(frozen=True)
class Group:
    """A table; where instructions are counted its columns are compared with the first."""
    case: str
    title: str
    columns: tuple


# bench-scaling: what is compared with the raw disk, and the quantiles of its ratios.
SCALED = ("remap.queue-depth", "remap.cpu-affine", "remap.single-active", "fast.queue-depth",
          "raw.two")
SPREAD = ("least", "low", "median", "high", "most")

GROUPS = (
    Group("bench-instructions", "vmpath over virtio-scsi",
          ("raw.scsi",) + tuple("remap.two." + p for p in POLICIES) +
          ("remap.one",) + tuple("fast.two." + p for p in POLICIES) + ("fast.one",)),
    Group("bench-instructions", "others over virtio-scsi",
          ("raw.scsi", "raw.scsi.mq-deadline", "dm-linear", "dm-bio.queue-length",
           "dm-bio.round-robin", "dm-mq.queue-length", "dm-mq.round-robin")),
    Group("bench-instructions", "vmpath over virtio-blk", ("raw.blk", "remap.blk") +
          tuple("remap.blk." + p for p in POLICIES[1:]) + ("remap.blk.one",)),
    Group("bench-instructions", "NVMe",
          ("raw.nvme", "nvme.numa", "nvme.round-robin", "nvme.queue-depth")),
    Group("bench-size", "from insmod on, by the number of LUs with four paths each",
          tuple("lus-%d" % n for n in SIZES)),
    Group("bench-size", "one of the four HBAs does not answer",
          ("HBA-0-answers", "HBA-0-hangs")),
    Group("bench-size", "a disk that is plugged while there are 64 LUs",
          ("first-path", "path-more")),
    Group("bench-size", "memory, by the number of LUs and of paths of each",
          tuple("lus-%dx%d" % n for n in ((64, 4), (128, 4), (256, 4), (256, 2)))),
) + tuple(Group("bench-scaling", "%s relative to the raw disk" % s,
                ("raw",) + tuple("%s.%s" % (s, w) for w in SPREAD)) for s in SCALED)
TITLES = {"raw.scsi": "raw virtio-scsi disk",
          "raw.scsi.mq-deadline": "raw virtio-scsi disk, mq-deadline",
          "raw.blk": "raw virtio-blk disk",
          "raw.nvme": "raw NVMe", "remap.one": "vmpath, one path",
          "fast.two.queue-depth": "vmpath, fast recovery", "remap.blk": "vmpath over virtio-blk",
          "fast.one": "vmpath, fast recovery, one path",
          "remap.blk.one": "vmpath over virtio-blk, one path",
          "dm-linear": "dm-linear",
          **{"remap.two." + p: "vmpath, " + p for p in POLICIES},
          **{"fast.two." + p: "vmpath, fast recovery, " + p for p in POLICIES[1:]},
          **{"remap.blk." + p: "vmpath over virtio-blk, " + p for p in POLICIES[1:]},
          **{"dm-%s.%s" % (m, s): "dm-multipath %s, %s" % (m, s)
             for m in ("bio", "mq") for s in ("queue-length", "round-robin")},
          **{"nvme." + p: "NVMe multipath, " + p
             for p in ("numa", "round-robin", "queue-depth")}}
# Why an older kernel has no such column.
SINCE = {"nvme.queue-depth": "the policy came with Linux 6.11"}
# What the README and the first chart show.
HEADLINE = "randread-4k/libaio/4"
SUMMARY = (HEADLINE, "randread-4k/libaio/1", "randread-4k/libaio/32", "randwrite-4k/libaio/4",
           "read-128k/libaio/4", "randread-4k-batch/libaio/32", "randread-4k/io_uring/4",
           "read-128k/io_uring/4")


def ours(column: str) -> bool:
    """Is it vmpath's?"""
    return column.startswith(("remap.", "fast."))


def instructions(kernel: str, columns: tuple = ()) -> Run:
    """All cells, of all systems or of these."""
    names = columns or tuple(dict.fromkeys(c for g in GROUPS for c in g.columns
                                           if g.case == "bench-instructions"))
    return Run("bench-instructions", kernel, "steady", env={
        "BENCH_TARGETS": " ".join(names), "BENCH_PATTERNS": PATTERNS, "BENCH_ENGINES": ENGINES,
        "BENCH_DEPTHS": DEPTHS, "BENCH_BRIEF": BRIEF})


SIZE = Run("bench-size", "6.1", "steady", passes=1)
PAUSE = Run("bench-pause", "6.1", "steady")
SCALING = Run("bench-scaling", "6.1", "auto", passes=1, alone=True,
              env={"BENCH_TARGETS": " ".join(SCALED)})
FAULTS = Run("compare", "6.1", "auto", passes=1)    # in a whole Debian: tests/bench/faults.py
PROFILE = Run("bench-profile", "6.1", "profile", passes=1)    # for --profile
FULL = (instructions("6.1"), instructions("6.12"), SIZE, PAUSE, SCALING, FAULTS)
QUICK = (Run("bench-instructions", "6.1", "steady", env={
    "BENCH_TARGETS": "raw.scsi remap.two.queue-depth fast.two.queue-depth raw.blk remap.blk",
    "BENCH_PATTERNS": PATTERNS, "BENCH_ENGINES": ENGINES, "BENCH_DEPTHS": "4 32"}),)
