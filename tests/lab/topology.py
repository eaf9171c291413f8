# SPDX-License-Identifier: GPL-2.0-only
"""The named topologies: which LUs a guest has, and by which paths it sees them.

Names are short and fixed so that cases can use them: LUs are lu0, lu1, ...,
HBAs h0, h1, ..., paths p0, p1, ... in the order of the lists below. Every HBA
and every disk that is a PCI function of its own gets a root port of its own,
so each can be unplugged. To add a topology, add an entry to TOPOLOGIES.
"""

from dataclasses import dataclass, field, replace

MIB = 1 << 20
EIO, ENODATA = 5, 61


@dataclass(frozen=True)
class Fault:
    """blkdebug: I/O of these kinds that touches these 512-byte sectors fails."""
    sectors: tuple
    errno: int = EIO
    iotypes: tuple = ("read", "write")


@dataclass(frozen=True)
class Lu:
    """A logical unit: one sparse image file and the identity its disks show.

    With an array (tests/lab/arrays.py) the guests speak SCSI to that, by paths of kind
    scsi-block; else QEMU emulates the disks.
    """
    id: str
    size: int = 256 * MIB
    wwn: str = ""
    serial: str = ""
    vendor: str = "ACME"
    product: str = "ARRAY1"
    block_size: int = 512
    content: bool = True         # False: blank
    array: str = ""              # tgt, tgt-each, lio, stub
    alua: bool = False           # stub: each port is a target port group
    null: bool = False           # its I/O is over at once, and it has no contents


@dataclass(frozen=True)
class Hba:
    """virtio-scsi unless kind says otherwise (ahci, megasas)."""
    id: str
    kind: str = "virtio-scsi-pci"
    present: bool = True
    props: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Path:
    """One disk of the guest; hba is empty for disks that are PCI functions."""
    id: str
    lu: str
    hba: str = ""
    kind: str = "scsi-hd"
    target: int = 0
    lun: int = 0
    port: int = 0                # of a LIO array
    initiator: str = ""          # to an array: what its name ends with
    present: bool = True         # False: only there after `host plug`
    readonly: bool = False
    slow: bool = False           # of a null LU: `host throttle` works
    faults: tuple = ()
    props: dict = field(default_factory=dict)  # device properties that win over the LU's


@dataclass(frozen=True)
class Topology:
    lus: tuple = ()
    hbas: tuple = ()
    paths: tuple = ()
    others: tuple = ()           # what further guests see of the same LUs, if not the same
    nodes: tuple = ()            # more block nodes and devices, as QEMU takes them
    devices: tuple = ()

    def view(self, guest: int):
        """What a guest of this number sees."""
        return self.others[guest - 1] if 0 < guest <= len(self.others) else self

    def views(self) -> tuple:
        return (self,) + self.others

    def drivers(self) -> list:
        """Kernel modules the guest needs for the disks that are not virtio."""
        wants = {"nvme": "nvme", "ahci": "ahci", "megasas": "megaraid_sas"}
        kinds = [h.kind for h in self.hbas] + [p.kind for p in self.paths] + \
            [d["driver"] for d in self.devices]
        return sorted({wants[k] for k in kinds if k in wants})


def lu(n: int, **more) -> Lu:
    """LU number n with an identity of its own."""
    return replace(Lu("lu%d" % n, wwn="0x5000c50015ea71%02x" % (0xa0 + n), serial="VMPLU%d" % n),
                   **more)


def scsi(lus: int = 1, paths: int = 2, **more) -> Topology:
    """LUs that are all seen through the same virtio-scsi HBAs."""
    hbas = tuple(Hba("h%d" % i) for i in range(paths))
    disks = [Path("p%d" % (n * paths + i), "lu%d" % n, "h%d" % i, lun=n, **more)
             for n in range(lus) for i in range(paths)]
    return Topology(tuple(lu(n) for n in range(lus)), hbas, tuple(disks))


