# SPDX-License-Identifier: GPL-2.0-only
"""The disks of the Debian guests, as topologies of the lab."""

from dataclasses import replace

from lab.topology import ARRAYS, MIB, TOPOLOGIES, Hba, Path, Topology, blk, join, lu, scsi


def stack() -> Topology:
    """lu0 has an LVM volume, lu1 and lu2 make an md array, lu3 has an xfs in a partition.

    lu1 is virtio-blk, the others are virtio-scsi, all with two paths.
    """
    lus = (replace(lu(0), size=128 * MIB), replace(lu(1), size=96 * MIB),
           replace(lu(2), size=96 * MIB), replace(lu(3), size=512 * MIB))
    paths = [Path("p%d" % (2 * n + i), "lu%d" % n, "h%d" % i, lun=n)
             for n in (0, 2, 3) for i in (0, 1)]
    paths += [Path("p%d" % (2 + i), "lu1", kind="virtio-blk-pci") for i in (0, 1)]
    return Topology(lus, (Hba("h0"), Hba("h1")), tuple(sorted(paths, key=lambda p: p.id)))


def stack_tgt() -> Topology:
    """As stack, and lu4 on tgt, whose NAA id has 16 bytes."""
    unit = lu(4, array="tgt", **ARRAYS["tgt"])
    paths = tuple(Path("p%d" % (8 + i), "lu4", "h%d" % i, "scsi-block", lun=4) for i in (0, 1))
    return join(stack(), Topology((unit,), (), paths))


def hotplug() -> Topology:
    """lu0 on two HBAs; not there at boot: lu1, two virtio-blk disks, and lu2 on HBAs h2, h3."""
    late = Topology((lu(2),), (Hba("h2", present=False), Hba("h3", present=False)),
                    (Path("p4", "lu2", "h2", present=False),
                     Path("p5", "lu2", "h3", present=False)))
    return join(scsi(), blk(first_lu=1, first_path=2, present=False), late)


def empty() -> Topology:
    """lu0 on two HBAs; lu1 and lu2: one virtio-blk disk each, of no size yet."""
    late = Topology((lu(1, size=0), lu(2, size=0)), (),
                    (Path("p2", "lu1", kind="virtio-blk-pci"),
                     Path("p3", "lu2", kind="virtio-blk-pci")))
    return join(scsi(), late)


def compare() -> Topology:
    """lu0, emulated, on two HBAs, and lu1 on two more, with a tgtd for each path.

    lu2 is a namespace that two NVMe controllers share, p4 and p5; its block nodes are p4's.
    """
    unit = lu(1, array="tgt-each", **ARRAYS["tgt-each"])
    paths = tuple(Path("p%d" % n, "lu1", "h%d" % n, "scsi-block") for n in (2, 3))
    shared = {"drive": None, "subsys": "sub", "serial": "SHARED"}
    nvme = Topology((lu(2),), (), tuple(Path(p, "lu2", kind="nvme", props=shared)
                                        for p in ("p4", "p5")),
                    devices=({"driver": "nvme-subsys", "id": "sub", "nqn": "shared"},
                             {"driver": "nvme-ns", "id": "ns", "bus": "p4", "nsid": 1,
                              "drive": "t-p4", "shared": True}))
    return join(scsi(), Topology((unit,), (Hba("h2"), Hba("h3")), paths), nvme)


TOPOLOGIES.update({"compare": compare(), "empty": empty(), "stack": stack(),
                   "stack-tgt": stack_tgt(), "hotplug": hotplug()})