def namespaces() -> tuple:
    """Devices: NVMe with one controller, and with two that share a namespace, all null.

    Their block nodes are t-n0 and t-n1.
    """
    alone = {"driver": "nvme", "id": "n0", "serial": "RAW", "bus": "pcie.0", "addr": "04.0"}
    subsystem = {"driver": "nvme-subsys", "id": "sub", "nqn": "shared"}
    shared = tuple({"driver": "nvme", "id": "n%d" % n, "serial": "SHARED", "subsys": "sub",
                    "bus": "pcie.0", "addr": "%02x.0" % (4 + n)} for n in (1, 2))
    disks = ({"driver": "nvme-ns", "id": "ns0", "bus": "n0", "nsid": 1, "drive": "t-n0",
              "shared": False},
             {"driver": "nvme-ns", "id": "ns1", "bus": "n1", "nsid": 1, "drive": "t-n1",
              "shared": True})
    return (alone, subsystem) + shared + disks


def bench() -> Topology:
    """What answers at once, before the guest's next instruction but for the interrupt.

    Virtio-scsi: lu0 by p0 and p1, lu1 by p2, lu2 by p3, lu3 by p4 and p5 for other systems than
    ours (product PEER). Virtio-blk: lu4 by p6, lu5 by p7 and p8, lu6 by p9. lu5 has contents,
    since a blank LU of that kind has one path; the case has QEMU take them away.
    """
    size = 64 << 30
    quick = {"ioeventfd": False}
    lus = tuple(replace(lu(n), size=size, null=n != 5, product="PEER" if n == 3 else "ARRAY1")
                for n in range(7))
    paths = tuple(Path("p%d" % i, x, h, lun=n) for i, (x, h, n) in enumerate((
        ("lu0", "h0", 0), ("lu0", "h1", 0), ("lu1", "h2", 0), ("lu2", "h2", 1),
        ("lu3", "h0", 3), ("lu3", "h1", 3))))
    disks = tuple(Path("p%d" % i, x, kind="virtio-blk-pci", props=quick)
                  for i, x in ((6, "lu4"), (7, "lu5"), (8, "lu5"), (9, "lu6")))
    nodes = tuple({"driver": "null-co", "node-name": "t-n%d" % n, "size": size,
                   "read-zeroes": True} for n in range(2))
    return Topology(lus, tuple(Hba("h%d" % n, props=quick) for n in range(3)), paths + disks,
                    nodes=nodes, devices=namespaces())


def scaling() -> Topology:
    """What answers at once: lu0, lu1, lu2 and lu5 by h0 and h1; lu3 by p6 and lu4 by p7, of which
    vmpath is to be told to leave them alone (product PEER), each by an HBA of its own.
    """
    lus = tuple(replace(lu(n), size=64 << 30, null=True,
                        product="PEER" if n in (3, 4) else "ARRAY1") for n in range(6))
    places = [(n, "h%d" % h) for n in range(3) for h in range(2)] + [(3, "h2"), (4, "h3")]
    places += [(5, "h0"), (5, "h1")]
    paths = tuple(Path("p%d" % i, "lu%d" % n, h, lun=n) for i, (n, h) in enumerate(places))
    return Topology(lus, tuple(Hba("h%d" % n) for n in range(4)), paths)


def size(lus: int = 256, hbas: int = 4, spare: int = 8) -> Topology:
    """A thousand disks that answer at once: lu0 to lu255, by a target and LUN of each HBA.

    Of the first HBA's paths `host throttle` can make slow ones. Spare LUs are there after `host
    plug` of their paths: lu256 by p1024 to p1027, and so on.
    """
    units = tuple(Lu("lu%d" % n, size=1 << 30, wwn="0x5000c5001600%04x" % n, serial="VMPLU%d" % n,
                     null=True) for n in range(lus + spare))
    paths = tuple(Path("p%d" % (n * hbas + i), "lu%d" % n, "h%d" % i, target=n // 64, lun=n % 64,
                       present=n < lus, slow=i == 0)
                  for n in range(lus + spare) for i in range(hbas))
    return Topology(units, tuple(Hba("h%d" % n, props={"ioeventfd": False}) for n in range(hbas)),
                    paths)


def pause() -> Topology:
    """lu0 by p0 and p1, and lu1, for fio alone, by p2 (product PEER). The case has QEMU put
    what answers at once, or fails at once, in the place of their images.
    """
    quick = {"ioeventfd": False}
    lus = (replace(lu(0), size=1 << 30), replace(lu(1), size=1 << 30, product="PEER"))
    return Topology(lus, tuple(Hba("h%d" % n, props=quick) for n in range(3)),
                    (Path("p0", "lu0", "h0"), Path("p1", "lu0", "h1"), Path("p2", "lu1", "h2")))


def ports() -> Topology:
    """Two LUs, an HBA for each path, and two target ports for the four."""
    out = replace(scsi(), lus=(lu(0), lu(1)), hbas=tuple(Hba("h%d" % i) for i in range(4)))
    return replace(out, paths=tuple(
        Path("p%d" % i, "lu%d" % (i // 2), "h%d" % i, lun=i // 2,
             props={"port_wwn": 0x5000c50015ea72f0 + i % 2, "port_index": 1 + i % 2})
        for i in range(4)))


def blk(lus: int = 1, paths: int = 2, first_lu: int = 0, first_path: int = 0, **more) -> Topology:
    """LUs that are seen as virtio-blk devices."""
    disks = [Path("p%d" % (first_path + n * paths + i), "lu%d" % (first_lu + n),
                  kind="virtio-blk-pci", **more)
             for n in range(lus) for i in range(paths)]
    return Topology(tuple(lu(first_lu + n) for n in range(lus)), (), tuple(disks))


# How arrays call themselves; that is what an administrator sees.
ARRAYS = {"tgt": {"vendor": "IET", "product": "VIRTUAL-DISK"},
          "tgt-each": {"vendor": "IET", "product": "VIRTUAL-DISK"},
          "lio": {"vendor": "LIO-ORG", "product": "vmpath"},
          "stub": {"vendor": "VMPATH", "product": "STUB"}}


def array(kind: str, lus: int = 1, paths: int = 2, spare: int = 0, **more) -> Topology:
    """LUs on a real SCSI array, by the array's ports in turn; spare LUs have no path."""
    base = scsi(lus, paths, kind="scsi-block")
    disks = tuple(replace(p, port=int(p.hba[1:]) % 2) for p in base.paths)
    return replace(base, paths=disks, lus=tuple(lu(n, array=kind, **ARRAYS[kind], **more)
                                                for n in range(lus + spare)))


def three_lus() -> Topology:
    """lu0 on tgt, lu1 emulated scsi-hd, lu2 virtio-blk; the second guest sees them otherwise.

    There the HBAs come the other way round, the LUN numbers differ, and so does the order.
    """
    lus = (lu(0, array="tgt", **ARRAYS["tgt"]), lu(1), lu(2))
    here = (Path("p0", "lu0", "h0", "scsi-block", lun=0),
            Path("p1", "lu0", "h1", "scsi-block", lun=0),
            Path("p2", "lu1", "h0", lun=1), Path("p3", "lu1", "h1", lun=1),
            Path("p4", "lu2", kind="virtio-blk-pci"), Path("p5", "lu2", kind="virtio-blk-pci"))
    there = (Path("p5", "lu2", kind="virtio-blk-pci"), Path("p4", "lu2", kind="virtio-blk-pci"),
             Path("p3", "lu1", "h1", lun=3), Path("p2", "lu1", "h0", target=2, lun=5),
             Path("p1", "lu0", "h1", "scsi-block", target=1, lun=9),
             Path("p0", "lu0", "h0", "scsi-block", lun=7))
    return Topology(lus, (Hba("h0"), Hba("h1")), here,
                    (Topology(lus, (Hba("h1"), Hba("h0")), there),))


def join(*parts: Topology) -> Topology:
    return Topology(tuple(x for p in parts for x in p.lus), tuple(x for p in parts for x in p.hbas),
                    tuple(x for p in parts for x in p.paths),
                    nodes=tuple(x for p in parts for x in p.nodes),
                    devices=tuple(x for p in parts for x in p.devices))


def sized(size: int, base: Topology) -> Topology:
    """The same topology with LUs of that size."""
    return replace(base, lus=tuple(replace(x, size=size) for x in base.lus))


def change(base: Topology, path_id: str, **more) -> Topology:
    """The same topology with one path changed."""
    return replace(base, paths=tuple(replace(p, **more) if p.id == path_id else p
                                     for p in base.paths))


def noid() -> Topology:
    """Disks that cannot be identified: p0 scsi, p1 virtio-blk; p2 is a good one."""
    lus = (Lu("lu0"), Lu("lu1"), lu(2))
    paths = (Path("p0", "lu0", "h0"), Path("p1", "lu1", kind="virtio-blk-pci"),
             Path("p2", "lu2", "h0", lun=1))
    return Topology(lus, (Hba("h0"),), paths)


def shapes(kind: str, identities: tuple) -> Topology:
    """An LU and a path for each set of properties that identify a disk."""
    lus = tuple(Lu("lu%d" % i, size=32 * MIB) for i in range(len(identities)))
    if kind == "scsi-hd":
        paths = [Path("p%d" % i, "lu%d" % i, "h0", lun=i, props=props)
                 for i, props in enumerate(identities)]
        return Topology(lus, (Hba("h0"),), tuple(paths))
    paths = [Path("p%d" % i, "lu%d" % i, kind=kind, props=props)
             for i, props in enumerate(identities)]
    return Topology(lus, (), tuple(paths))


def variants(base: Topology, *changes: dict) -> Topology:
    """Besides the paths of base, more to lu0, which `host plug` brings: one for each change."""
    first = base.paths[0]
    more = [replace(first, id="p%d" % (len(base.paths) + i), present=False, props=props,
                    target=1 + i if first.hba else 0)
            for i, props in enumerate(changes)]
    return replace(base, paths=base.paths + tuple(more))


def twins(kind: str, blank: bool = False) -> Topology:
    """Two LUs that say they are one: lu0 by p0, lu1 by p1. Blank: lu0 by both, lu1 by p2, late."""
    lus = (lu(0, content=not blank), replace(lu(0), id="lu1", content=not blank))
    hbas = (Hba("h0"), Hba("h1")) if kind == "scsi-hd" else ()
    names = ("lu0", "lu0", "lu1") if blank else ("lu0", "lu1")
    return Topology(lus, hbas, tuple(
        Path("p%d" % i, x, hbas[i].id if hbas else "", kind=kind, present=i < 2)
        for i, x in enumerate(names)))


def mixed_nonvirtio() -> Topology:
    """scsi2 plus disks that are none of ours: p2 nvme, p3 ahci, p4 megasas."""
    lus = (lu(1), lu(2), lu(3))
    hbas = (Hba("h2", "ahci"), Hba("h3", "megasas"))
    paths = (Path("p2", "lu1", kind="nvme"), Path("p3", "lu2", "h2", kind="ide-hd"),
             Path("p4", "lu3", "h3"))
    return join(scsi(), Topology(lus, hbas, paths))


# Sectors 65536.. (32 MiB into the LU), 4 KiB at each of the two places.
BAD = Fault(tuple(range(65536, 65544)) + tuple(range(131072, 131080)))
BAD_MEDIUM = replace(BAD, errno=ENODATA)
ALL_PATHS = replace(BAD, errno=EIO)

# What identifies a disk, for scsi-hd. QEMU makes a designator of the vendor-specific
# type of a serial without a WWN, and cuts it.
SANE_IDS = (
    {"wwn": 0x5000c50015ea71f0, "serial": "NAA5"},
    {"wwn": 0x2000c50015ea71f0, "serial": "NAA2"},
    {"wwn": 0x3000c50015ea71f0},
    {"wwn": 0x5000c50015ea71f1, "port_wwn": 0x5000c50015ea71ff, "port_index": 1},
    {"serial": "SERIAL-ONLY"},
    {"serial": "WITHPORT", "port_wwn": 0x5000c50015ea71fe, "port_index": 2},
    {"serial": "OTHERNAME", "device_id": "device-id-of-it"},
)
ODD_IDS = (
    {"serial": "a serial  with blanks"},
    {"serial": "slash/back\\quote\"dollar$"},
    {"serial": "0123456789abcdefghijklmnopqrstuvwxyz0123456789"},
    {"serial": "NOVENDOR", "vendor": "", "product": ""},
    {"serial": "ODDVENDOR", "vendor": "A /B", "product": "x  y;z"},
    {"serial": "\u00e4\u00f6\u00fc-utf8"},
    {"serial": "  outer blanks  "},
    {"serial": "   ", "device_id": "blank-serial"},
    {"wwn": 0x6000c50015ea71f0, "serial": "NAA6-OF-8-BYTES"},
    {"wwn": 0x1000c50015ea71f0, "serial": "NAA1"},
    {"serial": "tab\there,comma:colon"},
    {"serial": "    "},
    {"serial": "    "},
)
BLK_IDS = (
    {"serial": "plain-serial"},
    {"serial": "20-bytes-exactly-xyz"},
    {"serial": "more-than-twenty-bytes-of-serial"},
    {"serial": "with blank/slash"},
    {"serial": "5000C50015EA71F2"},
    {"serial": "  blanks  "},
    {"serial": "   "},
    # Carriers of an NAA id, as libvirt and QEMU take it and as QEMU alone does.
    {"serial": "+CqXS8PbB4ksPtMfZ4Qw"},
    {"serial": "@&XA'7q.$u!L^K{u2._O"},
)

TOPOLOGIES = {
    "none": Topology(),
    "scsi1": scsi(paths=1),
    "scsi2": scsi(),
    "scsi4": scsi(paths=4),
    "scsi2-lu2": scsi(lus=2),
    "four-by-four": join(scsi(lus=3, paths=4), blk(paths=4, first_lu=3, first_path=12)),
    "scsi2-lu4": scsi(lus=4),
    "bench": bench(),
    "scaling": scaling(),
    "size": size(),
    "pause": pause(),
    # p0 and p2 have a target port in common, p1 and p3 another, and no HBA.
    "ports": ports(),
    "blk1": blk(paths=1),
    "blk2": blk(),
    "blk4": blk(paths=4),
    # The demo: lu0 on two virtio-scsi HBAs, lu1 on two virtio-blk devices.
    "scsi2-blk2": join(scsi(), blk(first_lu=1, first_path=2)),
    # The same with 3 TiB, which READ(10) does not reach the end of.
    "large": sized(3 << 40, join(scsi(), blk(first_lu=1, first_path=2))),
    # QEMU sends no two requests of a guest to the image as one, which would fail as one.
    "scsi2-blk2-single": join(scsi(), blk(first_lu=1, first_path=2,
                                          props={"request-merging": False})),
    # One LU over both transports: its NAA id is the serial of the virtio-blk disk, p1.
    "mixed": Topology((lu(0),), (Hba("h0"),), (
        Path("p0", "lu0", "h0"),
        Path("p1", "lu0", kind="virtio-blk-pci", props={"serial": lu(0).wwn[2:]}))),
    # The same for an id of 16 bytes, from a tgt array; p1's serial is what `vmpathctl serial`
    # makes of it.
    "mixed-naa6": change(array("tgt"), "p1", hba="", kind="virtio-blk-pci", port=0,
                         props={"serial": "+CwAAAAAFAAxQAV6nGg6"}),
    "scsi4-blk4": join(scsi(paths=4), blk(paths=4, first_lu=1, first_path=4)),
    "scsi1-blk1": join(scsi(paths=1), blk(paths=1, first_lu=1, first_path=1)),
    "many": join(scsi(lus=6), blk(lus=2, first_lu=6, first_path=12)),
    # p1 fails at BAD's sectors, p0 does not.
    "badpath": change(scsi(), "p1", faults=(BAD,)),
    "badpath-blk": change(blk(), "p1", faults=(BAD,)),
    # Both paths fail at the same sectors: MEDIUM ERROR, or EIO on virtio-blk.
    "badmedium": scsi(faults=(BAD_MEDIUM,)),
    "badmedium-blk": blk(faults=(ALL_PATHS,)),
    # A discard fails there on both paths.
    "baddiscard": scsi(faults=(replace(BAD_MEDIUM, iotypes=("discard",)),)),
    # p1 has lu0's WWN and serial, but leads to a disk of another size.
    "mismatch": replace(scsi(), lus=(lu(0), replace(lu(0), id="lu1", size=128 * MIB)),
                        paths=(Path("p0", "lu0", "h0"), Path("p1", "lu1", "h1"))),
    "mismatch-blk": replace(blk(), lus=(lu(0), replace(lu(0), id="lu1", size=128 * MIB)),
                            paths=(Path("p0", "lu0", kind="virtio-blk-pci"),
                                   Path("p1", "lu1", kind="virtio-blk-pci"))),
    # Such a p1 that comes later.
    "mismatch-first": replace(
        scsi(), lus=(lu(0), replace(lu(0), id="lu1", size=128 * MIB)),
        paths=(Path("p0", "lu0", "h0"), Path("p1", "lu1", "h1", present=False))),
    # p1 has lu0's ids and size, and leads to another LU.
    "forged": twins("scsi-hd"),
    "forged-blk": twins("virtio-blk-pci"),
    # p1 has lu0's NAA id and size, and a serial of its own.
    "forged-ids": change(twins("scsi-hd"), "p1", props={"serial": "ANOTHER"}),
    "blank-blk": twins("virtio-blk-pci", blank=True),
    "mismatch-bs": replace(scsi(), lus=(lu(0), replace(lu(0), id="lu1", block_size=4096)),
                           paths=(Path("p0", "lu0", "h0"), Path("p1", "lu1", "h1"))),
    # p1 is read-only, p0 is not.
    "mismatch-ro": change(scsi(), "p1", readonly=True),
    "noid": noid(),
    "ids": shapes("scsi-hd", SANE_IDS),
    "ids-odd": shapes("scsi-hd", ODD_IDS),
    "ids-blk": shapes("virtio-blk-pci", BLK_IDS),
    # Serials that differ in case alone, whose short hashes are the same; p2 is another LU.
    "same-name": change(change(shapes("virtio-blk-pci", (
        {"serial": "SameNameDIffEReNtlu"}, {"serial": "SAmEnAmedIFferEntlu"},
        {"serial": "third"})), "p1", present=False), "p2", present=False),
    "mixed-nonvirtio": mixed_nonvirtio(),
    "readonly": scsi(readonly=True),
    "readonly-both": join(scsi(readonly=True),
                          blk(first_lu=1, first_path=2, readonly=True)),
    # Paths with other limits than p0's, not there at boot: small I/O, no discard, FUA,
    # a write-through cache.
    "limits": variants(scsi(paths=1), {"max_io_size": 65536}, {"discard_granularity": 0},
                       {"dpofua": True}, {"write-cache": "off"}),
    "limits-blk": variants(blk(paths=1), {"max-write-zeroes-sectors": 128}, {"discard": False},
                           {"max-discard-sectors": 256}, {"write-cache": "off"}),
    # A sector of 4 KiB, FUA, a write-through cache.
    "scsi2-4k": replace(scsi(), lus=(replace(lu(0), block_size=4096),)),
    "scsi2-fua": scsi(props={"dpofua": True}),
    "writethrough": join(scsi(props={"write-cache": "off"}),
                         blk(first_lu=1, first_path=2, props={"write-cache": "off"})),
    # Real SCSI arrays: one tgtd for both paths, one for each path, LIO with a target
    # port group for each path; lu1 is there to be swapped in.
    "tgt2": array("tgt"),
    "tgt2-each": array("tgt-each", spare=1),
    "lio2": array("lio", spare=1),
    # Besides, p2, not there at boot: an I_T nexus that has never been used. An initiator of its
    # own: of two sessions of one initiator with a portal group LIO takes that which does not hold
    # the reservation for not registered, whatever the type (isid_mismatch in target_core_pr.c).
    "tgt2-more": change(variants(array("tgt"), {}), "p2", initiator=".more"),
    "lio2-more": change(variants(array("lio"), {}), "p2", initiator=".more"),
    # An array that answers as the case asks, for each path; two LUs with ALUA on such.
    "stub2": array("stub"),
    "stub3": array("stub", paths=3),
    "stub2-alua": array("stub", lus=2, alua=True),
    # What no tgtd can have, for the lab's own tests.
    "tgt-broken": replace(array("tgt"), lus=(lu(0, array="tgt", serial="two,words"),)),
    "three-lus": three_lus(),
    # Nothing at boot; `host plug p0` and `host plug p1` bring lu0.
    "late": scsi(present=False),
    "late-blk": blk(present=False),
}
